import { Type } from 'typebox';
import { Refusal } from '../../platform/errors/refusal.ts';

/** What `/banks` and `/cards` answer for one code. */
export const StandardCode = Type.Object({ code: Type.String(), name: Type.String() });

export function standardCodes(table: ReadonlyMap<string, string>) {
  return [...table].map(([code, name]) => ({ code, name }));
}

export function standardCode(table: ReadonlyMap<string, string>, code: string) {
  const name = table.get(code);
  if (name === undefined) throw new Refusal('standard_code_not_found', { code });
  return { code, name };
}
