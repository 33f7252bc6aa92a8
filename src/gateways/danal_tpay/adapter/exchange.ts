import { readSeoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { Outcome } from '../../../port/outcome.ts';
import { readDecided } from '../../answers/decided-answer.ts';
import { type DanalService, serviceUrl } from '../wire/services.ts';
import { type DanalAnswer, type DanalFields, readAnswer, requestBody } from '../wire/wire.ts';

/** Sends one request, whatever its TXTYPE, and reads what Danal answered. */
export async function exchange(
  call: GatewayCall,
  service: DanalService,
  fields: DanalFields,
): Promise<{ readonly answer: DanalAnswer } | { readonly outcome: Outcome<never> }> {
  const { channel } = call;
  const result = await call.http.send({
    method: 'POST',
    url: serviceUrl(service, channel),
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=euc-kr' },
    body: requestBody(channel.mid, fields, service, channel.credentials),
    charset: 'euc-kr',
    timeLimitMs: call.timeLimitMs,
  });
  return readDecided(result, (text) => readAnswer(text, service, channel.credentials));
}

export function amountOf(text: string | undefined): bigint | undefined {
  return /^\d{1,11}$/.test(text ?? '') ? BigInt(text ?? '') : undefined;
}

/** `CANCELDATETIME` in one field, or `TRANDATE` and `TRANTIME`, as in Danal's manual. */
export function timeOf({
  CANCELDATETIME: whole = '',
  TRANDATE: day = '',
  TRANTIME: time = '',
}: DanalFields): Date | undefined {
  const digits = whole.replace(/\D/g, '');
  // A day alone is no time.
  const inOne = digits.length === 14 ? readSeoulDigits(digits) : undefined;
  return inOne ?? (time === '' ? undefined : readSeoulDigits(day + time));
}
