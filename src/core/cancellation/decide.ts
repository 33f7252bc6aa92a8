import { Refusal } from '../../platform/errors/refusal.ts';
import { readOptionalAmount } from '../../platform/money/amount-parameter.ts';
import { amountNumber } from '../../platform/money/currency.ts';
import type { RefundAccount } from '../../port/cancel.ts';
import type { PayMethodCapabilities } from '../../port/capabilities.ts';
import { type EscrowPhase, escrowPhaseOf } from '../../port/escrow.ts';
import type { Gateway } from '../../port/gateway.ts';
import type { Channel } from '../merchants/channels.ts';
import { refuseUnsupported } from '../operations/support.ts';
import type { EscrowRow } from '../records/escrow.ts';
import { cancellableMinor, type Payment } from '../records/payment.ts';
import { type CancelPlan, type CancelRequest, defaultCancelReason } from './request.ts';

/**
 * Decides on a cancellation from what is known before the reservation: a plan, or a refusal. Pure: it reads nothing and
 * changes nothing. The reservation checks the amounts again, in one statement with taking them. `escrow`: what has become of the
 * goods of an escrow payment, as far as its gateway has told.
 */
export function decideCancel(
  payment: Payment,
  request: CancelRequest,
  channel: Channel,
  escrow?: EscrowRow,
): CancelPlan {
  const { gateway } = channel;
  const { currency } = payment;
  const amountMinor = readOptionalAmount('amount', request.amount, currency) || null;
  const checksumMinor = readOptionalAmount('checksum', request.checksum, currency);
  const taxFreeMinor = readOptionalAmount('tax_free', request.taxFree, currency);
  const vatMinor = readOptionalAmount('vat_amount', request.vatAmount, currency);

  refuseUncancellableState(payment);
  const balanceMinor = cancellableMinor(payment);
  if (checksumMinor !== null && checksumMinor !== balanceMinor)
    throw refusedFor('checksum_mismatch', balanceMinor, payment);
  const takenMinor = amountMinor ?? balanceMinor;
  if (takenMinor > balanceMinor) throw refusedFor('cancel_amount_exceeds_balance', balanceMinor, payment);
  refuseTooMuch('tax_free', taxFreeMinor, takenMinor, taxFreeLeft(payment), payment);
  refuseTooMuch('vat_amount', vatMinor, takenMinor, vatLeft(payment), payment);

  const capabilities = gateway.capabilities.payMethods[payment.pay_method];
  refuseUnsupported(channel, payment.pay_method, 'cancel', () => notSupported(payment));
  if (!capabilities) throw notSupported(payment);
  const isPart = takenMinor !== payment.amount_minor;
  const partsLeft = (capabilities.partialCancelsMax ?? Number.POSITIVE_INFINITY) - payment.cancel_history.length;
  if (isPart && (!capabilities.partialCancel || partsLeft <= 0)) throw new Refusal('partial_cancel_not_supported');

  const phase = payment.escrow ? escrowPhaseOf(escrow?.status ?? null) : null;
  if (phase !== null) refuseByEscrow(phase, isPart, request, channel);

  return {
    amountMinor,
    checksumMinor,
    taxFreeMinor,
    vatMinor,
    reason: request.reason || defaultCancelReason,
    refundAccount: needsRefundAccount(request, capabilities)
      ? readRefundAccount(request, gateway, capabilities.refundAccount === 'required_with_tel')
      : null,
    details:
      phase === null
        ? request.details
        : { ...request.details, escrow: phase === 'unshipped' ? 'unshipped' : 'shipped' },
  };
}

/**
 * Only gateways that tell of the buyer's decision are known to be past it; the others answer for themselves. Escrow payments are
 * cancelled as a whole, and after the buyer has taken the goods only if the merchant says that it knows (`escrow_confirmed`).
 */
