import { useCallback } from 'react';
import { useSearchParams } from 'wouter';

export type UrlValues = Readonly<Record<string, string>>;

/** What stands behind `?` in the address, by name. Setting a name to '' takes it out. The page's history gets one entry per change. */
export function useUrlValues(): [values: UrlValues, set: (changes: UrlValues) => void] {
  const [parameters, setParameters] = useSearchParams();
  const set = useCallback(
    (changes: UrlValues) =>
      setParameters((before) => {
        const next = new URLSearchParams(before);
        for (const [name, value] of Object.entries(changes)) {
          if (value === '') next.delete(name);
          else next.set(name, value);
        }
        return next;
      }),
    [setParameters],
  );
  return [Object.fromEntries(parameters), set];
}

export function useUrlValue(name: string): [value: string, set: (value: string) => void] {
  const [values, set] = useUrlValues();
  return [values[name] ?? '', useCallback((value: string) => set({ [name]: value }), [name, set])];
}
