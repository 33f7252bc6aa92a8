import type { RefusalCategory } from '../../../port/outcome.ts';

/**
 * `error` of a request that was not taken, and `refund_error_code` of a refund that has failed. Sources: Alipay's pages for those
 * that they show as an example, else lists in public clients; what each is called here is ours. `in_doubt`: it is no clear no.
 */
export const alipayErrors = {
  ILLEGAL_SIGN: 'bad_credentials',
  ILLEGAL_SIGN_TYPE: 'bad_credentials',
  ILLEGAL_PARTNER: 'bad_credentials',
  ILLEGAL_DYN_MD5_KEY: 'bad_credentials',
  ILLEGAL_PARTNER_EXTERFACE: 'contract_missing',
  HAS_NO_PRIVILEGE: 'contract_missing',
  ILLEGAL_SERVICE: 'other',
  ILLEGAL_CHARSET: 'other',
  ILLEGAL_ARGUMENT: 'other',
  CURRENCY_NOT_SAME: 'other',
  PURCHASE_TRADE_NOT_EXIST: 'unknown_transaction',
  TRADE_NOT_EXIST: 'unknown_transaction',
  TRADE_HAS_CLOSE: 'already_cancelled',
  RETURN_AMOUNT_EXCEED: 'over_balance',
  REFUNDMENT_VALID_DATE_EXCEED: 'window_passed',
  MERCHANT_BALANCE_NOT_ENOUGH: 'temporarily_unavailable',
  // Our ids are used once: one that was used before was used by an earlier request of ours.
  REPEATED_REFUNDMENT_REQUEST: 'in_doubt',
  SYSTEM_ERROR: 'in_doubt',
  SYSTEM_EXCEPTION: 'in_doubt',
} as const satisfies Readonly<Record<string, RefusalCategory | 'in_doubt'>>;
export type AlipayError = keyof typeof alipayErrors;

/**
 * Codes beyond the table are read as the words that they are: the list is not complete, and the code for refunds that come sooner
 * than three seconds after one another is not public.
 */
const byWords: readonly (readonly [RefusalCategory | 'in_doubt', RegExp])[] = [
  [
    'temporarily_unavailable',
    /TOO_?(SOON|FAST|MANY|OFTEN|FREQUENT)|FREQUEN|INTERVAL|RATE_?LIMIT|FLOW_?(LIMIT|CONTROL)/,
  ],
  ['in_doubt', /SYSTEM|EXCEPTION|TIME_?OUT|PROCESSING|REPEAT|DUPLICATE|UNKNOWN|BUSY/],
];

export function meaningOf(code: string): RefusalCategory | 'in_doubt' {
  if (Object.hasOwn(alipayErrors, code)) return alipayErrors[code as AlipayError];
  return byWords.find(([, words]) => words.test(code))?.[0] ?? 'other';
}
