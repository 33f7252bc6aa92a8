import { randomUUID } from 'node:crypto';
import { approveCheckout } from '../../core/checkout/approve-checkout.ts';
import { shopAgrees } from '../../core/checkout/ask-shop.ts';
import { whileBusy } from '../../core/checkout/busy.ts';
import { checkoutState, paymentOfCheckout } from '../../core/checkout/checkouts.ts';
import { endCheckoutUnpaid } from '../../core/checkout/leave-checkout.ts';
import type { Channel } from '../../core/merchants/channels.ts';
import { orderOf } from '../../core/payments/order.ts';
import type { CheckoutRow, PaymentWindow } from '../../core/records/checkout.ts';
import type { Payment } from '../../core/records/payment.ts';
import type { Services } from '../../core/services.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { issuingBankMeant } from '../../port/gateway.ts';
import type { NewFault } from '../../simulators/faults.ts';
import { type Simulators, withSimulator } from '../simulators.ts';
import { issuersOf, quotasOf } from './instalments.ts';

/** What a tester wants to go wrong; no buyer can. */
export type TesterWish =
  | { readonly do: 'decline'; readonly code: string | null; readonly message: string | null }
  | { readonly do: 'lose_answer' }
  | { readonly do: 'approve_late'; readonly seconds: number }
  | { readonly do: 'other_amount'; readonly amountMinor: bigint };

export interface BuyersChoice {
  /** i'mport's code; `null`: any. */
  readonly card: { readonly code: string | null; readonly quota: number } | null;
  readonly bankCode: string | null;
  /** Digits: a cash receipt is wanted. */
  readonly cashReceipt: string | null;
  readonly tester: TesterWish | null;
}

/**
 * The buyer presses "pay". The gateway's window is left with a token, the shop is asked (confirm_url), and the payment is asked for at the
 * gateway, as an operation. Whoever comes second, from another tab for instance, changes nothing. What became of it is then read from
 * the payment. Throws a refusal where something is to be mended first, and the window stays as it is.
 */
export async function payInOpenWindow(
  services: Services,
  simulators: Simulators,
  checkout: CheckoutRow,
  channel: Channel,
  choice: BuyersChoice,
): Promise<void> {
  const payment = await paymentOfCheckout(services, checkout);
  if (checkoutState(checkout, payment, services.clock.now()) !== 'open') return;
  if (checkout.expires_at <= services.clock.now()) return expire(services, checkout);
  const window = checkout.request.payment;
  if (!window) throw new Error('the window of a payment was opened without one');
  refuseUnoffered(channel, payment, window, choice);
  await whileBusy(services, checkout, () =>
    agreeAndPay(services, simulators, channel, { checkout, payment, window, choice }),
  );
}

async function agreeAndPay(
  services: Services,
  simulators: Simulators,
  channel: Channel,
  of: Omit<Agreeing, 'customerId'>,
): Promise<void> {
  const { checkout, payment, window, choice } = of;
  const customerId = window.key?.customer_id ?? randomUUID();
  const agreed = await agreeAtSimulator(simulators, channel, { ...of, customerId });
  if (agreed.kind === 'refused') {
    return endCheckoutUnpaid(services, checkout, { code: agreed.code, reason: agreed.message, byPayer: true });
  }
  if (agreed.amountMinor !== payment.amount_minor) {
    const refusal = new Refusal('checkout_amount_differs');
    return endCheckoutUnpaid(services, checkout, { code: 'AMOUNT_DIFFERS', reason: refusal.message, byPayer: true });
  }
  if (!(await shopAgrees(services, checkout, payment))) return;
  const faultId = await planFault(simulators, channel, payment, choice.tester);
  const isBegun = await approveCheckout(services, {
    checkout,
    payment,
    channel,
    token: agreed.token,
    chosen: {
      card_quota: choice.card?.quota ?? 0,
      vbank_code: payment.pay_method === 'vbank' ? (bankOf(channel, payment, choice.bankCode) ?? null) : null,
      vbank_due_at: payment.pay_method === 'vbank' ? dueOf(window) : null,
    },
    customerId,
    deadline: services.requestDeadline(),
  }).catch(async (error: unknown) => {
    // Refused before anything was begun: the window stays open, and its next approval is not the one that the tester meant.
    if (error instanceof Refusal) await takeBackFault(simulators, channel, faultId);
    throw error;
  });
  if (!isBegun) await takeBackFault(simulators, channel, faultId);
}

