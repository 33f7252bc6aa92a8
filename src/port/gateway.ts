import type { Static, TObject } from 'typebox';
import type { GatewayCall } from './call.ts';
import type { Capabilities } from './capabilities.ts';
import type { GatewayCodes } from './codes.ts';
import type { Lookup, TransactionList, TransactionQuestion } from './lookup.ts';
import type { GatewayNotices } from './notices.ts';
import type { GatewayOperation, OperationAt, OperationsAt } from './operations.ts';
import type { PaymentReference } from './payment.ts';

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
  /** Between the standard codes of banks and card companies and the gateway's own. */
  readonly codes: GatewayCodes;
  /** How what the gateway sends by itself (a deposit, the end of a refund) is read, verified and answered. */
  readonly notices?: GatewayNotices;

  /** What it can be asked for, and how each is sent and inquired about. */
  readonly operations: OperationsAt;
  /** What the gateway's book says of a payment; always `unknown` where its capabilities say that it has no lookup. */
  lookUp(call: GatewayCall, payment: PaymentReference): Promise<Lookup>;
  /** A page of what the gateway's book has for a period, where it lists transactions: also those that we know nothing of. */
  listTransactions?(call: GatewayCall, asked: TransactionQuestion): Promise<TransactionList>;
}

/** By provider. */
export type Gateways = ReadonlyMap<string, Gateway>;

export type CredentialsOf<G extends Gateway> = Static<G['credentialsSchema']>;

/** How a gateway does an operation that its capabilities list. */
export function operationAt<K extends GatewayOperation>({ provider, operations }: Gateway, name: K): OperationAt<K> {
  const operation: OperationAt<K> | undefined = operations[name];
  if (!operation) throw new Error(`the adapter ${provider} does not have ${name}`);
  return operation;
}
