import type { Barcode, BarcodeIssue } from '../../../port/barcode.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { Cancel, Cancelled } from '../../../port/cancel.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import type { Lookup } from '../../../port/lookup.ts';
import type { Inquiry, Question } from '../../../port/operations.ts';
import type { Outcome, RefusalCategory } from '../../../port/outcome.ts';
import type { PaymentReference } from '../../../port/payment.ts';
import type { Receipt, ReceiptIssue, ReceiptRevocation } from '../../../port/receipt.ts';
import type { Revocation, Revoked } from '../../../port/revocation.ts';
import type { VirtualAccount, VirtualAccountIssue } from '../../../port/virtual-account.ts';
import { isStandInCode, standInCodes } from '../wire/codes.ts';
import {
  type DoneAnswer,
  isDone,
  isFound,
  isRefusal,
  parseJson,
  type SecretOf,
  type StandInOperation,
  signatureHeader,
  signStandIn,
  standInPaths,
  textLengthMax,
} from '../wire/protocol.ts';
import {
  barcodeOf,
  cancelledOf,
  gatewayPaymentOf,
  ownCancel,
  ownRevocation,
  receiptOf,
  revocationOf,
  revokedOf,
  virtualAccountOf,
} from './answers.ts';
import type { FetchFound, ReadRefusal } from './asked.ts';
import { inquireStandIn } from './inquiry.ts';

/** The operations of the port over the stand-in protocol; an adapter takes those whose own protocol is not public. */
export interface StandIn {
  issueVirtualAccount(call: GatewayCall, request: VirtualAccountIssue): Promise<Outcome<VirtualAccount>>;
  revokeVirtualAccount(call: GatewayCall, request: Revocation): Promise<Outcome<Revoked>>;
  issueBarcode(call: GatewayCall, request: BarcodeIssue): Promise<Outcome<Barcode>>;
  revokeBarcode(call: GatewayCall, request: Revocation): Promise<Outcome<Revoked>>;
  issueReceipt(call: GatewayCall, request: ReceiptIssue): Promise<Outcome<Receipt>>;
  revokeReceipt(call: GatewayCall, request: ReceiptRevocation): Promise<Outcome<Revoked>>;
  /** `accepted` where the simulator pays refunds out later. */
  cancel(call: GatewayCall, request: Cancel): Promise<Outcome<Cancelled>>;
  /** Of any of these operations; a request is found by its key, and by what the book shows. */
  inquire(call: GatewayCall, question: Question): Promise<Inquiry>;
  lookUp(call: GatewayCall, reference: PaymentReference): Promise<Lookup>;
}

export interface StandInOptions {
  readonly secretOf: SecretOf;
  /** Of the gateway's own codes, where its simulator refuses by its own rules; the stand-in's codes are known. */
  categoryOf?(code: string, message: string): RefusalCategory | undefined;
}

/**
 * The stand-in exists in sandboxes only. On a live channel nothing is sent: every operation is `never_sent`, every
 * question `unknown`.
 */
