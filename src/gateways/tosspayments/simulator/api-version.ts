import type { MerchantSetting } from '../../../simulators/settings.ts';

/**
 * Toss answers by the version that is chosen for a key in its dashboard. 2022-07-27 is the one that i'mport fixes; it has 1.4 for
 * the keys of MIDs that take cards by number. A header for it is in none of Toss's documents, though some clients send one.
 */
export const apiVersion: MerchantSetting<'2022-07-27' | '2022-11-16' | '1.4'> = {
  name: 'apiVersion',
  values: ['2022-07-27', '2022-11-16', '1.4'],
  meaning:
    'The version of the key: until 2022-07-27 banks and card companies are answered by name, from 2022-11-16 by code.',
};

export type TossApiVersion = (typeof apiVersion.values)[number];
