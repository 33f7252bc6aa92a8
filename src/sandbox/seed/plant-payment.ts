import { randomUUID } from 'node:crypto';
import { cancelKind } from '../../core/cancellation/cancel-kind.ts';
import { cancelPayment } from '../../core/cancellation/cancel-payment.ts';
import { revocableKinds, revokeIssued } from '../../core/cancellation/revoke-issued.ts';
import { operationKinds } from '../../core/kinds.ts';
import type { Channel } from '../../core/merchants/channels.ts';
import type { Caller } from '../../core/operations/carry-out.ts';
import { readPayment } from '../../core/operations/context.ts';
import { createDeadline } from '../../core/operations/deadline.ts';
import { paymentOfReport } from '../../core/operations/report.ts';
import { issueVbankKind } from '../../core/payments/issue-vbank-kind.ts';
import { approvedPaymentOf, makePayment } from '../../core/payments/make-payment.ts';
import { orderIdOf, type Payment } from '../../core/records/payment.ts';
import { paymentOf } from '../../core/records/subject.ts';
import type { Services } from '../../core/services.ts';
import { maskCardNumber } from '../../platform/codes/mask-card-number.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { amountNumber, readAmount } from '../../platform/money/currency.ts';
import { readOrderAmounts } from '../../platform/money/order-amounts.ts';
import { completeRefundAtSimulator, payAtSimulator } from '../deposits.ts';
import type { Simulators } from '../simulators.ts';
import { withSimulator } from '../simulators.ts';
import { payInWindow } from '../window-payments.ts';
import type { SeedPayment } from './seed.ts';
import { makingOf } from './seed-rules.ts';

const seedCard = { number: '5570420000007221', expiryYear: '39', expiryMonth: '12' } as const;
const seedBank = '004';
const accountLifeMs = 7 * 24 * 3600_000;
/** A cancel that is to stay in doubt is asked about for so long before it is left to itself. */
const doubtDeadlineMs = 1_000;

interface Site {
  readonly services: Services;
  readonly simulators: Simulators;
  readonly channel: Channel;
  readonly wanted: SeedPayment;
}

/** Takes one payment as far as the seed wants it, in the steps in which it would get there. */
export async function plantPayment(
  services: Services,
  simulators: Simulators,
  channel: Channel,
  wanted: SeedPayment,
): Promise<{ readonly payment: Payment; readonly isChanged: boolean }> {
  const site: Site = { services, simulators, channel, wanted };
  const found = await findPlanted(site);
  let payment = found ?? (await make(site));
  const made = payment;
  if (wanted.state === 'failed') {
    if (payment.status === 'ready') payment = await revoke(site, payment);
    return { payment, isChanged: payment !== found };
  }
  if (wanted.state !== 'ready' && payment.status === 'ready') payment = await deposit(site, payment);
  if (wanted.state === 'in_doubt') {
    if (!(await hasCancel(site, payment))) payment = await cancelInDoubt(site, payment);
  } else {
    payment = await cancelUpTo(site, payment);
  }
  return { payment, isChanged: found === undefined || payment !== made };
}

async function findPlanted({ services, channel, wanted }: Site): Promise<Payment | undefined> {
  const [payment] = await services.database.query<Payment>(
    'select * from payments where merchant_id = $1 and merchant_uid = $2 order by id limit 1',
    [channel.merchantId, wanted.merchant_uid],
  );
  return payment;
}

async function make(site: Site): Promise<Payment> {
  const { services, simulators, channel, wanted } = site;
  const making = makingOf(channel.gateway.capabilities, wanted);
  if (making === undefined) throw new Error('a seed that was checked can not be planted');
  const now = services.clocks.of(channel.merchantId).now();
  const currency = wanted.currency ?? 'KRW';
  const dueAt = new Date(now.getTime() + accountLifeMs);
  const bank = channel.gateway.capabilities.virtualAccountBanks?.[0] ?? seedBank;
  const values = {
    merchant_uid: wanted.merchant_uid,
    currency,
    ...readOrderAmounts({ amount: wanted.amount, taxFree: wanted.tax_free, vat: undefined }, currency),
    started_at: now,
    name: wanted.name ?? null,
    buyer_name: wanted.buyer_name ?? '홍길동',
    buyer_email: wanted.buyer_email ?? null,
    buyer_tel: wanted.buyer_tel ?? null,
    custom_data: wanted.custom_data ?? null,
  };
  if (making === 'pay_in_window') {
    const isAccount = wanted.pay_method === 'vbank';
    return payInWindow(services, simulators, channel, {
      payMethod: wanted.pay_method,
      bankCode: isAccount ? bank : undefined,
      dueAt: isAccount ? dueAt : undefined,
      values,
    });
  }
  if (wanted.state === 'failed' && making === 'approve') await rejectNext(site, values.amount_minor);
  const report = await makePayment(services, {
    kind: making,
    channel,
    values: {
      ...values,
      pay_method: wanted.pay_method,
      channel: 'api',
      ...(making === 'approve' ? { claims_order: true, card_number: maskCardNumber(seedCard.number) } : {}),
      ...(making === 'issue_vbank' ? { vbank_code: bank, vbank_due_at: dueAt, vbank_holder: values.buyer_name } : {}),
      ...(making === 'issue_barcode' ? { barcode_expires_at: dueAt } : {}),
    },
    details: {},
    secrets: {},
    card:
      making === 'approve' ? { ...seedCard, birthOrBusinessNumber: '900101', passwordFirstTwo: '12', cvc: null } : null,
    deadline: services.requestDeadline(),
  });
  if (wanted.state === 'failed' && report.state === 'refused') return paymentOf(report.subject);
  return making === 'issue_vbank' ? paymentOfReport(report, issueVbankKind) : approvedPaymentOf(report);
}

