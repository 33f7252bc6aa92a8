import { Refusal } from '../../platform/errors/refusal.ts';
import type { Deadline } from '../operations/deadline.ts';
import type { Certification, CertificationRow } from '../records/certification.ts';
import { clearUp } from './confirm-certification.ts';
import { openCertification } from './kept-person.ts';
import { type CertificationParts, readCertification } from './parts.ts';

/** GET /certifications/{imp_uid}. One whose confirmation lost its answer is cleared up by whoever looks. */
export async function findCertification(
  parts: CertificationParts,
  deadline: Deadline,
  merchantId: bigint,
  impUid: string,
): Promise<Certification> {
  const row = await readCertification(parts, merchantId, impUid);
  // Its request has no answer yet, so that nobody has been told of it.
  if (row.state === 'requested') throw new Refusal('certification_not_found');
  const cleared = row.state === 'confirming' ? await clearUp(parts, deadline, row) : undefined;
  return cleared ?? openCertification(parts.encryption, row);
}

/** DELETE /certifications/{imp_uid}: nothing is left of it, whatever its state. A confirmation on its way then finds nothing. */
export async function forgetCertification(
  parts: CertificationParts,
  merchantId: bigint,
  impUid: string,
): Promise<Certification> {
  const [row] = await parts.database.query<CertificationRow>(
    'delete from certifications where merchant_id = $1 and imp_uid = $2 returning *',
    [merchantId, impUid],
  );
  if (!row) throw new Refusal('certification_not_found');
  return openCertification(parts.encryption, row);
}
