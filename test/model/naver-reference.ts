/**
 * What Naver Pay's orders must do, thought anew and apart from the code, from docs/naverpay-orders.md: a product order stands
 * somewhere, may have a claim, and has or has not been placed and held back.
 */
export interface ReferenceProduct {
  readonly id: string;
  readonly amount: number;
  status: 'PAYED' | 'DELIVERING' | 'DELIVERED' | 'PURCHASE_DECIDED' | 'EXCHANGED' | 'CANCELED' | 'RETURNED';
  /** Type and status in one: `RETURN COLLECTING`; an ended claim stays. */
  claim: string | null;
  isPlaced: boolean;
  isHeld: boolean;
}

export interface ReferenceOrder {
  readonly impUid: string;
  readonly amount: number;
  readonly products: readonly ReferenceProduct[];
  readonly history: number[];
}

export interface NaverReference {
  readonly orders: ReferenceOrder[];
}

export const sellerOperations = [
  'place',
  'ship',
  'cancel',
  'approve-cancel',
  'request-return',
  'approve-return',
  'reject-return',
  'withhold-return',
  'resolve-return',
  'collect-exchanged',
  'ship-exchanged',
] as const;
export type SellerOperation = (typeof sellerOperations)[number];
export const refunding: ReadonlySet<string> = new Set(['cancel', 'approve-cancel', 'approve-return']);

export const buyerActs = [
  'request_cancel',
  'request_return',
  'request_exchange',
  'withdraw_claim',
  'collect',
  'deliver',
  'confirm_purchase',
] as const;
export type BuyerAct = (typeof buyerActs)[number];

export const isGivenBack = ({ status }: ReferenceProduct): boolean => status === 'CANCELED' || status === 'RETURNED';
const hasOpenClaim = ({ claim }: ReferenceProduct): boolean => claim !== null && !/_(DONE|REJECT)$/.test(claim);
const isReturning = ({ claim }: ReferenceProduct): boolean =>
  ['RETURN RETURN_REQUEST', 'RETURN COLLECTING', 'RETURN COLLECT_DONE'].includes(claim ?? '');

/** May the seller do this, as the product order stands? */
export function isAllowed(product: ReferenceProduct, operation: SellerOperation): boolean {
  const { status, claim } = product;
  const isFree = status === 'PAYED' && !hasOpenClaim(product);
  const allowed: Readonly<Record<SellerOperation, boolean>> = {
    place: isFree && !product.isPlaced,
    ship: isFree || (status === 'PAYED' && claim === 'CANCEL CANCEL_REQUEST'),
    cancel: isFree,
    'approve-cancel': claim === 'CANCEL CANCEL_REQUEST',
    'request-return': ['DELIVERING', 'DELIVERED'].includes(status) && !hasOpenClaim(product),
    'approve-return': isReturning(product) && !product.isHeld,
    'reject-return': isReturning(product),
    'withhold-return': isReturning(product) && !product.isHeld,
    'resolve-return': isReturning(product) && product.isHeld,
    'collect-exchanged': claim === 'EXCHANGE EXCHANGE_REQUEST' || claim === 'EXCHANGE COLLECTING',
    'ship-exchanged': claim === 'EXCHANGE COLLECT_DONE',
  };
  return allowed[operation];
}

export function applySeller(order: ReferenceOrder, product: ReferenceProduct, operation: SellerOperation): void {
  switch (operation) {
    case 'place':
      product.isPlaced = true;
      return;
    case 'ship':
      product.status = 'DELIVERING';
      product.isPlaced = true;
      if (product.claim === 'CANCEL CANCEL_REQUEST') product.claim = 'CANCEL CANCEL_REJECT';
      return;
    case 'cancel':
    case 'approve-cancel':
      giveBack(order, product, 'CANCELED', 'CANCEL CANCEL_DONE');
      return;
    case 'approve-return':
      giveBack(order, product, 'RETURNED', 'RETURN RETURN_DONE');
      return;
    case 'request-return':
      product.claim = 'RETURN RETURN_REQUEST';
      product.isHeld = false;
      return;
    case 'reject-return':
      product.claim = 'RETURN RETURN_REJECT';
      product.isHeld = false;
      return;
    case 'withhold-return':
      product.isHeld = true;
      return;
    case 'resolve-return':
      product.isHeld = false;
      return;
    case 'collect-exchanged':
      product.claim = 'EXCHANGE COLLECT_DONE';
      return;
    case 'ship-exchanged':
      product.claim = 'EXCHANGE EXCHANGE_REDELIVERING';
  }
}

