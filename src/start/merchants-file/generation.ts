import { createHash } from 'node:crypto';
import type { DatabaseClient } from '../../platform/database/pool.ts';
import { SettingsError } from '../../platform/settings/settings-error.ts';

/** Which of its files a database was given: they are counted by whoever writes them. */
export interface FileGeneration {
  /** `undefined`: the file does not count. */
  readonly generation: number | undefined;
  /** Of the merchants in it. Each has a secret that nobody guesses, so that nothing can be worked out from it. */
  readonly digest: string;
}

/** In `server_facts`: `7 3a5f…`, number and digest. */
export const generationFact = 'merchants_file';

/** The same for what says the same: neither white space nor the order of an object's fields matters. */
export function digestOfMerchants(merchants: readonly unknown[]): string {
  const text = JSON.stringify(merchants, (_, value) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
      : value,
  );
  return createHash('sha256').update(text).digest('hex');
}

/** Number and digest as one statement takes them; the condition is looked at under the row's lock, at whichever server. */
const takeSql = `
  insert into server_facts as kept (name, value) values ($1, convert_to($2::bigint || ' ' || $3::text, 'UTF8'))
  on conflict (name) do update set value = excluded.value
  where split_part(convert_from(kept.value, 'UTF8'), ' ', 1)::bigint < $2::bigint or kept.value = excluded.value
  returning 1`;

/**
 * Makes this the file that the database was given last.
 * @throws SettingsError when it was given a newer one, or another one of the same number. Then nothing is changed.
 */
export async function takeGeneration({ query }: DatabaseClient, path: string, file: FileGeneration): Promise<void> {
  if (file.generation !== undefined) {
    const taken = await query(takeSql, [generationFact, file.generation, file.digest]);
    if (taken.length > 0) return;
  }
  const [kept] = await query<{ value: Buffer }>('select value from server_facts where name = $1', [generationFact]);
  const problem = problemOfGeneration(kept?.value, file);
  if (problem !== undefined) throw new SettingsError(`MERCHANTS_FILE ${path} ${problem}`);
}

/** Why a database with this fact is given no such file, as the end of a sentence. `undefined`: it is. */
export function problemOfGeneration(fact: Buffer | undefined, file: FileGeneration): string | undefined {
  if (fact === undefined) return undefined;
  const [number = '', digest] = fact.toString('utf8').split(' ');
  const [kept, { generation }] = [Number(number), file];
  const cure = `take the newest file, or give this one "generation": ${kept + 1} if it is meant to replace it.`;
  if (generation === undefined) {
    return `has no generation, and this database was given generation ${kept}: ${cure}`;
  }
  if (generation < kept) return `is generation ${generation}, and this database was given generation ${kept}: ${cure}`;
  if (generation === kept && digest !== file.digest) {
    return `is generation ${kept} with other merchants than the generation ${kept} that this database was given: ${cure}`;
  }
  return undefined;
}
