import { Link, useLocation } from 'wouter';
import { useLanguage } from '../language/language.ts';
import { useWords } from '../language/words.ts';
import { offeredPages } from './offered-pages.ts';
import type { PageDescription, PageGroup } from './page-description.ts';
import { useSession } from './session.ts';
import { shellWords } from './words.ts';

const groups: readonly PageGroup[] = ['daily', 'lists', 'analysis', 'sandbox', 'settings'];

export function Navigation({ pages, onChosen }: { readonly pages: readonly PageDescription[]; onChosen(): void }) {
  const words = useWords(shellWords);
  const language = useLanguage();
  const [location] = useLocation();
  const offered = offeredPages(pages, useSession());
  return (
    <nav aria-label={words.navigation} id="navigation">
      {groups.map((group) => {
        const own = offered.filter((page) => page.group === group);
        if (own.length === 0) return null;
        return (
          <div key={group} className="nav-group">
            <p className="nav-head">{words.groups[group]}</p>
            <ul>
              {own.map((page) => (
                <li key={page.path}>
                  <Link
                    href={page.path}
                    aria-current={isAt(page.path, location) ? 'page' : undefined}
                    onClick={onChosen}
                  >
                    {page.name[language]}
                  </Link>
                </li>
              ))}
            </ul>
          </div>
        );
      })}
    </nav>
  );
}

function isAt(path: string, location: string): boolean {
  return location === path || (path !== '/' && location.startsWith(`${path}/`));
}
