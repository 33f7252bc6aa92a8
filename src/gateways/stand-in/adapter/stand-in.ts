import type { GatewayCall } from '../../../port/call.ts';
import type { Lookup } from '../../../port/lookup.ts';
import type { OperationAt } from '../../../port/operations.ts';
import type { PaymentReference } from '../../../port/payment.ts';
import type { Revocation, Revoked } from '../../../port/revocation.ts';
import type { StandInOperation } from '../wire/protocol.ts';
import {
  barcodeOf,
  cancelledOf,
  gatewayPaymentOf,
  ownCancel,
  ownRevocation,
  receiptOf,
  revocationOf,
  revokedOf,
  virtualAccountOf,
} from './answers.ts';
import { createExchange, type StandInOptions } from './exchange.ts';
import { cancelFound, issueFound, receiptFound, receiptRevocationFound, revocationFound } from './inquiry.ts';
import {
  accountFields,
  barcodeFields,
  cancelFields,
  receiptFields,
  receiptRevocationFields,
  revocationFields,
} from './messages.ts';

/** The operations of the port over the stand-in protocol; an adapter takes those whose own protocol is not public. */
export interface StandIn {
  /** A request is found by its key, and by what the book shows. A cancel is `accepted` where refunds are paid out later. */
  readonly operations: { readonly [K in StandInOperation]: OperationAt<K> };
  lookUp(call: GatewayCall, reference: PaymentReference): Promise<Lookup>;
}

/**
 * The stand-in exists in sandboxes only. On a live channel nothing is sent: every operation is `never_sent`, every
 * question `unknown`.
 */
export function createStandIn(options: StandInOptions): StandIn {
  const { carryOut, find, refusalOf } = createExchange(options);

  const revoke = (operation: 'revoke_vbank' | 'revoke_barcode') => ({
    send: (call: GatewayCall, request: Revocation) =>
      carryOut<Revoked>(call, operation, revocationFields(request), ({ payment }) => {
        const revoked = payment?.orderId === request.orderId ? revokedOf(payment) : undefined;
        return revoked && { kind: 'confirmed', result: revoked };
      }),
    inquire: async (call: GatewayCall, request: Revocation) =>
      revocationFound(await find(call, operation, request), request, refusalOf),
  });

  const operations: StandIn['operations'] = {
    issue_vbank: {
      send: (call, request) =>
        carryOut(call, 'issue_vbank', accountFields(request), ({ payment }) => {
          const account = payment && virtualAccountOf(payment);
          const isOurs = payment?.orderId === request.orderId && BigInt(payment.amount) === request.amountMinor;
          return isOurs && account?.bankCode === request.bankCode ? { kind: 'confirmed', result: account } : undefined;
        }),
      inquire: async (call, payment) =>
        issueFound(await find(call, 'issue_vbank', payment), payment, refusalOf, virtualAccountOf),
    },

    revoke_vbank: revoke('revoke_vbank'),

    issue_barcode: {
      send: (call, request) =>
        carryOut(call, 'issue_barcode', barcodeFields(request), ({ payment }) => {
          const barcode = payment && barcodeOf(payment);
          const isOurs = payment?.orderId === request.orderId && BigInt(payment.amount) === request.amountMinor;
          const isWanted = request.barcode === null || request.barcode === barcode?.barcode;
          return isOurs && isWanted && barcode ? { kind: 'confirmed', result: barcode } : undefined;
        }),
      inquire: async (call, payment) =>
        issueFound(await find(call, 'issue_barcode', payment), payment, refusalOf, barcodeOf),
    },

    revoke_barcode: revoke('revoke_barcode'),

    issue_receipt: {
      send: (call, request) =>
        carryOut(call, 'issue_receipt', receiptFields(request), ({ receipt }) => {
          const isOurs = receipt?.receiptOrderId === request.receiptOrderId;
          if (!isOurs || BigInt(receipt.amount) !== request.amountMinor) return undefined;
          return { kind: 'confirmed', result: receiptOf(receipt) };
        }),
      async inquire(call, request) {
        const { payment, receiptOrderId } = request;
        const found = await find(call, 'issue_receipt', { orderId: payment.orderId, receiptOrderId });
        return receiptFound(found, request, refusalOf);
      },
    },

    revoke_receipt: {
      send: (call, request) =>
        carryOut(call, 'revoke_receipt', receiptRevocationFields(request), (answer) => {
          const entry = ownRevocation(answer, request);
          return entry && { kind: 'confirmed', result: revocationOf(entry) };
        }),
      async inquire(call, request) {
        const { payment, receiptOrderId } = request;
        const found = await find(call, 'revoke_receipt', { orderId: payment.orderId, receiptOrderId });
        return receiptRevocationFound(found, request, refusalOf);
      },
    },

    cancel: {
      send: (call, request) =>
        carryOut(call, 'cancel', cancelFields(request), (answer) => {
          const entry = ownCancel(answer, request);
          if (!entry || entry.state === 'failed') return undefined;
          return { kind: entry.state === 'pending' ? 'accepted' : 'confirmed', result: cancelledOf(entry) };
        }),
      inquire: async (call, request) => cancelFound(await find(call, 'cancel', request), request, refusalOf),
    },
  };

  return Object.freeze({
    operations: Object.freeze(operations),
    async lookUp(call: GatewayCall, reference: PaymentReference): Promise<Lookup> {
      const found = await find(call, null, reference);
      if ('why' in found) return { kind: 'unknown', why: found.why };
      const { payment } = found;
      if (!payment) return { kind: 'not_found' };
      if (reference.gatewayTid !== null && reference.gatewayTid !== payment.transactionId) {
        return { kind: 'unknown', why: 'the order has another transaction id' };
      }
      return { kind: 'found', payment: gatewayPaymentOf(payment) };
    },
  });
}
