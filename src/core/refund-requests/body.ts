import { createHash, randomBytes } from 'node:crypto';
import type { Encryption } from '../../platform/encryption/encryption.ts';
import { amountNumber } from '../../platform/money/currency.ts';
import type { CancelPlan, CancelRequest } from '../cancellation/request.ts';
import { encryptedColumns, placeIn } from '../records/encrypted-columns.ts';
import type { Payment } from '../records/payment.ts';
import type { RefundRequestRow } from '../records/refund-request.ts';

/** What an approved request sends, to the letter: a request to cancel with nothing left open. */
export interface RefundBody extends Omit<CancelRequest, 'member' | 'merchantUid' | 'impUid' | 'reason'> {
  readonly impUid: string;
  readonly amount: number;
  readonly checksum: number;
  readonly reason: string;
}

/**
 * The body as it is kept. `asked` is what the member sent, by which a repeat of it is known. `salt` keeps the digest from telling an
 * account number, which has too few digits to hide in a plain hash.
 */
export interface KeptBody {
  readonly body: RefundBody;
  readonly asked: string;
  readonly salt: string;
}

type Place = Pick<RefundRequestRow, 'merchant_id' | 'id'>;

/** The amount and the checksum are those that were decided on, so that the request means the same whenever it is approved. */
export function keptBody(payment: Payment, asked: CancelRequest, plan: CancelPlan): KeptBody {
  const { currency } = payment;
  const { refundHolder, refundBank, refundAccount, refundTel, taxFree, vatAmount } = asked;
  return {
    body: {
      impUid: payment.imp_uid,
      amount: amountNumber(plan.amountMinor ?? 0n, currency),
      checksum: amountNumber(plan.checksumMinor ?? 0n, currency),
      taxFree,
      vatAmount,
      reason: plan.reason,
      // What the gateway is not given is not kept.
      ...(plan.refundAccount
        ? { refundHolder, refundBank, refundAccount, refundTel }
        : { refundHolder: undefined, refundBank: undefined, refundAccount: undefined, refundTel: undefined }),
      details: asked.details,
    },
    asked: JSON.stringify(asked),
    salt: randomBytes(16).toString('hex'),
  };
}

export function encryptBody(encryption: Encryption, place: Place, kept: KeptBody): Buffer {
  return encryption.encrypt(JSON.stringify(kept), placeIn(encryptedColumns.refundRequestBody, place));
}

export function decryptBody(encryption: Encryption, row: RefundRequestRow): KeptBody {
  return JSON.parse(encryption.decrypt(row.body, placeIn(encryptedColumns.refundRequestBody, row))) as KeptBody;
}

/** Names the body: who approves shows it, so that nothing else is carried out than what he has seen. */
export function digestOf(kept: KeptBody): string {
  return createHash('sha256')
    .update(`${kept.salt}\n${JSON.stringify(kept.body)}`)
    .digest('hex');
}
