import { type ComponentType, lazy, type ReactNode, Suspense } from 'react';
import { Redirect, Route, Switch, useLocation } from 'wouter';
import { LinkButton } from '../elements/button.tsx';
import { EmptyState } from '../elements/empty-state.tsx';
import { Loading } from '../elements/loading.tsx';
import { useWords } from '../language/words.ts';
import { ErrorBoundary } from './error-boundary.tsx';
import { isInMode, offeredPages } from './offered-pages.ts';
import type { PageDescription } from './page-description.ts';
import { useSession } from './session.ts';
import { shellWords } from './words.ts';

const loaded = new Map<PageDescription, ComponentType>();

function componentOf(page: PageDescription): ComponentType {
  const component = loaded.get(page) ?? lazy(() => page.load());
  loaded.set(page, component);
  return component;
}

/** The page of the address. The first one that somebody may see is where the console begins. */
export function Routes({ pages }: { readonly pages: readonly PageDescription[] }) {
  const session = useSession();
  const [location] = useLocation();
  const own = pages.filter((page) => isInMode(page, session));
  const [start] = offeredPages(pages, session);
  const hasStart = own.some(({ path }) => path === '/');
  return (
    <ErrorBoundary place={location}>
      <Suspense fallback={<Loading />}>
        <Switch>
          {own.map((page) => {
            const Component = componentOf(page);
            return (
              <Route key={page.path} path={page.path}>
                {session.member.permissions.includes(page.permission ?? 'read') ? <Component /> : <NotAllowed />}
              </Route>
            );
          })}
          {!hasStart && start && (
            <Route path="/">
              <Redirect to={start.path} replace />
            </Route>
          )}
          <Route>{session.must_enrol && start ? <Redirect to={start.path} replace /> : <NotFound />}</Route>
        </Switch>
      </Suspense>
    </ErrorBoundary>
  );
}

function NotAllowed(): ReactNode {
  const words = useWords(shellWords);
  const { member } = useSession();
  return (
    <EmptyState title={words.notAllowed}>
      <p>{words.notAllowedText(words.roles[member.role])}</p>
      <LinkButton href="/">{words.home}</LinkButton>
    </EmptyState>
  );
}

function NotFound(): ReactNode {
  const words = useWords(shellWords);
  return (
    <EmptyState title={words.notFound}>
      <p>{words.notFoundText}</p>
      <LinkButton href="/">{words.home}</LinkButton>
    </EmptyState>
  );
}
