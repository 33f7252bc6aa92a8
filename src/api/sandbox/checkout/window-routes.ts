import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { findCheckout, paymentOfCheckout } from '../../../core/checkout/checkouts.ts';
import { endCheckoutUnpaid } from '../../../core/checkout/leave-checkout.ts';
import type { CheckoutRow } from '../../../core/records/checkout.ts';
import { Refusal } from '../../../platform/errors/refusal.ts';
import { readPositiveAmount } from '../../../platform/money/amount-parameter.ts';
import { withoutSeparators } from '../../../platform/separators.ts';
import { type Carrier, carriers, type PersonToCertify } from '../../../port/certification.ts';
import { expire, payInOpenWindow, type TesterWish } from '../../../sandbox/checkout/pay-in-window.ts';
import {
  AmountField,
  BooleanField,
  ChoiceField,
  DigitsField,
  IntegerField,
  TextField,
} from '../../foundation/fields.ts';
import { defineRoute } from '../../foundation/route.ts';
import { CheckoutResultView, CheckoutWindowView } from '../../views/checkout.ts';
import { readBirthday, readMobileNumber, sandboxCode } from '../certified-person.ts';
import type { ControlPlane } from '../control-plane.ts';
import { certifyInWindow, endUncertified } from './certification-window.ts';
import { resultOf, showWindow } from './show-window.ts';

const Token = Type.Object({ token: Type.String() });
const waitSecondsMax = 25;
const lookEveryMs = 250;

const TesterBody = Type.Object({
  do: ChoiceField(['decline', 'lose_answer', 'approve_late', 'other_amount']),
  code: Type.Optional(TextField({ maxLength: 100, description: "decline: the gateway's code." })),
  message: Type.Optional(TextField({ maxLength: 200 })),
  seconds: Type.Optional(IntegerField({ minimum: 1, maximum: 120, description: 'approve_late.' })),
  amount: Type.Optional(AmountField({ description: 'other_amount.' })),
});

const PayBody = Type.Object({
  card: Type.Optional(
    Type.Object({
      code: Type.Optional(TextField({ maxLength: 5, description: 'Card company, by i’mport’s code.' })),
      quota: Type.Optional(IntegerField({ minimum: 0, maximum: 60 })),
      use_point: Type.Optional(BooleanField()),
    }),
  ),
  bank_code: Type.Optional(TextField({ maxLength: 10 })),
  cash_receipt: Type.Optional(Type.Object({ identifier: DigitsField({ digitsMax: 18 }) })),
  agreed: Type.Optional(BooleanField()),
  tester: Type.Optional(TesterBody),
  name: Type.Optional(TextField({ maxLength: 80, description: 'This and what follows: of a certification.' })),
  birthday: Type.Optional(TextField({ maxLength: 10 })),
  gender: Type.Optional(ChoiceField(['male', 'female'])),
  phone: Type.Optional(DigitsField({ digitsMax: 12 })),
  carrier: Type.Optional(TextField({ maxLength: 10 })),
  otp: Type.Optional(TextField({ maxLength: 10 })),
});

