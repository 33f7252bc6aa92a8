import { Type } from 'typebox';
import type { Merchant } from '../../core/merchants/merchants.ts';
import { readTel } from '../../core/payments/buyer-tel.ts';
import { findPasted, type PastedKind, readPasted } from '../../core/payments/pasted.ts';
import { noFilter, type PaymentFilter, type TimeBasis, timeBases } from '../../core/payments/payment-filter.ts';
import { paymentsWithOpen } from '../../core/payments/standings.ts';
import { paymentStatuses } from '../../core/records/payment.ts';
import type { Services } from '../../core/services.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { knownCurrencies, readAmount } from '../../platform/money/currency.ts';
import { payMethods } from '../../port/payment.ts';
import { AmountField, ChoiceField } from '../foundation/fields.ts';

const defaultPeriodMs = 90 * 24 * 3_600_000;
const time = (description: string) =>
  Type.Optional(
    Type.Integer({ minimum: 0, maximum: 253_402_300_799, description: `Seconds since 1970. ${description}` }),
  );

/** The same filter for the list, its counts and its file. */
export const paymentFilterFields = {
  q: Type.Optional(
    Type.String({
      maxLength: 100,
      description:
        'Whatever was pasted: an imp_uid, a merchant_uid, an id of the gateway, an approval number, a cancellation_id, a telephone number or its last four digits, an e-mail address. What it is, is decided by its form. What has the form of nothing else, or is found as nothing else, is looked for as a part of a name.',
    }),
  ),
  status: Type.Optional(ChoiceField(paymentStatuses)),
  pay_method: Type.Optional(ChoiceField(payMethods)),
  pg_provider: Type.Optional(Type.String({ maxLength: 40 })),
  pg_id: Type.Optional(Type.String({ maxLength: 80, description: 'The MID at the gateway.' })),
  channel_key: Type.Optional(Type.String({ maxLength: 100 })),
  channel: Type.Optional(ChoiceField(['pc', 'mobile', 'api'])),
  sandbox: Type.Optional(
    Type.Boolean({ description: 'True: of test channels only. False: of live channels only. Both by default.' }),
  ),
  merchant_uid: Type.Optional(Type.String({ maxLength: 40 })),
  pg_tid: Type.Optional(Type.String({ maxLength: 80, description: "The gateway's id of the payment." })),
  apply_num: Type.Optional(Type.String({ maxLength: 40, description: 'The approval number.' })),
  customer_uid: Type.Optional(Type.String({ maxLength: 80 })),
  buyer: Type.Optional(Type.String({ maxLength: 100, description: 'A part of the name or of the e-mail address.' })),
  buyer_email: Type.Optional(Type.String({ maxLength: 200, description: 'The whole address, in any case.' })),
  buyer_tel: Type.Optional(
    Type.String({ maxLength: 30, description: 'In any way of writing it, or its last digits, four at least.' }),
  ),
  amount: Type.Optional(AmountField({ description: 'Exactly this much was to be paid.' })),
  amount_min: Type.Optional(AmountField()),
  amount_max: Type.Optional(AmountField()),
  has_doubt: Type.Optional(
    Type.Boolean({ description: 'True: of which something is in doubt. False is as if it were not given.' }),
  ),
  refund_under_way: Type.Optional(
    Type.Boolean({
      description:
        'True: with a refund that the gateway has taken and not paid out yet. False is as if it were not given.',
    }),
  ),
  time: Type.Optional(
    ChoiceField(timeBases, {
      description:
        'Which time `from`, `to` and the order go by. `requested`: when it was begun. `changed`: when it was paid, cancelled or failed, whichever was last. By default the one that `status` means, as in /payments/status: `changed` with paid, cancelled or failed.',
    }),
  ),
  from: time('By the time that `time` says.'),
  to: time('Now by default.'),
} as const;

const FilterQuery = Type.Object(paymentFilterFields);
type FilterQuery = Type.Static<typeof FilterQuery>;

export interface ReadFilter {
  readonly filter: PaymentFilter;
  /** What `q` was found as; `null`: there was none. */
  readonly readAs: readonly PastedKind[] | null;
}

