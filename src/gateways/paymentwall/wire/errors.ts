import Type from 'typebox';
import { validatorOf } from '../../../platform/json/validator.ts';
import type { RefusalCategory } from '../../../port/outcome.ts';
import { readJson } from '../../answers/read-json.ts';

export interface BrickError {
  /** `in_doubt`: it does not say that nothing was done. */
  readonly category: RefusalCategory | 'in_doubt';
  readonly message: string;
}

const said = (category: BrickError['category'], message: string): BrickError => ({ category, message });

/**
 * `code` of an error, and its text. Source: Paymentwall's documentation, "Error codes" of Brick. Those that only a subscription or
 * a buyer's address can meet are left out: they are `other`, as every unknown code is.
 */
export const brickErrors = {
  1000: said('in_doubt', 'Internal Error.'),
  1001: said('bad_credentials', "Project isn't loaded."),
  1003: said('contract_missing', 'Request payment method is not active.'),
  3000: said('unknown_transaction', 'Charge not found.'),
  3001: said('contract_missing', 'Permission denied.'),
  3002: said('other', 'Wrong charge amount.'),
  3003: said('bad_card', 'Card number is missing or invalid.'),
  3004: said('bad_card', 'Expiration month is invalid.'),
  3005: said('bad_card', 'Expiration year is invalid.'),
  3006: said('bad_card', 'Expiration date is invalid.'),
  3008: said('other', 'Please fill in all required fields.'),
  3010: said('bad_card', 'Please contact your credit card company to approve your payment'),
  3011: said('not_enough', 'Please contact your credit card company to check your available balance'),
  3012: said('bad_card', 'Transaction was declined'),
  3013: said('bad_card', 'Transaction was declined due to issues with the card'),
  3014: said('bad_card', 'Wrong CVV'),
  3101: said('bad_card', 'Please verify the credit card number and retry the transaction'),
  3102: said('bad_card', 'You submitted an expired credit card number.'),
  3103: said('bad_card', 'You have submitted a card which is not supported.'),
  3104: said('bad_card', 'Country of the card is not supported'),
  3111: said('bad_card', 'Token was not found'),
  3112: said('bad_card', 'One-time token is invalid'),
  3113: said('bad_credentials', 'Test credentials are invalid'),
  3114: said('bad_card', 'Token was deleted'),
  3115: said('other', 'Charge amount is too small.'),
  3116: said('other', 'Charge amount is too high.'),
  3200: said('temporarily_unavailable', 'Please retry the transaction or use another credit card'),
  3201: said('already_cancelled', 'The charge has already been fully refunded'),
  3202: said('other', "You can't cancel this transaction"),
  3203: said('other', 'This charge is not found or already captured'),
  3204: said('other', "You can't refund this transaction"),
  3205: said('in_doubt', 'Duplicate charge'),
  3206: said('other', 'The authorization for this card has expired'),
  4004: said('other', 'Undefined method'),
  4005: said('other', 'Request is empty'),
  4006: said('bad_credentials', 'API key is not provided'),
  4007: said('bad_credentials', 'API key is invalid'),
  5000: said('other', 'Customer is not allowed to pay'),
} as const satisfies Readonly<Record<number, BrickError>>;
export type BrickErrorCode = keyof typeof brickErrors;

export function brickErrorOf(code: string): BrickError | undefined {
  return Object.hasOwn(brickErrors, code) ? brickErrors[Number(code) as BrickErrorCode] : undefined;
}

/** What comes with HTTP 4xx: `type` is `Error`. */
const ErrorMessage = Type.Object({
  code: Type.Union([Type.Integer(), Type.String({ minLength: 1, maxLength: 40 })]),
  error: Type.Optional(Type.String()),
});

const errorMessage = validatorOf(ErrorMessage);

export function readError(text: string): { readonly code: string; readonly message: string } | undefined {
  const value = readJson(text);
  if (!errorMessage.Check(value)) return undefined;
  const code = String(value.code);
  return { code, message: value.error || code };
}
