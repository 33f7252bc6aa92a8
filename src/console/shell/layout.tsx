import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { Button } from '../elements/button.tsx';
import { useKeys } from '../elements/keys.ts';
import { chooseLanguage, useLanguage } from '../language/language.ts';
import { useWords } from '../language/words.ts';
import { Help } from './help.tsx';
import { useKeptFocus } from './kept-focus.ts';
import { Navigation } from './navigation.tsx';
import { offeredPages } from './offered-pages.ts';
import type { PageDescription } from './page-description.ts';
import { Palette } from './palette.tsx';
import { useSession } from './session.ts';
import { chooseTheme, type Theme, themes, useTheme } from './theme.ts';
import { shellWords } from './words.ts';

/** What surrounds every page. */
export function Layout({
  pages,
  isLost,
  children,
}: {
  readonly pages: readonly PageDescription[];
  readonly isLost: boolean;
  readonly children: ReactNode;
}) {
  const words = useWords(shellWords);
  const language = useLanguage();
  const session = useSession();
  const [location, navigate] = useLocation();
  const [open, setOpen] = useState<'palette' | 'help' | 'menu'>();
  const main = useRef<HTMLElement>(null);

  useKeptFocus(main);

  // A reader begins at the new page, as after loading one; on the first page the focus stays where the browser has it.
  const shown = useRef(location);
  useEffect(() => {
    if (shown.current === location) return;
    shown.current = location;
    main.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, [location]);

  useKeys([
    { keys: '/', label: words.keySearch, run: () => focusSearch() || setOpen('palette') },
    { keys: '?', label: words.keyHelp, run: () => setOpen('help') },
    ...offeredPages(pages, session).flatMap((page) =>
      page.key === undefined
        ? []
        : [{ keys: `g ${page.key}`, label: words.goTo(page.name[language]), run: () => navigate(page.path) }],
    ),
  ]);
  useEffect(() => {
    const openPalette = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey)
        return;
      // Firefox would go to its own search.
      event.preventDefault();
      if (!document.querySelector('[role="dialog"], [role="alertdialog"]')) setOpen('palette');
    };
    document.addEventListener('keydown', openPalette);
    return () => document.removeEventListener('keydown', openPalette);
  }, []);

  const isLive = session.mode === 'live';
  return (
    <div className={`layout ${session.mode}`}>
      <a className="skip" href="#main">
        {words.skip}
      </a>
      <header className="bar">
        <button
          type="button"
          className="icon-button menu-button"
          aria-expanded={open === 'menu'}
          aria-controls="navigation"
          aria-label={open === 'menu' ? words.closeMenu : words.openMenu}
          onClick={() => setOpen(open === 'menu' ? undefined : 'menu')}
        >
          ☰
        </button>
        <p className="merchant">
          <strong>{session.merchant?.name}</strong>
          <span className="mode" title={isLive ? words.liveText : words.sandboxText}>
            {isLive ? words.live : words.sandbox}
          </span>
        </p>
        <StoreChoice />
        <div className="bar-acts">
          <Button kind="quiet" className="palette-button" onClick={() => setOpen('palette')}>
            {words.palette} <kbd>Ctrl K</kbd>
          </Button>
          <Button
            kind="quiet"
            lang={language === 'ko' ? 'en' : 'ko'}
            title={words.languageLabel}
            onClick={() => chooseLanguage(language === 'ko' ? 'en' : 'ko')}
          >
            {words.language}
          </Button>
          <AccountMenu />
        </div>
      </header>
      <p className="mode-line">
        {isLive ? `${words.live} · ${words.liveText}` : `${words.sandbox} · ${words.sandboxText}`}
      </p>
      {isLost && (
        <p className="lost" role="alert">
          {words.lost}
        </p>
      )}
      <div className="columns">
        <div className={`side${open === 'menu' ? ' open' : ''}`}>
          <Navigation pages={pages} onChosen={() => setOpen(undefined)} />
        </div>
        <main id="main" ref={main} tabIndex={-1}>
          {children}
        </main>
      </div>
      {open === 'palette' && <Palette pages={pages} onClose={() => setOpen(undefined)} />}
      {open === 'help' && <Help onClose={() => setOpen(undefined)} />}
    </div>
  );
}

/** Whether the page has a field to search by. */
function focusSearch(): boolean {
  const field = document.querySelector<HTMLInputElement>('[data-search]');
  field?.focus();
  field?.select();
  return field !== null;
}

function StoreChoice() {
  const words = useWords(shellWords);
  const { merchant, member, store, chooseStore } = useSession();
  const stores = (merchant?.sub_stores ?? []).filter(({ code }) => member.tiers?.includes(code) ?? true);
  if (stores.length === 0) return null;
  return (
    <select
      className="store-choice"
      aria-label={words.store}
      value={store}
      onChange={(event) => chooseStore(event.target.value)}
    >
      {member.tiers === null && <option value="">{words.mainStore}</option>}
      {stores.map(({ code, name }) => (
        <option key={code} value={code}>
          {name} ({code})
        </option>
      ))}
    </select>
  );
}

function AccountMenu() {
  const words = useWords(shellWords);
  const { member, signOut, version } = useSession();
  const theme = useTheme();
  return (
    <details className="account">
      <summary className="button quiet">{member.name || member.email}</summary>
      <div className="popover">
        <p>
          <strong>{member.name}</strong>
          <br />
          <span className="faint">
            {member.email} · {words.roles[member.role]}
          </span>
        </p>
        <label className="field">
          {words.theme}
          <select value={theme} onChange={(event) => chooseTheme(event.target.value as Theme)}>
            {themes.map((each) => (
              <option key={each} value={each}>
                {words.themes[each]}
              </option>
            ))}
          </select>
        </label>
        <Button onClick={() => void signOut()}>{words.signOut}</Button>
        <p className="faint">Hwanbul {version}</p>
      </div>
    </details>
  );
}
