import { createHash, randomBytes } from 'node:crypto';
import { readSeoulDigits, seoulDigits } from '../../../platform/clock/seoul-time.ts';
import { type BookBillingKey, billingKeyOf, chargedCard, insertBillingKey } from '../../../simulators/billing-keys.ts';
import type {
  ControlContext,
  SimulatorContext,
  WindowKeyIssue,
  WindowKeyResult,
} from '../../../simulators/definition.ts';
import { insertPayment } from '../../../simulators/payments.ts';
import { problemOfCard } from '../../../simulators/test-cards.ts';
import { newSmartroTid } from '../../smartro/simulator/cancel.ts';
import { cardOfWindow } from '../../smartro/simulator/payments.ts';
import { smartroRefusal } from '../../smartro/simulator/refusals.ts';

type Texts = Readonly<Record<string, string>>;

export const chargeFieldNames = [
  'PayMethod',
  'BillTokenKey',
  'Moid',
  'EdiDate',
  'BuyerTel',
  'CardQuota',
  'GoodsName',
  'Amt',
  'SvcAmt',
  'VatAmt',
  'TaxAmt',
  'TaxFreeAmt',
  'MallUserId',
] as const;

/** A member of the shop, in Smartro's letters and digits. */
function mallUserIdOf(customerId: string): string {
  if (/^[A-Za-z0-9]{1,20}$/.test(customerId)) return customerId;
  return createHash('sha256').update(customerId).digest('hex').slice(0, 20);
}

/** The window registers the card and pays nothing: what it calls back tells no amount. */
export function issueKeyInWindow(window: WindowKeyIssue, { book, mid, now }: ControlContext): WindowKeyResult {
  const { orderId, customerId, payMethod, currency } = window;
  if (payMethod !== 'card') throw smartroRefusal('SIM21');
  if (currency !== 'KRW') throw smartroRefusal('SIM01');
  const mallUserId = mallUserIdOf(customerId);
  const { installmentMonths: _, ...card } = cardOfWindow(window);
  const { key } = insertBillingKey(book, {
    key: randomBytes(20).toString('hex'),
    mid,
    orderId,
    boundTo: mallUserId,
    card,
    issuedAt: now,
  });
  return {
    issued: { billingKey: { key, boundTo: { mallUserId } }, gatewayTid: null, issuedAt: now, card },
    payment: null,
  };
}

/** POST /payment/approval/ssbbill.do: its form, then the key, then the card. */
export function chargeInBook({ book, caller, now }: SimulatorContext, fields: Texts): Texts {
  const { PayMethod, Moid = '', EdiDate = '', BuyerTel = '', CardQuota = '', GoodsName = '', Amt = '' } = fields;
  const isWellFormed =
    (PayMethod === 'CARD' || PayMethod === undefined) &&
    Moid !== '' &&
    Moid.length <= 40 &&
    EdiDate.length === 14 &&
    readSeoulDigits(EdiDate) !== undefined &&
    /^\d{0,40}$/.test(BuyerTel) &&
    /^\d{2}$/.test(CardQuota) &&
    GoodsName !== '' &&
    /^[1-9]\d{0,11}$/.test(Amt);
  if (!isWellFormed) throw smartroRefusal('SIM01');
  const amountMinor = BigInt(Amt);
  const { taxFreeMinor, vatMinor } = taxOf(fields, amountMinor);
  const key = liveKey(fields, { book, caller });
  const problem = problemOfCard(key.card.maskedNumber);
  if (problem) throw smartroRefusal(problem === 'over_limit' ? 'SIM33' : 'SIM32');
  const { card, approvalNumber } = chargedCard(key, Number(CardQuota));
  const payment = insertPayment(book, {
    mid: caller.mid,
    orderId: Moid,
    tid: newSmartroTid(book, caller.mid, 'card', now),
    orderName: GoodsName,
    payMethod: 'card',
    amountMinor,
    taxFreeMinor,
    vatMinor,
    status: 'paid',
    requestedAt: now,
    approvalNumber,
    card,
  });
  // Whether Smartro takes an order number once is not documented; this book can't hold two payments of one.
  if (!payment) throw smartroRefusal('SIM22');
  return {
    ResultCode: '3001',
    ResultMsg: '카드 결제 성공',
    Mid: payment.mid,
    Tid: payment.tid,
    Moid,
    Amt,
    AuthCode: approvalNumber,
    AuthDate: seoulDigits(now).slice(2),
    AppCardName: card.name ?? '',
    AppCardCode: '',
  };
}

/** All parts or none, and together the amount. */
function taxOf(fields: Texts, amountMinor: bigint): { readonly taxFreeMinor: bigint; readonly vatMinor: bigint } {
  const parts = [fields.SvcAmt, fields.VatAmt, fields.TaxAmt, fields.TaxFreeAmt].map((part) => part ?? '');
  if (parts.every((part) => part === '')) return { taxFreeMinor: 0n, vatMinor: 0n };
  if (!parts.every((part) => /^\d{1,12}$/.test(part))) throw smartroRefusal('SIM11');
  const [service = 0n, vatMinor = 0n, taxed = 0n, taxFreeMinor = 0n] = parts.map(BigInt);
  if (service + vatMinor + taxed + taxFreeMinor !== amountMinor) throw smartroRefusal('SIM11');
  return { taxFreeMinor, vatMinor };
}

/** A key belongs to a member of the shop. One that was registered over the stand-in has none. */
function liveKey(
  { BillTokenKey = '', MallUserId = '' }: Texts,
  { book, caller }: Pick<SimulatorContext, 'book' | 'caller'>,
): BookBillingKey {
  const key = billingKeyOf(book, BillTokenKey);
  const isKnown = key?.mid === caller.mid && key.removedAt === null && key.boundTo === MallUserId;
  if (!key || !isKnown) throw smartroRefusal('SIM31');
  return key;
}
