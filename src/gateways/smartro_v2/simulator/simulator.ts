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
import { withStandIn } from '../../stand-in/simulator/with-stand-in.ts';
import { decryptData, hashData } from '../wire/encryption.ts';
import { cancelPath } from '../wire/paths.ts';

/** Lengths in characters, as the manual has them. */
const lengthMax = { CancelAmt: 12, CancelMsg: 100, CancelSeq: 3 } as const;
/** How long a refund to an account takes is not public; the sandbox pays it out after a minute. */
const refundsAfterMs = 60_000;

const definition: SimulatorDefinition = {
  provider: 'smartro_v2',
  routes: [{ method: 'POST', path: cancelPath, operation: operationOf, handle: cancel }],
  authenticate,
  unknownPath: () => jsonAnswer(404, { ResultCode: 'SIM01', ResultMsg: smartroRefusals.SIM01 }),
  internalError: () => jsonAnswer(500, { ResultCode: 'SIM99', ResultMsg: smartroRefusals.SIM99 }),
  refusal: (_operation, code, message) => refusalAnswer(namedRefusal(code, message)),
  payInWindow: payInWindowOf(['card', 'trans', 'vbank', 'phone']),
  notices: standInSimulatorNotices(standInSecretOf),
};

export function createSmartroV2Simulator(options: SimulatorOptions): Simulator {
  return createSimulatorOf(withStandIn(definition, { secretOf: standInSecretOf, refundsAfterMs }), options);
}

/** The merchant's key decrypts the request; hash and password inside are checked before anything else. */
function authenticate(request: SimulatorRequest, book: Book): SimulatorCaller | SimulatorAnswer {
  const { Mid, EncData } = objectOf(request.body.toString('utf8'));
  const merchant = typeof Mid === 'string' ? merchantByMid(book, Mid) : undefined;
  if (!merchant || typeof EncData !== 'string') return refusalAnswer(asRefusal('SIM02'));
  const fields = decrypted(request, merchant);
  if (!fields || fields.Mid !== Mid) return refusalAnswer(asRefusal('SIM02'));
  const { Tid = '', CancelAmt = '', PartialCancelCode = '', HashData, CancelPwd } = fields;
  const { merchantKey = '', cancelPassword } = merchant.credentials;
  if (HashData !== hashData(Tid, merchantKey, CancelAmt, PartialCancelCode)) return refusalAnswer(asRefusal('SIM02'));
  return CancelPwd === cancelPassword ? merchant : refusalAnswer(asRefusal('SIM03'));
}

function operationOf(context: SimulatorContext) {
  return operationOfCancel(context, decrypted(context.request, context.caller)?.Tid);
}

function cancel(context: SimulatorContext): SimulatorAnswer {
  try {
    const asked = readCancel(context, decrypted(context.request, context.caller) ?? {});
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

function decrypted(request: SimulatorRequest, { credentials }: SimulatorCaller): Record<string, string> | undefined {
  const { EncData } = objectOf(request.body.toString('utf8'));
  const plain = typeof EncData === 'string' ? decryptData(EncData, credentials.merchantKey ?? '') : undefined;
  if (plain === undefined) return undefined;
  const texts = Object.entries(objectOf(plain)).filter(
    (field): field is [string, string] => typeof field[1] === 'string',
  );
  return Object.fromEntries(texts);
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
