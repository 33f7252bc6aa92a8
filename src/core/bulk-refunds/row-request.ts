import type { Encryption } from '../../platform/encryption/encryption.ts';
import { amountNumber } from '../../platform/money/currency.ts';
import type { CancelRequest } from '../cancellation/request.ts';
import type { RowSecrets, SendableRow } from '../records/bulk-refund.ts';
import { encryptedColumns, placeIn } from '../records/encrypted-columns.ts';

export type RowPlace = Pick<SendableRow, 'merchant_id' | 'bulk_id' | 'row'>;

export function encryptRowSecrets(encryption: Encryption, place: RowPlace, secrets: RowSecrets): Buffer | null {
  if (Object.keys(secrets).length === 0) return null;
  return encryption.encrypt(JSON.stringify(secrets), placeIn(encryptedColumns.bulkRefundRow, place));
}

function decryptRowSecrets(encryption: Encryption, row: SendableRow): RowSecrets {
  if (row.secrets === null) return {};
  return JSON.parse(encryption.decrypt(row.secrets, placeIn(encryptedColumns.bulkRefundRow, row))) as RowSecrets;
}

/** Names a row for ever: in its cancellation's details, and in the key that it is sent under. */
export function rowName({ bulk_id, row }: Pick<SendableRow, 'bulk_id' | 'row'>): string {
  return `${bulk_id}/${row}`;
}

/** The cancellation that a row is: the same at every try. The balance of the plan goes along as its checksum. */
export function requestOfRow(encryption: Encryption, row: SendableRow): CancelRequest {
  const { currency } = row;
  const { account, tel } = decryptRowSecrets(encryption, row);
  const amount = (minor: bigint | null) => (minor === null ? undefined : amountNumber(minor, currency));
  return {
    impUid: row.imp_uid,
    merchantUid: undefined,
    amount: amount(row.amount_minor),
    checksum: amount(row.balance_minor),
    taxFree: amount(row.tax_free_minor),
    vatAmount: amount(row.vat_minor),
    reason: row.reason ?? undefined,
    refundHolder: row.refund_holder ?? undefined,
    refundBank: row.refund_bank ?? undefined,
    refundAccount: account,
    refundTel: tel,
    details: { bulk_refund_row: rowName(row) },
  };
}
