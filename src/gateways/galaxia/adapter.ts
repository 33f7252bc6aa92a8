import Type from 'typebox';
import type {
  Barcode,
  Gateway,
  GatewayCall,
  GatewayPayment,
  Inquiry,
  Lookup,
  Outcome,
  PaymentReference,
  Question,
  Revoked,
} from '../gateway.ts';
import type { GatewayHttpResult } from '../http-client.ts';
import {
  type BarcodeState,
  categoryOf,
  readAnswer,
  sign,
  signatureHeader,
  standInCodes,
  standInPaths,
} from './protocol.ts';

/** Galaxia Moneytree: convenience-store barcodes, over a stand-in protocol. There is no live mode. */
export const galaxiaGateway: Gateway = {
  provider: 'galaxia',
  capabilities: {
    payMethods: {
      cvs: {
        operations: { issue_barcode: 'undocumented', revoke_barcode: 'undocumented' },
        partialCancel: false,
        cancelWindow: { kind: 'unlimited' },
        refundAccount: 'none',
        receiptOnCancel: 'left_alone',
        note: "Sandbox only, over a stand-in protocol; Galaxia's own is not public. No source describes refunding a paid barcode.",
      },
    },
    currencies: ['KRW'],
    reasonLengthMax: 300,
    sources: ['PortOne V1 OpenAPI, /cvs (the side of the API; nothing public of the side of the gateway)'],
    sandboxTested: true,
    liveTested: false,
  },
  credentialsSchema: Type.Object({
    secretKey: Type.String({ pattern: '^standin_[0-9a-f]{32}$', description: 'Key of the stand-in’s signature' }),
  }),
  liveBaseUrl: undefined,
  bankCode: () => undefined,

  async issueBarcode(call, request): Promise<Outcome<Barcode>> {
    const result = await send(call, standInPaths.issue, {
      requestId: call.idempotencyKey,
      orderId: request.orderId,
      orderName: request.orderName,
      amount: Number(request.amountMinor),
      barcode: request.barcode,
      expiresAt: request.expiresAt && Math.floor(request.expiresAt.getTime() / 1000),
    });
    return outcomeOf(result, request.orderId, (state) =>
      BigInt(state.amount) === request.amountMinor && (request.barcode === null || request.barcode === state.barcode)
        ? barcodeOf(state)
        : undefined,
    );
  },

  async revokeBarcode(call, request): Promise<Outcome<Revoked>> {
    const result = await send(call, standInPaths.revoke, {
      requestId: call.idempotencyKey,
      orderId: request.orderId,
      reason: request.reason.slice(0, 300),
    });
    return outcomeOf(result, request.orderId, revokedOf);
  },

  async inquire(call, question): Promise<Inquiry> {
    const reference = referenceOf(question);
    if (!reference) return { kind: 'unknown', why: 'Galaxia has no such operation' };
    const found = await fetchState(call, reference);
    if (question.operation === 'issue_barcode') {
      if (found.kind === 'not_found') return { kind: 'not_done', repeatIsSafe: true };
      if (found.kind === 'unknown') return found;
      if (BigInt(found.state.amount) !== question.amountMinor) return { kind: 'unknown', why: 'another amount' };
      return { kind: 'done', result: barcodeOf(found.state) };
    }
    if (found.kind === 'not_found') return { kind: 'unknown', why: 'the barcode is not known' };
    if (found.kind === 'unknown') return found;
    const revoked = revokedOf(found.state);
    if (revoked) return { kind: 'done', result: revoked };
    if (found.state.state === 'waiting') return { kind: 'not_done', repeatIsSafe: true };
    const code = found.state.state === 'paid' ? 'S202' : 'S203';
    return { kind: 'refused', code, ...standInCodes[code] };
  },

  async lookUp(call, reference): Promise<Lookup> {
    const found = await fetchState(call, reference);
    return found.kind === 'found' ? { kind: 'found', payment: paymentOf(found.state) } : found;
  },
};

function referenceOf(question: Question): PaymentReference | undefined {
  switch (question.operation) {
    case 'issue_barcode':
      return { orderId: question.orderId, gatewayTid: null };
    case 'revoke_barcode':
      return question.request;
    default:
      return undefined;
  }
}

