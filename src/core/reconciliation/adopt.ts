import type { Clock } from '../../platform/clock/clock.ts';
import type { Database } from '../../platform/database/pool.ts';
import type { Encryption } from '../../platform/encryption/encryption.ts';
import { vatWithin } from '../../platform/money/vat.ts';
import { lookupOf } from '../../port/capabilities.ts';
import type { GatewayPayment, Lookup } from '../../port/lookup.ts';
import type { PayMethod, PaymentReference } from '../../port/payment.ts';
import type { AdoptionRefusal } from '../../rules/reconciliation/adoption-refusals.ts';
import type { Channel } from '../merchants/channels.ts';
import type { Merchant } from '../merchants/merchants.ts';
import { mainStoreOf, type SubStores } from '../merchants/sub-stores.ts';
import type { CrashPoints } from '../operations/crash-points.ts';
import { type Deadline, shortestCallMs } from '../operations/deadline.ts';
import { newOperationId } from '../operations/identifier.ts';
import type { OperationLog } from '../operations/operation-log.ts';
import { callOutside } from '../operations/question.ts';
import { encryptedColumns, placeIn } from '../records/encrypted-columns.ts';
import type { Payment } from '../records/payment.ts';
import { type AdoptedOperation, type AdoptingPayment, adoptedRows } from './adopted-rows.ts';
import {
  type AdoptionLine,
  type AdoptionOrder,
  type AdoptionPlan,
  blockOf,
  type Lacking,
  planOfKnown,
  planOfUnknown,
  type RefusedAdoption,
  refused,
} from './adoption-plan.ts';
import { type AskGatewayParts, lookUp } from './ask-gateway.ts';
import { withOpen } from './our-book.ts';
import { type AdoptedBy, adoptInto, adoptNew, type NewAdoptedPayment } from './write-adoption.ts';

export interface AdoptParts extends AskGatewayParts {
  readonly database: Database;
  readonly encryption: Encryption;
  readonly clock: Clock;
  readonly subStores: SubStores;
  readonly crashPoints: CrashPoints;
  readonly operationLog: OperationLog;
}

export interface Adoption {
  readonly merchant: Merchant;
  readonly provider: string;
  readonly orders: readonly AdoptionOrder[];
  /** `undefined`: only told what would be adopted. */
  readonly adoptedBy: AdoptedBy | undefined;
  readonly deadline: Deadline;
}

/** One thing that the gateway has and our book lacks. */
export interface AdoptedThing {
  readonly type: 'payment' | 'cancellation';
  readonly gatewayTid: string;
  readonly amountMinor: bigint;
  readonly at: Date;
  /** `null`: it has not been adopted, or is a payment. */
  readonly cancellationId: string | null;
}

interface OfPayment {
  readonly impUid: string;
  readonly merchantUid: string;
  readonly currency: string;
}

/** What came of one order. `not_reached`: the time of the request was up, and nothing was done. */
export type AdoptionOutcome =
  | (OfPayment & { readonly outcome: 'adoptable' | 'adopted'; readonly things: readonly AdoptedThing[] })
  | (OfPayment & { readonly outcome: 'already_here' })
  | { readonly outcome: 'refused'; readonly code: AdoptionRefusal; readonly about: string }
  | { readonly outcome: 'not_reached' };

export type AdoptionResult = { readonly orderId: string } & AdoptionOutcome;

/** How many orders are asked about at the same time, as in a comparison. */
const ordersAtOnce = 8;

/**
 * Takes into our book what the gateway has and our book has lost, as after a point-in-time recovery. Each order is looked up now, and what
 * the gateway says then is what counts; whoever asks only names what to look up. Nothing but inquiries is sent.
 */
export async function adopt(parts: AdoptParts, adoption: Adoption): Promise<readonly AdoptionResult[]> {
  const { merchant, orders, deadline } = adoption;
  const merchantIds =
    merchant.mainStoreId === undefined ? await parts.subStores.wholeStore(merchant.id) : [merchant.id];
  const results: AdoptionResult[] = [];
  for (let from = 0; from < orders.length; from += ordersAtOnce) {
    const some = orders.slice(from, from + ordersAtOnce);
    results.push(
      ...(await Promise.all(
        some.map(async (order): Promise<AdoptionResult> => {
          const { orderId } = order;
          if (deadline.leftMs() < shortestCallMs) return { orderId, outcome: 'not_reached' };
          const known = await findKnown(parts.database, merchantIds, orderId);
          const result = known
            ? await adoptOfKnown(parts, adoption, order, known)
            : await adoptUnknown(parts, adoption, order, merchantIds.length > 1);
          return { orderId, ...result };
        }),
      )),
    );
  }
  return results;
}

