import type { CheckoutWindowAnswer } from '../../src/api/views/checkout.ts';
import type { CheckoutWindow, Ended } from '../../src/window/protocol.ts';

/** Windows as the server shows them, one of each kind, for the page to draw. The compiler holds its types and the page's together. */
const fromServer = (answer: Omit<CheckoutWindowAnswer, 'ended'> & Pick<CheckoutWindow, 'ended'>): CheckoutWindow =>
  answer;

type Language = CheckoutWindow['language'];

const dueAt = 1_798_729_199;

export function windowOf(language: Language, changes: Partial<CheckoutWindow> = {}): CheckoutWindow {
  const isKorean = language === 'ko';
  return fromServer({
    state: 'open',
    kind: 'payment',
    way: 'iframe',
    language,
    shop: { name: isKorean ? '환불상점' : 'Hwanbul shop', company: null },
    gateway: { provider: 'html5_inicis', name: 'KG이니시스', name_en: 'KG INICIS' },
    order: {
      imp_uid: 'imp_123456789012',
      merchant_uid: 'order_20261130_0001',
      name: isKorean ? '겨울 외투와 목도리' : 'Winter coat and a scarf',
      amount: 129_000,
      currency: 'KRW',
      tax_free: 9_000,
      vat: 10_909,
      is_key: false,
      pays: true,
      is_escrow: false,
      period: null,
      buyer: { name: isKorean ? '홍길동' : 'Gildong Hong', tel: '010-1234-5678', email: 'buyer@example.com' },
    },
    method: 'card',
    wallet: null,
    card: {
      issuers: [
        { code: '361', name: 'BC카드', name_en: 'BC Card', quotas: [0, 2, 3, 4, 5, 6] },
        { code: '366', name: '신한카드', name_en: 'Shinhan Card', quotas: [0, 2, 3] },
        { code: '090', name: '카카오뱅크카드', name_en: 'Kakao Bank Card', quotas: [0] },
      ],
      quotas: [0, 2, 3, 4, 5, 6],
      preset: null,
      use_point: false,
    },
    banks: null,
    vbank: null,
    carriers: null,
    certification: null,
    expires_at: Math.floor(Date.now() / 1_000) + 900,
    tester: {
      decline_codes: [
        { code: '0051', message: isKorean ? '한도초과' : 'Over the limit' },
        { code: '0054', message: isKorean ? '유효기간 만료' : 'Expired card' },
      ],
    },
    ended: null,
    ...changes,
  });
}

const banks = [
  { code: '004', name: 'KB국민은행', name_en: 'KB Kookmin Bank' },
  { code: '088', name: '신한은행', name_en: 'Shinhan Bank' },
];
const carriers = ['SKT', 'KT', 'LGU', 'MVNO'];

export function paid(changes: Readonly<Record<string, unknown>> = {}): Ended {
  return {
    result: {
      success: true,
      imp_success: true,
      imp_uid: 'imp_123456789012',
      pay_method: 'card',
      merchant_uid: 'order_20261130_0001',
      paid_amount: 129_000,
      status: 'paid',
      ...changes,
    },
    redirect_url: null,
    landing: 'success',
  };
}

export function failed(code: string, message: string): Ended {
  return {
    result: {
      success: false,
      imp_success: false,
      imp_uid: 'imp_123456789012',
      merchant_uid: 'order_20261130_0001',
      pay_method: 'card',
      pg_provider: 'html5_inicis',
      pg_type: 'payment',
      error_code: code,
      error_msg: message,
    },
    redirect_url: null,
    landing: 'fail',
  };
}

const account = { vbank_num: '56211234567890', vbank_holder: '(주)환불상점', vbank_date: dueAt, status: 'ready' };

/** By a name for pictures and for what a test says. */
export function everyWindow(language: Language): Readonly<Record<string, CheckoutWindow>> {
  const isKorean = language === 'ko';
  const of = (changes: Partial<CheckoutWindow> = {}) => windowOf(language, changes);
  const { order, card } = of();
  const withoutCard = { card: null };
  const certification = {
    name: isKorean ? '홍길동' : 'Gildong Hong',
    phone: '01012345678',
    carrier: 'KT',
    birthday: null,
    min_age: 19,
    otp: '000000',
  };
  const asCertification = { kind: 'certification', ...withoutCard, method: '', carriers, certification } as const;
  return {
    card: of(),
    'card-preset': of({ card: card && { ...card, preset: { code: '366', quota: 3 }, use_point: true } }),
    key: of({
      order: {
        ...order,
        is_key: true,
        pays: false,
        amount: 9_900,
        tax_free: 0,
        vat: 0,
        period: { from: '2026-12-01', to: '2027-11-30', interval: isKorean ? '1개월' : 'monthly' },
      },
    }),
    trans: of({ ...withoutCard, method: 'trans', banks, order: { ...order, is_escrow: true } }),
    vbank: of({ ...withoutCard, method: 'vbank', banks, vbank: { due_at: dueAt, holder: '(주)환불상점' } }),
    phone: of({ ...withoutCard, method: 'phone', carriers }),
    wallet: of({
      ...withoutCard,
      method: 'point',
      wallet: 'kakaopay',
      gateway: { provider: 'kakaopay', name: '카카오페이', name_en: 'KakaoPay' },
    }),
    dollars: of({ order: { ...order, amount: 12.5, currency: 'USD', tax_free: 0, vat: 0 } }),
    'long-words': of({
      shop: { name: '가'.repeat(40), company: 'A'.repeat(60) },
      order: { ...order, name: '나'.repeat(80), merchant_uid: 'm'.repeat(40), amount: 999_999_999_999 },
    }),
    certification: of(asCertification),
    working: of({ state: 'working' }),
    paid: of({ state: 'ended', way: 'redirect', ended: paid() }),
    failed: of({
      state: 'ended',
      way: 'redirect',
      ended: failed(
        'F0005',
        isKorean ? '결제가 중단되었습니다(imp_123456789012). 한도초과' : 'Declined: over the limit',
      ),
    }),
    registered: of({ state: 'ended', way: 'redirect', order: { ...order, is_key: true, pays: false }, ended: paid() }),
    account: of({
      state: 'ended',
      way: 'redirect',
      method: 'vbank',
      ...withoutCard,
      vbank: { due_at: dueAt, holder: '(주)환불상점' },
      ended: paid({ ...account, vbank_name: isKorean ? 'KB국민은행' : 'KB Kookmin Bank' }),
    }),
    certified: of({ ...asCertification, state: 'ended', way: 'redirect', ended: paid() }),
  };
}