export async function readPaymentFilter(
  services: Services,
  merchant: Merchant,
  query: FilterQuery,
): Promise<ReadFilter> {
  const tel = query.buyer_tel ? readTel(query.buyer_tel) : undefined;
  if (query.buyer_tel && !tel) {
    throw new Refusal('parameter_invalid', { name: 'buyer_tel', expected: '숫자 4자리 이상' });
  }
  const [pasted, open, channelId] = await Promise.all([
    query.q?.trim() ? readQ(services, merchant.id, query.q) : undefined,
    query.has_doubt || query.refund_under_way
      ? paymentsWithOpen(services.database, merchant.id, {
          hasDoubt: query.has_doubt === true,
          isPayingOut: query.refund_under_way === true,
        })
      : undefined,
    query.channel_key ? channelIdOf(services, merchant.id, query.channel_key) : undefined,
  ]);
  const ids = bothOf(pasted?.ids, open);
  const isNamed = Boolean(ids || query.merchant_uid || query.pg_tid || query.apply_num || query.customer_uid);
  return {
    filter: {
      ...noFilter,
      ...periodOf(services, merchant.id, query, isNamed),
      basis: query.time ?? basisOf(query.status),
      status: query.status,
      payMethod: query.pay_method,
      provider: query.pg_provider || undefined,
      mid: query.pg_id || undefined,
      channelId,
      device: query.channel,
      isTest: query.sandbox,
      merchantUid: query.merchant_uid || undefined,
      pgTid: query.pg_tid || undefined,
      approvalNumber: query.apply_num || undefined,
      customerUid: query.customer_uid || undefined,
      buyer: pasted?.buyer ?? (query.buyer || undefined),
      email: query.buyer_email || undefined,
      tel,
      amount: amountText('amount', query.amount),
      amountLeast: amountText('amount_min', query.amount_min),
      amountMost: amountText('amount_max', query.amount_max),
      ids,
    },
    readAs: pasted ? pasted.kinds : null,
  };
}

function basisOf(status: FilterQuery['status']): TimeBasis {
  return status === undefined || status === 'ready' ? 'requested' : 'changed';
}

function periodOf({ clocks }: Services, merchantId: bigint, query: FilterQuery, isNamed: boolean) {
  const to = query.to === undefined ? clocks.of(merchantId).now() : new Date(query.to * 1000 + 999);
  const from =
    query.from !== undefined
      ? new Date(query.from * 1000)
      : isNamed
        ? undefined
        : new Date(to.getTime() - defaultPeriodMs);
  if (from && from > to) throw new Refusal('parameter_invalid', { name: 'from, to', expected: 'from ≤ to' });
  return { from, to: isNamed && query.to === undefined ? undefined : to };
}

interface ReadQ {
  readonly kinds: readonly PastedKind[];
  readonly ids: readonly bigint[] | undefined;
  /** It is looked for as a part of a name. */
  readonly buyer: string | undefined;
}

async function readQ({ database }: Services, merchantId: bigint, q: string): Promise<ReadQ> {
  const pasted = readPasted(q);
  const { ids, kinds } = await findPasted(database, merchantId, pasted);
  if (ids.length > 0) return { ids, kinds, buyer: undefined };
  const canBeName = pasted.kinds.length === 0 || /^[A-Za-z]{2,}$/.test(pasted.text);
  return canBeName
    ? { ids: undefined, kinds: ['buyer'], buyer: pasted.text }
    : { ids: [], kinds: [], buyer: undefined };
}

function bothOf(
  one: readonly bigint[] | undefined,
  other: readonly bigint[] | undefined,
): readonly bigint[] | undefined {
  if (!one || !other) return one ?? other;
  const among = new Set(other);
  return one.filter((id) => among.has(id));
}

async function channelIdOf({ database }: Services, merchantId: bigint, channelKey: string): Promise<bigint> {
  // One that takes no new payments has been paid through all the same.
  const [channel] = await database.query<{ id: bigint }>(
    'select id from channels where merchant_id = $1 and channel_key = $2',
    [merchantId, channelKey],
  );
  if (!channel) throw new Refusal('channel_not_found');
  return channel.id;
}

/** An amount that is one in some currency. */
function amountText(name: string, value: number | string | undefined): string | undefined {
  if (value === undefined || value === '') return undefined;
  const text = String(value).trim();
  if (knownCurrencies.some((currency) => readAmount(text, currency).ok)) return text;
  throw new Refusal('amount_invalid', { name, problem: '금액이 아닙니다' });
}
