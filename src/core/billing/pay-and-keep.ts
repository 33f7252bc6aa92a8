import { Refusal } from '../../platform/errors/refusal.ts';
import type { Log } from '../../platform/logging/log.ts';
import type { CardData } from '../../port/approval.ts';
import type { CarryOutParts } from '../operations/carry-out.ts';
import { readPayment } from '../operations/context.ts';
import { refuseUnsupported } from '../operations/support.ts';
import { approvedPaymentOf, type MakePayment, type MakePaymentParts, makePayment } from '../payments/make-payment.ts';
import { customerOf } from '../records/billing-key.ts';
import type { Payment } from '../records/payment.ts';
import { issueKey } from './issue-key.ts';

export interface PayAndKeepParts extends CarryOutParts, MakePaymentParts {
  readonly log: Log;
}

/**
 * POST /subscribe/payments/onetime: pays by a card's number, and then registers the card if it is to be kept, as the real server
 * does it. The payment counts whatever becomes of the registration: it names the key only if there is one.
 */
export async function payAndKeep(
  parts: PayAndKeepParts,
  payment: MakePayment & { readonly card: CardData },
  keepAs: string | undefined,
): Promise<Payment> {
  const { channel, values, card, deadline } = payment;
  // Before anything is charged: a card that can't be kept is not what was asked for.
  if (keepAs) refuseUnsupported(channel, 'card', 'issue_key');
  const paid = approvedPaymentOf(await makePayment(parts, payment));
  if (!keepAs || paid.status !== 'paid') return paid;
  const caller = { merchantId: channel.merchantId, idempotencyId: null, deadline };
  try {
    await issueKey(parts, caller, {
      customerUid: keepAs,
      customerId: undefined,
      channel,
      card,
      customer: customerOf(values),
      issuedWith: paid.imp_uid,
    });
  } catch (error) {
    // The card has been charged: a failure of what follows must not look like one of the payment.
    const why = error instanceof Refusal ? error.errorCode : error;
    parts.log.warn({ err: why, imp_uid: paid.imp_uid }, 'a card was charged, and could not be registered');
  }
  return (await readPayment(parts.database, paid.merchant_id, paid.id).catch(() => undefined)) ?? paid;
}
