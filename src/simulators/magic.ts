import type { FaultOperation, FaultStep } from './faults.ts';

/**
 * Amounts and cards that go wrong by themselves, for those who can't call the control plane: at every gateway's simulator,
 * and nowhere else. `docs/sandbox.md` has this table, and a test holds the two equal. Which number means what is our choice.
 */
export interface Magic {
  /** The amount, in the currency's minor unit, and the last four digits of the card belong together. */
  readonly amountMinor: bigint;
  readonly cardNumber: string;
  /** `payment`: the approval, or the issue of an account or a barcode. `cancel`: every cancel of that amount or card. */
  readonly on: 'payment' | 'cancel';
  readonly step: FaultStep;
  /** `once`: the first such request of each payment; what the server asks, or sends, next is answered. */
  readonly strikes: 'once' | 'always' | 'once_then_silence';
  readonly meaning: string;
}

const slowMs = 3_000;

const kinds: readonly Pick<Magic, 'step' | 'strikes' | 'meaning'>[] = [
  { step: { kind: 'reject' }, strikes: 'always', meaning: 'The gateway refuses it with its usual code.' },
  { step: { kind: 'timeout' }, strikes: 'once', meaning: 'No answer comes, and nothing was done.' },
  { step: { kind: 'lost_answer' }, strikes: 'once', meaning: 'It is done, and the answer is lost.' },
  {
    step: { kind: 'slow', delayMs: slowMs },
    strikes: 'always',
    meaning: 'It is done and answered after three seconds.',
  },
  { step: { kind: 'disconnect' }, strikes: 'once', meaning: 'The connection breaks, and nothing was done.' },
  { step: { kind: 'http_500' }, strikes: 'once', meaning: "The gateway's own internal error; nothing was done." },
  { step: { kind: 'garbage' }, strikes: 'once', meaning: 'It is done, and the answer can not be read.' },
  {
    step: { kind: 'lost_answer' },
    strikes: 'once_then_silence',
    meaning:
      'It is done, the answer is lost, and nothing that is asked about the payment is ever answered: a lasting doubt.',
  },
];

/** Six digits that no bank has, so that an ordinary test card is never taken for one of these. */
const cardPrefix = '404040';

function numbered(on: Magic['on'], hundred: number): Magic[] {
  return kinds.map((kind, index) => {
    const number = hundred + index + 1;
    return {
      ...kind,
      on,
      amountMinor: 404_000n + BigInt(number),
      cardNumber: `${cardPrefix}000000${String(number).padStart(4, '0')}`,
    };
  });
}

export const magicTable: readonly Magic[] = Object.freeze([...numbered('payment', 100), ...numbered('cancel', 200)]);

const byAmount = new Map(magicTable.map((magic) => [magic.amountMinor, magic]));
const byCard = new Map(magicTable.map((magic) => [magic.cardNumber.slice(-4), magic]));

export function magicOf(
  operation: FaultOperation,
  amountMinor: bigint | null,
  maskedCard: string | undefined,
): Magic | undefined {
  const on = operation === 'cancel' ? 'cancel' : madeBy.has(operation) ? 'payment' : undefined;
  if (on === undefined || amountMinor === null) return undefined;
  const magic = byAmount.get(amountMinor);
  if (magic?.on === on) return magic;
  const card = maskedCard?.startsWith(cardPrefix) ? byCard.get(maskedCard.slice(-4)) : undefined;
  return card?.on === on ? card : undefined;
}

const madeBy: ReadonlySet<FaultOperation> = new Set([
  'approve',
  'approve_window',
  'pay_from_wallet',
  'charge_key',
  'issue_vbank',
  'issue_barcode',
]);
