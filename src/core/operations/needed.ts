import { Refusal } from '../../platform/errors/refusal.ts';

/** What a person has to say to end a doubt as done. */
export function needed(value: string | undefined, name: string): string {
  if (!value) throw new Refusal('parameter_missing', { name });
  return value;
}