/** Meant for this amount alone, so that it does not strike somebody else's payment of the same merchant. */
async function rejectNext({ simulators, channel }: Site, amountMinor: bigint): Promise<void> {
  await withSimulator(simulators.of(channel.provider), (control) =>
    control.addFault({
      mid: channel.mid,
      operation: 'approve',
      kind: 'reject',
      amountFromMinor: amountMinor,
      amountToMinor: amountMinor,
    }),
  );
}

async function deposit({ services, simulators }: Site, payment: Payment): Promise<Payment> {
  const { mid } = payment;
  return payAtSimulator(services, simulators, payment, (control, orderId) =>
    payment.pay_method === 'cvs' ? control.payBarcode({ mid, orderId }) : control.deposit({ mid, orderId }),
  );
}

async function revoke({ services, channel }: Site, payment: Payment): Promise<Payment> {
  const kind = payment.pay_method === 'cvs' ? revocableKinds.cvs : revocableKinds.vbank;
  const report = await revokeIssued(services, callerOf(services, channel), kind, payment.imp_uid, {});
  return paymentOfReport(report, operationKinds[kind.kind]);
}

/** Cancels what is missing. What was cancelled beyond the seed's wish stays. */
async function cancelUpTo(site: Site, payment: Payment): Promise<Payment> {
  const { services, simulators, wanted } = site;
  if (wanted.state !== 'cancelled' && wanted.state !== 'partially_cancelled') return payment;
  const goalMinor = wanted.state === 'cancelled' ? payment.amount_minor : minorOf(wanted.cancel_amount, payment);
  const missingMinor = goalMinor - payment.cancelled_minor - payment.reserved_minor;
  let current = payment;
  if (missingMinor > 0n) current = paymentOfReport(await cancel(site, payment, missingMinor, undefined), cancelKind);
  // Taken by the gateway, and paid out later: the seed wants to see it paid out.
  if (await isAccepted(site, current)) {
    current = await completeRefundAtSimulator(services, simulators, current, { succeeded: true });
  }
  return current;
}

/** The gateway cancels, loses its answer, and says nothing about this payment any more. */
async function cancelInDoubt(site: Site, payment: Payment): Promise<Payment> {
  const { services, simulators, wanted } = site;
  const amountMinor = minorOf(wanted.cancel_amount ?? wanted.amount, payment);
  const { mid } = payment;
  const orderId = orderIdOf(payment);
  await withSimulator(simulators.of(payment.provider), async (control) => {
    await control.silence({ mid, orderId });
    const amount = { amountFromMinor: amountMinor, amountToMinor: amountMinor };
    await control.addFault({ id: randomUUID(), mid, operation: 'cancel', kind: 'lost_answer', ...amount });
  });
  const report = await cancel(site, payment, amountMinor, doubtDeadlineMs);
  if (report.state !== 'in_doubt') throw new Refusal('sandbox_payment_refused', { reason: report.state });
  const current = await readPayment(services.database, payment.merchant_id, payment.id);
  return current ?? payment;
}

function cancel({ services, channel }: Site, payment: Payment, amountMinor: bigint, deadlineMs: number | undefined) {
  return cancelPayment(services, callerOf(services, channel, deadlineMs), {
    impUid: payment.imp_uid,
    merchantUid: undefined,
    amount: amountNumber(amountMinor, payment.currency),
    checksum: undefined,
    taxFree: undefined,
    vatAmount: undefined,
    reason: undefined,
    refundHolder: '홍길동',
    refundBank: seedBank,
    refundAccount: '12345678901234',
    refundTel: '01012345678',
    details: {},
  });
}

function callerOf(services: Services, channel: Channel, deadlineMs?: number): Caller {
  return {
    merchantId: channel.merchantId,
    idempotencyId: null,
    deadline: deadlineMs === undefined ? services.requestDeadline() : createDeadline(services.clock, deadlineMs),
  };
}

async function hasCancel({ services }: Site, payment: Payment): Promise<boolean> {
  const rows = await services.database.query(
    `select from operations where merchant_id = $2 and payment_id = $1 and kind = 'cancel' and state <> 'unsent' limit 1`,
    [payment.id, payment.merchant_id],
  );
  return rows.length > 0;
}

async function isAccepted({ services }: Site, payment: Payment): Promise<boolean> {
  const rows = await services.database.query(
    `select from operations where merchant_id = $2 and payment_id = $1 and kind = 'cancel' and state = 'accepted' limit 1`,
    [payment.id, payment.merchant_id],
  );
  return rows.length > 0;
}

function minorOf(amount: number | undefined, { currency }: Payment): bigint {
  const reading = readAmount(amount, currency);
  if (!reading.ok) throw new Error('an amount of a checked seed is none');
  return reading.minor;
}
