/** Where everything goes. A POST says its charset in the address. Source: Alipay's pages of these services. */
export const gatewayPath = '/gateway.do';
export const charset = 'UTF-8';

/** `service` of a request. */
export const services = {
  refund: 'forex_refund',
  refundQuery: 'alipay.acquire.refund.query',
  tradeQuery: 'single_trade_query',
} as const;
export type AlipayService = (typeof services)[keyof typeof services];

/**
 * Those that merchants are settled in (general knowledge), of the ones that are known here. Yuan is none of them (Alipay's page of
 * refunds). Yen and won have no decimals on the wire, all others have two: as ISO 4217 has it.
 */
export const alipayCurrencies = ['USD', 'JPY', 'KRW', 'EUR', 'GBP', 'HKD', 'SGD', 'AUD', 'CAD', 'THB'] as const;
