import type { BulkRefundRowAnswer, BulkRefundSummaryAnswer } from '../../api/views/bulk-refund.ts';
import { Badge, type Tone } from '../elements/badge.tsx';
import { moneyText } from '../elements/money.tsx';
import { useWords } from '../language/words.ts';
import { bulkRefundWords } from './words.ts';

export type BulkRefundState = BulkRefundSummaryAnswer['state'];
export type RowState = BulkRefundRowAnswer['state'];

const tones: Readonly<Record<BulkRefundState, Tone>> = {
  planned: 'moving',
  running: 'moving',
  stopped: 'neutral',
  ended: 'good',
  discarded: 'neutral',
};
const rowTones: Readonly<Record<RowState, Tone>> = {
  invalid: 'bad',
  waiting: 'neutral',
  confirmed: 'good',
  refused: 'bad',
  accepted: 'moving',
  in_doubt: 'doubt',
  not_done: 'bad',
};

export const rowStates = Object.keys(rowTones) as readonly RowState[];
export const bulkStates = Object.keys(tones) as readonly BulkRefundState[];

export function BulkRefundBadge({ state }: { readonly state: BulkRefundState }) {
  return <Badge tone={tones[state]}>{useWords(bulkRefundWords).states[state]}</Badge>;
}

export function RowBadge({ state, isUnderWay }: { readonly state: RowState; readonly isUnderWay: boolean }) {
  const words = useWords(bulkRefundWords);
  if (isUnderWay) return <Badge tone="moving">{words.underWay}</Badge>;
  return <Badge tone={rowTones[state]}>{words.rowStates[state]}</Badge>;
}

export function totalText(totals: BulkRefundSummaryAnswer['totals']): string {
  return totals.map(({ amount, currency }) => moneyText(amount, currency)).join(' + ') || '–';
}
