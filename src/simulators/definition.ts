import type { IssuedBillingKey } from '../port/billing-key.ts';
import type { PersonToCertify } from '../port/certification.ts';
import type { EscrowCapabilities } from '../port/escrow.ts';
import type { Buyer, PayMethod } from '../port/payment.ts';
import type { Book } from './book.ts';
import type { BookCertification, WindowAuthentication, WindowCertification } from './control.ts';
import type { BookEscrow } from './escrow.ts';
import type { FaultOperation } from './faults.ts';
import type { BookCancel, BookPayment } from './payments.ts';
import type { MerchantSetting } from './settings.ts';
import type { ReceiptNumbers } from './wanted-receipt.ts';

/**
 * What one gateway's simulator is, apart from what all have in common (the listener, the book, faults, the control
 * protocol). A handler runs inside one transaction of the book and is synchronous: no two requests overlap.
 */
export interface SimulatorDefinition {
  readonly provider: string;
  /** SQL for what only this gateway keeps, and its tables: each has a column `mid`, and is emptied by a reset. */
  readonly schema?: string;
  readonly ownTables?: readonly string[];
  /** What its merchants differ in. */
  readonly settings?: readonly MerchantSetting[];
  readonly routes: readonly SimulatorRoute[];
  /** Who calls, or the gateway's answer to someone it does not know. */
  authenticate(request: SimulatorRequest, book: Book): SimulatorCaller | SimulatorAnswer;
  /**
   * For gateways that refuse a request while another one with the same key is still running: the key (or `null`), and
   * that refusal.
   */
  readonly running?: {
    keyOf(request: SimulatorRequest, caller: SimulatorCaller): string | null;
    readonly answer: SimulatorAnswer;
  };
  unknownPath(request: SimulatorRequest): SimulatorAnswer;
  /**
   * The gateway's own internal error: for the fault `http_500`, and for a defect of the simulator. `path` is the request's,
   * for a simulator that does not speak one protocol everywhere.
   */
  internalError(path: string): SimulatorAnswer;
  /** A refusal for the fault `reject`, in the gateway's own form, with its usual code and text where none are given. */
  refusal(operation: FaultOperation, code: string | null, message: string | null, path: string): SimulatorAnswer;
  /** The buyer has just paid in the payment window, or been given an account. Refuses with `SimulatorRefusal`. */
  payInWindow?(payment: WindowPayment, context: ControlContext): BookPayment;
  /**
   * The buyer has just registered a card in the window, and paid there where the amount is not 0. Refuses with
   * `SimulatorRefusal` what this gateway does not do: a key without a payment, or with one.
   */
  issueKeyInWindow?(window: WindowKeyIssue, context: ControlContext): WindowKeyResult;
  /**
   * The buyer has agreed to a payment in the window, and the merchant has yet to ask for it. For a gateway whose own request for
   * that is simulated; all others have the one of the stand-in. Refuses with `SimulatorRefusal`.
   */
  authenticateInWindow?(payment: WindowPayment, context: ControlContext): WindowAuthentication;
  /** For a gateway that by itself issues, and takes back, the cash receipt that a buyer asks for with a payment. */
  readonly receiptNumbers?: ReceiptNumbers;
  readonly notices?: SimulatorNotices;
  /** Of a gateway that offers escrow: when its merchants may cancel such a payment. */
  readonly escrow?: EscrowCapabilities | undefined;
  /** For a provider that certifies persons. Each refuses with `SimulatorRefusal`. */
  readonly certifications?: {
    /** The person has just gone through the provider's window. */
    certifyInWindow(orderId: string, person: PersonToCertify, context: ControlContext): WindowCertification;
    /** The person says yes in the carrier's app. */
    confirmInApp(orderId: string, context: ControlContext): void;
    list(book: Book, mid: string | null, orderId: string | null): BookCertification[];
  };
  /**
   * What only this gateway's buyers and couriers do, by its name in the control protocol. Refuses with `SimulatorRefusal`, also
   * what is malformed.
   */
  readonly acts?: Readonly<Record<string, Act>>;
}

export type Act = (message: unknown, site: ActSite) => object;

