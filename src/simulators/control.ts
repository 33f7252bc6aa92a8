import { request } from 'undici';
import type { IssuedBillingKey } from '../port/billing-key.ts';
import type { CertifiedPerson, PersonToCertify } from '../port/certification.ts';
import type { EscrowStatus } from '../port/escrow.ts';
import type { GatewayPayment } from '../port/lookup.ts';
import type { Buyer, PayMethod } from '../port/payment.ts';
import { decodeMessage, encodeMessage } from './control-messages.ts';
import type { BookEscrow } from './escrow.ts';
import type { Fault, NewFault } from './faults.ts';
import type { DueThing } from './mid-clocks.ts';
import type { BookStatus } from './payments.ts';

/**
 * The client of a simulator's control protocol: what a buyer, a bank or a shop does, what goes wrong, and what the book
 * says. It is the same for every gateway. Calls that fail for any other reason than a refusal throw
 * `SimulatorUnavailable`.
 */
export interface SimulatorControl {
  /** A gateway answers only to credentials that it knows. Repeating it is harmless. */
  registerMerchant(merchant: KnownMerchant): Promise<void>;
  /** As that, however many there are. */
  registerMerchants(merchants: readonly KnownMerchant[]): Promise<void>;
  /** What a merchant has agreed on with the gateway; what is not named stays. Throws for what the gateway does not have. */
  changeSettings(merchant: { mid: string; settings: Readonly<Record<string, string>> }): Promise<void>;
  /** The buyer has just paid in the payment window, or (`vbank`) been given an account. */
  createWindowPayment(payment: WindowPaymentRequest): Promise<ControlResult<GatewayPayment>>;
  /** The buyer has agreed in the window; the merchant has yet to ask for the payment, or the key, with the token that this answers. */
  authenticateInWindow(
    payment: WindowPaymentRequest & Partial<Pick<WindowKeyRequest, 'customerUid' | 'customerId'>>,
  ): Promise<ControlResult<WindowAuthentication>>;
  /** A person has just been certified in the provider's window. */
  certifyInWindow(certification: {
    mid: string;
    orderId: string;
    person: PersonToCertify;
  }): Promise<ControlResult<WindowCertification>>;
  /** A person says yes in the carrier's app; the merchant has yet to ask for the result. */
  confirmInApp(certification: { mid: string; orderId: string }): Promise<ControlResult<object>>;
  /** The buyer has just registered a card in the window, and paid there where an amount is given. */
  issueKeyInWindow(window: WindowKeyRequest): Promise<ControlResult<WindowKey>>;
  deposit(deposit: DepositRequest): Promise<ControlResult<GatewayPayment>>;
  payBarcode(payment: { mid?: string; orderId: string }): Promise<ControlResult<GatewayPayment>>;
  /** What the gateway took and pays out later (a refund to an account) is paid out now, or fails. */
  completeRefund(result: RefundResultRequest): Promise<ControlResult<GatewayPayment>>;
  /** The buyer of an escrow payment takes the goods or refuses them; or the gateway, or the merchant in its own pages, decides. */
  decideEscrow(decision: {
    mid?: string;
    orderId: string;
    status: EscrowStatus;
    reason?: string;
  }): Promise<ControlResult<BookEscrow>>;
  /** What only this gateway's buyers do, by its name. Without a MID, what is named is found by itself. */
  act<T = unknown>(act: {
    name: string;
    mid?: string;
    message: Readonly<Record<string, unknown>>;
  }): Promise<ControlResult<T>>;
  /** Where the gateway's notices go: an address of this machine. Those that were not taken yet go there too. */
  setNoticeUrl(url: string): Promise<void>;
  listNotices(filter?: { mid?: string; orderId?: string }): Promise<readonly SimulatorNotice[]>;
  /** Sends all notices of an order once more, those that were taken as well. */
  resendNotices(notice: { mid?: string; orderId: string }): Promise<ControlResult<{ count: number }>>;
  addFault(fault: NewFault): Promise<Fault>;
  listFaults(mid?: string): Promise<readonly Fault[]>;
  /** Of one merchant or of all, and of these one or all; answers how many there were. */
  clearFaults(filter?: { mid?: string; id?: string }): Promise<number>;
  /**
   * Holds one merchant's clock at a time, or lets it go. What has fallen due by then is done, and its notices have been
   * tried, when this answers; it tells when the next thing falls due, and what fell due after `since`.
   */
  setClock(clock: { mid: string; at?: Date; since?: Date }): Promise<ClockAnswer>;
  /** From now on nothing that is asked about this payment is answered, but by a fault that was asked for. */
  silence(payment: { mid: string; orderId: string }): Promise<void>;
  book(filter?: { mid?: string; orderId?: string }): Promise<SimulatorBook>;
  /** Forgets payments, receipts, idempotency keys and faults, of one merchant or of all; not who may call. */
  reset(filter?: { mid?: string }): Promise<void>;
}

