import type { GatewayHttpClient } from './http-client.ts';

/** What one call needs besides its request. */
export interface GatewayCall {
  readonly channel: GatewayChannel;
  readonly http: GatewayHttpClient;
  /**
   * Derived from our operation id, the same on every repeat of one operation. It goes out in the gateway's own field
   * for such a key, where there is one. At most 64 characters of `[A-Za-z0-9_-]`.
   */
  readonly idempotencyKey: string;
  /** Milliseconds that the whole call may take; the adapter hands it to the HTTP client. */
  readonly timeLimitMs: number;
  /** The time by the server's clock: for gateways that want a time stamp in the request. */
  readonly now: Date;
  /**
   * When the operation was first asked for, the same on every repeat and inquiry: for ids that the merchant has to make
   * out of a time, and for gateways that want the day of the first request.
   */
  readonly startedAt: Date;
  /**
   * The same request was sent before, and its answer was lost. A refusal that only says "this has been done" (already
   * cancelled, number already used) is then no refusal: `confirmed` where it proves that this very operation was carried
   * out, else `unclear`.
   */
  readonly isRepeat: boolean;
  /** Where this server takes the gateway's notices, for gateways that want to be told with the request. */
  readonly noticeUrl: string | null;
}

export interface GatewayChannel {
  readonly mid: string;
  readonly mode: 'test' | 'live';
  readonly baseUrl: string;
  /** Decrypted; of the shape of `credentialsSchema`. Never logged. */
  readonly credentials: Readonly<Record<string, string>>;
}
