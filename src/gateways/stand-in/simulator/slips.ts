import type { Static } from 'typebox';
import type { SimulatorContext } from '../../../simulators/definition.ts';
import type { SlipPartsMessage } from '../wire/protocol.ts';
import { knownPayment } from './payments.ts';
import { StandInRefusal } from './refusal.ts';

/** Sub-merchants on the slip of a payment; those of the last registration count. */
export const slipSchema = `
create table if not exists slip_parts (
  mid text not null,
  order_id text not null,
  parts text not null,
  primary key (mid, order_id)
) strict;
`;
export const slipTables = ['slip_parts'] as const;

export function registerSlipParts(message: Static<typeof SlipPartsMessage>, context: SimulatorContext): null {
  const payment = knownPayment(message, context);
  if (payment.paidAt === null || payment.status === 'cancelled') throw new StandInRefusal('S302');
  const sum = message.parts.reduce((total, { amount }) => total + BigInt(amount), 0n);
  if (sum !== payment.amountMinor) throw new StandInRefusal('S701');
  if (message.parts.some(({ amount, taxFree, vat }) => taxFree + vat > amount)) throw new StandInRefusal('S400');
  context.book.run(
    `insert into slip_parts (mid, order_id, parts) values (?1, ?2, ?3)
     on conflict (mid, order_id) do update set parts = ?3`,
    payment.mid,
    payment.orderId,
    JSON.stringify(message.parts),
  );
  return null;
}
