import type { GatewayCall } from '../../../port/call.ts';
import type { CashReceiptAmounts, OrderServices, PurchaseConfirmer } from '../../../port/order-services.ts';
import type { Outcome } from '../../../port/outcome.ts';
import type { PaymentReference } from '../../../port/payment.ts';
import type { Told } from '../../../port/question.ts';
import { outcomeOfRefusal } from '../../answers/refused-repeat.ts';
import { isNaverResultCode, naverResults } from '../wire/codes.ts';
import type { servicePaths } from '../wire/paths.ts';
import { readAnswer, readCashAmountBody } from '../wire/wire.ts';
import { sendService } from './requests.ts';

/**
 * What Naver Pay is told, and tells, about a payment besides its cancellation. Addresses and fields are those of public clients;
 * the codes of its refusals are not public. The idempotency key makes a repeat safe.
 */
export const naverServices: OrderServices = Object.freeze({
  creditPoints: (call: GatewayCall, payment: PaymentReference) => tell(call, payment, 'creditPoints', {}),

  confirmPurchase: (call: GatewayCall, payment: PaymentReference, requester: PurchaseConfirmer) =>
    tell(call, payment, 'confirmPurchase', { requester: requester === 'customer' ? '1' : '2' }),

  async cashReceiptAmounts(call: GatewayCall, { gatewayTid }: PaymentReference): Promise<Told<CashReceiptAmounts>> {
    if (gatewayTid === null) return { kind: 'not_found' };
    const result = await sendService(call, 'cashAmount', { paymentId: gatewayTid });
    if (result.kind !== 'answered') return { kind: 'unknown', why: result.why };
    const answer = readAnswer(result.text);
    if (!answer || result.status >= 500) return { kind: 'unknown', why: `HTTP ${result.status}` };
    if (answer.code !== 'Success') return { kind: 'refused', code: answer.code, message: textOf(answer) };
    const body = readCashAmountBody(answer.body);
    if (!body) return { kind: 'unknown', why: 'no readable amounts' };
    const found = {
      totalMinor: BigInt(body.totalCashAmount),
      byPointsMinor: BigInt(body.npointCashAmount),
      byPrimaryMinor: BigInt(body.primaryCashAmount),
      supplyMinor: BigInt(body.supplyCashAmount),
      vatMinor: BigInt(body.vatCashAmount),
    };
    const isWhole =
      found.totalMinor === found.byPointsMinor + found.byPrimaryMinor &&
      found.totalMinor === found.supplyMinor + found.vatMinor;
    return isWhole ? { kind: 'found', found } : { kind: 'unknown', why: 'the amounts do not add up' };
  },
});

async function tell(
  call: GatewayCall,
  { gatewayTid }: PaymentReference,
  service: keyof typeof servicePaths,
  fields: Readonly<Record<string, string>>,
): Promise<Outcome<null>> {
  if (gatewayTid === null) return { kind: 'never_sent', why: 'the payment has no number of Naver Pay' };
  const result = await sendService(call, service, { paymentId: gatewayTid, ...fields });
  if (result.kind === 'never_sent') return result;
  if (result.kind === 'no_answer') return { kind: 'unclear', why: result.why };
  const answer = readAnswer(result.text);
  if (!answer) return { kind: 'unclear', why: `HTTP ${result.status} without a readable answer` };
  const { code } = answer;
  if (code === 'Success') return { kind: 'confirmed', result: null };
  const known = isNaverResultCode(code) ? naverResults[code] : undefined;
  if (result.status >= 500 || known?.category === 'in_progress') {
    return { kind: 'unclear', why: `HTTP ${result.status} ${code}`, code, message: textOf(answer) };
  }
  const category = known && known.category !== 'success' ? known.category : 'other';
  return outcomeOfRefusal(call, { code, message: textOf(answer), category });
}

function textOf({ code, message }: { readonly code: string; readonly message: string }): string {
  return message || (isNaverResultCode(code) ? naverResults[code].message : code);
}