/** What it cost; whatever else was paid goes back with the last product order of which the money is still there. */
function giveBack(
  order: ReferenceOrder,
  product: ReferenceProduct,
  status: 'CANCELED' | 'RETURNED',
  claim: string,
): void {
  const isLast = order.products.every((each) => each === product || isGivenBack(each));
  const before = order.history.reduce((sum, amount) => sum + amount, 0);
  order.history.push(isLast ? order.amount - before : product.amount);
  product.status = status;
  product.claim = claim;
}

export function isAllowedToBuyer(product: ReferenceProduct, act: BuyerAct): boolean {
  const { status, claim } = product;
  const isOnTheWay = ['DELIVERING', 'DELIVERED'].includes(status) && !hasOpenClaim(product);
  const allowed: Readonly<Record<BuyerAct, boolean>> = {
    request_cancel: status === 'PAYED' && !hasOpenClaim(product),
    request_return: isOnTheWay,
    request_exchange: isOnTheWay && status === 'DELIVERING',
    withdraw_claim: /_REQUEST$/.test(claim ?? ''),
    collect: ['RETURN RETURN_REQUEST', 'EXCHANGE EXCHANGE_REQUEST', 'RETURN COLLECTING'].includes(claim ?? ''),
    deliver: (isOnTheWay && status === 'DELIVERING') || claim === 'EXCHANGE EXCHANGE_REDELIVERING',
    confirm_purchase: isOnTheWay,
  };
  return allowed[act];
}

export function applyBuyer(order: ReferenceOrder, product: ReferenceProduct, act: BuyerAct): void {
  switch (act) {
    case 'request_cancel':
      if (product.isPlaced) product.claim = 'CANCEL CANCEL_REQUEST';
      else giveBack(order, product, 'CANCELED', 'CANCEL CANCEL_DONE');
      return;
    case 'request_return':
      product.claim = 'RETURN RETURN_REQUEST';
      product.isHeld = false;
      return;
    case 'request_exchange':
      product.claim = 'EXCHANGE EXCHANGE_REQUEST';
      product.isHeld = true;
      return;
    case 'withdraw_claim':
      product.claim = null;
      product.isHeld = false;
      return;
    case 'collect':
      product.claim =
        product.claim === 'RETURN COLLECTING' ? 'RETURN COLLECT_DONE' : `${product.claim?.split(' ')[0]} COLLECTING`;
      return;
    case 'deliver':
      if (product.claim === 'EXCHANGE EXCHANGE_REDELIVERING') {
        product.status = 'EXCHANGED';
        product.claim = 'EXCHANGE EXCHANGE_DONE';
      } else {
        product.status = 'DELIVERED';
      }
      return;
    case 'confirm_purchase':
      product.status = 'PURCHASE_DECIDED';
  }
}

/** POST /payments/cancel: everything that is left, if all of it may be cancelled; in part such an order is not cancelled so. */
export function wholeCancel(
  order: ReferenceOrder,
): 'done' | 'already_cancelled' | 'partial_cancel_not_supported' | 'cancellation_refused' {
  const before = order.history.reduce((sum, amount) => sum + amount, 0);
  if (before === order.amount) return 'already_cancelled';
  if (before > 0) return 'partial_cancel_not_supported';
  const isFree = order.products.every(
    (each) => each.status === 'PAYED' && (!hasOpenClaim(each) || each.claim === 'CANCEL CANCEL_REQUEST'),
  );
  if (!isFree) return 'cancellation_refused';
  order.history.push(order.amount);
  for (const product of order.products) {
    product.status = 'CANCELED';
    product.claim = 'CANCEL CANCEL_DONE';
  }
  return 'done';
}