/** What happens in an open window. Whoever has its token may do it: the buyer, and the page that opened it. */
export function windowRoutes(app: FastifyInstance, plane: ControlPlane): void {
  const { services, simulators } = plane;

  defineRoute(app, {
    method: 'GET',
    url: '/checkout/:token/window',
    operationId: 'showPaymentWindow',
    tag: 'checkout',
    summary: 'Everything that the page of a window shows.',
    params: Token,
    response: CheckoutWindowView,
    refusals: ['checkout_not_found'],
    authenticate: false,
    async handler({ params }) {
      return showWindow(services, simulators, await findCheckout(services, params.token));
    },
  });

  defineRoute(app, {
    method: 'POST',
    url: '/checkout/:token/pay',
    operationId: 'payInPaymentWindow',
    tag: 'checkout',
    summary: 'The buyer agrees: the payment is asked for at the gateway. Once, however often this is called.',
    params: Token,
    body: PayBody,
    response: CheckoutWindowView,
    refusals: [
      'checkout_not_found',
      'certification_code_wrong',
      'sandbox_certification_refused',
      'order_already_paid',
      'not_supported_by_gateway',
      'sandbox_simulator_unavailable',
    ],
    authenticate: false,
    example: { body: { card: { code: '366', quota: 0 }, agreed: true } },
    async handler({ params, body }) {
      const checkout = await findCheckout(services, params.token);
      const channel = await services.channels.byId(checkout.channel_id);
      if (checkout.kind === 'certification') {
        if (checkout.expires_at <= services.clock.now()) await endUncertified(services, checkout, channel, 'TIMEOUT');
        else await certifyInWindow(services, simulators, checkout, channel, personOf(body));
      } else {
        const payment = await paymentOfCheckout(services, checkout);
        await payInOpenWindow(services, simulators, checkout, channel, {
          card: body.card ? { code: body.card.code || null, quota: body.card.quota ?? 0 } : null,
          bankCode: body.bank_code || null,
          cashReceipt: body.cash_receipt ? withoutSeparators(body.cash_receipt.identifier) : null,
          tester: body.tester ? wishOf(body.tester, payment.currency) : null,
        });
        services.webhooks.wake();
      }
      return showWindow(services, simulators, await findCheckout(services, params.token));
    },
  });

  defineRoute(app, {
    method: 'POST',
    url: '/checkout/:token/leave',
    operationId: 'leavePaymentWindow',
    tag: 'checkout',
    summary: 'The window is left. One whose payment is under way, or made, stays as it is.',
    params: Token,
    body: Type.Object({ why: Type.Optional(ChoiceField(['cancelled', 'closed', 'expired'])) }),
    response: CheckoutResultView,
    refusals: ['checkout_not_found'],
    authenticate: false,
    isForPages: true,
    example: { body: { why: 'cancelled' } },
    async handler({ params, body }) {
      const checkout = await findCheckout(services, params.token);
      const channel = await services.channels.byId(checkout.channel_id);
      const why = body.why ?? 'cancelled';
      if (checkout.kind === 'certification') {
        await endUncertified(services, checkout, channel, leavingCodes[why]);
      } else if (why === 'expired') {
        await expire(services, checkout);
      } else {
        await endCheckoutUnpaid(services, checkout, leavingOf(channel.provider, why));
      }
      return resultOf(services, await findCheckout(services, params.token));
    },
  });

  defineRoute(app, {
    method: 'GET',
    url: '/checkout/:token/result',
    operationId: 'waitForPaymentWindow',
    tag: 'checkout',
    summary: 'How a window stands, and once it has ended what the page is told.',
    description: `With \`wait\` it answers when the window has ended, or after so many seconds (at most ${waitSecondsMax}).`,
    params: Token,
    query: Type.Object({ wait: Type.Optional(IntegerField({ minimum: 0, maximum: waitSecondsMax })) }),
    response: CheckoutResultView,
    refusals: ['checkout_not_found'],
    authenticate: false,
    isForPages: true,
    async handler({ params, query, signal }) {
      const until = services.clock.monotonicMs() + (query.wait ?? 0) * 1000;
      for (;;) {
        const checkout = await afterItsTime(() => findCheckout(services, params.token));
        const result = await resultOf(services, checkout);
        if (result.ended || services.clock.monotonicMs() >= until || signal.aborted) return result;
        await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
      }
    },
  });

  /** The page that opened it waits, whether the window itself still runs or not. */
  async function afterItsTime(read: () => Promise<CheckoutRow>): Promise<CheckoutRow> {
    const checkout = await read();
    const { kind, channel_id: channelId, end_code: endCode, expires_at: expiresAt } = checkout;
    if (expiresAt > services.clock.now() || (kind === 'payment' && endCode !== null)) return checkout;
    if (kind === 'payment') await expire(services, checkout);
    else await endUncertified(services, checkout, await services.channels.byId(channelId), 'TIMEOUT');
    return read();
  }
}

/** The page's clock may say a little sooner than the server's that it is too late. */
const leavingCodes = { cancelled: 'USER_CANCEL', closed: 'USER_CLOSED', expired: 'TIMEOUT' } as const;

/** Four public apps compare the text. */
function leavingOf(provider: string, why: 'cancelled' | 'closed'): { code: string; reason: string } {
  const text = '사용자가 결제를 취소하셨습니다';
  return {
    code: leavingCodes[why],
    reason: provider === 'kakaopay' ? `[결제포기] ${text}` : text,
  };
}

function wishOf(tester: Static<typeof TesterBody>, currency: string): TesterWish {
  switch (tester.do) {
    case 'decline':
      return { do: 'decline', code: tester.code || null, message: tester.message || null };
    case 'lose_answer':
      return { do: 'lose_answer' };
    case 'approve_late':
      return { do: 'approve_late', seconds: tester.seconds ?? 5 };
    case 'other_amount':
      return { do: 'other_amount', amountMinor: readPositiveAmount('tester.amount', tester.amount, currency) };
  }
}

function personOf(body: Static<typeof PayBody>): PersonToCertify {
  const { name, birthday, phone, carrier, otp } = body;
  for (const [field, value] of Object.entries({ name, birthday, phone, carrier, otp })) {
    if (!value) throw new Refusal('parameter_missing', { name: field });
  }
  if (otp !== sandboxCode) throw new Refusal('certification_code_wrong');
  return {
    name: name ?? '',
    phone: readMobileNumber(phone ?? ''),
    birthday: readBirthday(birthday ?? ''),
    gender: body.gender ?? 'male',
    isForeigner: false,
    ...carrierOf(carrier ?? ''),
  };
}

/** Pages name them by i'mport's older names, too; a budget carrier has somebody's network, which it does not say. */
function carrierOf(given: string): { readonly carrier: Carrier; readonly isBudgetCarrier: boolean } {
  const older: Readonly<Record<string, Carrier>> = { KTF: 'KT', LGU: 'LGT', MVNO: 'SKT' };
  const carrier = carriers.find((each) => each === given) ?? older[given];
  if (!carrier) throw new Refusal('parameter_invalid', { name: 'carrier', expected: [...carriers, 'MVNO'].join(', ') });
  return { carrier, isBudgetCarrier: given === 'MVNO' };
}