async function fetchState(
  call: GatewayCall,
  reference: PaymentReference,
): Promise<{ kind: 'found'; state: BarcodeState } | { kind: 'not_found' } | { kind: 'unknown'; why: string }> {
  const result = await send(call, standInPaths.inquire, { orderId: reference.orderId });
  if (result.kind !== 'answered') return { kind: 'unknown', why: result.why };
  const answer = result.status === 200 ? readAnswer(result.text) : undefined;
  if (answer?.kind === 'refusal' && answer.code === 'S404') return { kind: 'not_found' };
  if (answer?.kind !== 'state' || !isOurs(answer.state, reference)) {
    return { kind: 'unknown', why: `no readable answer (HTTP ${result.status})` };
  }
  return { kind: 'found', state: answer.state };
}

function isOurs(state: BarcodeState, reference: PaymentReference): boolean {
  const isThisTid = reference.gatewayTid === null || reference.gatewayTid === state.transactionId;
  return state.orderId === reference.orderId && isThisTid;
}

function send(call: GatewayCall, path: string, message: Readonly<Record<string, unknown>>): Promise<GatewayHttpResult> {
  const body = JSON.stringify({ mid: call.channel.mid, ...message });
  return call.http.send({
    method: 'POST',
    url: call.channel.baseUrl + path,
    headers: {
      'content-type': 'application/json',
      [signatureHeader]: sign(call.channel.credentials.secretKey ?? '', path, body),
    },
    body,
    charset: 'utf-8',
    timeLimitMs: call.timeLimitMs,
  });
}

/** As at Galaxia, what became of a request is said in the answer, with HTTP 200; only a bad signature is a 401. */
function outcomeOf<T>(
  result: GatewayHttpResult,
  orderId: string,
  read: (state: BarcodeState) => T | undefined,
): Outcome<T> {
  if (result.kind === 'never_sent') return result;
  if (result.kind === 'no_answer') return { kind: 'unclear', why: result.why };
  const answer = readAnswer(result.text);
  if (answer?.kind === 'refusal') {
    const { code, message } = answer;
    // S101 says that an earlier request with this order id arrived: ours, since order ids are never used twice.
    if ((result.status !== 200 && result.status !== 401) || code === 'S101') {
      return { kind: 'unclear', why: `HTTP ${result.status} ${code}`, code, message };
    }
    return { kind: 'refused', code, message, category: categoryOf(code) };
  }
  const isAnswer = result.status === 200 && answer !== undefined && answer.state.orderId === orderId;
  const value = isAnswer ? read(answer.state) : undefined;
  if (value === undefined) return { kind: 'unclear', why: `HTTP ${result.status} without a readable answer` };
  return { kind: 'confirmed', result: value };
}

function barcodeOf(state: BarcodeState): Barcode {
  return {
    gatewayTid: state.transactionId,
    barcode: state.barcode,
    expiresAt: new Date(state.expiresAt * 1000),
    issuedAt: new Date(state.issuedAt * 1000),
  };
}

function revokedOf(state: BarcodeState): Revoked | undefined {
  if (state.state !== 'revoked' || state.revokedAt === null) return undefined;
  return { gatewayTid: state.revocationId, revokedAt: new Date(state.revokedAt * 1000) };
}

function paymentOf(state: BarcodeState): GatewayPayment {
  const paidAt = state.paidAt === null ? null : new Date(state.paidAt * 1000);
  const amountMinor = BigInt(state.amount);
  const isOpen = state.state === 'waiting' || state.state === 'paid';
  return {
    status: ({ waiting: 'waiting_for_deposit', paid: 'paid', revoked: 'failed', expired: 'expired' } as const)[
      state.state
    ],
    payMethod: 'cvs',
    amountMinor,
    balanceMinor: isOpen ? amountMinor : 0n,
    gatewayTid: state.transactionId,
    paidAt,
    approval: paidAt && {
      gatewayTid: state.transactionId,
      approvalNumber: null,
      approvedAt: paidAt,
      receiptUrl: null,
      card: null,
      bank: null,
    },
    virtualAccount: null,
    barcode: barcodeOf(state),
    depositorName: null,
    cancels: [],
  };
}
