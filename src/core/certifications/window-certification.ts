import type { CertifiedPerson } from '../../port/certification.ts';
import type { Channel } from '../merchants/channels.ts';
import type { Certification, CertificationRow } from '../records/certification.ts';
import { encryptPerson, openCertification } from './kept-person.ts';
import { type CertificationParts, readCertification } from './parts.ts';

export interface WindowCertificationEnd {
  readonly channel: Channel;
  readonly impUid: string;
  readonly merchantUid: string | null;
  /** The page that opened the window. */
  readonly origin: string | null;
  /** `null`: the person has left the window. */
  readonly person: CertifiedPerson | null;
}

/** A person has gone through the provider's window, or left it; in two tabs at once perhaps, of which the first counts. */
export async function insertWindowCertification(
  parts: CertificationParts,
  { channel, impUid, merchantUid, origin, person }: WindowCertificationEnd,
): Promise<Certification> {
  const { database, encryption, clocks } = parts;
  const [row] = await database.query<CertificationRow>(
    `insert into certifications (merchant_id, channel_id, imp_uid, merchant_uid, provider, method, state, origin, pg_tid, person,
       certified_at, created_at)
     values ($1, $2, $3, $4, $5, 'window', $6, $7, $8, $9, $10, $11)
     on conflict (merchant_id, imp_uid) do nothing returning *`,
    [
      channel.merchantId,
      channel.id,
      impUid,
      merchantUid,
      channel.provider,
      person ? 'certified' : 'over',
      origin,
      person?.gatewayTid ?? null,
      person && encryptPerson(encryption, { merchant_id: channel.merchantId, imp_uid: impUid }, person),
      person?.certifiedAt ?? null,
      clocks.of(channel.merchantId).now(),
    ],
  );
  return openCertification(encryption, row ?? (await readCertification(parts, channel.merchantId, impUid)));
}
