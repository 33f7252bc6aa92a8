/**
 * `hwanbul/checkout`: types of `window.IMP`, the i'mport JavaScript SDK (V1) as Hwanbul's `/v1/iamport.js` has it. There is nothing that runs.
 * The names are those of the npm package `iamport-typings`, so that its users need change only the name of the module.
 */

/** A code of a gateway, as it stands in `pg`, alone or before `.{MID}`. */
export type Pg =
  | 'alipay'
  | 'bluewalnut'
  | 'chai'
  | 'danal'
  | 'danal_tpay'
  | 'daou'
  | 'eximbay'
  | 'galaxia'
  | 'html5_inicis'
  | 'inicis'
  | 'inicis_unified'
  | 'jtnet'
  | 'kakaopay'
  | 'kcp'
  | 'kcp_billing'
  | 'kcp_quick'
  | 'kicc'
  | 'ksnet'
  | 'mobilians'
  | 'naverco'
  | 'naverpay'
  | 'nice'
  | 'nice_v2'
  | 'payco'
  | 'payletter'
  | 'paymentwall'
  | 'paypal'
  | 'paypal_v2'
  | 'settle'
  | 'smartro'
  | 'smartro_v2'
  | 'smilepay'
  | 'syrup'
  | 'toss_brandpay'
  | 'tosspay'
  | 'tosspay_v2'
  | 'tosspayments'
  | 'uplus'
  | 'welcome';

export type PaymentMethod =
  | 'alipay'
  | 'applepay'
  | 'booknlife'
  | 'card'
  | 'culturegift'
  | 'cultureland'
  | 'happymoney'
  | 'kakaopay'
  | 'kpay'
  | 'lpay'
  | 'naverpay'
  | 'naverpay_card'
  | 'naverpay_point'
  | 'payco'
  | 'paypal'
  | 'phone'
  | 'pinpay'
  | 'point'
  | 'samsung'
  | 'samsungpay'
  | 'skpay'
  | 'smartculture'
  | 'ssgpay'
  | 'ssgpay_bank'
  | 'tenpay'
  | 'toss_brandpay'
  | 'tosspay'
  | 'tosspay_card'
  | 'tosspay_money'
  | 'trans'
  | 'unionpay'
  | 'vbank'
  | 'wechat';

/** Codes of KFTC for Korean issuers, letters for foreign brands. */
export type CardCode =
  | '002'
  | '045'
  | '048'
  | '050'
  | '071'
  | '089'
  | '090'
  | '361'
  | '364'
  | '365'
  | '366'
  | '367'
  | '368'
  | '369'
  | '370'
  | '371'
  | '372'
  | '373'
  | '374'
  | '381'
  | 'AMX'
  | 'DIN'
  | 'JCB'
  | 'MAS'
  | 'UNI'
  | 'VIS';

export type PayPalSupportedCurrency =
  | 'AUD'
  | 'BRL'
  | 'CAD'
  | 'CNY'
  | 'CZK'
  | 'DKK'
  | 'EUR'
  | 'GBP'
  | 'HKD'
  | 'HUF'
  | 'ILS'
  | 'JPY'
  | 'MXN'
  | 'MYR'
  | 'NOK'
  | 'NZD'
  | 'PHP'
  | 'PLN'
  | 'RUB'
  | 'SEK'
  | 'SGD'
  | 'CHF'
  | 'THB'
  | 'TWD'
  | 'USD';

export type Currency = 'KRW' | 'USD' | 'EUR' | 'JPY' | PayPalSupportedCurrency;

/** The window speaks Korean and English; it answers any other language in English. */
export type Language = 'en' | 'ko' | 'zh';

export interface EscrowProduct {
  id: string;
  name: string;
  code: string;
  unitPrice: number;
  quantity: number;
}

export interface RequestPayAdditionalParams {
  /** Of payments by phone: whether what is sold is digital. */
  digital?: boolean;
  /** Until when a virtual account can be paid into: `YYYY-MM-DD`, `YYYYMMDD`, `YYYY-MM-DD HH:mm:ss` or `YYYYMMDDHHmmss`. */
  vbank_due?: string;
  /** Where a phone's browser is sent by GET with `imp_uid`, `merchant_uid` and `imp_success`, in place of the callback. */
  m_redirect_url?: string;
  app_scheme?: string;
  /** Ten digits, of virtual accounts at Danal. */
  biz_num?: string;
}

