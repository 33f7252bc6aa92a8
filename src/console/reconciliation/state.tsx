import type { ReconciledMonthAnswer } from '../../api/views/reconciliation.ts';
import { Badge, type Tone } from '../elements/badge.tsx';
import { useWords } from '../language/words.ts';
import { reconciliationWords } from './words.ts';

export type DayState = ReconciledMonthAnswer['list'][number]['state'];

const tones: Readonly<Record<DayState, Tone>> = {
  not_done: 'neutral',
  running: 'moving',
  equal: 'good',
  differences: 'bad',
  not_comparable: 'doubt',
  failed: 'bad',
};

export function DayBadge({ state }: { readonly state: DayState }) {
  return <Badge tone={tones[state]}>{useWords(reconciliationWords).states[state]}</Badge>;
}
