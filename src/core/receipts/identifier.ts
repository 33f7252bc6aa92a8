import { Refusal } from '../../platform/errors/refusal.ts';
import { withoutSeparators } from '../../platform/separators.ts';
import type { ReceiptRow } from '../records/receipt.ts';

/** Whom a receipt is for. */
export interface ReceiptIdentity {
  readonly identifier: string;
  readonly identifierType: ReceiptRow['identifier_type'];
  readonly type: ReceiptRow['type'];
}

/** Lengths of the identifiers that the tax service takes, by kind: digits without hyphens. */
const identifierLengths: Readonly<Record<string, readonly number[]>> = {
  person: [13],
  business: [10],
  phone: [10, 11],
  taxcard: [13, 14, 15, 16, 17, 18, 19],
};

/** Digits only, and as many as the kind of identifier has; without a kind, as many as any kind has. */
export function readIdentifier({ identifier, identifierType, type }: ReceiptIdentity): string {
  const digits = withoutSeparators(identifier);
  const lengths = identifierType
    ? identifierLengths[identifierType]
    : type === 'company'
      ? [...(identifierLengths.business ?? []), ...(identifierLengths.taxcard ?? [])]
      : [10, 11, 13, 14, 15, 16, 17, 18, 19];
  if (!/^\d+$/.test(digits) || !lengths?.includes(digits.length)) throw new Refusal('receipt_identifier_invalid');
  return digits;
}
