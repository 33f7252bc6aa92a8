import type { Database } from '../../platform/database/pool.ts';
import type { CertificationRow } from '../records/certification.ts';

/** Newest first, without the person; `beforeId` goes on where a page ended. */
export function listCertifications(
  database: Database,
  merchantId: bigint,
  filter: {
    readonly state: CertificationRow['state'] | undefined;
    readonly impUid: string | undefined;
    readonly beforeId: bigint | undefined;
    readonly limit: number;
  },
): Promise<readonly CertificationRow[]> {
  return database.query<CertificationRow>(
    `select * from certifications
     where merchant_id = $1 and ($2::text is null or state = $2) and ($3::bigint is null or id < $3)
       and ($4::text is null or imp_uid = $4)
     order by id desc limit $5`,
    [merchantId, filter.state ?? null, filter.beforeId ?? null, filter.impUid ?? null, filter.limit],
  );
}
