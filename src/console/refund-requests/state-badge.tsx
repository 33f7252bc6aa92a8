import type { RefundRequestAnswer } from '../../api/views/refund-request.ts';
import { Badge, type Tone } from '../elements/badge.tsx';
import { useWords } from '../language/words.ts';
import { refundRequestWords } from './words.ts';

export type RefundRequestState = RefundRequestAnswer['state'];

const tones: Readonly<Record<RefundRequestState, Tone>> = {
  waiting: 'moving',
  approved: 'moving',
  in_doubt: 'doubt',
  done: 'good',
  refused: 'bad',
  rejected: 'bad',
  withdrawn: 'neutral',
  expired: 'neutral',
};

export function RefundRequestBadge({ state }: { readonly state: RefundRequestState }) {
  return <Badge tone={tones[state]}>{useWords(refundRequestWords).states[state]}</Badge>;
}

/** Somebody, or the gateway, is about to change it. */
export function isMovingRequest(state: RefundRequestState): boolean {
  return state === 'waiting' || state === 'approved' || state === 'in_doubt';
}
