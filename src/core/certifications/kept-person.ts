import type { Encryption } from '../../platform/encryption/encryption.ts';
import type { CertifiedPerson } from '../../port/certification.ts';
import type { Certification, CertificationRow, KeptPerson } from '../records/certification.ts';
import { encryptedColumns, placeIn } from '../records/encrypted-columns.ts';

export function encryptPerson(
  encryption: Encryption,
  row: Pick<CertificationRow, 'merchant_id' | 'imp_uid'>,
  { gatewayTid: _tid, certifiedAt: _at, ...person }: CertifiedPerson,
): Buffer {
  return encryption.encrypt(JSON.stringify(person), placeIn(encryptedColumns.certifiedPerson, row));
}

export function openCertification(encryption: Encryption, row: CertificationRow): Certification {
  const place = placeIn(encryptedColumns.certifiedPerson, row);
  return { row, person: row.person ? (JSON.parse(encryption.decrypt(row.person, place)) as KeptPerson) : null };
}
