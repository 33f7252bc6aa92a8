import type { GatewayCall } from '../../../port/call.ts';
import type { Outcome, RefusalCategory } from '../../../port/outcome.ts';
import { outcomeOfRefusal } from '../../answers/refused-repeat.ts';
import type { TossPayAnswer } from './wire.ts';

/** `in_doubt`: it does not say that nothing was done. */
export interface TossPayError {
  readonly category: RefusalCategory | 'in_doubt';
  readonly message: string;
}

/**
 * `errorCode` of a failure, with the texts of the guide's list, as far as it concerns refunds, charges and keys. The list does
 * not say which call answers which code, and Toss Pay may send another text with the same code.
 *
 * A number that was used before is in doubt: ours are used once, so that the first request must have arrived.
 *
 * The codes with `SIM` are the simulator's own, for what the list has no code for.
 */
export const tossPayErrors = {
  COMMON_INVALID_API_KEY: { category: 'bad_credentials', message: '바르지 않은 API key 입니다.' },
  COMMON_UNAUTHORIZED: { category: 'bad_credentials', message: 'Unauthorized Access' },
  COMMON_INVALID_PARAMETER: { category: 'other', message: '요청한 값이 바르지 않습니다.' },
  COMMON_SYSTEM_ERROR: { category: 'in_doubt', message: '시스템 오류로 인해 통신이 원활하지 않습니다.' },
  COMMON_PAY_ERROR: { category: 'in_doubt', message: '문제가 발생하였습니다.' },
  COMMON_TIMEOUT: { category: 'in_doubt', message: '처리 중 지연이 발생하였습니다. 다시 시도해주세요.' },
  COMMON_THROTTLED: {
    category: 'temporarily_unavailable',
    message: '결제 요청이 많아 서비스 이용이 원활하지 않습니다. 잠시 후에 다시 시도해주세요.',
  },
  COMMON_BREAK_TIME_OF_BANK: {
    category: 'closed_hours',
    message: '지금은 은행 점검 시간입니다. 점검이 끝난 후 사용해주세요.',
  },
  COMMON_NOT_ENOUGH_CASH: {
    category: 'not_enough',
    message: '충전계좌의 잔액이 부족하여 토스머니 충전이 불가합니다.',
  },
  COMMON_EXCEED_LIMIT: { category: 'other', message: '한도를 초과하였습니다.' },
  COMMON_REFUND_ERROR: { category: 'other', message: '환불이 불가능 한 상태입니다.' },
  COMMON_ITS_NOT_ABLE_TO_CHANGE_STATUS: { category: 'other', message: '요청 가능한 상태가 아닙니다.' },
  REFUND_REFUND_NO_DUPLICATE: { category: 'in_doubt', message: '동일한 refundNo가 이미 존재합니다.' },
  REFUND_ALREADY_REFUNDED: { category: 'already_cancelled', message: '이미 환불 되었습니다.' },
  REFUND_EXCEED_DAILY: {
    category: 'temporarily_unavailable',
    message: '환불 금액이 상점의 일일 환불 한도보다 클 수 없습니다.',
  },
  PAYMENT_DUPLICATION_ORDER_NO: { category: 'in_doubt', message: '중복된 주문번호 입니다.' },
  PAYMENT_EXISTING_PAYMENT: { category: 'in_doubt', message: '이미 존재하는 결제입니다.' },
  TRANSACTION_PENDING_ERROR: { category: 'in_doubt', message: '조금 전 신청하신 결제가 아직 진행중입니다.' },
  TRANSACTION_NOT_COMPLETE: { category: 'in_doubt', message: '거래가 완료되지 않았습니다.' },
  TRANSACTION_NOT_FOUND: { category: 'unknown_transaction', message: '존재하지 않는 거래내역 입니다.' },
  PAYMENT_SHOP_STATE_NOT_NORMAL: { category: 'contract_missing', message: '결제 불가 가맹점입니다.' },
  PAYMENT_SHOP_STATE_CANNOT_REFUND: { category: 'contract_missing', message: '결제 불가 가맹점입니다.(사고신고)' },
  CARD_SYSTEM_ERROR: {
    category: 'temporarily_unavailable',
    message: '카드사 시스템 점검 중입니다. 잠시 후 다시 시도해주세요.',
  },
  CARD_BANK_SYSTEM_ERROR: {
    category: 'temporarily_unavailable',
    message: '카드사 거래은행 시스템 점검 중입니다. 잠시 후 다시 시도해주세요.',
  },
  CARD_NOT_AVAILABLE: { category: 'bad_card', message: '도난/분실/거래정지 카드로 승인이 거절되었습니다.' },
  CARD_NOT_AVAILABLE_SHOP: { category: 'bad_card', message: '해당카드로 결제가 불가합니다.' },
  CARD_EXCEED_LIMIT: { category: 'not_enough', message: '사용한도 초과로 승인이 거절되었습니다.' },
  CARD_NOT_ENOUGH_BALANCE: { category: 'not_enough', message: '잔고 부족으로 승인이 거절되었습니다.' },
  SIM01: { category: 'over_balance', message: '환불 가능 금액을 초과하였습니다.' },
  SIM02: { category: 'other', message: '존재하지 않는 빌링키입니다.' },
} as const satisfies Readonly<Record<string, TossPayError>>;
export type TossPayErrorCode = keyof typeof tossPayErrors;

export function isTossPayErrorCode(code: string): code is TossPayErrorCode {
  return Object.hasOwn(tossPayErrors, code);
}

/** "This is not possible in the present state": of a repeat, the first request may be what has changed the state. */
const statesInTheWay: readonly string[] = ['COMMON_REFUND_ERROR', 'COMMON_ITS_NOT_ABLE_TO_CHANGE_STATUS'];

/** What a failure that Toss Pay reports means. One whose code is not in the table is a clear no as well. */
export function failureOf(call: Pick<GatewayCall, 'isRepeat'>, answer: TossPayAnswer): Outcome<never> {
  const code = answer.errorCode || String(answer.code);
  const known: TossPayError | undefined = isTossPayErrorCode(code) ? tossPayErrors[code] : undefined;
  const message = answer.message || known?.message || code;
  const category = known?.category ?? 'other';
  if (category === 'in_doubt' || (call.isRepeat && statesInTheWay.includes(code))) {
    return { kind: 'unclear', why: `Toss Pay gave no clear answer (${code})`, code, message };
  }
  return outcomeOfRefusal(call, { code, message, category });
}
