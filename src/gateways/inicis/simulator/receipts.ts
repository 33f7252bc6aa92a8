import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { SimulatorContext } from '../../../simulators/definition.ts';
import { insertReceipt, maskIdentifier } from '../../../simulators/receipts.ts';
import { receiptNumbers } from './ids.ts';
import { fieldsOf, InicisRefusal } from './protocol.ts';

/** v1 and v2 have names of their own for the same fields. */
const fieldNames = {
  v1: { amount: 'crPrice', supply: 'supPrice', service: 'srcvPrice', use: 'useOpt', identifier: 'regNum' },
  v2: {
    amount: 'price',
    supply: 'supplyPrice',
    service: 'servicePrice',
    use: 'issueType',
    identifier: 'issueNumber',
  },
} as const;

/**
 * `receipt`, type `Issue` in v1 and `receipt` in v2. INICIS does not look at an order number here: the same request again is
 * another receipt. In our book the second one goes under its own id, since order numbers are unique there.
 */
export function issueReceipt(context: SimulatorContext): Record<string, unknown> {
  const { book, caller, now } = context;
  const body = fieldsOf(context);
  const names = fieldNames[body.version];
  const amountMinor = body.amount(names.amount);
  const supplyMinor = body.balance(names.supply);
  const vatMinor = body.balance('tax');
  const serviceMinor = body.balance(names.service);
  const useOpt = body.text(names.use, 1);
  const orderName = body.text('goodName', 200);
  const identifier = maskIdentifier(body.encryptedDigits(names.identifier));
  body.text('buyerName', 200);
  if (body.version === 'v1') body.text('buyerEmail', 200);
  if (supplyMinor + vatMinor + serviceMinor !== amountMinor || !/^[01]$/.test(useOpt)) {
    throw new InicisRefusal('ERR012');
  }
  const { tid: receiptTid, approvalNumber } = receiptNumbers(caller.mid, { book, now });
  const issue = (orderId: string) =>
    insertReceipt(book, {
      receiptTid,
      mid: caller.mid,
      orderId,
      paymentTid: null,
      orderName,
      type: useOpt === '1' ? 'company' : 'person',
      identifier,
      amountMinor,
      taxFreeMinor: 0n,
      approvalNumber,
      issuedAt: now,
    });
  const receipt = issue(body.optionalText('moid', 64) || receiptTid) ?? issue(receiptTid);
  if (!receipt) throw new Error('a receipt could not be written down');
  const digits = seoulDigits(now);
  return {
    resultCode: '00',
    resultMsg: '정상처리되었습니다.',
    tid: receiptTid,
    authNo: receipt.approvalNumber,
    authDate: digits.slice(0, 8),
    authTime: digits.slice(8),
    ...(body.version === 'v1' && {
      authUseOpt: useOpt,
      crPrice: String(amountMinor),
      supPrice: String(supplyMinor),
      tax: String(vatMinor),
      srcvPrice: String(serviceMinor),
    }),
  };
}