/** Where an act happens. It may name something that exists once in the book, and no merchant. */
export interface ActSite {
  readonly mid: string | null;
  readonly book: Book;
  contextOf(mid: string): ControlContext;
}

/** What the gateway tells the merchant by itself. Written in the transaction of what it tells of, and sent afterwards. */
export interface SimulatorNotices {
  /** An account or a barcode was paid; for a gateway that has them. */
  deposit?(payment: BookPayment, context: ControlContext): NoticeMessage;
  /** A refund that was taken earlier has been paid out (`cancel.state` is `done`), or could not be (`failed`). */
  refundResult?(payment: BookPayment, cancel: BookCancel, context: ControlContext): NoticeMessage;
  /** The buyer of an escrow payment has decided, or it was cancelled. */
  escrowChanged?(payment: BookPayment, escrow: BookEscrow, context: ControlContext): NoticeMessage;
  /** Any other answer, or none, makes the gateway send it again. */
  isTaken(answer: { readonly status: number; readonly body: string }): boolean;
  /** How often a notice is sent in all. */
  readonly attemptsMax: number;
}

/** Sent as POST. */
export interface NoticeMessage {
  /** For gateways that are given an address per merchant: what that address ends in. */
  readonly path?: string;
  readonly contentType: string;
  readonly body: string | Buffer;
}

export interface SimulatorRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Segments that begin with `:` are parameters. */
  readonly path: string;
  /** Which faults hit it; `null`: none. A function where one path serves several operations. */
  readonly operation: FaultOperation | null | ((context: SimulatorContext) => FaultOperation | null);
  handle(context: SimulatorContext): SimulatorAnswer;
}

export interface SimulatorRequest {
  readonly method: string;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
}

export interface SimulatorCaller {
  readonly mid: string;
  readonly credentials: Readonly<Record<string, string>>;
}

export interface SimulatorContext {
  readonly request: SimulatorRequest;
  readonly caller: SimulatorCaller;
  readonly book: Book;
  readonly now: Date;
  /** Of this simulator, for the addresses in answers. */
  readonly url: string;
  /** Tells the merchant of something, once this request's transaction has been committed. */
  notify(orderId: string, message: NoticeMessage): void;
}

export interface ControlContext {
  readonly mid: string;
  readonly book: Book;
  readonly now: Date;
  readonly url: string;
  notify(orderId: string, message: NoticeMessage): void;
}

export interface SimulatorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  /** For the log, never sent: the gateway's code, where it can't be read in the body. */
  readonly result?: string;
  /** For the log, never sent: what is wrong with the signature or the key of the request. Without a secret. */
  readonly why?: string;
}

export interface WindowPayment {
  readonly mid: string;
  readonly orderId: string;
  readonly orderName: string;
  readonly payMethod: PayMethod;
  readonly currency: string;
  readonly amountMinor: bigint;
  readonly taxFreeMinor: bigint;
  readonly vatMinor: bigint;
  readonly buyer: Buyer;
  /** KFTC's three-digit code: the bank of the account to be issued, or to be debited. */
  readonly bankCode: string | null;
  readonly dueAt: Date | null;
  /** A cash receipt is wanted with the payment. */
  readonly cashReceiptIdentifier: string | null;
  /** What only this gateway's window asks for; its simulator checks it. */
  readonly terms: Readonly<Record<string, unknown>> | null;
  /** The card that the buyer has chosen; `null`: the one of every payment in this simulator's window. */
  readonly card: WindowCard | null;
  /** The gateway keeps the money until the buyer has the goods. */
  readonly isEscrow: boolean;
}

export interface WindowCard {
  /** Of i'mport's table of card companies; `null`: any. */
  readonly code: string | null;
  readonly installmentMonths: number;
}

export interface WindowKeyIssue extends WindowPayment {
  readonly customerUid: string;
  readonly customerId: string;
}

export interface WindowKeyResult {
  readonly issued: IssuedBillingKey;
  readonly payment: BookPayment | null;
}

/** The gateway says no. Its code and text are the gateway's own. */
export class SimulatorRefusal extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.name = 'SimulatorRefusal';
    this.code = code;
  }
}

export function jsonAnswer(status: number, value: unknown): SimulatorAnswer {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(value) };
}
