import type { TossErrorCode } from '../wire/errors.ts';

/** A card number that the sandbox refuses; every other number of 15 or 16 digits is approved. */
export interface SandboxCard {
  readonly number: string;
  readonly code: TossErrorCode;
  readonly meaning: string;
}

/** Which number means what is our choice; the codes and texts are Toss's (see errors.ts for those that are inferred). */
export const sandboxCards: readonly SandboxCard[] = [
  { number: '1234123412341234', code: 'INVALID_CARD_NUMBER', meaning: 'No such card' },
  { number: '4000000000000002', code: 'INVALID_REJECT_CARD', meaning: 'Refused by the card company' },
  { number: '4000000000000010', code: 'EXCEED_MAX_AMOUNT', meaning: 'Limit exceeded' },
  { number: '4000000000000028', code: 'EXCEED_MAX_PAYMENT_AMOUNT', meaning: "The day's limit exceeded" },
  { number: '4000000000000036', code: 'REJECT_CARD_PAYMENT', meaning: 'Balance too low' },
  { number: '4000000000000044', code: 'INVALID_CARD_LOST_OR_STOLEN', meaning: 'Lost or stolen card' },
  { number: '4000000000000051', code: 'INVALID_STOPPED_CARD', meaning: 'Suspended card' },
  { number: '4000000000000069', code: 'INVALID_CARD_EXPIRATION', meaning: 'Wrong expiry' },
  {
    number: '4000000000000077',
    code: 'INVALID_BIRTH_OR_BUSINESS_NUMBER',
    meaning: 'Wrong birth date or business number',
  },
  { number: '4000000000000085', code: 'INVALID_PASSWORD', meaning: 'Wrong password' },
  {
    number: '4000000000000093',
    code: 'NOT_SUPPORTED_INSTALLMENT_PLAN_CARD_OR_MERCHANT',
    meaning: 'No instalments with this card',
  },
];

/** Account numbers that refuse a refund in the sandbox; every other one of up to 20 digits takes it. */
export const sandboxRefundAccounts: readonly SandboxCard[] = [
  { number: '99990000000001', code: 'INVALID_REFUND_ACCOUNT_INFO', meaning: 'The holder has another name' },
  { number: '99990000000002', code: 'FORBIDDEN_BANK_REFUND_REQUEST', meaning: 'The account takes no deposits' },
  { number: '99990000000003', code: 'INVALID_REFUND_ACCOUNT_NUMBER', meaning: 'No such account' },
];
