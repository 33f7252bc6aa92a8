import type { GatewayCall } from '../../../port/call.ts';
import type { OperationAt } from '../../../port/operations.ts';
import type { Outcome } from '../../../port/outcome.ts';
import type { Receipt, ReceiptIssue, ReceiptRevocation } from '../../../port/receipt.ts';
import type { Revoked } from '../../../port/revocation.ts';
import { outcomeOfRefusal } from '../../answers/refused-repeat.ts';
import { encryptField } from '../wire/encryption.ts';
import { textBytesMax, wireMessage, wireText } from '../wire/texts.ts';
import { buyerFields } from './accounts.ts';
import { answered, failureOf, mismatch } from './answers.ts';
import { keysOf, sendV1 } from './requests.ts';

/** Cash receipts, in v1 for both modules. Nothing in the request links the receipt to a payment. */
export const receiptIssue: OperationAt<'issue_receipt'> = {
  send: issue,
  inquire: async () => ({
    kind: 'unknown',
    why: 'INICIS has no inquiry for cash receipts, and would issue a second one',
  }),
};

export const receiptRevocation: OperationAt<'revoke_receipt'> = {
  send: revoke,
  // A receipt is only ever revoked as a whole, and INICIS refuses to do that twice.
  inquire: async (_call, { amountMinor, balanceBeforeMinor }) =>
    amountMinor === balanceBeforeMinor ? { kind: 'ask_by_repeating' } : { kind: 'not_done', repeatIsSafe: false },
};

async function issue(call: GatewayCall, request: ReceiptIssue): Promise<Outcome<Receipt>> {
  const { amountMinor, vatMinor } = request;
  const result = answered(
    await sendV1(call, 'receipt', {
      type: 'Issue',
      paymethod: 'Receipt',
      fields: {
        // Not in the list of fields that is public: the other requests of v1 name an order by it, and v1 reads over what
        // it does not know.
        moid: request.receiptOrderId,
        goodName: wireText(request.orderName, textBytesMax.goodName),
        currency: 'WON',
        crPrice: String(amountMinor),
        // There is no field for what is free of tax; the supply price has it, so that the three add up.
        supPrice: String(amountMinor - vatMinor),
        tax: String(vatMinor),
        srcvPrice: '0',
        ...buyerFields(request),
        regNum: encryptField(request.identifier, keysOf(call)),
        useOpt: request.type === 'company' ? '1' : '0',
      },
    }),
  );
  if (result.kind !== 'answer') return result;
  const { answer } = result;
  if (answer.resultCode !== '00') return failureOf(answer);
  const issuedAt = answer.time('authDate', 'authTime');
  const [receiptTid, approvalNumber] = [answer.text('tid'), answer.text('authNo')];
  const isOurs = answer.text('crPrice') === '' || answer.amount('crPrice') === amountMinor;
  if (!isOurs || receiptTid === '' || approvalNumber === '' || !issuedAt) return mismatch;
  return { kind: 'confirmed', result: { receiptTid, approvalNumber, receiptUrl: null, issuedAt } };
}

/** INICIS revokes a receipt as a whole or not at all. */
async function revoke(call: GatewayCall, request: ReceiptRevocation): Promise<Outcome<Revoked>> {
  if (request.amountMinor !== request.balanceBeforeMinor) {
    return { kind: 'never_sent', why: 'INICIS can only revoke a cash receipt as a whole' };
  }
  const result = answered(
    await sendV1(call, 'refund', {
      type: 'Refund',
      paymethod: 'Receipt',
      fields: { tid: request.receiptTid, msg: wireMessage(request.reason) },
    }),
  );
  if (result.kind !== 'answer') return result;
  const { answer } = result;
  if (answer.resultCode === '00') {
    const revokedAt = answer.time('cancelDate', 'cancelTime');
    return revokedAt ? { kind: 'confirmed', result: { gatewayTid: null, revokedAt } } : mismatch;
  }
  const failure = failureOf(answer);
  if (failure.kind !== 'refused') return failure;
  if (!call.isRepeat || failure.category !== 'already_cancelled') return outcomeOfRefusal(call, failure);
  const revokedAt = answer.time('cancelDate', 'cancelTime') ?? call.now;
  return { kind: 'confirmed', result: { gatewayTid: null, revokedAt } };
}
