import { Type } from 'typebox';
import type { AmountParts, BalanceState, PaymentBalance } from '../../core/payments/balance.ts';
import { unixSeconds } from '../../platform/clock/clock.ts';
import { amountNumber } from '../../platform/money/currency.ts';
import type { Answer } from '../foundation/answer.ts';
import { UnixTime } from './fields.ts';

const PartsView = Type.Object({
  tax_free: Type.Number(),
  supply: Type.Number(),
  vat: Type.Number(),
  service: Type.Number({ description: 'Tips. Always 0.' }),
});

const StateView = {
  cash_receipt: PartsView,
  primary: PartsView,
  secondary: PartsView,
  discount: PartsView,
};

/** What was paid by which means, less what was given back. */
export const PaymentBalanceView = Type.Object({
  amount: Type.Number({ description: 'Of the payment, cancelled parts included.' }),
  ...StateView,
  histories: Type.Array(Type.Object({ ...StateView, created: UnixTime }), {
    description: 'How it stood after the payment and after each cancellation, oldest first.',
  }),
});

export type PaymentBalanceAnswer = Answer<typeof PaymentBalanceView>;

const nothing: AmountParts = { taxFree: 0n, supply: 0n, vat: 0n };

export function viewBalance({ payment, states }: PaymentBalance): PaymentBalanceAnswer {
  const { currency } = payment;
  const viewParts = ({ taxFree, supply, vat }: AmountParts) => ({
    tax_free: amountNumber(taxFree, currency),
    supply: amountNumber(supply, currency),
    vat: amountNumber(vat, currency),
    service: 0,
  });
  const viewState = ({ paid, receipted }: BalanceState) => ({
    cash_receipt: viewParts(receipted),
    primary: viewParts(paid),
    secondary: viewParts(nothing),
    discount: viewParts(nothing),
  });
  return {
    amount: amountNumber(payment.amount_minor, currency),
    ...viewState(states.at(-1) ?? states[0]),
    histories: states.map((state) => ({ ...viewState(state), created: unixSeconds(state.at) })),
  };
}
