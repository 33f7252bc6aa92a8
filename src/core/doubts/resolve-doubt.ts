import type { Clock } from '../../platform/clock/clock.ts';
import type { MerchantClocks } from '../../platform/clock/merchant-clocks.ts';
import type { Database } from '../../platform/database/pool.ts';
import type { Encryption } from '../../platform/encryption/encryption.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import type { Channels } from '../merchants/channels.ts';
import { loadContext } from '../operations/context.ts';
import type { EndingOutcome } from '../operations/ending.ts';
import { newOperationId } from '../operations/identifier.ts';
import type { FoundAtGateway, OperationKinds, Settle } from '../operations/kind.ts';
import type { OperationLog } from '../operations/operation-log.ts';
import type { Operation } from '../records/operation.ts';
import { paymentIn, turnRowOf } from '../records/subject.ts';
import { type FoundName, toldByPerson } from './told-by-person.ts';

export interface Resolution {
  readonly outcome: 'confirmed' | 'refused';
  readonly reason: string;
  /** The person who decided it: a member of the console, or whoever a program has named. */
  readonly actor: string;
  readonly isMember?: boolean;
  /** What the person found at the gateway. */
  readonly found: FoundAtGateway;
}

/**
 * A person ends a doubt, after having looked into the gateway's own books. It calls no gateway; the audit keeps who said
 * so and why. Conditional on the doubt still being open: an answer of the gateway's that comes first wins. Answers false
 * when it was not open (any more), and refuses a success without what it needs.
 */
export async function resolveDoubt(
  parts: {
    readonly database: Database;
    readonly clock: Clock;
    readonly clocks: MerchantClocks;
    readonly encryption: Encryption;
    readonly channels: Channels;
    readonly kinds: OperationKinds;
    readonly settle: Settle;
    readonly operationLog: OperationLog;
  },
  merchantId: bigint,
  operationId: string,
  resolution: Resolution,
): Promise<boolean> {
  const context = await loadContext(parts, merchantId, operationId);
  const state = context?.operation.state;
  if (!context || (state !== 'in_doubt' && state !== 'accepted')) return false;
  const { operation } = context;
  // What a person is called is told apart from what the server calls itself.
  const by = `${resolution.isMember ? 'member' : 'person'}:${resolution.actor}`;
  if (resolution.outcome === 'confirmed') {
    refuseIfWanting(operation, (paymentIn(context.subject)?.barcode ?? null) !== null, resolution.found);
  }
  const now = parts.clocks.of(operation.merchant_id).now();
  const outcome: EndingOutcome =
    resolution.outcome === 'confirmed'
      ? {
          kind: 'confirmed',
          result: parts.kinds[operation.kind].resultByPerson(context, foundFor(operation, resolution.found), now),
        }
      : { kind: 'refused', code: 'resolved_by_person', message: resolution.reason, category: 'other' };
  const settled = await parts.settle({
    merchantId,
    operationId,
    about: context.subject.type,
    turnRowId: turnRowOf(context.subject).id,
    kind: operation.kind,
    outcome,
    sentAt: operation.sent_at ?? operation.requested_at,
    endedAt: now,
    by,
    why: resolution.reason,
    // A receipt is left to the person who ends its payment's doubt; what a check has charged is given back all the same.
    followUpId: operation.kind === 'charge_key' ? newOperationId(parts.clock.now()) : null,
    announcedAlways: true,
  });
  if (settled === undefined) return false;
  const { code, category } = outcome.kind === 'refused' ? outcome : { code: null, category: null };
  const { subject } = context;
  parts.operationLog.ended(
    context,
    { operationId, state: resolution.outcome, code, message: null, category, subject, followUpId: null },
    by,
    resolution.reason,
  );
  return true;
}

const partOf: Readonly<Record<FoundName, keyof FoundAtGateway>> = Object.freeze({
  pg_tid: 'gatewayTid',
  apply_num: 'approvalNumber',
  vbank_num: 'accountNumber',
  barcode: 'barcode',
});

function refuseIfWanting({ kind }: Operation, hasBarcode: boolean, found: FoundAtGateway): void {
  const missing = toldByPerson(kind, hasBarcode).filter(({ name, isNeeded }) => isNeeded && !found[partOf[name]]);
  if (missing.length === 0) return;
  throw new Refusal('parameter_missing', { name: missing.map(({ name }) => name).join(', ') });
}

/**
 * What nobody knows stays empty: the id of the payment in the place of the cancellation's would look like something that was
 * seen at the gateway. An operation that it has accepted has its id from then.
 */
function foundFor({ gateway_tid }: Operation, found: FoundAtGateway): FoundAtGateway {
  return { ...found, gatewayTid: found.gatewayTid || gateway_tid || '' };
}
