import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { Book } from '../../../simulators/book.ts';
import {
  jsonAnswer,
  type SimulatorAnswer,
  type SimulatorCaller,
  type SimulatorContext,
  type SimulatorDefinition,
  SimulatorRefusal,
  type SimulatorRequest,
} from '../../../simulators/definition.ts';
import { merchantByMid } from '../../../simulators/merchants.ts';
import { paymentByTid } from '../../../simulators/payments.ts';
import { explainSignature, type SignatureCheck, unknownMerchant } from '../../../simulators/signature-check.ts';
import { createSimulatorOf, type Simulator, type SimulatorOptions } from '../../../simulators/simulator.ts';
import { type AskedCancel, cancelInBook, operationOfCancel } from '../../smartro/simulator/cancel.ts';
import { moidOf, payInWindowOf } from '../../smartro/simulator/payments.ts';
import {
  namedRefusal,
  type SmartroRefusalCode,
  smartroRefusal,
  smartroRefusals,
} from '../../smartro/simulator/refusals.ts';
import { standInSecretOf } from '../../smartro/wire/stand-in.ts';
import { standInSimulatorNotices } from '../../stand-in/simulator/notices.ts';
import { withWindowApproval } from '../../stand-in/simulator/window-approval.ts';
import { withStandIn } from '../../stand-in/simulator/with-stand-in.ts';
import { smartroV2Capabilities } from '../capabilities.ts';
import { decryptData, hashData, verifyValue } from '../wire/encryption.ts';
import { cancelPath, keyChargePath } from '../wire/paths.ts';
import { chargeFieldNames, chargeInBook, issueKeyInWindow } from './keys.ts';

/** Lengths in characters, as the manual has them. */
const lengthMax = { CancelAmt: 12, CancelMsg: 100, CancelSeq: 3 } as const;
/** How long a refund to an account takes is not public; the sandbox pays it out after a minute. */
const refundsAfterMs = 60_000;

const definition: SimulatorDefinition = {
  provider: 'smartro_v2',
  escrow: smartroV2Capabilities.escrow,
  routes: [
    { method: 'POST', path: cancelPath, operation: operationOf, handle: cancel },
    { method: 'POST', path: keyChargePath, operation: 'charge_key', handle: chargeKey },
  ],
  authenticate,
  unknownPath: () => jsonAnswer(404, { ResultCode: 'SIM01', ResultMsg: smartroRefusals.SIM01 }),
  internalError: () => jsonAnswer(500, { ResultCode: 'SIM99', ResultMsg: smartroRefusals.SIM99 }),
  refusal: (operation, code, message) =>
    refusalAnswer(namedRefusal(code ?? (operation === 'charge_key' ? 'SIM32' : null), message)),
  payInWindow: payInWindowOf(['card', 'trans', 'vbank', 'phone']),
  issueKeyInWindow,
  notices: standInSimulatorNotices(standInSecretOf),
};

export function createSmartroV2Simulator(options: SimulatorOptions): Simulator {
  return createSimulatorOf(
    withWindowApproval(withStandIn(definition, { secretOf: standInSecretOf, refundsAfterMs })),
    options,
  );
}

/** The merchant's key decrypts the request; hash and password inside are checked before anything else. */
function authenticate(request: SimulatorRequest, book: Book): SimulatorCaller | SimulatorAnswer {
  const { Mid, EncData } = objectOf(request.body.toString('utf8'));
  const merchant = typeof Mid === 'string' ? merchantByMid(book, Mid) : undefined;
  const refuse = (why: string) => ({ ...refusalAnswer(asRefusal('SIM02')), why });
  if (!merchant) return refuse(unknownMerchant('Mid', typeof Mid === 'string' ? Mid : ''));
  if (typeof EncData !== 'string') return refuse('EncData is missing');
  const fields = decrypted(request, merchant);
  if (!fields) {
    return refuse(
      `EncData does not decrypt with the merchant key of ${merchant.mid} (AES-256, CBC, its first 32 characters)`,
    );
  }
  if (fields.Mid !== Mid) return refuse('the Mid inside EncData is not the one beside it');
  const { merchantKey = '', cancelPassword } = merchant.credentials;
  const isCharge = request.path === keyChargePath;
  // A number is hashed as its digits, and refused as malformed after that.
  const text = (name: string): string => String(fields[name] ?? '');
  const check = isCharge ? verificationOf(text) : hashOf(text, merchantKey);
  const values = check.inputs.map(({ value }) => value);
  if (!check.fits(values, check.given)) return refuse(explainSignature(book, merchant.mid, check));
  if (isCharge || fields.CancelPwd === cancelPassword) return merchant;
  return { ...refusalAnswer(asRefusal('SIM03')), why: `CancelPwd is not the cancel password of ${merchant.mid}` };
}

/** Of a cancel. */
function hashOf(text: (name: string) => string, merchantKey: string): SignatureCheck {
  return {
    name: 'HashData',
    given: text('HashData'),
    inputs: [
      { name: 'Tid', value: text('Tid') },
      { name: 'merchant key', value: merchantKey, shown: 'secret' },
      { name: 'CancelAmt', value: text('CancelAmt') },
      { name: 'PartialCancelCode', value: text('PartialCancelCode') },
    ],
    fits: (values, hash) => hash === hashData(values.join(''), '', '', ''),
  };
}

