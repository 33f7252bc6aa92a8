import { Refusal } from '../../platform/errors/refusal.ts';
import { readOptionalAmount } from '../../platform/money/amount-parameter.ts';
import { amountNumber } from '../../platform/money/currency.ts';
import type { RefundAccount } from '../../port/cancel.ts';
import type { PayMethodCapabilities } from '../../port/capabilities.ts';
import type { Gateway } from '../../port/gateway.ts';
import type { Channel } from '../merchants/channels.ts';
import type { EscrowRow } from '../records/escrow.ts';
import type { Payment } from '../records/payment.ts';
import { cancelLimits } from './limits.ts';
import { type CancelPlan, type CancelRequest, defaultCancelReason, memberCancelReason } from './request.ts';

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
  const { currency } = payment;
  const amountMinor = readOptionalAmount('amount', request.amount, currency) || null;
  const checksumMinor = readOptionalAmount('checksum', request.checksum, currency);
  const taxFreeMinor = readOptionalAmount('tax_free', request.taxFree, currency);
  const vatMinor = readOptionalAmount('vat_amount', request.vatAmount, currency);

  const limits = cancelLimits(payment, channel, escrow);
  if (limits.stateRefusal) throw limits.stateRefusal;
  const { balanceMinor } = limits;
  if (checksumMinor !== null && checksumMinor !== balanceMinor)
    throw refusedFor('checksum_mismatch', balanceMinor, payment);
  const takenMinor = amountMinor ?? balanceMinor;
  if (takenMinor > balanceMinor) throw refusedFor('cancel_amount_exceeds_balance', balanceMinor, payment);
  refuseTooMuch('tax_free', taxFreeMinor, takenMinor, limits.taxFreeLeftMinor, payment);
  refuseTooMuch('vat_amount', vatMinor, takenMinor, limits.vatLeftMinor, payment);

  if (limits.supportRefusal) throw limits.supportRefusal;
  if (takenMinor !== payment.amount_minor && limits.partRefusal) throw limits.partRefusal;
  const { escrowPhase } = limits;
  const escrowRefusal = limits.escrowRefusal(request.details.escrow_confirmed === true);
  if (escrowRefusal) throw escrowRefusal;

  const { member } = request;
  // In parts as well as at once: what was given back before counts.
  if (member?.needsApproval(payment.amount_minor - balanceMinor + takenMinor, currency)) {
    throw new Refusal('approval_required');
  }

  return {
    // A member is held to what was decided on here: more may be left by the time of the reservation.
    amountMinor: member ? takenMinor : amountMinor,
    checksumMinor: member ? balanceMinor : checksumMinor,
    taxFreeMinor,
    vatMinor,
    reason: request.reason || (request.member ? memberCancelReason : defaultCancelReason),
    refundAccount: needsRefundAccount(request, limits.refundAccount)
      ? readRefundAccount(request, channel.gateway, limits.refundAccount === 'required_with_tel')
      : null,
    details: {
      ...request.details,
      // As the real console does; a shop's program says whether it wants one.
      ...(member && { enable_webhook: true }),
      ...(escrowPhase !== null && { escrow: escrowPhase === 'unshipped' ? 'unshipped' : 'shipped' }),
    },
  };
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

function needsRefundAccount(request: CancelRequest, refundAccount: PayMethodCapabilities['refundAccount']): boolean {
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
