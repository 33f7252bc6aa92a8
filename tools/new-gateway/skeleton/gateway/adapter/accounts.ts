// if issue_vbank revoke_vbank
/** INVENTED: the fields with which virtual accounts are issued and revoked. */

import { readTime, seoulLocal } from '../../../../../src/platform/clock/seoul-time.ts';
import { bankName } from '../../../../../src/platform/codes/banks.ts';
import type { OperationAt } from '../../../../../src/port/operations.ts';
import type { VirtualAccount, VirtualAccountIssue } from '../../../../../src/port/virtual-account.ts';
import { readAccountAnswer } from '../wire/accounts.ts';
import { codes } from '../wire/codes.ts';
import { lengthMax } from '../wire/fields.ts';
import { paths } from '../wire/paths.ts';
import { carryOut, inquireByKey } from './exchange.ts';
import { orderFields } from './order.ts';
import { revocationAt } from './revocation.ts';

// if issue_vbank
export const issueAccount: OperationAt<'issue_vbank'> = {
  send: (call, request) =>
    carryOut(call, paths.issueAccount, accountFields(request), (result) =>
      accountOf(result, request.orderId, request.amountMinor),
    ),
  inquire: (call, { orderId, paymentAmountMinor }) =>
    inquireByKey(call, paths.issueAccount, (result) => accountOf(result, orderId, paymentAmountMinor)),
};

function accountFields(request: VirtualAccountIssue): Record<string, unknown> {
  return {
    ...orderFields(request),
    bank: codes.bankCode(request.bankCode) ?? request.bankCode,
    dueAt: seoulLocal(request.dueAt),
    holder: request.holder.slice(0, lengthMax.holder),
  };
}

function accountOf(result: unknown, orderId: string, amountMinor: bigint): VirtualAccount | undefined {
  const answer = readAccountAnswer(result);
  const bankCode = answer && codes.kftcBankCode(answer.bank);
  const [dueAt, issuedAt] = [answer?.dueAt, answer?.issuedAt].map((time) => readTime(time ?? ''));
  const isOurs = answer?.orderId === orderId && BigInt(answer.amount) === amountMinor;
  if (!isOurs || bankCode === undefined || !dueAt || !issuedAt) return undefined;
  return {
    gatewayTid: answer.transactionId,
    bankCode,
    bankName: bankName(bankCode) ?? bankCode,
    accountNumber: answer.accountNumber,
    holder: answer.holder,
    dueAt,
    issuedAt,
    noticeSecret: null,
  };
}
// end
// if revoke_vbank

export const revokeAccount = revocationAt(paths.revokeAccount);
// end
// end
