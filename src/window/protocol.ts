/** What the browser and the server's `/checkout` routes say to each other. Every answer stands in i'mport's envelope. */
export interface Envelope<Response> {
  readonly code: number;
  readonly message: string | null;
  readonly response: Response | null;
}

export type WindowState = 'open' | 'working' | 'ended';
/** How a window is shown, which the server decides by gateway, device and request. */
export type Way = 'iframe' | 'popup' | 'redirect';
/** `cancelled`: the buyer refused; `closed`: the window was closed over their heads, or by closing a popup. */
export type Leaving = 'cancelled' | 'closed' | 'expired';

/** What a shop's callback gets, whose keys differ by outcome. */
export interface Outcome {
  readonly success: boolean;
  readonly imp_uid: string | null;
  readonly merchant_uid: string;
  readonly error_code?: string;
  readonly error_msg?: string;
  readonly [key: string]: unknown;
}

export interface Ended {
  readonly result: Outcome;
  readonly redirect_url: string | null;
  readonly landing: 'success' | 'fail';
}

/** `POST /checkout/payments` and `/checkout/certifications`. */
export interface Opened {
  readonly token: string;
  readonly imp_uid: string;
  readonly merchant_uid: string;
  readonly url: string;
  readonly way: Way;
  readonly pg_provider: string;
  /** Seconds since 1970. */
  readonly expires_at: number;
}

/** In place of `Opened`, with a code other than 0. */
export interface NotOpened extends Outcome {
  readonly redirect_url: string | null;
}

/** `GET /checkout/:token/result`, and what leaving answers. */
export interface Result {
  readonly state: WindowState;
  readonly ended: Ended | null;
}

export interface Named {
  readonly code: string;
  readonly name: string;
  readonly name_en: string;
}

export interface Issuer extends Named {
  /** Months offered; 0 pays at once. */
  readonly quotas: readonly number[];
}

/** `GET /checkout/:token/window`, and what paying answers. */
export interface CheckoutWindow extends Result {
  readonly kind: 'payment' | 'certification';
  readonly way: Way;
  readonly language: 'ko' | 'en';
  readonly shop: { readonly name: string; readonly company: string | null };
  readonly gateway: { readonly provider: string; readonly name: string; readonly name_en: string };
  readonly order: Order;
  /** Of a payment; empty for a certification. */
  readonly method: string;
  /** The easy-pay within a gateway's window, such as `kakaopay`. */
  readonly wallet: string | null;
  readonly card: {
    readonly issuers: readonly Issuer[];
    readonly quotas: readonly number[];
    readonly preset: { readonly code: string; readonly quota: number } | null;
    readonly use_point: boolean;
  } | null;
  readonly banks: readonly Named[] | null;
  readonly vbank: { readonly due_at: number; readonly holder: string | null } | null;
  readonly carriers: readonly string[] | null;
  readonly certification: {
    readonly name: string | null;
    readonly phone: string | null;
    readonly carrier: string | null;
    readonly birthday: string | null;
    readonly min_age: number | null;
    readonly otp: string;
  } | null;
  readonly expires_at: number;
  readonly tester: { readonly decline_codes: readonly { readonly code: string; readonly message: string }[] };
}

export interface Order {
  readonly imp_uid: string;
  readonly merchant_uid: string;
  readonly name: string | null;
  /** In major units of the currency, as `tax_free` and `vat` are. */
  readonly amount: number;
  readonly currency: string;
  readonly tax_free: number;
  readonly vat: number;
  /** The window issues a billing key. */
  readonly is_key: boolean;
  /** Something is charged. */
  readonly pays: boolean;
  readonly is_escrow: boolean;
  /** `from`, `to`, `interval`, `text`, as far as the shop gave them. */
  readonly period: { readonly [name: string]: string } | null;
  readonly buyer: { readonly name: string | null; readonly tel: string | null; readonly email: string | null };
}

/** What a tester has go wrong. */
export type Tester =
  | { readonly do: 'decline'; readonly code?: string; readonly message?: string }
  | { readonly do: 'lose_answer' }
  | { readonly do: 'approve_late'; readonly seconds: number }
  | { readonly do: 'other_amount'; readonly amount: number };

/** `POST /checkout/:token/pay` of a payment. */
export interface Payment {
  readonly agreed: true;
  readonly card?: { readonly code: string; readonly quota: number; readonly use_point?: boolean };
  readonly bank_code?: string;
  readonly carrier?: string;
  readonly phone?: string;
  readonly cash_receipt?: { readonly identifier: string };
  readonly tester?: Tester;
}

/** `POST /checkout/:token/pay` of a certification. */
export interface Certification {
  readonly name: string;
  /** `YYYY-MM-DD` */
  readonly birthday: string;
  readonly gender: string;
  readonly phone: string;
  readonly carrier: string;
  readonly otp: string;
}

/**
 * From the page in a frame to the page of the shop. It proves nothing: whoever gets it asks the server. Of popups there is none, since they
 * have no opener.
 */
export interface Hint {
  readonly hwanbul: 'checkout';
  readonly token: string;
  readonly what: 'ready' | 'resize' | 'ended';
  /** In CSS pixels, with `resize`. */
  readonly height?: number;
}
