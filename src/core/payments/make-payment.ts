import type { Clock } from '../../platform/clock/clock.ts';
import type { Database } from '../../platform/database/pool.ts';
import { repeatDuringOutage } from '../../platform/database/transient-errors.ts';
import type { Encryption } from '../../platform/encryption/encryption.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import type { CardData } from '../../port/approval.ts';
import { orderOptions } from '../../port/capabilities.ts';
import type { PayMethod } from '../../port/payment.ts';
import type { WalletMeans } from '../../port/wallet.ts';
import type { Channel } from '../merchants/channels.ts';
import { encryptSecrets, type OperationSecrets, readPayment } from '../operations/context.ts';
import type { CrashPoints } from '../operations/crash-points.ts';
import type { Deadline } from '../operations/deadline.ts';
import { newOperationId } from '../operations/identifier.ts';
import type { Leases } from '../operations/leases.ts';
import { type OperationReport, paymentOfReport } from '../operations/report.ts';
import { afterReservation, ReservationUnknown, reserveOnce } from '../operations/reserve-once.ts';
import type { Runner } from '../operations/run.ts';
import { refuseUnsupported } from '../operations/support.ts';
import type { Operation, OperationDetails } from '../records/operation.ts';
import type { Payment } from '../records/payment.ts';
import { approveKind } from './approve-kind.ts';
import { type FirstOperation, insertPayment, type NewPayment, type TakenSchedule } from './insert-payment.ts';

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
  readonly kind: 'approve' | 'pay_from_wallet' | 'issue_vbank' | 'issue_barcode' | 'charge_key';
  readonly channel: Channel;
  readonly values: NewPayment;
  readonly details: OperationDetails;
  readonly secrets: OperationSecrets;
  /** Only for an approval, and only in memory. */
  readonly card: CardData | null;
  /** Only for a payment from a wallet, and only in memory. */
  readonly means?: WalletMeans;
  /** Only of a charge: the row that its key was read from. */
  readonly billingKey?: { readonly id: bigint; readonly generation: number };
  /** The schedule that this is an attempt of. */
  readonly schedule?: TakenSchedule | undefined;
  /** The row of the request's idempotency key, if it came with one. */
  readonly idempotencyId?: bigint | null;
  readonly deadline: Deadline;
}

/** Makes a payment at its gateway: a key-in approval, a charge of a key, a payment from a wallet, a virtual account, a barcode. Same life as a cancellation. */
export async function makePayment(parts: MakePaymentParts, make: MakePayment): Promise<OperationReport> {
  const { channel, values, kind, details } = make;
  const { pay_method: payMethod, currency, card_quota: instalments = 0 } = values;
  refuseImpossible({ channel, payMethod, kind, currency, instalments, details });
  await parts.crashPoints.reach('before_reservation');
  const operationId = newOperationId(parts.clock.now());
  const operation: FirstOperation = {
    id: operationId,
    kind: make.kind,
    reason: make.kind,
    details: make.details,
    secrets: encryptSecrets(parts.encryption, { merchant_id: channel.merchantId, id: operationId }, make.secrets),
    idempotencyId: make.idempotencyId ?? null,
    billingKey: make.billingKey ?? null,
    leaseOwner: parts.leases.owner,
    leaseUntil: parts.leases.until(parts.leaseMs),
  };
  const { payment, reserved } = await reserve(parts, make, operation).catch((error: unknown) => {
    // All of these are doubted by one name.
    throw error instanceof ReservationUnknown ? error.refusal(approveKind.doubt) : error;
  });
  return parts.runner.run(
    {
      operation: reserved,
      subject: { type: 'payment', payment },
      channel,
      secrets: make.secrets,
      card: make.card,
      ...(make.means ? { means: make.means } : {}),
    },
    make.deadline,
  );
}

async function reserve(
  { database, crashPoints }: MakePaymentParts,
  { channel, values, schedule, deadline }: MakePayment,
  operation: FirstOperation,
): Promise<{ readonly payment: Payment; readonly reserved: Operation }> {
  const { merchantId } = channel;
  const payment = await reserveOnce(
    { database },
    deadline,
    { merchantId, operationId: operation.id },
    () => insertPayment(database, channel, values, operation, schedule),
    async ({ payment_id: id }) => madePayment(id === null ? undefined : await readPayment(database, merchantId, id)),
  );
  await crashPoints.reach('after_reservation');
  const [reserved] = await afterReservation(operation.id, () =>
    repeatDuringOutage(
      () =>
        database.query<Operation>('select * from operations where merchant_id = $1 and id = $2', [
          merchantId,
          operation.id,
        ]),
      deadline.leftMs,
    ),
  );
  if (!reserved) throw new Error('an operation was not written with its payment');
  return { payment, reserved };
}

function madePayment(payment: Payment | undefined): Payment {
  if (!payment) throw new Error('a payment was not written with its operation');
  return payment;
}

/** What a gateway is not asked for at all. Nothing is read or written for it. */
export function refuseImpossible(order: {
  readonly channel: Channel;
  readonly payMethod: PayMethod;
  readonly kind: MakePayment['kind'] | 'approve_window';
  readonly currency: string;
  /** In months; 0 and 1 are at once. */
  readonly instalments: number;
  readonly details: OperationDetails;
}): void {
  const { channel, currency, payMethod, kind } = order;
  refuseUnsupported(channel, payMethod, kind);
  if (order.instalments > 1 && channel.gateway.capabilities.payMethods[payMethod]?.withoutInstalments?.includes(kind)) {
    // To charge at once what was to be paid in instalments would be another payment than the one asked for.
    throw new Refusal('not_supported_by_gateway', { provider: channel.provider, capability: 'card_quota' });
  }
  if (!channel.gateway.capabilities.currencies.includes(currency)) {
    throw new Refusal('currency_not_supported', { currency });
  }
  refuseDroppedOptions(channel, order.details);
}

function refuseDroppedOptions({ gateway, provider }: Channel, details: OperationDetails): void {
  const dropped = orderOptions.find(
    (option) => details[option] !== undefined && !gateway.capabilities.orderOptions?.includes(option),
  );
  if (dropped) throw new Refusal('not_supported_by_gateway', { provider, capability: dropped });
}

/** Turns what became of a key-in into the answer. A card that was not accepted has a refusal of its own. */
export function approvedPaymentOf(report: OperationReport): Payment {
  if (report.state === 'refused' && report.category === 'bad_card') throw new Refusal('card_number_invalid');
  return paymentOfReport(report, approveKind);
}
