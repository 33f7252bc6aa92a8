import type { Period } from '../../platform/clock/seoul-day.ts';
import { lookupOf } from '../../port/capabilities.ts';
import type { Lookup, TransactionList } from '../../port/lookup.ts';
import type { Channel, Channels } from '../merchants/channels.ts';
import type { Deadline } from '../operations/deadline.ts';
import { callOutside, type QuestionParts } from '../operations/question.ts';
import { referenceTo } from '../payments/order.ts';
import type { Payment } from '../records/payment.ts';

export interface AskGatewayParts extends QuestionParts {
  readonly channels: Channels;
}

/** How many payments are looked up at the same time: a gateway is not to notice that we compare. */
const lookupsAtOnce = 8;
/** With less left of the request's time no further payments are begun; the caller goes on in another request. */
const shortestRestMs = 2_000;

/** What the gateway's book says of each payment, of as many from the first on as the time allows. It moves nothing. */
export async function lookUpAll(
  parts: AskGatewayParts,
  payments: readonly Payment[],
  deadline: Deadline,
): Promise<readonly Lookup[]> {
  const found: Lookup[] = [];
  while (found.length < payments.length && (found.length === 0 || deadline.leftMs() > shortestRestMs)) {
    const next = payments.slice(found.length, found.length + lookupsAtOnce);
    found.push(...(await Promise.all(next.map((payment) => lookUp(parts, payment, deadline)))));
  }
  return found;
}

/** What the gateway's book says of one. */
export async function lookUp(parts: AskGatewayParts, payment: Payment, deadline: Deadline): Promise<Lookup> {
  const channel = await parts.channels.byId(payment.channel_id);
  if (lookupOf(channel.gateway.capabilities, payment.pay_method) === 'none') {
    return { kind: 'unknown', why: `${channel.provider} has no lookup for ${payment.pay_method}` };
  }
  const call = callOutside(parts, channel, {
    key: `look-up-${payment.imp_uid}`,
    startedAt: payment.started_at,
    deadline,
  });
  return channel.gateway.lookUp(call, referenceTo(payment));
}

/** A page of what the gateway lists for a day. `undefined`: it does not list transactions. */
export async function listTransactionsOf(
  parts: AskGatewayParts,
  channel: Channel,
  asked: { readonly period: Period; readonly after: string | undefined; readonly deadline: Deadline },
): Promise<TransactionList | undefined> {
  const { period, after, deadline } = asked;
  const call = callOutside(parts, channel, { key: 'list-transactions', deadline });
  return channel.gateway.listTransactions?.(call, { from: period.from, until: period.until, after: after ?? null });
}