export interface RequestPayParams extends RequestPayAdditionalParams {
  /** `channel-key-…`. Wins over `pg`. */
  channelKey?: string;
  /** `{provider}` or `{provider}.{MID}`. Without it and `channelKey` the default channel is taken. */
  pg?: Pg | `${Pg}.${string}`;
  /** `card` unless it is given. */
  pay_method?: PaymentMethod;
  /** Names this attempt; up to 40 characters. One that is paid already is refused (`F1002`). */
  merchant_uid: string;
  name?: string;
  /** In major units of the currency: 1000 is 1,000 won. The SDK takes a string as well. */
  amount: number;
  tax_free?: number;
  vat_amount?: number | null;
  /** @deprecated `vat_amount` */
  vat?: number;
  currency?: Currency;
  language?: Language;
  /** With it the window issues a billing key under this name. Some gateways charge the amount with it, others nothing. */
  customer_uid?: string;
  customer_id?: string;
  buyer_name?: string;
  buyer_tel?: string;
  buyer_email?: string;
  buyer_addr?: string;
  buyer_postcode?: string;
  // biome-ignore lint/suspicious/noExplicitAny: it comes back as it was given, which only the shop knows
  custom_data?: any;
  notice_url?: string | string[];
  confirm_url?: string;
  escrow?: boolean;
  escrowProducts?: EscrowProduct[];
  products?: EscrowProduct[];
  kcpProducts?: { orderNumber: string; name: string; quantity: number; amount: number }[];
  company?: string;
  period?: { from?: string; to?: string; interval?: string; text?: string };
  display?: {
    /** Months offered besides paying at once, from 50,000 won on; `[]` offers none. */
    card_quota?: number[];
    only_installment?: boolean;
  };
  card?: {
    /** Straight to one issuer; quota 0 pays at once. */
    direct?: { code: CardCode; quota: number; usePoint?: boolean };
    detail?: { card_code: CardCode | '*'; enabled: boolean; max_month?: number }[];
    useInstallment?: boolean;
    useFreeInterestFromMall?: boolean;
  };
  phone?: { carrier?: string };
  appCard?: boolean;
  useCardPoint?: boolean;
  popup?: boolean;
  naverPopupMode?: boolean;
  niceMobileV2?: boolean;
  kakaopayMobileAsPC?: boolean;
  promotion_id?: string;
  isPromotion?: boolean;
  channelGroupId?: string;
  /** What the gateway is to get as it is. */
  bypass?: Record<string, unknown>;
}

export interface RequestPayAdditionalResponse {
  apply_num?: string;
  vbank_num?: string;
  vbank_name?: string;
  vbank_holder?: string | null;
  /** Seconds since 1970. */
  vbank_date?: number;
}

export interface RequestPayResponse extends RequestPayAdditionalResponse {
  /** Also true for a virtual account that has been issued and not been paid into. */
  success?: boolean;
  imp_success?: boolean;
  /** Only of a failure. */
  error_code?: string;
  error_msg?: string;
  /** null when the window could not be opened. */
  imp_uid: string | null;
  merchant_uid: string;
  pay_method?: PaymentMethod;
  /** What was paid, or is to be deposited. */
  paid_amount?: number;
  currency?: Currency;
  status?: 'ready' | 'paid' | 'failed';
  name?: string;
  pg_provider?: Pg;
  pg_type?: 'payment';
  pg_tid?: string;
  buyer_name?: string;
  buyer_email?: string;
  buyer_tel?: string;
  buyer_addr?: string;
  buyer_postcode?: string;
  // biome-ignore lint/suspicious/noExplicitAny: it comes back as it was given, which only the shop knows
  custom_data?: any;
  /** Seconds since 1970; 0 for what is not paid. */
  paid_at?: number;
  receipt_url?: string;
  card_name?: string | null;
  /** Masked. */
  card_number?: string;
  card_quota?: number;
  bank_name?: string | null;
  customer_uid?: string;
}

export type RequestPayResponseCallback = (response: RequestPayResponse) => void;

export interface CertificationParams {
  channelKey?: string;
  pg?: Pg | `${Pg}.${string}`;
  merchant_uid?: string;
  min_age?: number;
  name?: string;
  phone?: string;
  carrier?: 'SKT' | 'KTF' | 'LGT' | 'MVNO';
  company?: string;
  m_redirect_url?: string;
  popup?: boolean;
  language?: Language;
}

export interface CertificationResponse {
  success: boolean;
  imp_success?: boolean;
  imp_uid: string | null;
  merchant_uid: string;
  pg_provider?: Pg;
  pg_type?: 'certification';
  error_code?: string;
  error_msg?: string;
}

