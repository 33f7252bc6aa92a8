import type { CancellationSummaryAnswer } from '../../api/views/cancellation.ts';
import { defineWords, useWords } from '../language/words.ts';
import { Badge, type Tone } from './badge.tsx';

export type PaymentStatus = 'ready' | 'paid' | 'cancelled' | 'failed';
/** Of a cancellation, and of every other operation. */
export type OperationState = CancellationSummaryAnswer['state'];

const stateWords = defineWords({
  ko: {
    payment: { ready: '결제 대기', paid: '결제 완료', cancelled: '취소됨', failed: '결제 실패', partial: '부분 취소' },
    operation: {
      requested: '요청함',
      sent: '보냄',
      in_doubt: '결과 확인 중',
      accepted: '접수됨, 지급 전',
      confirmed: '완료',
      refused: '거절됨',
      unsent: '보내지 못함',
    },
  },
  en: {
    payment: { ready: 'waiting', paid: 'paid', cancelled: 'cancelled', failed: 'failed', partial: 'partly cancelled' },
    operation: {
      requested: 'requested',
      sent: 'sent',
      in_doubt: 'in doubt',
      accepted: 'accepted, not paid out',
      confirmed: 'done',
      refused: 'refused',
      unsent: 'not sent',
    },
  },
});

const paymentTones: Readonly<Record<PaymentStatus | 'partial', Tone>> = {
  ready: 'moving',
  paid: 'good',
  cancelled: 'neutral',
  failed: 'bad',
  partial: 'neutral',
};
const operationTones: Readonly<Record<OperationState, Tone>> = {
  requested: 'moving',
  sent: 'moving',
  in_doubt: 'doubt',
  accepted: 'moving',
  confirmed: 'good',
  refused: 'bad',
  unsent: 'neutral',
};

/** `cancelled`: how much of it has been cancelled, which tells a part from the whole. */
export function PaymentBadge({
  status,
  cancelled = 0,
}: {
  readonly status: PaymentStatus;
  readonly cancelled?: number;
}) {
  const words = useWords(stateWords);
  const shown = status === 'paid' && cancelled > 0 ? 'partial' : status;
  return <Badge tone={paymentTones[shown]}>{words.payment[shown]}</Badge>;
}

export function OperationBadge({ state }: { readonly state: OperationState }) {
  return <Badge tone={operationTones[state]}>{useWords(stateWords).operation[state]}</Badge>;
}

/** The words of the states, for options of a filter. */
export function useStateWords() {
  return useWords(stateWords);
}

/** Not ended yet, so that it is asked again soon. */
export function isMovingState(state: OperationState): boolean {
  return state === 'requested' || state === 'sent' || state === 'in_doubt';
}
