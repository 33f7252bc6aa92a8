import { Refusal } from '../../platform/errors/refusal.ts';
import { withoutSeparators } from '../../platform/separators.ts';

/** The one that every certification of the sandbox takes (docs/sandbox.md). */
export const sandboxCode = '123456';

/** `YYYY-MM-DD`. `Date` takes the 30th of February for a day in March, so the text must come back as it was given. */
export function readBirthday(text: string): string {
  const time = new Date(`${text}T00:00:00Z`);
  const isDay =
    /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(time.getTime()) && time.toISOString().startsWith(text);
  if (!isDay) throw new Refusal('parameter_invalid', { name: 'birthday', expected: 'YYYY-MM-DD' });
  return text;
}

export function readMobileNumber(text: string): string {
  const digits = withoutSeparators(text);
  if (!/^\d{9,12}$/.test(digits)) throw new Refusal('parameter_invalid', { name: 'phone', expected: '휴대폰번호' });
  return digits;
}
