import { Type } from 'typebox';
import { Refusal } from '../../platform/errors/refusal.ts';
import { JsonTextField } from '../foundation/fields.ts';

/** What clients send that always send every parameter. */
const nothing: ReadonlySet<string> = new Set(['', 'null', '{}', '[]', 'false', '0', 'n', 'no', 'off']);

/**
 * Parameters of i'mport's that change what a payment is, and that nothing here follows yet. They are taken so that a request
 * that has one is refused before anything is sent: dropped, it would become another payment than was asked for.
 */
export function unsupportedFields<const Names extends readonly string[]>(names: Names) {
  const field = Type.Optional(JsonTextField({ description: 'Not supported yet: a request that has it is refused.' }));
  return Object.fromEntries(names.map((name) => [name, field])) as Record<Names[number], typeof field>;
}

export function refuseUnsupportedFields(names: readonly string[], body: Readonly<Record<string, unknown>>): void {
  const name = names.find((each) => !isNothing(body[each]));
  if (name !== undefined) throw new Refusal('parameter_not_supported', { name });
}

function isNothing(value: unknown): boolean {
  const written = String(value ?? '').trim();
  return nothing.has(written.toLowerCase());
}