function refusal({ code, about }: RefusedAdoption): AdoptionOutcome {
  return { outcome: 'refused', code, about };
}

async function findKnown(
  database: Database,
  merchantIds: readonly bigint[],
  impUid: string,
): Promise<Payment | undefined> {
  const [payment] = await database.query<Payment>(
    'select * from payments where merchant_id = any($1) and imp_uid = $2 limit 1',
    [merchantIds, impUid],
  );
  return payment;
}

async function adoptOfKnown(
  parts: AdoptParts,
  { provider, adoptedBy, deadline }: Adoption,
  { lines }: AdoptionOrder,
  payment: Payment,
): Promise<AdoptionOutcome> {
  const { provider: ours, amount_minor: amountMinor, imp_uid: impUid } = payment;
  if (ours !== provider || amountMinor === 0n) return refusal(refused('foreign_order', impUid));
  // Before the gateway is asked: what is under way now may be in its book by then.
  const [booked] = await withOpen(parts.database, [payment.merchant_id], [payment]);
  const block = booked && blockOf(booked);
  if (block) return refusal(block);
  const looked = await lookUp(parts, payment, deadline);
  if (looked.kind !== 'found') return refusal(notFound(looked));
  const plan = planOfKnown(payment, looked.payment, lines);
  const named = { impUid, merchantUid: payment.merchant_uid, currency: payment.currency };
  if (plan.kind !== 'lacking') return withoutLack(plan, named);
  if (!adoptedBy) return { ...named, outcome: 'adoptable', things: thingsOf(plan, looked.payment, []) };
  const more = moreOf(parts, payment.merchant_id, adoptedBy);
  const { columns, operations } = adoptedRows(payment, plan, looked.payment, more);
  await parts.crashPoints.reach('before_adoption');
  const written = await adoptInto(parts.database, payment, columns, operations, adoptedBy);
  if (!written) return refusal(refused('changed_meanwhile'));
  log(parts, await parts.channels.byId(payment.channel_id), written, operations, adoptedBy);
  return { ...named, outcome: 'adopted', things: thingsOf(plan, looked.payment, operations) };
}

async function adoptUnknown(
  parts: AdoptParts,
  { merchant, provider, adoptedBy, deadline }: Adoption,
  order: AdoptionOrder,
  hasSubStores: boolean,
): Promise<AdoptionOutcome> {
  const { orderId, lines, merchantUid } = order;
  if (!/^imps?_\d{12}$/.test(orderId)) return refusal(refused('foreign_order', orderId));
  const paid = lines.find(({ type }) => type === 'payment');
  if (!paid) return refusal(refused('payment_line_missing'));
  const store = await storeOf(parts, merchant, order, hasSubStores);
  if (typeof store !== 'bigint') return refusal(store);
  const looked = await lookUpUnknown(parts, { merchantId: store, provider, order, paid, deadline });
  if (looked.kind === 'refused') return refusal(looked);
  const { channel, payment: found } = looked;
  const plan = planOfUnknown(paid, found, lines);
  if (!merchantUid) return refusal(plan.kind === 'refused' ? plan : refused('merchant_uid_missing'));
  const named = { impUid: orderId, merchantUid, currency: paid.currency };
  if (plan.kind !== 'lacking') return withoutLack(plan, named);
  if (!adoptedBy) return { ...named, outcome: 'adoptable', things: thingsOf(plan, found, []) };
  const values = newPayment(parts, channel, { impUid: orderId, merchantUid, paid }, found);
  const { columns, operations } = adoptedRows(values, plan, found, moreOf(parts, store, adoptedBy));
  await parts.crashPoints.reach('before_adoption');
  const written = await adoptNew(parts.database, channel, { ...values, ...columns }, operations, adoptedBy);
  if (!written) {
    const stores = await parts.subStores.wholeStore(mainStoreOf(merchant));
    const isOwn = (await findKnown(parts.database, stores, orderId)) !== undefined;
    return refusal(isOwn ? refused('changed_meanwhile') : refused('foreign_order', orderId));
  }
  log(parts, channel, written, operations, adoptedBy);
  return { ...named, outcome: 'adopted', things: thingsOf(plan, found, operations) };
}

