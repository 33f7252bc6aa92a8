import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ComponentType, lazy, Suspense, useEffect, useMemo, useState } from 'react';
import { Route, Switch } from 'wouter';
import { call, callAs } from '../api/call.ts';
import type { ApiFailure } from '../api/failure.ts';
import { Loading } from '../elements/loading.tsx';
import { Problem } from '../elements/problem.tsx';
import { sessionKey, useConnection } from './connection.ts';
import { keepInTabOnlyFor } from './kept-in-tab.ts';
import { Layout } from './layout.tsx';
import type { PageDescription } from './page-description.ts';
import { Routes } from './routes.tsx';
import { type Session, type SessionAnswer, SessionContext } from './session.ts';
import { StepUp } from './step-up.tsx';

export interface AppProps {
  readonly pages: readonly PageDescription[];
  /** Pages for whoever is not signed in, by path; the first is shown at every other address. */
  readonly openPages: readonly {
    readonly path: string;
    load(): Promise<{ readonly default: ComponentType<OpenPageProps> }>;
  }[];
}

export interface OpenPageProps {
  readonly session: SessionAnswer;
  /** Somebody has signed in. */
  onSignedIn(): Promise<unknown>;
}

const storeKept = 'hwanbul.console.store';

/** Asks who is signed in, and shows the console or the way in. */
export function App({ pages, openPages }: AppProps) {
  const client = useQueryClient();
  const { isLost } = useConnection();
  const question = useQuery<SessionAnswer, ApiFailure>({
    queryKey: sessionKey,
    queryFn: async ({ signal }) => {
      const answer = await call<SessionAnswer>('GET', '/console/api/session', { signal });
      callAs({ csrf: answer.csrf ?? '' });
      return answer;
    },
    staleTime: 60_000,
  });
  const [chosen, setChosen] = useState(() => sessionStorage.getItem(storeKept) ?? '');
  const answer = question.data;
  const member = answer?.member ?? null;
  const store = answer?.member ? storeOf(answer.member.tiers, chosen, answer) : '';
  // Before any page below asks for something, or goes on with what is kept.
  callAs({ tier: store });
  if (answer) keepInTabOnlyFor(member?.member_id ?? null);

  useEffect(() => {
    if (answer) document.documentElement.dataset.mode = answer.mode;
  }, [answer]);

  const session = useMemo((): Session | undefined => {
    if (!answer || !member) return undefined;
    return {
      ...answer,
      member,
      store,
      chooseStore(code) {
        sessionStorage.setItem(storeKept, code);
        setChosen(code);
        client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionKey[0] });
      },
      async signOut() {
        await call('POST', '/console/api/sign-out').catch(() => undefined);
        // Nothing that somebody has seen is left for the next one.
        client.clear();
        keepInTabOnlyFor(null);
        location.assign('/console');
      },
    };
  }, [answer, member, store, client]);
  const open = useMemo(() => openPages.map((page) => ({ path: page.path, Component: lazy(page.load) })), [openPages]);

  if (!answer) {
    return (
      <div className="alone">
        {question.error ? <Problem failure={question.error} onRetry={() => void question.refetch()} /> : <Loading />}
      </div>
    );
  }
  if (!session) {
    const props: OpenPageProps = { session: answer, onSignedIn: () => client.invalidateQueries() };
    const [first] = open;
    return (
      <Suspense fallback={<Loading />}>
        <Switch>
          {open.slice(1).map(({ path, Component }) => (
            <Route key={path} path={path}>
              <Component {...props} />
            </Route>
          ))}
          {first && (
            <Route>
              <first.Component {...props} />
            </Route>
          )}
        </Switch>
      </Suspense>
    );
  }
  const offered = session.must_enrol ? pages.filter(({ isForEnrolment }) => isForEnrolment) : pages;
  return (
    <SessionContext value={session}>
      <Layout pages={offered} isLost={isLost}>
        <Routes key={`${session.member.member_id} ${store}`} pages={offered} />
      </Layout>
      <StepUp />
    </SessionContext>
  );
}

/** The sub-store that was chosen in this tab, if it is one that the member may look at. */
function storeOf(tiers: readonly string[] | null, chosen: string, { merchant }: SessionAnswer): string {
  const codes = (merchant?.sub_stores ?? []).map(({ code }) => code).filter((code) => tiers?.includes(code) ?? true);
  if (codes.includes(chosen)) return chosen;
  return tiers === null ? '' : (codes[0] ?? '');
}
