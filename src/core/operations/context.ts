import type { Database } from '../../platform/database/pool.ts';
import type { Encryption } from '../../platform/encryption/encryption.ts';
import type { KeyInApproval } from '../../port/approval.ts';
import type { RefundAccount } from '../../port/cancel.ts';
import type { Channel, Channels } from '../merchants/channels.ts';
import type { Operation } from '../records/operation.ts';
import type { Payment } from '../records/payment.ts';
import type { ReceiptRow } from '../records/receipt.ts';

/** All that is needed to speak with the gateway about one operation, whether for the first time or for the tenth. */
export interface OperationContext {
  readonly operation: Operation;
  readonly payment: Payment;
  readonly receipt: ReceiptRow | null;
  readonly channel: Channel;
  readonly secrets: OperationSecrets;
  /** Card data lives only as long as the request that brought it; without it an approval can't be repeated. */
  readonly card: KeyInApproval['card'] | null;
}

/** What is kept encrypted with an operation, because a repeat needs it. */
export interface OperationSecrets {
  readonly refundAccount?: RefundAccount;
  readonly identifier?: string;
  readonly apiKey?: string;
}

const secretsContext = 'operations.secrets';

export function encryptSecrets(encryption: Encryption, secrets: OperationSecrets): Buffer | null {
  return Object.keys(secrets).length === 0 ? null : encryption.encrypt(JSON.stringify(secrets), secretsContext);
}

export function decryptSecrets(encryption: Encryption, secrets: Buffer | null): OperationSecrets {
  return secrets ? (JSON.parse(encryption.decrypt(secrets, secretsContext)) as OperationSecrets) : {};
}

/** Reads an operation and everything around it. `undefined`: there is no such operation (any more). */
export async function loadContext(
  parts: { readonly database: Database; readonly encryption: Encryption; readonly channels: Channels },
  operationId: string,
): Promise<OperationContext | undefined> {
  const { database, encryption, channels } = parts;
  const [operation] = await database.query<Operation>('select * from operations where id = $1', [operationId]);
  if (!operation) return undefined;
  const [payment] = await database.query<Payment>('select * from payments where id = $1', [operation.payment_id]);
  if (!payment) return undefined;
  const [receipt] = operation.receipt_id
    ? await database.query<ReceiptRow>('select * from receipts where id = $1', [operation.receipt_id])
    : [];
  const channel = await channels.byId(payment.channel_id);
  return {
    operation,
    payment,
    receipt: receipt ?? null,
    channel,
    secrets: decryptSecrets(encryption, operation.secrets),
    card: null,
  };
}
