import { Refusal } from '../../platform/errors/refusal.ts';
import type { StandardCodeAnswer } from '../views/standard-code.ts';

/** By code. */
export function standardCodes(table: ReadonlyMap<string, string>): readonly StandardCodeAnswer[] {
  return [...table].map(([code, name]) => ({ code, name })).sort((one, other) => (one.code < other.code ? -1 : 1));
}

export function standardCode(table: ReadonlyMap<string, string>, code: string): StandardCodeAnswer {
  const name = table.get(code);
  if (name === undefined) throw new Refusal('standard_code_not_found', { code });
  return { code, name };
}
