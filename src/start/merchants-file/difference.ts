import { isDeepStrictEqual } from 'node:util';
import type { Store, StoreChannel, StoreTier } from '../../core/merchants/known-stores.ts';

/** What is different, by names: never a value, which may be a secret. Lists that would be empty are not there. */
export interface StoreChange {
  /** Fields of the store's entry, as they are called in the file. */
  readonly changed?: readonly string[];
  /** `provider.mid`, as `pg` of a request names a channel. */
  readonly channels_added?: readonly string[];
  readonly channels_removed?: readonly string[];
  readonly channels_changed?: readonly string[];
  /** Codes. */
  readonly tiers_added?: readonly string[];
  readonly tiers_removed?: readonly string[];
  readonly tiers_changed?: readonly string[];
}

const fieldNames = {
  name: 'name',
  secretHash: 'imp_secret',
  previousSecret: 'previous_imp_secret',
  operatorSecretHash: 'operator_secret',
  keysInFile: 'keys_in_file',
  webhooks: 'webhooks',
} as const satisfies Partial<Record<keyof Store, string>>;

/** From what is known of a store to what is wanted; `undefined`: nothing. */
export function changeOf(known: Store, wanted: Store): StoreChange | undefined {
  const channels = compared(known.channels, wanted.channels, nameOf, isDeepStrictEqual);
  const tiers = compared(known.tiers, wanted.tiers, ({ code }) => code, isSameTier);
  const all = {
    changed: (Object.keys(fieldNames) as (keyof typeof fieldNames)[])
      .filter((field) => !isDeepStrictEqual(known[field], wanted[field]))
      .map((field) => fieldNames[field]),
    channels_added: channels.added,
    channels_removed: channels.removed,
    channels_changed: channels.changed,
    tiers_added: tiers.added,
    tiers_removed: tiers.removed,
    tiers_changed: tiers.changed,
  };
  const found = Object.entries(all).filter(([, names]) => names.length > 0);
  return found.length === 0 ? undefined : Object.fromEntries(found);
}

function nameOf({ provider, mid }: StoreChannel): string {
  return `${provider}.${mid}`;
}

function isSameTier(one: StoreTier, other: StoreTier): boolean {
  const { added, removed, changed } = compared(one.channels, other.channels, nameOf, isDeepStrictEqual);
  return one.name === other.name && added.length + removed.length + changed.length === 0;
}

function compared<Part>(
  known: readonly Part[],
  wanted: readonly Part[],
  nameOf: (part: Part) => string,
  isSame: (one: Part, other: Part) => boolean,
): { readonly added: readonly string[]; readonly removed: readonly string[]; readonly changed: readonly string[] } {
  const before = new Map(known.map((part) => [nameOf(part), part]));
  const after = new Map(wanted.map((part) => [nameOf(part), part]));
  return {
    added: [...after.keys()].filter((name) => !before.has(name)),
    removed: [...before.keys()].filter((name) => !after.has(name)),
    changed: [...after].flatMap(([name, part]) => {
      const other = before.get(name);
      return other !== undefined && !isSame(other, part) ? [name] : [];
    }),
  };
}
