import { randomUUID } from 'node:crypto';
import { maskCardNumber } from '../../platform/codes/mask-card-number.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import type { CardData } from '../../port/approval.ts';
import { supportOf } from '../../port/capabilities.ts';
import { type Channel, type Channels, isNamedBy } from '../merchants/channels.ts';
import { beginOperationsSql } from '../operations/begin-operation-sql.ts';
import { type Caller, type CarryOutParts, carryOutOn } from '../operations/carry-out.ts';
import { type OperationReport, subjectOfReport } from '../operations/report.ts';
import { refuseUnsupported } from '../operations/support.ts';
import { turnsOfBillingKeys } from '../operations/take-turn.ts';
import type { BillingKeyRow, CustomerColumns } from '../records/billing-key.ts';
import type { Operation, OperationDetails } from '../records/operation.ts';
import { billingKeyOf } from '../records/subject.ts';
import { keyOfName } from './find-keys.ts';
import { issueKeyKind } from './issue-key-kind.ts';

export interface KeyIssue {
  readonly customerUid: string;
  /** What the merchant calls its customer, for gateways that bind a key to one. */
  readonly customerId: string | undefined;
  readonly channel: Channel;
  readonly card: CardData;
  readonly customer: CustomerColumns;
  /** The `imp_uid` of the payment that the card has just made, which then names the key. */
  readonly issuedWith?: string;
}

const reserveSql = `
with taken as (
  update billing_keys set turn_of = $1
  where merchant_id = $2 and id = $3 and turn_of is null
  returning id, merchant_id
)
${beginOperationsSql('taken', {
  id: '$1',
  merchant_id: 'merchant_id',
  channel_id: '$4',
  billing_key_id: 'id',
  kind: `'issue_key'`,
  amount_minor: '0',
  balance_before_minor: '0',
  reason: `'빌링키 발급'`,
  details: '$5::jsonb',
  idempotency_id: '$6',
  requested_at: '$7',
  lease_of: '$8',
  lease_until: '$9',
})}
returning *`;

/**
 * Registers a card at its gateway under a name of the merchant's. A name that has a key already gets the newest card's instead;
 * the older key stays alive at the gateway, as it does with the real server.
 */
export async function issueKey(parts: CarryOutParts, caller: Caller, issue: KeyIssue): Promise<OperationReport> {
  const { channel, customerUid, card } = issue;
  refuseUnsupported(channel, 'card', 'issue_key');
  const details: OperationDetails = {
    customer: issue.customer,
    customer_id: issue.customerId || randomUUID(),
    card_number: maskCardNumber(card.number),
    ...(issue.issuedWith === undefined ? {} : { issued_with: issue.issuedWith }),
  };
  return carryOutOn(parts, caller, turnsOfBillingKeys, {
    find: () => keyRow(parts, caller.merchantId, customerUid, channel),
    channel,
    decide: () => undefined,
    async reserve(row, _plan, operationId) {
      const [operation] = await parts.database.query<Operation>(reserveSql, [
        operationId,
        row.merchant_id,
        row.id,
        channel.id,
        JSON.stringify(details),
        caller.idempotencyId,
        parts.clocks.of(caller.merchantId).now(),
        parts.leases.owner,
        parts.leases.until(parts.leaseMs),
      ]);
      return operation;
    },
    card,
  });
}

/** The row of the name, made at its first use: it has no key until one is issued. */
export async function keyRow(
  { database, clocks }: Pick<CarryOutParts, 'database' | 'clocks'>,
  merchantId: bigint,
  customerUid: string,
  channel: Channel,
): Promise<BillingKeyRow> {
  await database.query(
    `insert into billing_keys (merchant_id, customer_uid, channel_id, provider, mid, sandbox, made_at)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict (merchant_id, customer_uid) do nothing`,
    [
      merchantId,
      customerUid,
      channel.id,
      channel.provider,
      channel.mid,
      channel.access.mode === 'test',
      clocks.of(merchantId).now(),
    ],
  );
  const row = await keyOfName(database, merchantId, customerUid);
  if (!row) throw new Error('the row of a billing key was not written');
  return row;
}

/** The key that was issued, or a refusal. A card that was not accepted has a refusal of its own. */
export function issuedKeyOf(report: OperationReport): BillingKeyRow {
  if (report.state === 'refused' && report.category === 'bad_card') throw new Refusal('card_number_invalid');
  return billingKeyOf(subjectOfReport(report, issueKeyKind));
}

/**
 * The channel that a card is registered through: the one that is named, else the default one, else the first whose gateway
 * registers cards by its API. A `pg` that no channel has counts as none, as i'mport's documentation has it.
 */
export async function chooseBillingChannel(
  channels: Channels,
  merchantId: bigint,
  { channelKey, pg }: { readonly channelKey?: string | undefined; readonly pg?: string | undefined },
): Promise<Channel> {
  const all = await channels.ofMerchant(merchantId);
  const named = channelKey
    ? await channels.choose(merchantId, { channelKey })
    : pg
      ? all.find((channel) => isNamedBy(channel, pg))
      : undefined;
  const chosen = named ?? all.find(registersCards);
  if (!chosen) throw new Refusal('billing_channel_not_found');
  return chosen;
}

/** Does it in this mode, one way or another? */
export function registersCards({ gateway, access }: Channel): boolean {
  const support = supportOf(gateway.capabilities, 'card', 'issue_key');
  return support === 'supported' || (support === 'undocumented' && access.mode === 'test');
}
