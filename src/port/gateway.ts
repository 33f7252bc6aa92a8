import type { Static, TObject } from 'typebox';
import type { GatewayCall } from './call.ts';
import type { Capabilities } from './capabilities.ts';
import type { Certifications } from './certification.ts';
import type { GatewayCodes } from './codes.ts';
import type { Deliveries } from './delivery.ts';
import type { Lookup, TransactionList, TransactionQuestion } from './lookup.ts';
import type { GatewayNotices } from './notices.ts';
import type { GatewayOperation, OperationAt, OperationsAt } from './operations.ts';
import type { OrderServices } from './order-services.ts';
import type { PaymentReference } from './payment.ts';
import type { ProductOrdersAt } from './product-orders.ts';
import type { TestMarks } from './test-marks.ts';
import type { SlipParts, Wallets } from './wallet.ts';

/**
 * The port between the server and a payment gateway. Everything above it (cancellation, payments, receipts) knows only
 * these shapes; everything gateway-specific (fields, charset, signatures, codes) stays behind them. An adapter keeps no
 * state, opens no transaction and retries nothing: it sends one request and says truthfully what came of it.
 *
 * All amounts are integers in the currency's minor unit, named `…Minor`.
 */
export interface Gateway {
  /** The `pg_provider` of the API. */
  readonly provider: string;
  /** What this gateway can do for each pay method, its limits, and where that knowledge comes from. */
  readonly capabilities: Capabilities;
  /** The secret part of a channel: what must be known to speak for a merchant. Encrypted at rest. */
  readonly credentialsSchema: TObject;
  /** Host of the real gateway; a live channel has no other. `undefined`: no live mode (the wire protocol is not public). */
  readonly liveBaseUrl: string | undefined;
  /** What tells a channel for tests from one for money. */
  readonly testMarks?: TestMarks;
  /** Between the standard codes of banks and card companies and the gateway's own. */
  readonly codes: GatewayCodes;
  /** How what the gateway sends by itself (a deposit, the end of a refund) is read, verified and answered. */
  readonly notices?: GatewayNotices;

  /** What it can be asked for, and how each is sent and inquired about. */
  readonly operations: OperationsAt;
  /** How it certifies persons. Whoever does that takes no payments, and the other way about. */
  readonly certifications?: Certifications;
  /** Where it wants to know of the delivery of what was paid for. */
  readonly deliveries?: Deliveries;
  /** The wallets that it keeps for buyers, beyond paying out of them. */
  readonly wallets?: Wallets;
  /** Sub-merchants on the buyer's slip. */
  readonly slipParts?: SlipParts;
  /** What the gateway's book says of a payment; always `unknown` where its capabilities say that it has no lookup. */
  lookUp(call: GatewayCall, payment: PaymentReference): Promise<Lookup>;
  /**
   * Where the gateway shows the buyer the slip of a payment, for gateways whose answers do not say it: the address is made of
   * what is known of the payment. `null`: not known for such a payment.
   */
  receiptUrlOf?(payment: PaymentReference): string | null;
  /** Where the gateway keeps the orders themselves. */
  readonly productOrders?: ProductOrdersAt;
  /** What it wants to be told, and tells, about an order after it was paid. */
  readonly orderServices?: OrderServices;
  /** A page of what the gateway's book has for a period, where it lists transactions: also those that we know nothing of. */
  listTransactions?(call: GatewayCall, asked: TransactionQuestion): Promise<TransactionList>;
}

/** What a channel to the gateway is for, in i'mport's words. */
export function channelTypeOf({ certifications }: Gateway): 'payment' | 'certification' {
  return certifications ? 'certification' : 'payment';
}

/** By provider. */
export type Gateways = ReadonlyMap<string, Gateway>;

export type CredentialsOf<G extends Gateway> = Static<G['credentialsSchema']>;

/**
 * KFTC's code of the bank that a merchant wants an account from, or `undefined` where the gateway knows no such bank, or issues
 * none there.
 */
export function issuingBankMeant({ codes, capabilities }: Gateway, given: string): string | undefined {
  return codes.issuingBankMeant(given, (kftcCode) => capabilities.virtualAccountBanks?.includes(kftcCode) ?? true);
}

/** How a gateway does an operation that its capabilities list. */
export function operationAt<K extends GatewayOperation>({ provider, operations }: Gateway, name: K): OperationAt<K> {
  const operation: OperationAt<K> | undefined = operations[name];
  if (!operation) throw new Error(`the adapter ${provider} does not have ${name}`);
  return operation;
}
