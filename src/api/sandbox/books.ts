import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { mainStoreOf } from '../../core/merchants/sub-stores.ts';
import { amountNumber } from '../../platform/money/currency.ts';
import { simulatedMerchants } from '../../sandbox/clocks/at-simulators.ts';
import { resetBooks } from '../../sandbox/reset.ts';
import { withSimulator } from '../../sandbox/simulators.ts';
import type { SimulatorBook } from '../../simulators/control.ts';
import { defineRoute } from '../foundation/route.ts';
import { type BookAnswer, BookView } from '../views/book.ts';
import { ResetView } from '../views/reset.ts';
import type { ControlPlane } from './control-plane.ts';

/** The Korean tax service knows receipts in won only. */
const receiptCurrency = 'KRW';

export function sandboxBookRoutes(app: FastifyInstance, plane: ControlPlane): void {
  const { services, simulators } = plane;

  defineRoute(app, {
    method: 'GET',
    url: '/sandbox/books/:pg_provider',
    operationId: 'readBook',
    tag: 'sandbox',
    summary: 'What the book of the simulator says; ours has no part in it.',
    params: Type.Object({ pg_provider: Type.String() }),
    query: Type.Object({ imp_uid: Type.Optional(Type.String()) }),
    response: BookView,
    refusals: ['sandbox_simulator_unavailable'],
    authenticate: false,
    readsToken: true,
    async handler({ params, query, request }) {
      const simulator = simulators.of(params.pg_provider);
      const channel = await plane.channelOf(await plane.merchantOf(request), simulator.provider);
      const book = await withSimulator(simulator, (control) =>
        control.book({
          ...(channel ? { mid: channel.mid } : {}),
          ...(query.imp_uid ? { orderId: query.imp_uid } : {}),
        }),
      );
      return viewBook(book);
    },
  });

  defineRoute(app, {
    method: 'POST',
    url: '/sandbox/reset',
    operationId: 'resetSandbox',
    tag: 'sandbox',
    summary:
      'Forgets all payments, certifications, webhooks and faults and lets the clock go, of the merchant whose token it is (with its sub-stores) or of all. Merchants and keys stay.',
    response: ResetView,
    refusals: ['sandbox_simulator_unavailable'],
    authenticate: false,
    permission: 'sandbox',
    readsToken: true,
    async handler({ request }) {
      const merchant = await plane.merchantOf(request);
      // The gateways' books know MIDs, which a main store and its sub-stores have in common.
      const mainStoreId = merchant && mainStoreOf(merchant);
      if (mainStoreId !== undefined) {
        for (const { simulator, mid } of await simulatedMerchants(services, simulators, mainStoreId)) {
          await withSimulator(simulator, (control) => control.reset({ mid }));
        }
      } else {
        for (const simulator of simulators.all) await withSimulator(simulator, (control) => control.reset());
      }
      await resetBooks(
        services.database,
        mainStoreId === undefined ? null : await services.subStores.wholeStore(mainStoreId),
      );
      await plane.heldClocks.refresh();
      await services.accessTokens.bringBack(mainStoreId ?? null);
      return { reset: true as const };
    },
  });
}

function viewBook(book: SimulatorBook): BookAnswer {
  return {
    transactions: book.transactions.map((transaction) => ({
      imp_uid: transaction.orderId,
      pg_tid: transaction.gatewayTid,
      amount: amountNumber(transaction.amountMinor, transaction.currency),
      cancelled_amount: amountNumber(transaction.cancelledMinor, transaction.currency),
      status: transaction.status,
      cancels: transaction.cancels.map((cancel) => ({
        id: cancel.id,
        amount: amountNumber(cancel.amountMinor, transaction.currency),
        at: Math.floor(cancel.at.getTime() / 1000),
      })),
    })),
    receipts: book.receipts.map((receipt) => ({
      receipt_tid: receipt.receiptTid,
      imp_uid: receipt.orderId.replace(/-r\d+$/, ''),
      amount: amountNumber(receipt.amountMinor, receiptCurrency),
      balance: amountNumber(receipt.balanceMinor, receiptCurrency),
      status: receipt.status,
    })),
    certifications: book.certifications.map((certification) => ({
      imp_uid: certification.orderId,
      pg_tid: certification.gatewayTid,
      tries: certification.tries,
      is_certified: certification.isCertified,
    })),
    escrows: book.escrows.map((escrow) => ({
      imp_uid: escrow.orderId,
      status: escrow.status,
      company: escrow.company,
      invoice: escrow.invoice,
      denied_reason: escrow.deniedReason,
    })),
    billing_keys: book.billingKeys.map((key) => ({
      reference: key.orderId,
      card_number: key.maskedNumber,
      is_removed: key.isRemoved,
    })),
  };
}