/** A main store and its sub-stores are one merchant to the gateway: a person has to say whose payment it is. */
async function storeOf(
  { subStores }: AdoptParts,
  merchant: Merchant,
  { store }: AdoptionOrder,
  hasSubStores: boolean,
): Promise<bigint | RefusedAdoption> {
  if (store === undefined) return hasSubStores ? refused('store_missing') : merchant.id;
  if (store === 'main' && merchant.mainStoreId === undefined) return merchant.id;
  const found = await subStores.find(mainStoreOf(merchant), store);
  const isItself = merchant.mainStoreId === undefined || found?.id === merchant.id;
  return found && isItself ? found.id : refused('store_unknown', store);
}

interface UnknownQuestion {
  readonly merchantId: bigint;
  readonly provider: string;
  readonly order: AdoptionOrder;
  readonly paid: AdoptionLine;
  readonly deadline: Deadline;
}

/** At each MID of the merchant's, until one knows it. */
async function lookUpUnknown(
  parts: AdoptParts,
  asked: UnknownQuestion,
): Promise<{ readonly kind: 'found'; readonly channel: Channel; readonly payment: GatewayPayment } | RefusedAdoption> {
  const all = (await parts.channels.ofMerchant(asked.merchantId)).filter(({ provider }) => provider === asked.provider);
  let answer = refused('not_found_there');
  for (const channel of new Map(all.toReversed().map((each) => [each.mid, each])).values()) {
    const looked = await lookUpAt(parts, channel, asked);
    if (looked.kind === 'found') return { kind: 'found', channel, payment: looked.payment };
    if (looked.code !== 'not_found_there') answer = looked;
  }
  return answer;
}

async function lookUpAt(
  parts: AdoptParts,
  channel: Channel,
  { order, paid, deadline }: UnknownQuestion,
): Promise<{ readonly kind: 'found'; readonly payment: GatewayPayment } | RefusedAdoption> {
  const { capabilities } = channel.gateway;
  if (!capabilities.currencies.includes(paid.currency)) return refused('currency_not_supported', paid.currency);
  const methods = (Object.keys(capabilities.payMethods) as PayMethod[]).filter(
    (method) => lookupOf(capabilities, method) !== 'none',
  );
  const { orderId, payMethod: said } = order;
  const [first, second] = said === undefined ? methods : methods.filter((method) => method === said);
  if (first === undefined) return refused('not_told', `${channel.provider} has no lookup${said ? ` for ${said}` : ''}`);
  const ask = (payMethod: PayMethod): Promise<Lookup> => {
    const call = callOutside(parts, channel, { key: `look-up-${orderId}`, startedAt: paid.at, deadline });
    const reference: PaymentReference = {
      orderId,
      gatewayTid: paid.transactionId,
      payMethod,
      currency: paid.currency,
      paymentAmountMinor: paid.amountMinor,
      madeAt: paid.at,
      accountNumber: null,
    };
    return channel.gateway.lookUp(call, reference);
  };
  const looked = await ask(first);
  if (looked.kind !== 'found') return notFound(looked);
  const { payment } = looked;
  if (said !== undefined && payment.payMethod !== said) {
    return refused('pay_method_differs', `${said} / ${payment.payMethod}`);
  }
  if (said !== undefined || second === undefined || payment.payMethod !== first) return looked;
  // Some adapters can only say what they were asked with. One that says the same when it is asked with another method knows it.
  const again = await ask(second);
  return again.kind === 'found' && again.payment.payMethod === first ? looked : refused('pay_method_missing');
}

function notFound(looked: Exclude<Lookup, { kind: 'found' }>): RefusedAdoption {
  return looked.kind === 'not_found' ? refused('not_found_there') : refused('not_told', looked.why);
}

/**
 * What is known of a payment that our book has lost: what the gateway says, and the shop's number of the order. How much of it is free of
 * tax no look-up tells; as where nobody says it, all of it is taxed. It claims no order: that is paid, which is refused anyhow, and
 * another payment may have been made for it since.
 */
