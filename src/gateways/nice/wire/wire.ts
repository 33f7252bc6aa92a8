import { isSameSignature, niceSignature } from './signature.ts';

/** NICE's old API answers one flat object of texts; fields that it has nothing for are empty or missing. */
export interface NiceAnswer {
  readonly ResultCode: string;
  readonly [field: string]: string | undefined;
}

/** Texts without the spaces with which older parts of NICE fill fields up. `undefined`: not an answer of NICE. */
export function readNiceAnswer(text: string): NiceAnswer | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const fields: Record<string, string> = Object.create(null);
  for (const [name, field] of Object.entries(value)) {
    if (typeof field === 'string') fields[name] = field.trimEnd();
    else if (typeof field === 'number') fields[name] = String(field);
  }
  const { ResultCode } = fields;
  return ResultCode === undefined || ResultCode === '' ? undefined : { ...fields, ResultCode };
}

/** `000000001000`, and without zeros in front. `undefined`: no amount. */
export function readNiceAmount(text: string | undefined): bigint | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? BigInt(text) : undefined;
}

/** As NICE writes amounts in its answers: twelve digits. */
export function paddedAmount(minor: bigint): string {
  return String(minor).padStart(12, '0');
}

/**
 * NICE signs answers to cancels: TID, MID, amount, merchant key. The formula does not say which form of the amount is
 * meant, with or without the zeros in front; whoever made either knew the key.
 */
export function isSignedCancel(answer: NiceAnswer, mid: string, merchantKey: string): boolean {
  const { TID = '', CancelAmt = '', Signature } = answer;
  const plain = readNiceAmount(CancelAmt);
  if (plain === undefined) return false;
  return [CancelAmt, String(plain)].some((amount) =>
    isSameSignature(Signature?.toLowerCase(), niceSignature(TID, mid, amount, merchantKey)),
  );
}
