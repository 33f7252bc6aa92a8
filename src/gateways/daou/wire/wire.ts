import Type, { type Static } from 'typebox';
import { validatorOf } from '../../../platform/json/validator.ts';

const TextOrNumber = Type.Union([Type.String(), Type.Number(), Type.Null()]);
const Answer = Type.Record(Type.String(), TextOrNumber);
const answerReader = validatorOf(Answer);

export const paths = {
  ready: '/pay/ready',
} as const;

/** One flat JSON object of texts, of both steps. Numbers are taken as text. */
export interface KiwoomAnswer {
  /** `''` where the field is missing. */
  field(name: string): string;
}

/** `undefined`: this is no answer of Kiwoom Pay's. */
export function readAnswer(text: string): KiwoomAnswer | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!answerReader.Check(value)) return undefined;
  const fields: Static<typeof Answer> = value;
  return { field: (name) => (Object.hasOwn(fields, name) ? String(fields[name] ?? '') : '') };
}

export function readAmountText(text: string): bigint | undefined {
  return /^\d{1,12}$/.test(text) ? BigInt(text) : undefined;
}
