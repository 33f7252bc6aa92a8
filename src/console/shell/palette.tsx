import { useState } from 'react';
import {
  Dialog as AriaDialog,
  Autocomplete,
  Input,
  ListBox,
  ListBoxItem,
  Modal,
  ModalOverlay,
  SearchField,
} from 'react-aria-components';
import { useLocation } from 'wouter';
import { chooseLanguage, useLanguage } from '../language/language.ts';
import { useWords } from '../language/words.ts';
import { offeredPages } from './offered-pages.ts';
import type { PageDescription } from './page-description.ts';
import { useSession } from './session.ts';
import { chooseTheme, themes } from './theme.ts';
import { shellWords } from './words.ts';

interface Entry {
  readonly id: string;
  readonly text: string;
  /** What it is found by besides: its words in the other language. */
  readonly also?: string;
  run(): void;
}

/** Ctrl/Cmd+K: goes to a page, looks for what was typed or pasted, and changes how the console looks. Nothing else. */
export function Palette({ pages, onClose }: { readonly pages: readonly PageDescription[]; onClose(): void }) {
  const words = useWords(shellWords);
  const language = useLanguage();
  const session = useSession();
  const [, navigate] = useLocation();
  const [text, setText] = useState('');

  const offered = offeredPages(pages, session);
  const typed = text.trim();
  const searches = (typed === '' ? [] : offered).flatMap((page): Entry[] => {
    const href = page.searchHref?.(typed);
    if (href === undefined) return [];
    return [{ id: `search ${page.path}`, text: words.searchIn(page.name[language], typed), run: () => navigate(href) }];
  });
  const fixed: Entry[] = [
    ...offered.map((page) => ({
      id: page.path,
      text: words.goTo(page.name[language]),
      also: `${page.name.ko} ${page.name.en}`,
      run: () => navigate(page.path),
    })),
    { id: 'language', text: words.language, run: () => chooseLanguage(language === 'ko' ? 'en' : 'ko') },
    ...themes.map((theme) => ({
      id: `theme ${theme}`,
      text: `${words.theme}: ${words.themes[theme]}`,
      run: () => chooseTheme(theme),
    })),
    { id: 'sign-out', text: words.signOut, run: () => void session.signOut() },
  ];
  const wanted = typed.toLowerCase();
  const entries = [
    ...fixed.filter((entry) => wanted !== '' && `${entry.text} ${entry.also ?? ''}`.toLowerCase().includes(wanted)),
    ...searches,
    ...(wanted === '' ? fixed : []),
  ];

  return (
    <ModalOverlay className="overlay at-top" isOpen isDismissable onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Modal className="modal palette">
        <AriaDialog className="dialog" aria-label={words.palette}>
          <Autocomplete inputValue={text} onInputChange={setText}>
            <SearchField aria-label={words.palette} autoFocus className="palette-field">
              <Input placeholder={words.paletteHint} />
            </SearchField>
            <ListBox
              aria-label={words.palette}
              className="palette-list"
              items={entries}
              selectionMode="none"
              renderEmptyState={() => <p className="faint palette-empty">{words.paletteEmpty}</p>}
              onAction={(id) => {
                onClose();
                entries.find((entry) => entry.id === id)?.run();
              }}
            >
              {(entry) => (
                <ListBoxItem id={entry.id} textValue={entry.text} className="palette-entry">
                  {entry.text}
                </ListBoxItem>
              )}
            </ListBox>
          </Autocomplete>
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
