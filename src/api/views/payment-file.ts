import { seoulLocal } from '../../platform/clock/seoul-time.ts';
import type { PaymentAnswer, PaymentStandingAnswer } from './payment.ts';

/** A column of the file: its heads, and what stands in it. */
interface FileColumn {
  readonly ko: string;
  readonly en: string;
  cell(payment: PaymentAnswer, standing: PaymentStandingAnswer): string | number | null;
}

const time = (seconds: number): string => (seconds === 0 ? '' : seoulLocal(new Date(seconds * 1000)).replace('T', ' '));

/** By the names that the API has for them. Times are Seoul's. */
export const paymentFileColumns = {
  imp_uid: { ko: '결제번호', en: 'imp_uid', cell: ({ imp_uid }) => imp_uid },
  merchant_uid: { ko: '주문번호', en: 'Order', cell: ({ merchant_uid }) => merchant_uid },
  status: { ko: '상태', en: 'State', cell: ({ status }) => status },
  amount: { ko: '결제금액', en: 'Amount', cell: ({ amount }) => amount },
  cancel_amount: { ko: '취소금액', en: 'Cancelled', cell: ({ cancel_amount }) => cancel_amount },
  reserved: { ko: '취소 진행 금액', en: 'Reserved', cell: (_, { reserved }) => reserved },
  left: { ko: '취소 가능 금액', en: 'Left', cell: (_, { left }) => left },
  doubts: { ko: '결과 미확인', en: 'In doubt', cell: (_, { doubts }) => doubts },
  currency: { ko: '통화', en: 'Currency', cell: ({ currency }) => currency },
  pay_method: { ko: '결제수단', en: 'Method', cell: ({ pay_method }) => pay_method },
  pg_provider: { ko: 'PG사', en: 'Gateway', cell: ({ pg_provider }) => pg_provider },
  pg_id: { ko: '상점아이디(MID)', en: 'MID', cell: ({ pg_id }) => pg_id },
  pg_tid: { ko: 'PG사 거래번호', en: "Gateway's id", cell: ({ pg_tid }) => pg_tid },
  apply_num: { ko: '승인번호', en: 'Approval number', cell: ({ apply_num }) => apply_num },
  sandbox: { ko: '테스트', en: 'Test', cell: ({ sandbox }) => (sandbox ? 'test' : 'live') },
  name: { ko: '상품명', en: 'Name', cell: ({ name }) => name },
  buyer_name: { ko: '구매자', en: 'Buyer', cell: ({ buyer_name }) => buyer_name },
  buyer_email: { ko: '구매자 이메일', en: "Buyer's e-mail", cell: ({ buyer_email }) => buyer_email },
  buyer_tel: { ko: '구매자 전화번호', en: "Buyer's telephone", cell: ({ buyer_tel }) => buyer_tel },
  customer_uid: { ko: '빌링키(customer_uid)', en: 'customer_uid', cell: ({ customer_uid }) => customer_uid },
  card_name: { ko: '카드사', en: 'Card', cell: ({ card_name }) => card_name },
  started_at: { ko: '요청 시각', en: 'Requested', cell: ({ started_at }) => time(started_at) },
  paid_at: { ko: '결제 시각', en: 'Paid', cell: ({ paid_at }) => time(paid_at) },
  cancelled_at: { ko: '취소 시각', en: 'Cancelled at', cell: ({ cancelled_at }) => time(cancelled_at) },
  failed_at: { ko: '실패 시각', en: 'Failed at', cell: ({ failed_at }) => time(failed_at) },
  fail_reason: { ko: '실패 사유', en: 'Why it failed', cell: ({ fail_reason }) => fail_reason },
  cancel_reason: { ko: '취소 사유', en: 'Why it was cancelled', cell: ({ cancel_reason }) => cancel_reason },
} as const satisfies Readonly<Record<string, FileColumn>>;

export type PaymentFileColumn = keyof typeof paymentFileColumns;
export const paymentFileColumnNames = Object.keys(paymentFileColumns) as readonly PaymentFileColumn[];
