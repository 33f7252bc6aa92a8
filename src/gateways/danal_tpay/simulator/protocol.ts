import { randomInt } from 'node:crypto';
import { decodeEucKrForm, encodeEucKrForm } from '../../../platform/charset/euc-kr.ts';
import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { SimulatorAnswer, SimulatorRequest } from '../../../simulators/definition.ts';
import type { DanalService } from '../wire/services.ts';
import { type DanalFields, openData, sealData } from '../wire/wire.ts';

const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=euc-kr' };

/** What stands in the body, or with a service: what is sealed in it. Nothing where it does not open. */
export function requestFields(
  request: SimulatorRequest,
  service?: DanalService,
  credentials: Readonly<Record<string, string>> = {},
): DanalFields {
  const outer = decodeEucKrForm(request.body);
  return service ? (openData(outer.DATA ?? '', service, credentials) ?? {}) : outer;
}

export function sealedAnswer(
  fields: DanalFields,
  service: DanalService,
  credentials: Readonly<Record<string, string>>,
): SimulatorAnswer {
  const body = encodeEucKrForm({ DATA: sealData(fields, service, credentials) });
  return { status: 200, headers, body, ...(fields.RETURNCODE !== undefined && { result: fields.RETURNCODE }) };
}

/** Without `DATA`: where Danal can't tell whose key to use. */
export function plainAnswer(code: string, message: string): SimulatorAnswer {
  return { status: 200, headers, body: encodeEucKrForm({ RETURNCODE: code, RETURNMSG: message }) };
}

/** 24 digits: the second in Seoul, and ten more. */
export function newTid(now: Date): string {
  return `${seoulDigits(now)}${randomInt(10 ** 5)
    .toString()
    .padStart(5, '0')}${randomInt(10 ** 5)
    .toString()
    .padStart(5, '0')}`;
}
