import assert from 'node:assert/strict';
import type { ApiAnswer, ApiClient } from './api-client.ts';
import { newOrder } from './orders.ts';

/** A shirt for 14,000 won in two sizes, a book without tax for 3,000 won, and a parcel for 2,500 won. */
export const naverProducts = [
  {
    id: 'shirt',
    name: '티셔츠',
    basePrice: 7_000,
    taxType: 'TAX',
    options: [
      { optionQuantity: 1, optionPrice: 0, selectionCode: 'M', selections: [{ label: '사이즈', value: 'M' }] },
      { optionQuantity: 1, optionPrice: 0, selectionCode: 'L', selections: [{ label: '사이즈', value: 'L' }] },
    ],
    shipping: { groupId: 'one', baseFee: 2_500, feePayType: 'PREPAYED', feeRule: { freeByThreshold: 50_000 } },
  },
  {
    id: 'book',
    name: '책',
    basePrice: 3_000,
    quantity: 1,
    taxType: 'TAX_FREE',
    shipping: { groupId: 'one', baseFee: 2_500, feePayType: 'PREPAYED', feeRule: { freeByThreshold: 50_000 } },
  },
] as const;
export const goodsAmount = 17_000;
export const paidAmount = 19_500;

export interface NaverOrder {
  readonly impUid: string;
  /** Of the shirt in M and in L, and of the book. */
  readonly ids: readonly [string, string, string];
}

export async function orderAtNaver(client: ApiClient, more: object = {}): Promise<NaverOrder> {
  const paid = await client.post('/sandbox/payments', {
    pg_provider: 'naverco',
    pay_method: 'card',
    amount: goodsAmount,
    merchant_uid: newOrder(),
    naver_products: naverProducts,
    buyer_name: '홍길동',
    buyer_email: 'navy@example.com',
    buyer_tel: '010-1234-5678',
    buyer_addr: '서울특별시 종로구 세종대로 1',
    buyer_postcode: '03000',
    ...more,
  });
  assert.equal(paid.code, 0, paid.text);
  const impUid: string = paid.response.imp_uid;
  const ids = (await productOrdersOf(client, impUid)).map((order) => order.product_order_id);
  return { impUid, ids: ids as unknown as NaverOrder['ids'] };
}

export interface ProductOrderAnswer {
  readonly product_order_id: string;
  readonly product_order_status: string;
  readonly claim_type: string | null;
  readonly claim_status: string | null;
  readonly [field: string]: unknown;
}

export async function productOrdersOf(client: ApiClient, impUid: string): Promise<readonly ProductOrderAnswer[]> {
  const listed = await client.get(`/payments/${impUid}/naver/product-orders`);
  assert.equal(listed.code, 0, listed.text);
  return listed.response;
}

/** How each product order stands: `PAYED`, or with a claim `DELIVERING RETURN_REQUEST`. */
export async function standingOf(client: ApiClient, impUid: string): Promise<readonly string[]> {
  return (await productOrdersOf(client, impUid)).map(standing);
}

export function standing({ product_order_status, claim_status }: ProductOrderAnswer): string {
  return claim_status === null ? product_order_status : `${product_order_status} ${claim_status}`;
}

/** One of the operations, with what it needs besides the ids. */
export function naver(client: ApiClient, impUid: string, operation: string, body: object = {}): Promise<ApiAnswer> {
  return client.post(`/payments/${impUid}/naver/${operation}`, { ...needed[operation], ...body });
}

const courier = { delivery_company: 'CJGLS', tracking_number: '123456789012' };
const needed: Readonly<Record<string, object>> = {
  ship: { delivery_method: 'DELIVERY', dispatched_at: 1_733_300_000, ...courier },
  'ship-exchanged': { delivery_method: 'DELIVERY', ...courier },
  'request-return': { delivery_method: 'RETURN_INDIVIDUAL' },
  'reject-return': { memo: '사용한 상품' },
  'withhold-return': { memo: '반품 배송비 미동봉' },
};

export function buyer(client: ApiClient, id: string, act: string, more: object = {}): Promise<ApiAnswer> {
  return client.post(`/sandbox/naver/product-orders/${id}`, { act, ...more });
}

/** Brings a product order where a test wants it. */
export async function bring(client: ApiClient, impUid: string, id: string, ...steps: readonly string[]): Promise<void> {
  for (const step of steps) {
    const isOfBuyer = step.includes('_') || step === 'collect' || step === 'deliver';
    const done = isOfBuyer
      ? await buyer(client, id, step)
      : await naver(client, impUid, step, { product_order_id: [id] });
    assert.equal(done.status, 200, `${step}: ${done.text}`);
  }
}
