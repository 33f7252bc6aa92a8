import { Type } from 'typebox';
import type { Certification } from '../../core/records/certification.ts';
import { unixSeconds } from '../../platform/clock/clock.ts';
import { readSeoulDigits } from '../../platform/clock/seoul-time.ts';
import type { Answer } from '../foundation/answer.ts';
import { OrNull, TextOrNull, UnixTime, WordOf } from './fields.ts';

/**
 * The certification of a person. Keys in alphabetical order, as on the wire. `carrier` and `phone` are left out, not null,
 * where the merchant is not told them.
 */
export const CertificationView = Type.Object({
  birth: Type.Integer({ description: 'Midnight in Seoul of the birthday, in seconds since 1970; 0 until certified.' }),
  birthday: OrNull(Type.String({ description: 'YYYY-MM-DD' })),
  carrier: Type.Optional(
    Type.String({ description: 'SKT, KT, LGT, or with _MVNO; left out without the leave of the carriers.' }),
  ),
  certified: Type.Boolean(),
  certified_at: UnixTime,
  foreigner: Type.Boolean({ description: 'Also false where the merchant is not told.' }),
  foreigner_v2: OrNull(Type.Boolean({ description: 'Null where the merchant is not told.' })),
  gender: OrNull(WordOf<'male' | 'female'>({ description: '`male` or `female`.' })),
  imp_uid: Type.String(),
  merchant_uid: TextOrNull,
  name: TextOrNull,
  origin: OrNull(Type.String({ description: 'The page that opened the window; null of a request by API.' })),
  pg_provider: Type.String(),
  pg_tid: TextOrNull,
  phone: Type.Optional(Type.String({ description: 'Left out without the leave of the carriers.' })),
  unique_in_site: OrNull(Type.String({ description: 'DI: the same person at one MID.' })),
  unique_key: OrNull(Type.String({ description: 'CI: the same person everywhere.' })),
});

export type CertificationAnswer = Answer<typeof CertificationView>;

/** Of one that has not come about, everything about the person is null. */
export function viewCertification({ row, person }: Certification): CertificationAnswer {
  return {
    birth: person ? unixSeconds(readSeoulDigits(person.birthday.replaceAll('-', ''))) : 0,
    birthday: person?.birthday ?? null,
    ...(person?.carrier ? { carrier: person.carrier } : {}),
    certified: person !== null,
    certified_at: unixSeconds(row.certified_at),
    foreigner: person?.isForeigner ?? false,
    foreigner_v2: person?.foreigner ?? null,
    gender: person?.gender ?? null,
    imp_uid: row.imp_uid,
    merchant_uid: row.merchant_uid,
    name: person?.name ?? null,
    origin: row.origin,
    pg_provider: row.provider,
    pg_tid: row.pg_tid,
    ...(person?.phone ? { phone: person.phone } : {}),
    unique_in_site: person?.uniqueInSite ?? null,
    unique_key: person?.uniqueKey ?? null,
  };
}

/** What a request for a code answers. */
export const CertificationRequestView = Type.Object({ imp_uid: Type.String() });
