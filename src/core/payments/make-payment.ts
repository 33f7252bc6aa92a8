import type { Clock } from '../../platform/clock/clock.ts';
import type { Database } from '../../platform/database/pool.ts';
import type { Encryption } from '../../platform/encryption/encryption.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import type { KeyInApproval } from '../../port/approval.ts';
import type { Channel } from '../merchants/channels.ts';
import { encryptSecrets, type OperationSecrets } from '../operations/context.ts';
import type { CrashPoints } from '../operations/crash-points.ts';
import type { Deadline } from '../operations/deadline.ts';
import { newOperationId } from '../operations/identifier.ts';
import type { Leases } from '../operations/leases.ts';
import { type OperationReport, paymentOfReport } from '../operations/report.ts';
import type { Runner } from '../operations/run.ts';
import { refuseUnsupported } from '../operations/support.ts';
import type { Operation, OperationDetails } from '../records/operation.ts';
import type { Payment } from '../records/payment.ts';
import { approveKind } from './approve-kind.ts';
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
  refuseUnsupported(channel, values.pay_method, make.kind);
  if (!channel.gateway.capabilities.currencies.includes(values.currency)) {
    throw new Refusal('currency_not_supported', { currency: values.currency });
  }
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
  const [operation] = await parts.database.query<Operation>(
    'select * from operations where merchant_id = $1 and id = $2',
    [channel.merchantId, operationId],
  );
  if (!operation) throw new Error('an operation was not written with its payment');
  return parts.runner.run(
    { operation, subject: { type: 'payment', payment }, channel, secrets: make.secrets, card: make.card },
    make.deadline,
  );
}

/** Turns what became of a key-in into the answer. A card that was not accepted has a refusal of its own. */
export function approvedPaymentOf(report: OperationReport): Payment {
  if (report.state === 'refused' && report.category === 'bad_card') throw new Refusal('card_number_invalid');
  return paymentOfReport(report, approveKind);
}
