import type { Book, ClockAnswer, ClockMoved, PaymentAnswer, SeededPayment } from './answers.ts';
import type { FaultOptions } from './fault-types.ts';
import type { Webhooks } from './webhook-types.ts';

export type * from './answers.ts';
export type * from './fault-types.ts';
export type * from './webhook-types.ts';

/**
 * Starts a sandbox of its own for a test: a server on a free port of this machine with a fresh database, fresh gateways and
 * a fresh merchant. Any number may run at once, in one process or in many. Rejects with one line that says what to do, when
 * it does not come up.
 */
export type StartHwanbul = (options?: StartOptions) => Promise<Hwanbul>;

export interface StartOptions {
  /**
   * Settings of the server, by the names and with the texts that they have in the environment (`npx hwanbul serve --help`).
   * The defaults are those of the server, but for shorter limits: `HWANBUL_GATEWAY_TIMEOUT_MS` 5000,
   * `HWANBUL_REQUEST_DEADLINE_MS` 12000, `HWANBUL_RECOVERY_INTERVAL_MS` 200, `HWANBUL_WEBHOOK_RETRY_PAUSE_MS` 1000,
   * `HWANBUL_DRAIN_TIMEOUT_MS` 3000, `LOG_LEVEL` error.
   */
  readonly settings?: Readonly<Record<string, string>>;
  /** How webhooks reach `webhooks`: as `json` (default) or as a `form`. */
  readonly webhookFormat?: 'json' | 'form';
  /** Whether a webhook that failed is sent again, up to five times, by the merchant's clock. Default false. */
  readonly webhookRetry?: boolean;
  /**
   * A PostgreSQL whose role may make databases; the server gets one of its own there. Default: `TEST_DATABASE_URL`, else
   * `DATABASE_URL`, where they name a PostgreSQL. Without any, or with `null`, a PostgreSQL that comes from npm is started,
   * which all test processes of this user share.
   */
  readonly databaseUrl?: string | null;
  /** Folder of that shared PostgreSQL. Default: `hwanbul/testing` in the user's cache folder. */
  readonly dataDir?: string;
  /** Longest wait for the start, which makes a database cluster when it is the first. Default 120,000. */
  readonly startTimeoutMs?: number;
}

export interface Span {
  readonly days?: number;
  readonly hours?: number;
  readonly minutes?: number;
  readonly seconds?: number;
}

/** The merchant's clock. It runs with real time until it is moved, and from then on it is held. */
export interface TestClock {
  now(): Promise<ClockAnswer>;
  /** To a `Date`, or ISO 8601 (without an offset: Seoul's time). It never goes back behind what it has shown. */
  set(at: Date | string): Promise<ClockMoved>;
  /** Forward by so many seconds, or by `{ days, hours, minutes, seconds }`. What falls due on the way has happened when this settles. */
  advance(by: number | Span): Promise<ClockMoved>;
  /** Back to real time. */
  release(): Promise<ClockAnswer>;
}

export interface Fault {
  readonly id: string;
  /** How many requests it will still strike; 0 when it has run out or was taken back. */
  left(): Promise<number>;
  /** Takes it back. One that has run out is no error. */
  remove(): Promise<void>;
}

export interface PayOptions {
  readonly amount: number;
  /** Such as `kcp`; default `tosspayments`. */
  readonly gateway?: string;
  /** `card` (default), `trans`, `vbank`, `phone`, `cvs` and so on, as far as the gateway has it. */
  readonly payMethod?: string;
  /** Default: a new one. */
  readonly merchantUid?: string;
  /** A channel of its own instead of the gateway's first. */
  readonly channelKey?: string;
  readonly currency?: string;
  readonly taxFree?: number;
  readonly vatAmount?: number;
  /** Of an account: its bank, by the three digits of KFTC or the gateway's own code, and until when it takes a deposit, in seconds since 1970. */
  readonly vbankCode?: string;
  readonly vbankDue?: number;
  readonly name?: string;
  readonly buyerName?: string;
  readonly buyerEmail?: string;
  readonly buyerTel?: string;
  readonly buyerAddr?: string;
  readonly buyerPostcode?: string;
  readonly noticeUrl?: string | readonly string[];
  readonly customData?: string;
  /** `naverProducts` of IMP.request_pay, for the gateway `naverco`; `amount` is what they cost. */
  readonly naverProducts?: readonly object[];
  /** `naverUseCfm` of IMP.request_pay, for the gateway `naverpay`: YYYYMMDD. */
  readonly naverUseCfm?: string;
  /** Of a buyer at `naverco`. */
  readonly shippingMemo?: string;
  readonly individualCode?: string;
  /** The buyer has registered a card under this name in the window; with an amount of 0, without paying. */
  readonly customerUid?: string;
  /** The gateway keeps the money until the buyer has the goods. */
  readonly escrow?: boolean;
}

/** A sandbox of its own: server, database, gateways, merchant and webhook receiver. What goes wrong rejects with `CallRefused`. */
export interface Hwanbul {
  /** Base URL for the client under test, `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** Of a fresh merchant, which has a test channel of every gateway. */
  readonly impKey: string;
  readonly impSecret: string;
  /** The buyer pays in a gateway's window, or (`payMethod: 'vbank'`) is given an account there. */
  pay(options: PayOptions): Promise<PaymentAnswer>;
  /** Somebody pays into a virtual account: what is due, unless an `amount` is given (the bank refuses any other). */
  deposit(
    impUid: string,
    options?: { readonly amount?: number; readonly depositorName?: string },
  ): Promise<PaymentAnswer>;
  /** The barcode is paid at the counter of a convenience store. */
  payBarcode(impUid: string, options?: { readonly payType?: 'cash' | 'card' }): Promise<PaymentAnswer>;
  /** Refunds that the gateway has taken and pays out later are paid out now, or fail with the gateway's `code`. */
  completeRefund(
    impUid: string,
    options?: { readonly succeeded?: boolean; readonly code?: string },
  ): Promise<PaymentAnswer>;
  /** The next requests of an operation at a gateway go wrong. */
  fault(options: FaultOptions): Promise<Fault>;
  readonly clock: TestClock;
  /** What the gateway's own book says of this merchant, or of one payment. */
  books(gateway: string, impUid?: string): Promise<Book>;
  /** A real server that gets the merchant's webhooks. */
  readonly webhooks: Webhooks;
  /**
   * Makes payments in given states, from a YAML or JSON file or from the object that such a file holds. Merchants without
   * `imp_key` are this one.
   */
  seed(fileOrSeed: string | { readonly merchants: readonly object[] }): Promise<readonly SeededPayment[]>;
  /** Forgets all payments, webhooks and faults, and lets the clock go. Server, keys and settings stay. */
  reset(): Promise<void>;
  /** Ends the server and takes everything away. Again: nothing. */
  close(): Promise<void>;
}