function refuseByEscrow(phase: EscrowPhase, isPart: boolean, request: CancelRequest, { gateway }: Channel): void {
  if (isPart) throw new Refusal('partial_cancel_not_supported');
  const rules = gateway.capabilities.escrow?.cancel;
  const isTold = phase !== 'confirmed' || request.details.escrow_confirmed === true;
  // What was sent, the buyer may have refused since, where nobody tells us.
  const mayHaveMoved = phase === 'shipped' && gateway.capabilities.escrow?.event === undefined;
  if (!isTold || (rules && !rules[phase] && !(mayHaveMoved && rules.refused))) {
    throw new Refusal('cancel_escrow_not_possible');
  }
}

function notSupported({ provider, pay_method }: Payment): Refusal {
  return new Refusal('not_supported_by_gateway', { provider, capability: `cancel(${pay_method})` });
}

function refuseUncancellableState(payment: Payment): void {
  switch (payment.status) {
    case 'ready':
      if (payment.pay_method === 'vbank') throw new Refusal('cancel_vbank_not_deposited');
      if (payment.pay_method === 'cvs') throw new Refusal('cancel_barcode_not_paid');
      throw new Refusal('cancel_not_paid');
    case 'failed':
      throw new Refusal('cancel_not_paid');
    case 'paid':
    case 'cancelled':
      // Whether something is left counts before anything else that may be wrong with the request, as on the real server.
      if (payment.cancelled_minor === payment.amount_minor) throw new Refusal('already_cancelled');
  }
}

function taxFreeLeft(payment: Payment): bigint {
  return payment.tax_free_minor - payment.cancelled_tax_free_minor - payment.reserved_tax_free_minor;
}

function vatLeft(payment: Payment): bigint {
  return payment.vat_minor - payment.cancelled_vat_minor - payment.reserved_vat_minor;
}

function refuseTooMuch(name: string, part: bigint | null, whole: bigint, left: bigint, payment: Payment): void {
  if (part === null) return;
  if (part > whole) throw new Refusal('tax_free_exceeds_amount', { name });
  if (part > left) {
    const balance = String(amountNumber(left, payment.currency));
    throw new Refusal('cancel_tax_free_exceeds_balance', { name, balance });
  }
}

function refusedFor(
  code: 'checksum_mismatch' | 'cancel_amount_exceeds_balance',
  balance: bigint,
  payment: Payment,
): Refusal {
  return new Refusal(code, { balance: String(amountNumber(balance, payment.currency)) });
}

function needsRefundAccount(request: CancelRequest, { refundAccount }: PayMethodCapabilities): boolean {
  const isGiven = Boolean(request.refundHolder || request.refundBank || request.refundAccount);
  return refundAccount === 'optional' ? isGiven : refundAccount !== 'none';
}

/** The account that a deposited virtual account is refunded to: digits and hyphens, at a bank that the gateway knows. */
function readRefundAccount(request: CancelRequest, gateway: Gateway, telRequired: boolean): RefundAccount {
  const holder = request.refundHolder?.trim();
  const bank = request.refundBank?.trim();
  const accountNumber = request.refundAccount?.trim();
  const tel = request.refundTel?.trim() || null;
  if (!holder) throw new Refusal('refund_account_missing', { name: 'refund_holder' });
  if (!bank) throw new Refusal('refund_account_missing', { name: 'refund_bank' });
  if (!accountNumber) throw new Refusal('refund_account_missing', { name: 'refund_account' });
  if (telRequired && !tel) throw new Refusal('refund_account_missing', { name: 'refund_tel' });
  const bankCode = gateway.codes.bankMeant(bank);
  if (bankCode === undefined) throw new Refusal('refund_account_invalid', { name: 'refund_bank' });
  const digits = accountNumber.replaceAll('-', '');
  if (!/^\d{6,16}$/.test(digits) || !/^\d[\d-]*\d$/.test(accountNumber)) {
    throw new Refusal('refund_account_invalid', { name: 'refund_account' });
  }
  if (tel !== null && !/^[\d-]{8,16}$/.test(tel)) throw new Refusal('refund_account_invalid', { name: 'refund_tel' });
  return { holder, bankCode, accountNumber: digits, tel };
}
