import type { ProductOrderRefundWay } from '../../../port/product-order-refund.ts';
import type { ClaimType, ProductOrderStatus } from '../../../port/product-orders.ts';
import { SimulatorRefusal } from '../../../simulators/definition.ts';
import { type NavercoRefusalCode, navercoRefusals } from '../wire/codes.ts';
import type { ChangeMessage } from '../wire/protocol.ts';

/**
 * How a product order stands, and what may be done to it: pure functions from one state to the next, or a refusal. `place` (the
 * seller has seen the order) and `hold` decide much and are not shown. What the sources leave open is decided in
 * docs/naverpay-orders.md.
 */
export interface OrderState {
  readonly status: ProductOrderStatus;
  readonly claim: Claim | null;
  readonly place: 'NOT_YET' | 'OK';
  readonly hold: 'NOT_YET' | 'HOLDBACK' | 'RELEASED';
}

export interface Claim {
  readonly type: ClaimType;
  readonly status: string;
}

const endedClaims: ReadonlySet<string> = new Set([
  'CANCEL_DONE',
  'CANCEL_REJECT',
  'RETURN_DONE',
  'RETURN_REJECT',
  'EXCHANGE_DONE',
  'EXCHANGE_REJECT',
]);

export function openClaimOf({ claim }: OrderState): Claim | null {
  return claim !== null && !endedClaims.has(claim.status) ? claim : null;
}

function claimIs(state: OrderState, type: ClaimType, ...statuses: readonly string[]): boolean {
  return state.claim?.type === type && statuses.includes(state.claim.status);
}

export function refuse(code: NavercoRefusalCode): never {
  throw new SimulatorRefusal(code, navercoRefusals[code].message);
}

/** What the seller does. */
export function changed(state: OrderState, change: ChangeMessage): OrderState {
  switch (change.kind) {
    case 'place':
      if (state.status !== 'PAYED' || openClaimOf(state)) refuse('SIMULATED_ORDER_STATE');
      if (state.place === 'OK') refuse('SIMULATED_SAME_STATE');
      return { ...state, place: 'OK' };
    case 'ship':
      return shipped(state, change.shipment);
    case 'ship_exchanged':
      if (!claimIs(state, 'EXCHANGE', 'COLLECT_DONE')) refuse('SIMULATED_REDELIVERY');
      refuseBadInvoice(change.shipment, 'DELIVERY');
      return { ...state, claim: { type: 'EXCHANGE', status: 'EXCHANGE_REDELIVERING' } };
    case 'collect_exchanged':
      if (!claimIs(state, 'EXCHANGE', 'EXCHANGE_REQUEST', 'COLLECTING')) refuse('SIMULATED_EXCHANGE');
      return { ...state, claim: { type: 'EXCHANGE', status: 'COLLECT_DONE' } };
    case 'request_return':
      refuseBadInvoice(change.shipment, 'RETURN_DELIVERY');
      return returnRequested(state, change.shipment.method === 'RETURN_DELIVERY' ? 'COLLECTING' : 'RETURN_REQUEST');
    case 'reject_return':
      if (!isReturning(state)) refuse('SIMULATED_RETURN');
      return { ...state, claim: { type: 'RETURN', status: 'RETURN_REJECT' }, hold: 'NOT_YET' };
    case 'withhold_return':
      if (!isReturning(state)) refuse('SIMULATED_RETURN');
      if (state.hold === 'HOLDBACK') refuse('SIMULATED_SAME_STATE');
      return { ...state, hold: 'HOLDBACK' };
    case 'resolve_return':
      if (!isReturning(state) || state.hold !== 'HOLDBACK') refuse('SIMULATED_RETURN');
      return { ...state, hold: 'RELEASED' };
  }
}

/** Shipping an order that the buyer wants cancelled refuses the cancel. */
function shipped(state: OrderState, shipment: Invoice): OrderState {
  const claim = openClaimOf(state);
  const isCancelWanted = claimIs(state, 'CANCEL', 'CANCEL_REQUEST');
  if (state.status !== 'PAYED' || (claim && !isCancelWanted)) refuse('SIMULATED_ORDER_STATE');
  refuseBadInvoice(shipment, 'DELIVERY');
  return {
    ...state,
    status: 'DELIVERING',
    place: 'OK',
    claim: isCancelWanted ? { type: 'CANCEL', status: 'CANCEL_REJECT' } : state.claim,
  };
}

interface Invoice {
  readonly method: string;
  readonly company: string | null;
  readonly trackingNumber: string | null;
}

/** What a courier's number looks like is not public: five to thirty letters and digits here. */
function refuseBadInvoice({ method, company, trackingNumber }: Invoice, byCourier: string): void {
  if (method !== byCourier) return;
  if (!company || !/^[0-9A-Za-z-]{5,30}$/.test(trackingNumber ?? '')) refuse('SIMULATED_INVOICE');
}

function isReturning(state: OrderState): boolean {
  return claimIs(state, 'RETURN', 'RETURN_REQUEST', 'COLLECTING', 'COLLECT_DONE');
}