function newPayment(
  { encryption }: AdoptParts,
  channel: Channel,
  { impUid, merchantUid, paid }: { readonly impUid: string; readonly merchantUid: string; readonly paid: AdoptionLine },
  found: GatewayPayment,
): NewAdoptedPayment & AdoptingPayment {
  const account = found.payMethod === 'vbank' ? found.virtualAccount : null;
  const { barcode } = found;
  const startedAt = account?.issuedAt ?? barcode?.issuedAt ?? found.paidAt ?? paid.at;
  const secret = account?.noticeSecret ?? null;
  return {
    imp_uid: impUid,
    merchant_uid: merchantUid,
    pay_method: found.payMethod,
    channel: impUid.startsWith('imps_') ? 'api' : 'pc',
    currency: paid.currency,
    amount_minor: found.amountMinor,
    tax_free_minor: 0n,
    vat_minor: paid.currency === 'KRW' ? vatWithin(found.amountMinor, 0n) : 0n,
    started_at: startedAt,
    status: 'ready',
    claims_order: false,
    pg_tid: found.gatewayTid,
    apply_num: null,
    receipt_url: null,
    ...{ card_code: null, card_name: null, card_issuer_code: null, card_issuer_name: null, card_number: null },
    ...{ card_quota: 0, card_type: null, bank_code: null, bank_name: null },
    ...{ cancelled_minor: 0n, cancelled_tax_free_minor: 0n, cancelled_vat_minor: 0n },
    ...{ cancel_history: [], deposit_history: [], cancel_reason: null, paid_at: null, cancelled_at: null },
    updated_at: startedAt,
    ...(account && {
      vbank_code: account.bankCode,
      vbank_name: account.bankName,
      vbank_num: account.accountNumber,
      vbank_holder: account.holder,
      vbank_due_at: account.dueAt,
      vbank_issued_at: account.issuedAt,
    }),
    ...(barcode && { barcode: barcode.barcode, barcode_expires_at: barcode.expiresAt }),
    ...(secret !== null && {
      notice_secret: `\\x${encryption
        .encrypt(secret, placeIn(encryptedColumns.noticeSecret, { merchant_id: channel.merchantId, imp_uid: impUid }))
        .toString('hex')}`,
    }),
  };
}

function moreOf(
  { clock, clocks }: AdoptParts,
  merchantId: bigint,
  { reason }: AdoptedBy,
): { readonly reason: string; readonly now: Date; readonly newId: () => string } {
  let time = clock.now().getTime();
  // Their ids stand in the order in which they were done.
  return { reason, now: clocks.of(merchantId).now(), newId: () => newOperationId(new Date(time++)) };
}

function withoutLack(plan: Exclude<AdoptionPlan, { kind: 'lacking' }>, named: OfPayment): AdoptionOutcome {
  return plan.kind === 'refused' ? refusal(plan) : { ...named, outcome: 'already_here' };
}

function thingsOf(
  { payment, cancels }: Lacking,
  found: GatewayPayment,
  operations: readonly AdoptedOperation[],
): readonly AdoptedThing[] {
  const { gatewayTid, amountMinor, paidAt } = found;
  const paid = { type: 'payment', gatewayTid, amountMinor, at: paidAt ?? new Date(0), cancellationId: null } as const;
  const ids = operations.filter(({ kind }) => kind === 'cancel').map(({ id }) => id);
  return [
    ...(payment ? [paid] : []),
    ...cancels
      .toSorted((a, b) => a.cancelledAt.getTime() - b.cancelledAt.getTime())
      .map((cancel, index): AdoptedThing => {
        const { gatewayTid: tid, amountMinor: amount, cancelledAt: at } = cancel;
        return { type: 'cancellation', gatewayTid: tid, amountMinor: amount, at, cancellationId: ids[index] ?? null };
      }),
  ];
}

function log(
  { operationLog }: AdoptParts,
  channel: Channel,
  payment: Payment,
  operations: readonly AdoptedOperation[],
  { by, why }: AdoptedBy,
): void {
  for (const operation of operations) {
    operationLog.adopted({ operation, subject: { type: 'payment', payment }, channel }, by, why);
  }
}