export interface KnownMerchant {
  readonly mid: string;
  readonly credentials: Readonly<Record<string, string>>;
}

export interface WindowPaymentRequest {
  readonly mid: string;
  readonly orderId: string;
  readonly orderName: string;
  readonly payMethod: PayMethod;
  readonly currency: string;
  readonly amountMinor: bigint;
  readonly taxFreeMinor: bigint;
  readonly vatMinor: bigint;
  readonly buyer: Buyer;
  /** KFTC's three-digit code. */
  readonly bankCode?: string;
  readonly dueAt?: Date;
  /** A cash receipt is wanted with the payment: digits only. */
  readonly cashReceiptIdentifier?: string;
  /** The gateway keeps the money until the buyer has the goods. */
  readonly isEscrow?: boolean;
  /** The card that the buyer has chosen: a code of i'mport's table (`null`: any), and instalments. */
  readonly card?: { readonly code: string | null; readonly installmentMonths: number };
  /** What only this gateway's window asks for. */
  readonly terms?: Readonly<Record<string, unknown>>;
}

/** An amount of 0: a key, and no payment. */
export interface WindowKeyRequest extends WindowPaymentRequest {
  readonly customerUid: string;
  readonly customerId: string;
}

/** What the merchant's side has of a key that was issued in the window. */
export interface WindowKey {
  readonly issued: IssuedBillingKey;
  readonly payment: GatewayPayment | null;
}

/** What the buyer's browser brings back to the shop: `gatewayTid` is the gateway's token of what was agreed on. */
export interface WindowAuthentication {
  readonly gatewayTid: string;
  readonly orderId: string;
  readonly amountMinor: bigint;
}

/** What the provider vouches for; `certifiedAt` is in seconds since 1970. */
export interface WindowCertification extends Omit<CertifiedPerson, 'gatewayTid' | 'certifiedAt'> {
  readonly transactionId: string;
  readonly certifiedAt: number;
}

/** Without the person. */
export interface BookCertification {
  readonly mid: string;
  readonly orderId: string;
  readonly gatewayTid: string;
  /** Wrong codes. */
  readonly tries: number;
  readonly isCertified: boolean;
}

export interface DepositRequest {
  readonly mid?: string;
  readonly orderId: string;
  /** Absent: exactly what is due. */
  readonly amountMinor?: bigint;
  readonly depositorName?: string;
}

export interface RefundResultRequest {
  readonly mid?: string;
  readonly orderId: string;
  readonly succeeded: boolean;
  /** The gateway's code of a failure. */
  readonly code?: string;
}

export interface ClockAnswer {
  readonly nextAt: Date | null;
  readonly happened: readonly DueThing[];
}

export interface SimulatorNotice {
  readonly id: number;
  readonly mid: string;
  readonly orderId: string;
  /** What is appended to the notice address. */
  readonly path: string;
  readonly contentType: string;
  /** The bytes that are sent, in base64. */
  readonly body: string;
  readonly attempts: number;
  readonly isTaken: boolean;
}

export type ControlResult<T> =
  | { readonly kind: 'done'; readonly result: T }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string };

export interface SimulatorBook {
  readonly transactions: readonly {
    readonly mid: string;
    readonly orderId: string;
    readonly gatewayTid: string;
    readonly payMethod: PayMethod;
    readonly currency: string;
    readonly amountMinor: bigint;
    readonly cancelledMinor: bigint;
    readonly status: BookStatus;
    readonly cancels: readonly {
      readonly id: string;
      readonly amountMinor: bigint;
      /** As the gateway was sent it. */
      readonly reason: string;
      readonly at: Date;
      readonly isPaidOut: boolean;
    }[];
  }[];
  readonly receipts: readonly {
    readonly receiptTid: string;
    readonly orderId: string;
    readonly amountMinor: bigint;
    readonly balanceMinor: bigint;
    readonly status: 'issued' | 'partially_revoked' | 'revoked';
  }[];
  readonly certifications: readonly BookCertification[];
  readonly escrows: readonly BookEscrow[];
  readonly billingKeys: readonly {
    readonly key: string;
    readonly orderId: string;
    readonly maskedNumber: string;
    readonly isRemoved: boolean;
  }[];
}

