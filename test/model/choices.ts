import assert from 'node:assert/strict';
import fc from 'fast-check';
import { refundAccount } from '../kit/orders.ts';
import { type AskedAmount, type Fault, faultKinds, type Reference, type ReferencePayment } from './reference.ts';

export const oneOf = <T>(...values: readonly T[]) => fc.constantFrom(...values);
export const percent = fc.integer({ min: 1, max: 99 });
export const price = fc.integer({ min: 200, max: 50_000 });
export const share = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 100 }) },
);
export const someFault: fc.Arbitrary<Fault> = fc.record({
  kind: fc.constantFrom(...faultKinds),
  isLong: fc.integer({ min: 0, max: 5 }).map((chance) => chance === 0),
  inquiry: oneOf<Fault['inquiry']>('good', 'good', 'good', 'good', 'good', 'disconnect', 'garbage', 'reject'),
});
export const fault = fc.option(someFault, { freq: 2 }).map((each) => each ?? null);
/** Which payment a step is about: newer ones more often. */
export const pick = fc.tuple(fc.nat(99), fc.nat(99)).map(([one, other]) => Math.min(one, other));
export const picked = ({ payments }: Reference, index: number): ReferencePayment => {
  const payment = payments.at(-1 - (index % payments.length));
  assert.ok(payment);
  return payment;
};

/** How an amount relates to what there is at that moment; a text now and then, as clients send it. */
export const amountOf = fc.oneof(
  { weight: 4, arbitrary: fc.record({ part: percent, asText: fc.boolean() }) },
  { weight: 2, arbitrary: oneOf({ all: undefined }, { all: null }, { all: 0 }, { all: '0' }, { all: '' }) },
  { weight: 1, arbitrary: fc.record({ over: fc.integer({ min: 1, max: 1_000 }) }) },
  {
    weight: 1,
    arbitrary: oneOf({ bad: -1 }, { bad: 12.5 }, { bad: 'abc' }, { bad: 1e21 }, { bad: 2 ** 53 }, { bad: '1e-3' }),
  },
);
export type AmountChoice = { part: number; asText: boolean } | { all: unknown } | { over: number } | { bad: unknown };

export function asked(choice: AmountChoice, whole: number): { readonly meant: AskedAmount; readonly sent: unknown } {
  if ('bad' in choice) return { meant: choice, sent: choice.bad };
  if ('all' in choice) return { meant: null, sent: choice.all };
  if ('over' in choice) return { meant: whole + choice.over, sent: whole + choice.over };
  const part = Math.max(1, Math.floor((whole * choice.part) / 100));
  return { meant: part, sent: choice.asText ? asText(part) : part };
}

/** `1234` or `1.234e+3`, both of which clients send. */
function asText(amount: number): string {
  return amount % 2 === 0 ? amount.toExponential() : String(amount);
}

export const partChoice = fc.option(fc.oneof(fc.record({ part: percent, asText: fc.boolean() }), oneOf({ over: 1 })), {
  freq: 2,
});

export const accounts = {
  none: {},
  good: refundAccount,
  'unknown bank': { ...refundAccount, refund_bank: '999' },
  letters: { ...refundAccount, refund_account: '12345ab' },
} as const;
