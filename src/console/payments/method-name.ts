import { useWords } from '../language/words.ts';
import { paymentsWords } from './words.ts';

/** A pay method in the reader's words. */
export function useMethodName(): (method: string) => string {
  const methods: Readonly<Record<string, string>> = useWords(paymentsWords).methods;
  return (method) => methods[method] ?? method;
}
