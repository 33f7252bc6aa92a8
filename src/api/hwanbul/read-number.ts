import { Refusal } from '../../platform/errors/refusal.ts';
import type { ErrorCode } from '../../platform/errors/registry.ts';

/** A number of ours in a path or a query; what can't be one is as unknown as one that nobody has. */
export function readNumber(text: string, unknown: ErrorCode): bigint {
  if (!/^\d{1,18}$/.test(text)) throw new Refusal(unknown, { id: text.slice(0, 40) });
  return BigInt(text);
}