function isUnderWay({ status }: OrderState): boolean {
  return status === 'DELIVERING' || status === 'DELIVERED';
}

function returnRequested(state: OrderState, status: string): OrderState {
  if (!isUnderWay(state) || openClaimOf(state)) refuse('SIMULATED_ORDER_STATE');
  return { ...state, claim: { type: 'RETURN', status }, hold: 'NOT_YET' };
}

/** What gives the money back. */
export function refunded(state: OrderState, by: ProductOrderRefundWay): OrderState {
  switch (by) {
    case 'cancel':
      if (state.status === 'CANCELED') refuse('SIMULATED_REFUNDED');
      if (state.status !== 'PAYED' || openClaimOf(state)) refuse('SIMULATED_ORDER_STATE');
      return cancelled(state);
    case 'approve_cancel':
      if (!claimIs(state, 'CANCEL', 'CANCEL_REQUEST')) refuse('ERR-NC-104210');
      return cancelled(state);
    case 'approve_return':
      if (!isReturning(state)) refuse('SIMULATED_RETURN');
      if (state.hold === 'HOLDBACK') refuse('SIMULATED_RETURN_HELD');
      return { ...state, status: 'RETURNED', claim: { type: 'RETURN', status: 'RETURN_DONE' } };
  }
}

function cancelled(state: OrderState): OrderState {
  return { ...state, status: 'CANCELED', claim: { type: 'CANCEL', status: 'CANCEL_DONE' } };
}

/** The whole order is cancelled: every product order that is left must allow it. */
export function cancelledWithAll(state: OrderState): OrderState {
  const isCancelWanted = claimIs(state, 'CANCEL', 'CANCEL_REQUEST');
  if (state.status !== 'PAYED' || (openClaimOf(state) && !isCancelWanted)) refuse('SIMULATED_WHOLE');
  return cancelled(state);
}

/** What the buyer does, and the courier and Naver with it. */
export const buyerActs = [
  'request_cancel',
  'request_return',
  'request_exchange',
  'withdraw_claim',
  'collect',
  'deliver',
  'confirm_purchase',
  'change_address',
] as const;
export type BuyerAct = (typeof buyerActs)[number];

/** `isRefunded`: Naver cancels at once what the seller has not placed yet. */
export function acted(state: OrderState, act: BuyerAct): { readonly state: OrderState; readonly isRefunded: boolean } {
  if (act === 'request_cancel' && state.place === 'NOT_YET') {
    return { state: refunded(state, 'cancel'), isRefunded: true };
  }
  return { state: actedWithoutRefund(state, act), isRefunded: false };
}

function actedWithoutRefund(state: OrderState, act: BuyerAct): OrderState {
  switch (act) {
    case 'request_cancel':
      if (state.status !== 'PAYED' || openClaimOf(state)) refuse('SIMULATED_ORDER_STATE');
      return { ...state, claim: { type: 'CANCEL', status: 'CANCEL_REQUEST' } };
    case 'request_return':
      return returnRequested(state, 'RETURN_REQUEST');
    case 'request_exchange':
      if (state.status !== 'DELIVERING' || openClaimOf(state)) refuse('SIMULATED_ORDER_STATE');
      return { ...state, claim: { type: 'EXCHANGE', status: 'EXCHANGE_REQUEST' }, hold: 'HOLDBACK' };
    case 'withdraw_claim':
      if (!['CANCEL_REQUEST', 'RETURN_REQUEST', 'EXCHANGE_REQUEST'].includes(state.claim?.status ?? '')) {
        refuse('SIMULATED_CLAIM');
      }
      return { ...state, claim: null, hold: 'NOT_YET' };
    case 'collect':
      return collected(state);
    case 'deliver':
      if (claimIs(state, 'EXCHANGE', 'EXCHANGE_REDELIVERING')) {
        return { ...state, status: 'EXCHANGED', claim: { type: 'EXCHANGE', status: 'EXCHANGE_DONE' } };
      }
      if (state.status !== 'DELIVERING' || openClaimOf(state)) refuse('SIMULATED_ORDER_STATE');
      return { ...state, status: 'DELIVERED' };
    case 'confirm_purchase':
      if (!isUnderWay(state) || openClaimOf(state)) refuse('SIMULATED_ORDER_STATE');
      return { ...state, status: 'PURCHASE_DECIDED' };
    case 'change_address':
      if (state.status !== 'PAYED') refuse('SIMULATED_ORDER_STATE');
      return state;
  }
}

/** The courier has taken the goods; the next time, what is returned has arrived. */
function collected(state: OrderState): OrderState {
  const { claim } = state;
  if (claim?.status === 'RETURN_REQUEST' || claim?.status === 'EXCHANGE_REQUEST') {
    return { ...state, claim: { ...claim, status: 'COLLECTING' } };
  }
  if (!claimIs(state, 'RETURN', 'COLLECTING')) refuse('SIMULATED_CLAIM');
  return { ...state, claim: { type: 'RETURN', status: 'COLLECT_DONE' } };
}
