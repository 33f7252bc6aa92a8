import { headReader } from '../../platform/table-file/heads.ts';

/**
 * The columns of a bulk refund, with the other names that they may have; a file may have no others, since a misspelt `amount`
 * would give everything back. What an export calls the amount that was paid or cancelled is no name of the amount to refund.
 */
export const refundHeads = {
  imp_uid: ['포트원 거래번호', '아임포트 거래번호', '아임포트번호', '결제번호', '거래번호'],
  merchant_uid: ['주문번호', '고객사 주문번호', '가맹점 주문번호', '상점 주문번호'],
  amount: ['금액', '환불금액', '취소요청금액', '환불요청금액'],
  reason: ['사유', '환불사유', '취소사유'],
  refund_holder: ['예금주', '예금주명', '환불예금주', '환불계좌예금주', '환불계좌 예금주명'],
  refund_bank: ['은행코드', '은행', '환불은행', '환불은행코드', '환불계좌은행'],
  refund_account: ['계좌번호', '계좌', '환불계좌', '환불계좌번호'],
  refund_tel: ['예금주연락처', '환불연락처', '예금주전화번호', '환불계좌연락처'],
  tax_free: ['면세금액', '면세', '비과세', '비과세금액'],
  vat_amount: ['부가세', '부가가치세', '부가세금액', '세액'],
} as const;
export type RefundColumn = keyof typeof refundHeads;

export const refundColumns = Object.keys(refundHeads) as readonly RefundColumn[];

export const refundColumnOf = headReader(refundHeads);

/** The one Korean name that people are told, who ask which there are. */
export function koreanHead(column: RefundColumn): string {
  return refundHeads[column][0];
}