export type CertificationResponseCallback = (response: CertificationResponse) => void;

export type UIType = 'paypal-spb' | 'paypal-rt' | 'toss-brandpay-widget';

/** What was asked for and is not there. */
export interface RefusedCall extends Error {
  readonly error_code: string;
}

interface WithAmountAsText extends Omit<RequestPayParams, 'amount'> {
  amount: number | string;
}

export default interface Iamport {
  /** `imp` and eight digits. It may be called before each payment. */
  init: (accountID: string) => void;
  /** In place of `init`, for a sub-store. */
  agency: (accountID: string, tierCode: string) => void;
  /**
   * Opens the payment window. Each call ends by exactly one call of the callback, or where the window takes the whole page (phones), by one
   * navigation to `m_redirect_url`.
   */
  request_pay: (params: RequestPayParams | WithAmountAsText, callback?: RequestPayResponseCallback) => void;
  certification: (params: CertificationParams, callback?: CertificationResponseCallback) => void;
  /** Draws a button into `div.portone-ui-container[data-portone-ui-type]` that opens the window. */
  loadUI: (type: UIType, params: RequestPayParams | WithAmountAsText, callback?: RequestPayResponseCallback) => void;
  updateLoadUIRequest: (type: UIType, params: RequestPayParams | WithAmountAsText) => void;
  /** Rejects with a `RefusedCall`: a sandbox has no such module. */
  loadModule: (
    type: string,
    account: { userCode: string; tierCode?: string },
    options?: Record<string, unknown>,
  ) => Promise<never>;
  /** Ends with the failure `UNSUPPORTED`: a sandbox keeps no wish list. */
  naver_zzim: (params: Record<string, unknown>, callback?: RequestPayResponseCallback) => undefined | Promise<never>;
  /** Closes an open window as the buyer's X does. */
  close: () => void;
  communicate: (...args: unknown[]) => undefined | Promise<never>;
  payport: (...args: unknown[]) => undefined | Promise<never>;
  /** Closes an open window, takes back what was drawn, and forgets the account. */
  deinit: () => void;
  readonly slots: {
    /** The server that the script came from; what is assigned here is asked from then on. */
    CORE_SERVER: string;
    CHECKOUT_SERVER: string;
  };
}

export type NaverProductCategoryType =
  | 'BOOK'
  | 'MUSIC'
  | 'MOVIE'
  | 'PRODUCT'
  | 'PLAY'
  | 'TRAVEL'
  | 'INSURANCE'
  | 'FLIGHT'
  | 'FOOD'
  | 'ETC';

export type NaverProductCategoryId =
  | 'GENERAL'
  | 'USED'
  | 'TICKET'
  | 'EBOOK'
  | 'CD'
  | 'LP'
  | 'DVD'
  | 'BLUERAY'
  | 'VOD'
  | 'CASHABLE'
  | 'CLAIM'
  | 'DIGITAL_CONTENT'
  | 'SUPPORT'
  | 'DOMESTIC'
  | 'OVERSEA'
  | 'CAR'
  | 'DRIVER'
  | 'HEALTH'
  | 'CHILD'
  | 'TRAVELER'
  | 'GOLF'
  | 'ANNUITY'
  | 'ANNUITY_SAVING'
  | 'SAVING'
  | 'VARIABLE_ANNUITY'
  | 'CANCER'
  | 'DENTIST'
  | 'ACCIDENT'
  | 'SEVERANCE'
  | 'PHONE'
  | 'PET'
  | 'DELIVERY'
  | 'ETC';

export type NaverPayReferrer =
  | 'NAVER_BOOK'
  | 'NAVER_MUSIC'
  | 'NAVER_SHOPPING'
  | 'NAVER_MAP'
  | 'NAVER_PLACE'
  | 'SEARCH_AD'
  | 'NAVER_SEARCH'
  | 'BRAND_SEARCH'
  | 'PARTNER_DIRECT'
  | 'ETC';

export interface NaverProduct {
  categoryType: NaverProductCategoryType;
  categoryId: NaverProductCategoryId;
  uid: string;
  name: string;
  count: number;
  payReferrer?: NaverPayReferrer;
}

export interface RequestPayNaverAdditionalParams {
  /** `yyyyMMdd`: when what is bought has been used up. */
  naverUseCfm: string;
  naverPopupMode: boolean;
  naverProducts: NaverProduct[];
}

export type RequestPayNaverParams = RequestPayParams & RequestPayNaverAdditionalParams;

declare global {
  interface Window {
    IMP?: Iamport;
  }
}
