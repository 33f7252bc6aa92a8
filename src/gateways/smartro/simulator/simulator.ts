import { decodeEucKrForm, encodeEucKrForm } from '../../../platform/charset/euc-kr.ts';
import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { Book } from '../../../simulators/book.ts';
import {
  type SimulatorAnswer,
  type SimulatorCaller,
  type SimulatorContext,
  type SimulatorDefinition,
  SimulatorRefusal,
  type SimulatorRequest,
} from '../../../simulators/definition.ts';
import { merchantByMid } from '../../../simulators/merchants.ts';
import { explainSignature, type SignatureCheck } from '../../../simulators/signature-check.ts';
import { createSimulatorOf, type Simulator, type SimulatorOptions } from '../../../simulators/simulator.ts';
import { standInSimulatorNotices } from '../../stand-in/simulator/notices.ts';
import { withWindowApproval } from '../../stand-in/simulator/window-approval.ts';
import { withStandIn } from '../../stand-in/simulator/with-stand-in.ts';
import { smilePayHash } from '../wire/hash.ts';
import { cancelPath } from '../wire/paths.ts';
import { standInSecretOf } from '../wire/stand-in.ts';
import { type AskedCancel, cancelInBook, operationOfCancel } from './cancel.ts';
import { moidOf, payInWindowOf } from './payments.ts';
import { namedRefusal, type SmartroRefusalCode, smartroRefusal, smartroRefusals } from './refusals.ts';

const midLength = 10;
const reasonLengthMax = 100;

const definition: SimulatorDefinition = {
  provider: 'smartro',
  routes: [
    {
      method: 'POST',
      path: cancelPath,
      operation: (context) => operationOfCancel(context, formOf(context.request).TID),
      handle: cancel,
    },
  ],
  authenticate,
  unknownPath: () => ({ status: 404, headers: { 'content-type': 'text/html' }, body: 'Not Found' }),
  internalError: () => lineAnswer({ ResultCode: 'SIM99', ResultMsg: smartroRefusals.SIM99 }, 500),
  refusal: (_operation, code, message) => refusalAnswer(namedRefusal(code, message)),
  payInWindow: payInWindowOf(['card', 'trans', 'vbank']),
  notices: standInSimulatorNotices(standInSecretOf),
};

export function createSmartroSimulator(options: SimulatorOptions): Simulator {
  return createSimulatorOf(withWindowApproval(withStandIn(definition, { secretOf: standInSecretOf })), options);
}

/** The request names no MID; a TID begins with it. The hash and the password are the merchant's. */
function authenticate(request: SimulatorRequest, book: Book): SimulatorCaller | SimulatorAnswer {
  const { TID = '', CancelAmt = '', PartialCancelCode = '', Cancelpw = '', hashData = '' } = formOf(request);
  const merchant = merchantOf(book, TID);
  if (!merchant) return refusalAnswer(asRefusal('SIM04'));
  const { merchantKey = '', cancelPassword } = merchant.credentials;
  const check: SignatureCheck = {
    name: 'hashData',
    given: hashData,
    inputs: [
      { name: 'TID', value: TID },
      { name: 'merchant key', value: merchantKey, shown: 'secret' },
      { name: 'CancelAmt', value: CancelAmt },
      { name: 'PartialCancelCode', value: PartialCancelCode },
    ],
    fits: (values, hash) => hash === smilePayHash(values.join(''), '', '', ''),
  };
  const values = check.inputs.map(({ value }) => value);
  if (!check.fits(values, hashData)) {
    return { ...refusalAnswer(asRefusal('SIM02')), why: explainSignature(book, merchant.mid, check) };
  }
  if (Cancelpw === cancelPassword) return merchant;
  return { ...refusalAnswer(asRefusal('SIM03')), why: `Cancelpw is not the cancel password of ${merchant.mid}` };
}

/** An account that was issued over the stand-in has a TID of another form, and is found by it. */
function merchantOf(book: Book, tid: string) {
  const row = book.get('select mid from payments where tid = ?', tid);
  return merchantByMid(book, typeof row?.mid === 'string' ? row.mid : tid.slice(0, midLength));
}

function cancel(context: SimulatorContext): SimulatorAnswer {
  try {
    const fields = formOf(context.request);
    const asked = readCancel(fields);
    const { payment, partialTid } = context.book.undoable(() => cancelInBook(context, asked));
    const at = seoulDigits(context.now);
    return lineAnswer({
      PayMethod: payNames[payment.payMethod]?.method ?? '',
      PayName: payNames[payment.payMethod]?.name ?? '',
      MID: payment.mid,
      TID: payment.tid,
      CancelAmt: String(asked.amountMinor),
      CancelMSG: asked.reason,
      ResultCode: '2001',
      ResultMsg: '취소 성공',
      CancelDate: at.slice(0, 8),
      CancelTime: at.slice(8),
      CancelNum: at.slice(6),
      Moid: moidOf(payment.orderId),
      PTID: partialTid ?? '',
    });
  } catch (error) {
    if (error instanceof SimulatorRefusal) return refusalAnswer(error);
    throw error;
  }
}

const payNames: Readonly<Record<string, { readonly method: string; readonly name: string }>> = {
  card: { method: 'CARD', name: '신용카드' },
  trans: { method: 'BANK', name: '계좌이체' },
  vbank: { method: 'VBANK', name: '가상계좌' },
};

function readCancel({
  TID = '',
  CancelAmt = '',
  CancelMSG = '',
  PartialCancelCode = '',
}: Record<string, string>): AskedCancel {
  const reason = decodeEucKrForm(`m=${CancelMSG}`).m ?? '';
  const isWellFormed =
    /^\d{1,12}$/.test(CancelAmt) &&
    BigInt(CancelAmt) > 0n &&
    /^[01]$/.test(PartialCancelCode) &&
    reason.length <= reasonLengthMax;
  if (!isWellFormed) throw smartroRefusal('SIM01');
  return {
    tid: TID,
    amountMinor: BigInt(CancelAmt),
    isPartial: PartialCancelCode === '1',
    sequence: null,
    reason,
    taxFreeMinor: null,
  };
}

function formOf({ body }: SimulatorRequest): Record<string, string> {
  return decodeEucKrForm(body);
}

function asRefusal(code: SmartroRefusalCode) {
  return { code, message: smartroRefusals[code] };
}

function refusalAnswer({ code, message }: { readonly code: string; readonly message: string }): SimulatorAnswer {
  return lineAnswer({ ResultCode: code, ResultMsg: message });
}

/** Values are percent-encoded EUC-KR; the line itself is ASCII. */
function lineAnswer(fields: Readonly<Record<string, string>>, status = 200): SimulatorAnswer {
  return {
    status,
    headers: { 'content-type': 'text/html; charset=euc-kr' },
    body: `\r\n${encodeEucKrForm(fields)}\r\n`,
  };
}
