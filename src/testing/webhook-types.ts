/** A webhook as it arrived. */
export interface Webhook {
  /** Under which the server's log has it; the same for every try. */
  readonly id: string | undefined;
  readonly imp_uid: string | undefined;
  readonly merchant_uid: string | undefined;
  /** `paid`, `ready` or `cancelled`. */
  readonly status: string | undefined;
  readonly cancellation_id: string | undefined;
  /** Every field, whether it came as JSON or as a form. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The body as it came, for instance to verify the signature. */
  readonly body: string;
}

/** How the receiver answers. Without anything: 200, at once. */
export interface WebhookAnswer {
  readonly status?: number;
  readonly body?: string;
  /** How long it lets the caller wait. */
  readonly delayMs?: number;
  /** Closes the connection without an answer. */
  readonly close?: boolean;
  /** For so many requests, then 200 again. Default: until `answer` or `reset` is called. */
  readonly times?: number;
}

/** A server on loopback that the merchant's webhooks go to. */
export interface Webhooks {
  /** Where it listens; other paths below the same origin, such as for a `confirm_url`, are received too. */
  readonly url: string;
  /** What has arrived, oldest first; the last 10,000. */
  all(): readonly Webhook[];
  /**
   * The first that fits, of those that have arrived already or else of those to come.
   * @throws when none has come within `timeoutMs` (default 10,000); the message tells what has.
   */
  waitFor(predicate: (webhook: Webhook) => boolean, options?: { readonly timeoutMs?: number }): Promise<Webhook>;
  /** Forgets what has arrived. */
  clear(): void;
  /** How it answers from now on. */
  answer(answer?: WebhookAnswer): void;
}