export function createStandIn(options: StandInOptions): StandIn {
  const send = (
    call: GatewayCall,
    operation: StandInOperation | 'inquire',
    message: Readonly<Record<string, unknown>>,
  ): Promise<GatewayHttpResult> => {
    if (call.channel.mode === 'live') return Promise.resolve(notPublic);
    const path = standInPaths[operation];
    const body = JSON.stringify({ mid: call.channel.mid, ...message });
    return call.http.send({
      method: 'POST',
      url: call.channel.baseUrl + path,
      headers: {
        'content-type': 'application/json',
        [signatureHeader]: signStandIn(options.secretOf(call.channel.credentials), path, body),
      },
      body,
      charset: 'utf-8',
      timeLimitMs: call.timeLimitMs,
    });
  };

  const refusalOf: ReadRefusal = ({ resultCode: code, resultMessage: message }) => ({
    kind: 'refused',
    code,
    message,
    category: isStandInCode(code) ? standInCodes[code].category : (options.categoryOf?.(code, message) ?? 'other'),
  });

  /** A success only when `read` finds in the answer exactly what was asked for. */
  async function carryOut<T>(
    call: GatewayCall,
    operation: StandInOperation,
    message: Readonly<Record<string, unknown>>,
    read: (answer: DoneAnswer) => Outcome<T> | undefined,
  ): Promise<Outcome<T>> {
    const result = await send(call, operation, { requestId: call.idempotencyKey, ...message });
    if (result.kind === 'never_sent') return result;
    if (result.kind === 'no_answer') return { kind: 'unclear', why: result.why };
    const answer = parseJson(result.text);
    if (isRefusal(answer) && (result.status === 200 || result.status === 401)) {
      const refused = refusalOf(answer);
      // S101 says that an earlier request with this order id arrived: ours, since order ids are used once. And what speaks
      // against a repeat need not have spoken against the first request, which may be done or still on its way: the
      // inquiry by the key knows.
      return call.isRepeat || refused.code === 'S101' ? { ...refused, kind: 'unclear', why: refused.code } : refused;
    }
    const outcome = result.status === 200 && isDone(answer) ? read(answer) : undefined;
    return outcome ?? { kind: 'unclear', why: `HTTP ${result.status} without a readable answer` };
  }

  const fetchFor =
    (call: GatewayCall): FetchFound =>
    async (operation, { orderId, receiptOrderId = null }) => {
      const requestId = operation === null ? null : call.idempotencyKey;
      const result = await send(call, 'inquire', { operation, requestId, orderId, receiptOrderId });
      if (result.kind !== 'answered') return { why: result.why };
      const answer = result.status === 200 ? parseJson(result.text) : undefined;
      return isFound(answer) ? answer : { why: `no readable answer (HTTP ${result.status})` };
    };

  const standIn: StandIn = {
    issueVirtualAccount: (call, request) =>
      carryOut(
        call,
        'issue_vbank',
        {
          ...orderFields(request),
          bankCode: request.bankCode,
          dueAt: seconds(request.dueAt),
          holder: request.holder.slice(0, textLengthMax.holder),
          fixedKey: request.fixedKey,
        },
        ({ payment }) => {
          const account = payment && virtualAccountOf(payment);
          const isOurs = payment?.orderId === request.orderId && BigInt(payment.amount) === request.amountMinor;
          return isOurs && account?.bankCode === request.bankCode ? { kind: 'confirmed', result: account } : undefined;
        },
      ),

    issueBarcode: (call, request) =>
      carryOut(
        call,
        'issue_barcode',
        {
          ...orderFields({ ...request, taxFreeMinor: 0n, vatMinor: 0n }),
          barcode: request.barcode,
          expiresAt: request.expiresAt && seconds(request.expiresAt),
        },
        ({ payment }) => {
          const barcode = payment && barcodeOf(payment);
          const isOurs = payment?.orderId === request.orderId && BigInt(payment.amount) === request.amountMinor;
          const isWanted = request.barcode === null || request.barcode === barcode?.barcode;
          return isOurs && isWanted && barcode ? { kind: 'confirmed', result: barcode } : undefined;
        },
      ),

    revokeVirtualAccount: (call, request) => revoke(call, 'revoke_vbank', request),
    revokeBarcode: (call, request) => revoke(call, 'revoke_barcode', request),

    issueReceipt: (call, request) =>
      carryOut(
        call,
        'issue_receipt',
        {
          ...orderFields({ ...request, orderId: request.payment.orderId }),
          receiptOrderId: request.receiptOrderId,
          type: request.type,
          identifier: request.identifier,
        },
        ({ receipt }) => {
          const isOurs = receipt?.receiptOrderId === request.receiptOrderId;
          if (!isOurs || BigInt(receipt.amount) !== request.amountMinor) return undefined;
          return { kind: 'confirmed', result: receiptOf(receipt) };
        },
      ),

    revokeReceipt: (call, request) =>
      carryOut(
        call,
        'revoke_receipt',
        {
          orderId: request.payment.orderId,
          receiptId: request.receiptTid,
          receiptOrderId: request.receiptOrderId,
          amount: Number(request.amountMinor),
          balanceBefore: Number(request.balanceBeforeMinor),
          reason: request.reason.slice(0, textLengthMax.reason),
        },
        (answer) => {
          const entry = ownRevocation(answer, request);
          return entry && { kind: 'confirmed', result: revocationOf(entry) };
        },
      ),

    cancel: (call, request) =>
      carryOut(call, 'cancel', cancelFields(request), (answer) => {
        const entry = ownCancel(answer, request);
        if (!entry || entry.state === 'failed') return undefined;
        return { kind: entry.state === 'pending' ? 'accepted' : 'confirmed', result: cancelledOf(entry) };
      }),

    inquire: (call, question) => inquireStandIn(question, fetchFor(call), refusalOf),

    async lookUp(call, reference) {
      const found = await fetchFor(call)(null, reference);
      if ('why' in found) return { kind: 'unknown', why: found.why };
      const { payment } = found;
      if (!payment) return { kind: 'not_found' };
      if (reference.gatewayTid !== null && reference.gatewayTid !== payment.transactionId) {
        return { kind: 'unknown', why: 'the order has another transaction id' };
      }
      return { kind: 'found', payment: gatewayPaymentOf(payment) };
    },
  };

  function revoke(
    call: GatewayCall,
    operation: 'revoke_vbank' | 'revoke_barcode',
    request: Revocation,
  ): Promise<Outcome<Revoked>> {
    const message = {
      orderId: request.orderId,
      transactionId: request.gatewayTid,
      reason: request.reason.slice(0, textLengthMax.reason),
    };
    return carryOut(call, operation, message, ({ payment }) => {
      const revoked = payment?.orderId === request.orderId ? revokedOf(payment) : undefined;
      return revoked && { kind: 'confirmed', result: revoked };
    });
  }

  return Object.freeze(standIn);
}

const notPublic = { kind: 'never_sent', why: "the gateway's protocol of this operation is not public" } as const;

function orderFields(request: {
  readonly orderId: string;
  readonly orderName: string;
  readonly currency: string;
  readonly amountMinor: bigint;
  readonly taxFreeMinor: bigint;
  readonly vatMinor: bigint;
}) {
  return {
    orderId: request.orderId,
    orderName: request.orderName.slice(0, textLengthMax.orderName),
    currency: request.currency,
    amount: Number(request.amountMinor),
    taxFree: Number(request.taxFreeMinor),
    vat: Number(request.vatMinor),
  };
}

function cancelFields(request: Cancel) {
  const { refundAccount } = request;
  return {
    orderId: request.orderId,
    transactionId: request.gatewayTid,
    amount: Number(request.amountMinor),
    taxFree: Number(request.taxFreeMinor),
    vat: Number(request.vatMinor),
    balanceBefore: Number(request.balanceBeforeMinor),
    reason: request.reason.slice(0, textLengthMax.reason),
    refundAccount: refundAccount && { ...refundAccount, holder: refundAccount.holder.slice(0, textLengthMax.holder) },
    requester: request.requester?.slice(0, 30) ?? null,
  };
}

function seconds(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}
