import type { SandboxNumber } from '../../../simulators/sandbox.ts';

/** Which number means what is our choice; the codes are Hecto's, with their texts in errors.ts. */
export const sandboxCards: readonly SandboxNumber[] = [
  { number: '4000000000000002', code: 'CA82', meaning: 'Refused by the card company' },
  { number: '4000000000000010', code: 'CA31', meaning: 'Limit exceeded' },
  { number: '4000000000000028', code: 'CA26', meaning: 'Used too often today' },
  { number: '4000000000000051', code: 'CA50', meaning: 'Suspended card' },
  { number: '4000000000000069', code: 'CA20', meaning: 'Wrong expiry' },
  { number: '4000000000000077', code: 'CA30', meaning: 'Wrong birth date or business number' },
  { number: '4000000000000085', code: 'CA27', meaning: 'Wrong password' },
  { number: '4000000000000093', code: 'CA21', meaning: 'No instalments with this card' },
];

/** Account numbers that refuse a refund in the sandbox; every other one of up to 16 digits takes it. */
export const sandboxRefundAccounts: readonly SandboxNumber[] = [
  { number: '99990000000001', code: 'ST24', meaning: 'The holder has another name' },
  { number: '99990000000002', code: 'ST32', meaning: 'The name of the holder is no name' },
  { number: '99990000000003', code: 'RA21', meaning: 'The account takes no deposits' },
];