export class SimulatorUnavailable extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SimulatorUnavailable';
  }
}

const timeLimitMs = 15_000;
/** Some hundred kilobytes: a simulator is not to be held up by one call. */
const registeredAtOnceMax = 500;
/** A connection that was left open by the call before may have been closed by a simulator that was started anew. */
const lostConnection: readonly unknown[] = ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'];

export function createSimulatorControl(baseUrl: string): SimulatorControl {
  const call = async (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown) => {
    // What may be said twice goes over a connection that is there, and once more over a fresh one should that be lost.
    const mayRepeat = method === 'GET' || method === 'PUT';
    const ask = async (fresh: boolean) => {
      const answer = await request(`${baseUrl}/_simulator/${path}`, {
        method,
        headers: body === undefined ? {} : { 'content-type': 'application/json' },
        body: body === undefined ? null : encodeMessage(body),
        reset: fresh,
        signal: AbortSignal.timeout(timeLimitMs),
      });
      return { status: answer.statusCode, text: await answer.body.text() };
    };
    const { status, text } = await ask(!mayRepeat)
      .catch((error: unknown) => {
        if (!mayRepeat || !lostConnection.includes((error as { code?: string }).code)) throw error;
        return ask(true);
      })
      .catch((error: unknown) => {
        const code = (error as { code?: string }).code ?? (error as Error).name;
        throw new SimulatorUnavailable(`the simulator does not answer (${code})`);
      });
    if (status === 200) return { kind: 'done' as const, result: decodeMessage(text) };
    if (status === 409) {
      const refusal = JSON.parse(text) as { code: string; message: string };
      return { kind: 'refused' as const, code: refusal.code, message: refusal.message };
    }
    throw new SimulatorUnavailable(`the simulator answered ${status}: ${text.slice(0, 300)}`);
  };
  const result = async <T>(...[method, path, body]: Parameters<typeof call>): Promise<T> => {
    const answer = await call(method, path, body);
    if (answer.kind === 'refused') throw new SimulatorUnavailable(`the simulator refused: ${answer.code}`);
    return answer.result as T;
  };
  const refusable = <T>(path: string, body: unknown) => call('POST', path, body) as Promise<ControlResult<T>>;

  return {
    registerMerchant: async (merchant) => void (await result('PUT', 'merchants', merchant)),
    async registerMerchants(merchants) {
      for (let begun = 0; begun < merchants.length; begun += registeredAtOnceMax) {
        await result('PUT', 'merchant-list', { merchants: merchants.slice(begun, begun + registeredAtOnceMax) });
      }
    },
    changeSettings: async (merchant) => void (await result('PUT', 'merchant-settings', merchant)),
    createWindowPayment: (payment) => refusable('window-payments', payment),
    authenticateInWindow: (payment) => refusable('window-authentications', payment),
    certifyInWindow: (certification) => refusable('window-certifications', certification),
    confirmInApp: (certification) => refusable('app-confirmations', certification),
    issueKeyInWindow: (window) => refusable('window-keys', window),
    deposit: (deposit) => refusable('deposits', deposit),
    payBarcode: (payment) => refusable('barcode-payments', payment),
    completeRefund: (result) => refusable('refund-results', result),
    decideEscrow: (decision) => refusable('escrow-decisions', decision),
    act: (act) => refusable('acts', act),
    setNoticeUrl: async (url) => void (await result('PUT', 'notice-url', { url })),
    listNotices: (filter = {}) => result('GET', `notices${queryOf(filter)}`),
    resendNotices: (notice) => refusable('notices/resend', notice),
    addFault: (fault) => result('POST', 'faults', fault),
    listFaults: (mid) => result('GET', `faults${queryOf({ mid })}`),
    clearFaults: async (filter = {}) => (await result<{ count: number }>('DELETE', `faults${queryOf(filter)}`)).count,
    setClock: (clock) => result('PUT', 'clock', clock),
    silence: async (payment) => void (await result('PUT', 'silence', payment)),
    book: (filter = {}) => result('GET', `book${queryOf(filter)}`),
    reset: async (filter = {}) => void (await result('POST', 'reset', filter)),
  };
}

function queryOf(filter: Readonly<Record<string, string | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) if (value !== undefined) query.set(name, value);
  return query.size === 0 ? '' : `?${query}`;
}
