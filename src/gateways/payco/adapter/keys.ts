import { readSeoulDigits } from '../../../platform/clock/seoul-time.ts';
import { amountNumber } from '../../../platform/money/currency.ts';
import type { Approval } from '../../../port/approval.ts';
import type { BillingKey, KeyCharge } from '../../../port/billing-key.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { OperationAt } from '../../../port/operations.ts';
import type { Outcome } from '../../../port/outcome.ts';
import { wireText } from '../../../port/texts.ts';
import { notOurs, readDecided } from '../../answers/decided-answer.ts';
import { inquireNothing } from '../../answers/no-inquiry.ts';
import { meaningOfRefusal } from '../../answers/refusal-texts.ts';
import { paycoPaths } from '../wire/paths.ts';
import { titleRule } from '../wire/text.ts';
import { readTransactionId, transactionIdOf } from '../wire/transaction-id.ts';
import { type PaycoAnswer, readAnswer, readChargeResult, readKeyNumber } from '../wire/wire.ts';
import { send } from './requests.ts';

/**
 * A payment by a key (자동결제). The order's number and certifying key, without which it can't be cancelled, stand in the answer
 * only. That PAYCO refuses an order number a second time is said by nothing but the name `UNIQUE_KEY`: a charge whose answer
 * was lost is never sent again.
 */
export const chargeKey: OperationAt<'charge_key'> = {
  async send(call, request) {
    if (request.installmentMonths > 1) {
      return { kind: 'never_sent', why: 'a charge of a PAYCO key has no field for instalments' };
    }
    const decided = readDecided(await send(call, paycoPaths.keyCharge, chargeFields(call, request)), readAnswer);
    if ('outcome' in decided) return decided.outcome;
    const { answer } = decided;
    if (answer.code !== '0') return refusalOf(call, answer);
    const approval = approvalOf(request, answer.result);
    return approval ? { kind: 'confirmed', result: approval } : notOurs;
  },
  inquire: inquireNothing,
};

/**
 * A key that PAYCO still tells of was not deleted. What it says of one that was is not public, so that nothing else proves
 * anything, nor does the refusal of a repeat.
 */
export const revokeKey: OperationAt<'revoke_key'> = {
  async send(call, { billingKey }) {
    const decided = readDecided(await send(call, paycoPaths.keyDeletion, namesOf(billingKey)), readAnswer);
    if ('outcome' in decided) return decided.outcome;
    const { answer } = decided;
    if (answer.code !== '0') return refusalOf(call, answer);
    return { kind: 'confirmed', result: { gatewayTid: null, revokedAt: call.now } };
  },

  async inquire(call, { billingKey }) {
    const decided = readDecided(await send(call, paycoPaths.keyInfo, namesOf(billingKey)), readAnswer);
    if ('outcome' in decided) return { kind: 'unknown', why: decided.outcome.why };
    const { code, result } = decided.answer;
    if (code === '0' && readKeyNumber(result) === billingKey.key) return { kind: 'not_done', repeatIsSafe: true };
    return { kind: 'unknown', why: `PAYCO does not tell of the key (${code})` };
  },
};

/** The merchant's name of the key, and what certifies it: without the number that it is charged by. */
function namesOf({ boundTo }: BillingKey): Record<string, string> {
  const { referenceKey = '', certifyKey = '' } = boundTo;
  return { sellerAutoPaymentReferenceKey: referenceKey, autoPaymentCertifyKey: certifyKey };
}

/** As an order of the window: one product, under the order's own id. VAT that is not stated is an eleventh, as in PAYCO's samples. */
function chargeFields(call: GatewayCall, request: KeyCharge): Record<string, unknown> {
  const { amountMinor, taxFreeMinor, billingKey, orderId } = request;
  const amount = (minor: bigint) => amountNumber(minor, request.currency);
  const vatMinor = request.vatMinor > 0n ? request.vatMinor : (amountMinor - taxFreeMinor + 5n) / 11n;
  const title = wireText(request.orderName, titleRule) || orderId;
  return {
    autoPaymentNo: billingKey.key,
    autoPaymentCertifyKey: billingKey.boundTo.certifyKey ?? '',
    sellerOrderReferenceKey: orderId,
    sellerOrderReferenceKeyType: 'UNIQUE_KEY',
    currency: request.currency,
    totalPaymentAmt: amount(amountMinor),
    totalTaxfreeAmt: amount(taxFreeMinor),
    totalTaxableAmt: amount(amountMinor - taxFreeMinor - vatMinor),
    totalVatAmt: amount(vatMinor),
    orderTitle: title,
    orderProducts: [
      {
        cpId: call.channel.mid,
        productId: call.channel.credentials.productId ?? '',
        productAmt: amount(amountMinor),
        productPaymentAmt: amount(amountMinor),
        orderQuantity: 1,
        sortOrdering: 1,
        productName: title,
        sellerOrderProductReferenceKey: orderId,
        taxationType: taxFreeMinor === 0n ? 'TAXATION' : taxFreeMinor === amountMinor ? 'DUTYFREE' : 'COMBINE',
      },
    ],
  };
}

function approvalOf(request: KeyCharge, result: unknown): Approval | undefined {
  const answer = readChargeResult(result);
  const approvedAt = readSeoulDigits(answer?.paymentCompleteYmdt ?? '');
  if (!answer || !approvedAt) return undefined;
  const gatewayTid = transactionIdOf({ orderNo: String(answer.orderNo), orderCertifyKey: answer.orderCertifyKey });
  const isOurs =
    // Whatever is not of this form could never be cancelled.
    readTransactionId(gatewayTid) !== undefined &&
    (answer.sellerOrderReferenceKey ?? request.orderId) === request.orderId &&
    (answer.totalPaymentAmt == null || BigInt(answer.totalPaymentAmt) === request.amountMinor);
  return isOurs
    ? { gatewayTid, approvalNumber: null, approvedAt, receiptUrl: null, card: null, bank: null }
    : undefined;
}

/**
 * PAYCO publishes no list of codes: what a refusal means is read from its text. "This order number was used before" is no
 * clear no, since ours is used once: the order would be this very one.
 */
function refusalOf({ isRepeat }: GatewayCall, { code, message }: PaycoAnswer): Outcome<never> {
  const meaning = meaningOfRefusal(message);
  if (isRepeat || meaning === 'in_doubt' || meaning === 'duplicate_order') {
    return { kind: 'unclear', why: `PAYCO gave no clear answer (${code})`, code, message };
  }
  return { kind: 'refused', code, message: message || code, category: meaning === 'deposited' ? 'other' : meaning };
}
