import { Refusal } from '../errors/refusal.ts';
import { type AmountProblem, readAmount } from './currency.ts';

/** In the words of a refusal. */
export const amountProblems: Readonly<Record<AmountProblem | 'nothing', string>> = {
  not_a_number: '숫자가 아닙니다',
  negative: '음수는 허용되지 않습니다',
  fraction: '통화의 최소 단위보다 작은 금액입니다',
  too_large: '정확히 표현할 수 없을 만큼 큰 금액입니다',
  nothing: '0보다 커야 합니다',
};

/** Reads an amount of a request into minor units; `null` when it was not given. */
export function readOptionalAmount(name: string, value: unknown, currency: string): bigint | null {
  if (value === undefined || value === null || (typeof value === 'string' && value.trim() === '')) return null;
  const reading = readAmount(value, currency);
  if (!reading.ok) throw new Refusal('amount_invalid', { name, problem: amountProblems[reading.problem] });
  return reading.minor;
}

/** Reads an amount that must be given and more than nothing. */
export function readPositiveAmount(name: string, value: unknown, currency: string): bigint {
  const minor = readOptionalAmount(name, value, currency);
  if (minor === null) throw new Refusal('parameter_missing', { name });
  if (minor === 0n) throw new Refusal('amount_invalid', { name, problem: amountProblems.nothing });
  return minor;
}
