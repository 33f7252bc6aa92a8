/**
 * First six and last four places, the only part of a card number that is ever kept; all between are `*`. A number that is
 * too short for that is hidden as a whole.
 */
export function maskCardNumber(number: string): string {
  if (number.length < 12) return '*'.repeat(number.length);
  return number.slice(0, 6) + '*'.repeat(number.length - 10) + number.slice(-4);
}
