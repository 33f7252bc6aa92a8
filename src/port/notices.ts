import type { EscrowStatus } from './escrow.ts';

/**
 * What a gateway sends by itself. A notice is read in two steps: first without any secret, to find out whose it is; then
 * with that merchant's credentials, to verify it as far as the gateway allows.
 */
export interface GatewayNotices {
  /** `undefined`: this can't be a notice of this gateway. Must not throw, whatever the bytes are. */
  identify(raw: RawNotice): NoticeSubject | undefined;
  /** Must not throw, whatever the bytes are. */
  open(raw: RawNotice, keys: NoticeKeys): OpenedNotice;
  /** What the gateway expects to read. */
  answer(taken: NoticeAnswer): { readonly status: number; readonly contentType: string; readonly body: string };
}

export interface RawNotice {
  /** What follows `/gateways/PROVIDER/notices/` in the address; mostly empty. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly query: URLSearchParams;
  readonly body: Buffer;
}

/** At least one of the three is given. */
export interface NoticeSubject {
  readonly mid: string | null;
  readonly orderId: string | null;
  readonly gatewayTid: string | null;
}

export interface NoticeKeys {
  readonly mid: string;
  readonly credentials: Readonly<Record<string, string>>;
  /** `VirtualAccount.noticeSecret` of the payment that `identify` named, if there is one. */
  readonly noticeSecret: string | null;
}

export type OpenedNotice =
  | { readonly kind: 'forged'; readonly why: string }
  | {
      readonly kind: 'notice';
      /**
       * `authentic`: only someone with a secret of the merchant's can have made it. `unverified`: the gateway signs
       * nothing; the server then asks the gateway's book where it can, and else compares everything it knows.
       */
      readonly trust: 'authentic' | 'unverified';
      readonly orderId: string | null;
      readonly gatewayTid: string | null;
      readonly event: NoticeEvent;
    };

export type NoticeEvent =
  | {
      readonly kind: 'deposit';
      /** `null` where the gateway does not say. */
      readonly amountMinor: bigint | null;
      readonly accountNumber: string | null;
      readonly depositorName: string | null;
      readonly depositedAt: Date | null;
      /** A new transaction id that the payment has from its deposit on. */
      readonly depositTid: string | null;
    }
  /** The bank took a deposit back. */
  | { readonly kind: 'deposit_reversed' }
  /** A refund that was taken earlier has been paid out, or could not be. */
  | {
      readonly kind: 'refund_result';
      readonly succeeded: boolean;
      /** The gateway's id of the cancellation; `null` where the notice has none. */
      readonly cancelTid: string | null;
      readonly amountMinor: bigint | null;
      readonly at: Date | null;
      /** Of a failure: the gateway's own. */
      readonly code: string | null;
      readonly message: string | null;
    }
  /** The buyer of an escrow payment has decided, or the gateway has for them. */
  | {
      readonly kind: 'escrow_changed';
      readonly status: EscrowStatus;
      readonly at: Date | null;
      /** Of a refusal: the buyer's own words. */
      readonly reason: string | null;
    }
  /** The buyer or the gateway has changed something about the order, or refunded a part of it: its book says what. */
  | { readonly kind: 'order_changed' }
  /** Known, and nothing to do: the issue of an account, an approval, our own cancel. */
  | { readonly kind: 'nothing_to_do'; readonly what: string };

/** `taken`: must not be sent again. `later`: shall be sent again. `refused`: not believed. */
export type NoticeAnswer = 'taken' | 'later' | 'refused';