/** Of a payment by key. */
function verificationOf(text: (name: string) => string): SignatureCheck {
  return {
    name: 'VerifyValue',
    given: text('VerifyValue'),
    inputs: [
      { name: 'BillTokenKey', value: text('BillTokenKey'), shown: 'secret' },
      { name: 'Mid', value: text('Mid') },
      { name: 'Amt', value: text('Amt') },
    ],
    fits: (values, given) => given === verifyValue(...values),
  };
}

function chargeKey(context: SimulatorContext): SimulatorAnswer {
  try {
    const fields = textsOf(decrypted(context.request, context.caller) ?? {}, chargeFieldNames);
    return jsonAnswer(
      200,
      context.book.undoable(() => chargeInBook(context, fields)),
    );
  } catch (error) {
    if (error instanceof SimulatorRefusal) return refusalAnswer(error);
    throw error;
  }
}

function operationOf(context: SimulatorContext) {
  const tid = decrypted(context.request, context.caller)?.Tid;
  return operationOfCancel(context, typeof tid === 'string' ? tid : undefined);
}

function cancel(context: SimulatorContext): SimulatorAnswer {
  try {
    const asked = readCancel(context, textsOf(decrypted(context.request, context.caller) ?? {}, cancelFieldNames));
    const { payment, partialTid } = context.book.undoable(() => cancelInBook(context, asked));
    const at = seoulDigits(context.now);
    return jsonAnswer(200, {
      ResultCode: '2001',
      ResultMsg: '취소 성공',
      PayMethod: payNames[payment.payMethod] ?? '',
      Mid: payment.mid,
      Tid: payment.tid,
      Moid: moidOf(payment.orderId),
      PTid: partialTid ?? '',
      CancelAmt: String(asked.amountMinor),
      CancelDate: at.slice(0, 8),
      CancelTime: at.slice(8),
      CancelNum: at.slice(6),
      AppNo: payment.approvalNumber ?? '',
    });
  } catch (error) {
    if (error instanceof SimulatorRefusal) return refusalAnswer(error);
    throw error;
  }
}

/** Smartro's fields are texts, amounts too. What is none, in a field that is read here, makes the request malformed. */
function textsOf(fields: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const name of names) {
    const found = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (typeof found === 'string') texts[name] = found;
    else if (found !== undefined && found !== null) throw smartroRefusal('SIM01');
  }
  return texts;
}

const cancelFieldNames = [
  'SERVICE_MODE',
  'Tid',
  'CancelAmt',
  'CancelMsg',
  'CancelSeq',
  'PartialCancelCode',
  'CancelTaxAmt',
  'CancelTaxFreeAmt',
  'CancelVatAmt',
] as const;

const payNames: Readonly<Record<string, string>> = { card: 'CARD', trans: 'BANK', vbank: 'VBANK', phone: 'CELLPHONE' };

function readCancel(context: SimulatorContext, fields: Readonly<Record<string, string>>): AskedCancel {
  const { SERVICE_MODE, Tid = '', CancelAmt = '', CancelMsg = '', CancelSeq = '', PartialCancelCode = '' } = fields;
  const isWellFormed =
    SERVICE_MODE === 'CL1' &&
    isAmount(CancelAmt) &&
    BigInt(CancelAmt) > 0n &&
    CancelMsg !== '' &&
    [...CancelMsg].length <= lengthMax.CancelMsg &&
    /^[1-9]\d{0,2}$/.test(CancelSeq) &&
    /^[01]$/.test(PartialCancelCode);
  if (!isWellFormed) throw smartroRefusal('SIM01');
  const amountMinor = BigInt(CancelAmt);
  const isPartial = PartialCancelCode === '1';
  const taxFreeMinor = readTax(fields, amountMinor);
  const payment = paymentByTid(context.book, context.caller.mid, Tid);
  // i'mport: a part of a payment that mixes taxed and tax-free amounts must say what of it is tax-free.
  if (isPartial && payment && payment.taxFreeMinor > 0n && taxFreeMinor === null) throw smartroRefusal('SIM11');
  return { tid: Tid, amountMinor, isPartial, sequence: Number(CancelSeq), reason: CancelMsg, taxFreeMinor };
}

/** All three tax fields or none, and together the amount. */
function readTax(fields: Readonly<Record<string, string>>, amountMinor: bigint): bigint | null {
  const parts = [fields.CancelTaxAmt, fields.CancelTaxFreeAmt, fields.CancelVatAmt].map((part) => part ?? '');
  if (parts.every((part) => part === '')) return null;
  if (!parts.every(isAmount)) throw smartroRefusal('SIM11');
  const [supplied = 0n, taxFree = 0n, vat = 0n] = parts.map(BigInt);
  if (supplied + taxFree + vat !== amountMinor) throw smartroRefusal('SIM11');
  return taxFree;
}

function isAmount(text: string): boolean {
  return /^\d+$/.test(text) && text.length <= lengthMax.CancelAmt;
}

function decrypted(
  request: SimulatorRequest,
  { credentials }: SimulatorCaller,
): Readonly<Record<string, unknown>> | undefined {
  const { EncData } = objectOf(request.body.toString('utf8'));
  const plain = typeof EncData === 'string' ? decryptData(EncData, credentials.merchantKey ?? '') : undefined;
  return plain === undefined ? undefined : objectOf(plain);
}

function objectOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function asRefusal(code: SmartroRefusalCode) {
  return { code, message: smartroRefusals[code] };
}

function refusalAnswer({ code, message }: { readonly code: string; readonly message: string }): SimulatorAnswer {
  return jsonAnswer(200, { ResultCode: code, ResultMsg: message });
}
