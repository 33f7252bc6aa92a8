import { useSyncExternalStore } from 'react';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const storedAs = 'hwanbul.console.theme';
const listeners = new Set<() => void>();
let current: Theme = themes.find((theme) => theme === localStorage.getItem(storedAs)) ?? 'system';
document.documentElement.dataset.theme = current;

export function useTheme(): Theme {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}

export function chooseTheme(theme: Theme): void {
  current = theme;
  localStorage.setItem(storedAs, theme);
  document.documentElement.dataset.theme = theme;
  for (const listener of listeners) listener();
}
