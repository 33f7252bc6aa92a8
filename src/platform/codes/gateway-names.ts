/** What the gateways call themselves, by i'mport's name of each. */
const names: Readonly<Record<string, readonly [korean: string, english: string]>> = {
  alipay: ['알리페이', 'Alipay'],
  bluewalnut: ['블루월넛', 'Blue Walnut'],
  chai: ['차이', 'CHAI'],
  danal: ['다날', 'Danal'],
  danal_tpay: ['다날', 'Danal'],
  daou: ['키움페이', 'Kiwoom Pay'],
  eximbay: ['엑심베이', 'Eximbay'],
  galaxia: ['갤럭시아머니트리', 'Galaxia Moneytree'],
  html5_inicis: ['KG이니시스', 'KG Inicis'],
  inicis: ['KG이니시스', 'KG Inicis'],
  inicis_unified: ['KG이니시스 통합인증', 'KG Inicis certification'],
  jtnet: ['JTNet tPay', 'JTNet tPay'],
  kakaopay: ['카카오페이', 'Kakao Pay'],
  kcp: ['NHN KCP', 'NHN KCP'],
  kcp_quick: ['NHN KCP 퀵페이', 'NHN KCP Quick'],
  kcp_v2: ['NHN KCP 본인인증', 'NHN KCP certification'],
  kicc: ['KICC 이지페이', 'KICC EasyPay'],
  ksnet: ['KSNET', 'KSNET'],
  mobilians: ['KG모빌리언스', 'KG Mobilians'],
  naverco: ['네이버페이 주문형', 'Naver Pay (orders)'],
  naverpay: ['네이버페이', 'Naver Pay'],
  nice: ['나이스페이먼츠', 'NICE Payments'],
  nice_v2: ['나이스페이먼츠', 'NICE Payments'],
  payco: ['페이코', 'PAYCO'],
  paymentwall: ['페이먼트월', 'Paymentwall'],
  paypal: ['페이팔', 'PayPal'],
  paypal_v2: ['페이팔', 'PayPal'],
  settle: ['헥토파이낸셜', 'Hecto Financial'],
  smartro: ['스마트로', 'Smartro'],
  smartro_v2: ['스마트로', 'Smartro'],
  tosspay: ['토스페이', 'Toss Pay'],
  tosspayments: ['토스페이먼츠', 'Toss Payments'],
  welcome: ['웰컴페이먼츠', 'Welcome Payments'],
};

/** A gateway that is not here is shown by i'mport's name of it. */
export function gatewayName(provider: string): { readonly ko: string; readonly en: string } {
  const [ko, en] = names[provider] ?? [provider, provider];
  return { ko, en };
}
