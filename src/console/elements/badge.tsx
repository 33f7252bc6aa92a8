import type { ReactNode } from 'react';

/** `doubt` is no failure and never looks like one. */
export type Tone = 'good' | 'bad' | 'doubt' | 'moving' | 'neutral';

const signs: Readonly<Record<Tone, string>> = { good: '✓', bad: '×', doubt: '?', moving: '…', neutral: '·' };

/** A state in a word, with a sign besides its colour. */
export function Badge({ tone = 'neutral', children }: { readonly tone?: Tone; readonly children: ReactNode }) {
  return (
    <span className={`badge ${tone}`}>
      <span aria-hidden="true">{signs[tone]}</span> {children}
    </span>
  );
}
