import { useSyncExternalStore } from 'react';

export type Language = 'ko' | 'en';

const storedAs = 'hwanbul.console.language';
const listeners = new Set<() => void>();
let current: Language = localStorage.getItem(storedAs) === 'en' ? 'en' : 'ko';
document.documentElement.lang = current;

export function currentLanguage(): Language {
  return current;
}

export function useLanguage(): Language {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, currentLanguage);
}

export function chooseLanguage(language: Language): void {
  current = language;
  localStorage.setItem(storedAs, language);
  document.documentElement.lang = language;
  for (const listener of listeners) listener();
}
