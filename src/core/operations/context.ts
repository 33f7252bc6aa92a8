import type { Database } from '../../platform/database/pool.ts';
import type { Encryption } from '../../platform/encryption/encryption.ts';
import type { KeyInApproval } from '../../port/approval.ts';
import type { RefundAccount } from '../../port/cancel.ts';
import type { Channel, Channels } from '../merchants/channels.ts';
import type { Operation } from '../records/operation.ts';
import type { Payment } from '../records/payment.ts';
import type { ReceiptRow } from '../records/receipt.ts';
import type { Subject } from '../records/subject.ts';

/** All that is needed to speak with the gateway about one operation, whether for the first time or for the tenth. */
export interface OperationContext {
  readonly operation: Operation;
  readonly subject: Subject;
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
  merchantId: bigint,
  operationId: string,
): Promise<OperationContext | undefined> {
  const { database, encryption, channels } = parts;
  const [operation] = await database.query<Operation>('select * from operations where merchant_id = $1 and id = $2', [
    merchantId,
    operationId,
  ]);
  if (!operation) return undefined;
  const subject = await readSubject(database, operation);
  if (!subject) return undefined;
  const channel = await channels.byId(operation.channel_id);
  return {
    operation,
    subject,
    channel,
    secrets: decryptSecrets(encryption, operation.secrets),
    card: null,
  };
}

/** What the operation is about, as it is now. */
export async function readSubject(database: Database, operation: Operation): Promise<Subject | undefined> {
  const { merchant_id: merchantId, payment_id: paymentId, receipt_id: receiptId } = operation;
  if (receiptId === null) {
    const payment = paymentId === null ? undefined : await readPayment(database, merchantId, paymentId);
    return payment && { type: 'payment', payment };
  }
  const receipt = await readReceipt(database, merchantId, receiptId);
  const payment = receipt && (await readPayment(database, merchantId, receipt.payment_id));
  return payment && { type: 'receipt', receipt, payment };
}

export async function readPayment(database: Database, merchantId: bigint, id: bigint): Promise<Payment | undefined> {
  const [payment] = await database.query<Payment>(
    'select * from payments where merchant_id = $1 and id = $2',
    [merchantId, id],
    'payment_by_id',
  );
  return payment;
}

async function readReceipt(database: Database, merchantId: bigint, id: bigint): Promise<ReceiptRow | undefined> {
  const [receipt] = await database.query<ReceiptRow>('select * from receipts where merchant_id = $1 and id = $2', [
    merchantId,
    id,
  ]);
  return receipt;
}
