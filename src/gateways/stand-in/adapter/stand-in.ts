import type { GatewayCall } from '../../../port/call.ts';
import type { Lookup } from '../../../port/lookup.ts';
import type { OperationAt } from '../../../port/operations.ts';
import type { PaymentReference } from '../../../port/payment.ts';
import type { Revocation, Revoked } from '../../../port/revocation.ts';
import type { SlipParts, Wallets } from '../../../port/wallet.ts';
import type { StandInOperation } from '../wire/protocol.ts';
import {
  approvalOf,
  barcodeOf,
  cancelledOf,
  gatewayPaymentOf,
  issuedKeyOf,
  ownCancel,
  ownRevocation,
  receiptOf,
  revocationOf,
  revokedKeyOf,
  revokedOf,
  shippingOf,
  virtualAccountOf,
} from './answers.ts';
import { createExchange } from './exchange.ts';
import {
  cancelFound,
  issueFound,
  keyIssueFound,
  keyRevocationFound,
  receiptFound,
  receiptRevocationFound,
  revocationFound,
  shippingFound,
} from './inquiry.ts';
import {
  accountFields,
  barcodeFields,
  cancelFields,
  chargeFields,
  keyIssueFields,
  keyRevocationFields,
  receiptFields,
  receiptRevocationFields,
  revocationFields,
  shippingFields,
  slipPartFields,
  walletPaymentFields,
} from './messages.ts';
import type { StandInOptions } from './signed-calls.ts';
import { nothing, walletsOver } from './wallets.ts';

/** The operations of the port over the stand-in protocol; an adapter takes those whose own protocol is not public. */
export interface StandIn {
  /** A request is found by its key, and by what the book shows. A cancel is `accepted` where refunds are paid out later. */
  readonly operations: { readonly [K in StandInOperation]: OperationAt<K> };
  /** Of all kinds; a gateway takes those that it has. */
  readonly wallets: Required<Wallets>;
  readonly slipParts: SlipParts;
  lookUp(call: GatewayCall, reference: PaymentReference): Promise<Lookup>;
}

/**
 * The stand-in exists in sandboxes only. On a live channel nothing is sent: every operation is `never_sent`, every
 * question `unknown`.
 */
export function createStandIn(options: StandInOptions): StandIn {
  const { carryOut, ask, find, refusalOf } = createExchange(options);

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
    pay_from_wallet: {
      send: (call, request) =>
        carryOut(call, 'pay_from_wallet', walletPaymentFields(request), ({ payment }) => {
          const approval = payment && approvalOf(payment);
          const isOurs = payment?.orderId === request.orderId && BigInt(payment.amount) === request.amountMinor;
          return isOurs && approval ? { kind: 'confirmed', result: approval } : undefined;
        }),
      inquire: async (call, payment) =>
        issueFound(await find(call, 'pay_from_wallet', payment), payment, refusalOf, approvalOf),
    },

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
        const found = await find(call, 'issue_receipt', { orderId: payment?.orderId ?? null, receiptOrderId });
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
        const found = await find(call, 'revoke_receipt', { orderId: payment?.orderId ?? null, receiptOrderId });
        return receiptRevocationFound(found, request, refusalOf);
      },
    },

    register_shipping: {
      send: (call, request) =>
        carryOut(call, 'register_shipping', shippingFields(request), ({ payment }) => {
          const registered = payment ? shippingOf(payment, request) : undefined;
          return registered && { kind: 'confirmed', result: registered };
        }),
      inquire: async (call, request) =>
        shippingFound(await find(call, 'register_shipping', request.payment), request, refusalOf),
    },

    issue_key: {
      send: (call, request) =>
        carryOut(call, 'issue_key', keyIssueFields(request), (answer) => {
          const issued = issuedKeyOf(answer, request.orderId);
          return issued && { kind: 'confirmed', result: issued };
        }),
      inquire: async (call, asked) => keyIssueFound(await find(call, 'issue_key', asked), asked, refusalOf),
    },

    charge_key: {
      send: (call, request) =>
        carryOut(call, 'charge_key', chargeFields(request), ({ payment }) => {
          const isOurs = payment?.orderId === request.orderId && BigInt(payment.amount) === request.amountMinor;
          const approval = isOurs ? gatewayPaymentOf(payment).approval : null;
          return approval ? { kind: 'confirmed', result: approval } : undefined;
        }),
      inquire: async (call, payment) =>
        issueFound(
          await find(call, 'charge_key', payment),
          payment,
          refusalOf,
          (found) => gatewayPaymentOf(found).approval ?? undefined,
        ),
    },

    revoke_key: {
      send: (call, request) =>
        carryOut(call, 'revoke_key', keyRevocationFields(request), (answer) => {
          const revoked = revokedKeyOf(answer, request);
          return revoked && { kind: 'confirmed', result: revoked };
        }),
      inquire: async (call, request) => keyRevocationFound(await find(call, 'revoke_key', request), request, refusalOf),
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
    wallets: Object.freeze(walletsOver(ask)),
    slipParts: Object.freeze<SlipParts>({
      support: 'undocumented',
      register: (call, payment, parts) => ask(call, 'register_slip_parts', slipPartFields(payment, parts), nothing),
    }),
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
