import type { PaymentReference } from '../../../port/payment.ts';

/**
 * NICE's page of slips, as i'mport was seen to answer it for cards. NICE's new API answers the same page for every pay method,
 * so it is taken for all of them here, too.
 */
export function niceReceiptUrl({ gatewayTid }: PaymentReference): string | null {
  if (gatewayTid === null) return null;
  const query = new URLSearchParams({ TID: gatewayTid, type: '0', InnerWin: 'Y' });
  return `https://npg.nicepay.co.kr/issue/IssueLoader.do?${query}`;
}
