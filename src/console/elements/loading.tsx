import { useWords } from '../language/words.ts';
import { elementWords } from './words.ts';

export function Loading() {
  return (
    <p className="loading" role="status">
      <span className="spinner" aria-hidden="true" /> {useWords(elementWords).loading}
    </p>
  );
}
