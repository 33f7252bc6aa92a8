import type { Database } from '../../platform/database/pool.ts';
import type { Encryption } from '../../platform/encryption/encryption.ts';
import type { CardData } from '../../port/approval.ts';
import type { BillingKey } from '../../port/billing-key.ts';
import type { RefundAccount } from '../../port/cancel.ts';
import type { ShippingParty } from '../../port/escrow.ts';
import type { WalletMeans } from '../../port/wallet.ts';
import type { Channel, Channels } from '../merchants/channels.ts';
import type { BillingKeyRow } from '../records/billing-key.ts';
import { encryptedColumns, placeIn } from '../records/encrypted-columns.ts';
import type { Operation } from '../records/operation.ts';
import { type Payment, paymentColumns } from '../records/payment.ts';
import type { ReceiptRow } from '../records/receipt.ts';
import type { Subject } from '../records/subject.ts';

/** All that is needed to speak with the gateway about one operation, whether for the first time or for the tenth. */
export interface OperationContext {
  readonly operation: Operation;
  readonly subject: Subject;
  readonly channel: Channel;
  readonly secrets: OperationSecrets;
  /** Card data lives only as long as the request that brought it; without it neither an approval nor an issue can be sent. */
  readonly card: CardData | null;
  /** With what a wallet is paid: the same, and may be a password. */
  readonly means?: WalletMeans;
}

/** What is kept encrypted with an operation, because a repeat needs it. */
export interface OperationSecrets {
  readonly refundAccount?: RefundAccount;
  readonly identifier?: string;
  readonly apiKey?: string;
  readonly shipping?: {
    readonly sender: ShippingParty;
    readonly receiver: ShippingParty;
    readonly deliveryAddress: string | null;
  };
  /** The key as it was when the operation was asked for: it may be replaced or taken back meanwhile. */
  readonly billingKey?: BillingKey;
  /** What the buyer's browser brought back from the window. */
  readonly windowToken?: string;
  /** Of a check: the key that the checked one has replaced. */
  readonly earlierBillingKey?: BillingKey;
}

export function encryptSecrets(
  encryption: Encryption,
  operation: Pick<Operation, 'merchant_id' | 'id'>,
  secrets: OperationSecrets,
): Buffer | null {
  if (Object.keys(secrets).length === 0) return null;
  return encryption.encrypt(JSON.stringify(secrets), placeIn(encryptedColumns.operationSecrets, operation));
}

export function decryptSecrets(encryption: Encryption, operation: Operation): OperationSecrets {
  if (operation.secrets === null) return {};
  const text = encryption.decrypt(operation.secrets, placeIn(encryptedColumns.operationSecrets, operation));
  return JSON.parse(text) as OperationSecrets;
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
    secrets: decryptSecrets(encryption, operation),
    card: null,
  };
}

/** What the operation is about, as it is now. */
export async function readSubject(database: Database, operation: Operation): Promise<Subject | undefined> {
  const { merchant_id: merchantId, payment_id: paymentId, receipt_id: receiptId, billing_key_id: keyId } = operation;
  if (keyId !== null) {
    const billingKey = await readBillingKey(database, merchantId, keyId);
    return billingKey && { type: 'billing_key', billingKey };
  }
  if (receiptId === null) {
    const payment = paymentId === null ? undefined : await readPayment(database, merchantId, paymentId);
    return payment && { type: 'payment', payment };
  }
  const receipt = await readReceipt(database, merchantId, receiptId);
  if (!receipt) return undefined;
  if (receipt.payment_id === null) return { type: 'external_receipt', receipt };
  const payment = await readPayment(database, merchantId, receipt.payment_id);
  return payment && { type: 'receipt', receipt, payment };
}

export async function readPayment(database: Database, merchantId: bigint, id: bigint): Promise<Payment | undefined> {
  const [payment] = await database.query<Payment>(
    `select ${paymentColumns()} from payments where merchant_id = $1 and id = $2`,
    [merchantId, id],
    'payment_by_id',
  );
  return payment;
}

export async function readBillingKey(
  database: Database,
  merchantId: bigint,
  id: bigint,
): Promise<BillingKeyRow | undefined> {
  const [row] = await database.query<BillingKeyRow>('select * from billing_keys where merchant_id = $1 and id = $2', [
    merchantId,
    id,
  ]);
  return row;
}

export async function readReceipt(database: Database, merchantId: bigint, id: bigint): Promise<ReceiptRow | undefined> {
  const [receipt] = await database.query<ReceiptRow>('select * from receipts where merchant_id = $1 and id = $2', [
    merchantId,
    id,
  ]);
  return receipt;
}