/** Too late: it fails as a window that was left does. */
export function expire(services: Services, checkout: CheckoutRow): Promise<void> {
  return endCheckoutUnpaid(services, checkout, { code: 'TIMEOUT', reason: '결제 가능 시간이 지났습니다' });
}

function refuseUnoffered(channel: Channel, payment: Payment, window: PaymentWindow, { card }: BuyersChoice): void {
  if (!card) return;
  const issuers = issuersOf(channel.gateway, payment, window);
  const issuer = issuers.find(({ code }) => code === card.code);
  if (card.code !== null && !issuer) {
    throw new Refusal('parameter_invalid', { name: 'card.code', expected: issuers.map(({ code }) => code).join(', ') });
  }
  const quotas = issuer?.quotas ?? quotasOf(channel.gateway, payment, window);
  if (!quotas.includes(card.quota)) {
    throw new Refusal('parameter_invalid', { name: 'card.quota', expected: quotas.join(', ') });
  }
}

function bankOf({ gateway }: Channel, { pay_method }: Payment, given: string | null): string | undefined {
  if (given === null) return undefined;
  return pay_method === 'vbank' ? issuingBankMeant(gateway, given) : gateway.codes.bankMeant(given);
}

function dueOf({ vbank_due: seconds }: PaymentWindow): Date | null {
  return seconds === null ? null : new Date(seconds * 1000);
}

interface Agreeing {
  readonly checkout: CheckoutRow;
  readonly payment: Payment;
  readonly window: PaymentWindow;
  readonly choice: BuyersChoice;
  readonly customerId: string;
}

type Agreed =
  | { readonly kind: 'agreed'; readonly token: string; readonly amountMinor: bigint }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string };

async function agreeAtSimulator(simulators: Simulators, channel: Channel, of: Agreeing): Promise<Agreed> {
  const { payment, window, choice, customerId } = of;
  const { bankCode, card, cashReceipt, tester } = choice;
  const dueAt = dueOf(window);
  const answer = await withSimulator(simulators.of(channel.provider), (control) =>
    control.authenticateInWindow({
      ...orderOf(payment),
      mid: channel.mid,
      payMethod: payment.pay_method,
      ...(tester?.do === 'other_amount' ? { amountMinor: tester.amountMinor } : {}),
      // A code of nobody goes on as it came: the simulator refuses it as its window would.
      ...(bankCode === null ? {} : { bankCode: bankOf(channel, payment, bankCode) ?? bankCode }),
      ...(dueAt === null ? {} : { dueAt }),
      ...(card ? { card: { code: card.code, installmentMonths: card.quota } } : {}),
      ...(cashReceipt === null ? {} : { cashReceiptIdentifier: cashReceipt }),
      ...(payment.escrow ? { isEscrow: true } : {}),
      ...(window.terms === null ? {} : { terms: window.terms }),
      ...(window.key ? { customerUid: window.key.customer_uid, customerId } : {}),
    }),
  );
  if (answer.kind === 'refused') return { kind: 'refused', code: answer.code, message: answer.message };
  return { kind: 'agreed', token: answer.result.gatewayTid, amountMinor: answer.result.amountMinor };
}

/** Strikes the approval of this order alone, once. */
async function planFault(
  simulators: Simulators,
  { provider, mid }: Channel,
  { imp_uid: orderId }: Payment,
  wish: TesterWish | null,
): Promise<string | undefined> {
  const fault = wish && faultOf(wish);
  if (!fault) return undefined;
  const planned = await withSimulator(simulators.of(provider), (control) =>
    control.addFault({ ...fault, mid, orderId, operation: 'approve_window' }),
  );
  return planned.id;
}

async function takeBackFault(
  simulators: Simulators,
  { provider, mid }: Channel,
  id: string | undefined,
): Promise<void> {
  if (id === undefined) return;
  await withSimulator(simulators.of(provider), (control) => control.clearFaults({ mid, id }));
}

function faultOf(wish: TesterWish): Pick<NewFault, 'kind' | 'code' | 'message' | 'delayMs'> | undefined {
  switch (wish.do) {
    case 'decline':
      return {
        kind: 'reject',
        ...(wish.code === null ? {} : { code: wish.code }),
        ...(wish.message === null ? {} : { message: wish.message }),
      };
    case 'lose_answer':
      return { kind: 'lost_answer' };
    case 'approve_late':
      return { kind: 'slow', delayMs: wish.seconds * 1000 };
    case 'other_amount':
      return undefined;
  }
}
