import type { Clock } from '../../platform/clock/clock.ts';
import type { Database } from '../../platform/database/pool.ts';
import type { Encryption } from '../../platform/encryption/encryption.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import type { ErrorCode } from '../../platform/errors/registry.ts';
import type { KeyInApproval } from '../../port/approval.ts';
import { supportOf } from '../../port/capabilities.ts';
import type { GatewayOperation } from '../../port/operations.ts';
import type { Channel } from '../merchants/channels.ts';
import { encryptSecrets, type OperationSecrets } from '../operations/context.ts';
import type { CrashPoints } from '../operations/crash-points.ts';
import type { Deadline } from '../operations/deadline.ts';
import { newOperationId } from '../operations/identifier.ts';
import type { Leases } from '../operations/leases.ts';
import type { OperationReport } from '../operations/report.ts';
import type { Runner } from '../operations/run.ts';
import type { Operation, OperationDetails } from '../records/operation.ts';
import type { Payment } from '../records/payment.ts';
import { insertPayment, type NewPayment } from './insert-payment.ts';

export interface MakePaymentParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly encryption: Encryption;
  readonly leases: Leases;
  readonly leaseMs: number;
  readonly runner: Runner;
  readonly crashPoints: CrashPoints;
}

export interface MakePayment {
  readonly kind: 'approve' | 'issue_vbank' | 'issue_barcode';
  readonly channel: Channel;
  readonly values: NewPayment;
  readonly details: OperationDetails;
  readonly secrets: OperationSecrets;
  /** Only for an approval, and only in memory. */
  readonly card: KeyInApproval['card'] | null;
  readonly deadline: Deadline;
}

/** Makes a payment at its gateway: a key-in approval, a virtual account, a barcode. Same life as a cancellation. */
export async function makePayment(parts: MakePaymentParts, make: MakePayment): Promise<OperationReport> {
  const { channel, values } = make;
  refuseUnsupported(channel, values, make.kind);
  await parts.crashPoints.reach('before_reservation');
  const operationId = newOperationId(parts.clock.now());
  const payment = await insertPayment(parts.database, channel, values, {
    id: operationId,
    kind: make.kind,
    reason: make.kind,
    details: make.details,
    secrets: encryptSecrets(parts.encryption, make.secrets),
    leaseOwner: parts.leases.owner,
    leaseUntil: parts.leases.until(parts.leaseMs),
  });
  await parts.crashPoints.reach('after_reservation');
  const [operation] = await parts.database.query<Operation>('select * from operations where id = $1', [operationId]);
  if (!operation) throw new Error('an operation was not written with its payment');
  return parts.runner.run(
    { operation, payment, receipt: null, channel, secrets: make.secrets, card: make.card },
    make.deadline,
  );
}

function refuseUnsupported(channel: Channel, values: NewPayment, kind: GatewayOperation): void {
  const { capabilities } = channel.gateway;
  const support = supportOf(capabilities, values.pay_method, kind);
  if (support === 'unsupported' || (support === 'undocumented' && channel.access.mode === 'live')) {
    throw new Refusal('not_supported_by_gateway', { provider: channel.provider, capability: kind });
  }
  if (!capabilities.currencies.includes(values.currency)) {
    throw new Refusal('currency_not_supported', { currency: values.currency });
  }
}

/** Turns what became of it into the answer: the payment, or a refusal. */
export function madePaymentOf(
  report: OperationReport,
  refused: Extract<ErrorCode, 'payment_refused' | 'vbank_issue_refused' | 'barcode_issue_refused'>,
): Payment {
  switch (report.state) {
    case 'confirmed':
    case 'accepted':
      return report.payment;
    case 'refused':
      if (refused === 'payment_refused' && report.category === 'bad_card') throw new Refusal('card_number_invalid');
      throw new Refusal(refused, { reason: report.message ?? '' }, report.category);
    case 'unsent':
      throw new Refusal('gateway_unreachable');
    case 'requested':
    case 'sent':
    case 'in_doubt':
      throw new Refusal('outcome_in_doubt');
  }
}
