import { Refusal } from '../platform/errors/refusal.ts';
import { readOptionalAmount } from '../platform/money/amount-parameter.ts';

/**
 * What a shop hands to `IMP.request_pay` as `naverProducts`, as i'mport's manual describes it; what Naver makes of it is a product
 * order per product, per chosen option and per supplement. Amounts are won, as numbers or texts.
 */
export interface NaverProduct {
  readonly id: string;
  readonly name: string;
  readonly basePrice: number | string;
  readonly quantity?: number;
  readonly taxType?: 'TAX' | 'TAX_FREE';
  readonly options?: readonly NaverOption[];
  readonly supplements?: readonly NaverSupplement[];
  readonly shipping?: NaverShipping;
}

export interface NaverOption {
  readonly optionQuantity: number;
  readonly optionPrice?: number | string;
  readonly selectionCode?: string;
  readonly selections?: readonly { readonly code?: string; readonly label?: string; readonly value?: string }[];
}

export interface NaverSupplement {
  readonly id: string;
  readonly name: string;
  readonly price: number | string;
  readonly quantity: number;
}

export interface NaverShipping {
  readonly groupId?: string;
  readonly method?: string;
  readonly baseFee?: number | string;
  readonly feePayType?: 'FREE' | 'PREPAYED' | 'CASH_ON_DELIVERY';
  readonly feeRule?: { readonly freeByThreshold?: number | string };
}

export interface NaverBuyer {
  readonly name: string | null;
  readonly tel: string | null;
  readonly address: string | null;
  readonly postcode: string | null;
  readonly individualCode: string | null;
  readonly shippingMemo: string | null;
}

/** What the window is told (`terms.ts` of the gateway's simulator reads it), and what it comes to. */
export interface NaverOrder {
  readonly terms: Readonly<Record<string, unknown>>;
  readonly goodsMinor: bigint;
  readonly deliveryMinor: bigint;
  readonly taxFreeMinor: bigint;
}

interface Line {
  readonly productId: string;
  readonly productName: string;
  readonly optionId: string;
  readonly optionName: string;
  readonly quantity: number;
  readonly amountMinor: bigint;
  readonly isTaxFree: boolean;
  readonly group: DeliveryGroup;
}

/** What goes in one parcel, with one fee. */
interface DeliveryGroup {
  readonly shipping: NaverShipping | undefined;
}

const currency = 'KRW';

export function naverOrderOf(products: readonly NaverProduct[], buyer: NaverBuyer): NaverOrder {
  const groups = new Map<string, DeliveryGroup>();
  const lines = products.flatMap((product, index) => linesOf(product, groupOf(groups, product.shipping), index));
  if (lines.length > 200) throw invalid('naver_products', '상품주문 200개 이하');
  const feesMinor = new Map<DeliveryGroup, bigint>();
  for (const { group } of lines) {
    if (!feesMinor.has(group)) feesMinor.set(group, feeOf(group, lines));
  }
  const productOrders = lines.map((line) => {
    // Which product order of a parcel shows its fee is not public: the first one.
    const deliveryMinor = feesMinor.get(line.group) ?? 0n;
    feesMinor.set(line.group, 0n);
    return { line, deliveryMinor };
  });
  const sumOf = (value: (order: (typeof productOrders)[number]) => bigint) =>
    productOrders.reduce((sum, order) => sum + value(order), 0n);
  return {
    terms: {
      productOrders: productOrders.map(({ line, deliveryMinor }) => ({
        productId: line.productId,
        productName: line.productName,
        optionId: line.optionId,
        optionName: line.optionName,
        quantity: line.quantity,
        amount: Number(line.amountMinor),
        taxFree: line.isTaxFree ? Number(line.amountMinor) : 0,
        delivery: Number(deliveryMinor),
        individualCode: buyer.individualCode,
      })),
      ...placeOf(buyer),
    },
    goodsMinor: sumOf(({ line }) => line.amountMinor),
    deliveryMinor: sumOf(({ deliveryMinor }) => deliveryMinor),
    taxFreeMinor: sumOf(({ line }) => (line.isTaxFree ? line.amountMinor : 0n)),
  };
}

/** An order of which only the amount is known: one product. */
export function plainNaverOrder(
  name: string,
  { amountMinor, taxFreeMinor }: { readonly amountMinor: bigint; readonly taxFreeMinor: bigint },
  buyer: NaverBuyer,
): Readonly<Record<string, unknown>> {
  return {
    productOrders: [
      {
        productId: 'product',
        productName: name,
        optionId: '',
        optionName: '',
        quantity: 1,
        amount: Number(amountMinor),
        taxFree: Number(taxFreeMinor),
        delivery: 0,
        individualCode: buyer.individualCode,
      },
    ],
    ...placeOf(buyer),
  };
}

function linesOf(product: NaverProduct, group: DeliveryGroup, index: number): Line[] {
  const at = `naver_products[${index}]`;
  const priceMinor = won(`${at}[basePrice]`, product.basePrice);
  const common = {
    productId: product.id,
    productName: product.name,
    isTaxFree: product.taxType === 'TAX_FREE',
    group,
  };
  const { options = [], supplements = [] } = product;
  const own =
    options.length === 0
      ? [{ ...common, optionId: '', optionName: '', quantity: product.quantity ?? 1, eachMinor: priceMinor }]
      : options.map((option) => ({
          ...common,
          optionId: option.selectionCode ?? option.selections?.map(({ code }) => code ?? '').join('_') ?? '',
          optionName: optionNameOf(option),
          quantity: option.optionQuantity,
          eachMinor: priceMinor + signedWon(`${at}[optionPrice]`, option.optionPrice),
        }));
  const added = supplements.map(({ id, name, price, quantity }) => ({
    ...common,
    productId: id,
    productName: name,
    optionId: '',
    optionName: '',
    quantity,
    eachMinor: won(`${at}[price]`, price),
  }));
  return [...own, ...added].map(({ eachMinor, ...line }) => {
    const amountMinor = eachMinor * BigInt(line.quantity);
    if (amountMinor <= 0n) throw invalid(at, '0보다 큰 금액');
    return { ...line, amountMinor };
  });
}

function optionNameOf({ selections = [] }: NaverOption): string {
  return selections.map(({ label = '', value = '' }) => (label ? `${label}: ${value}` : value)).join(' / ');
}

/** Products with the same `groupId` go in one parcel; without one, each by itself. */
function groupOf(groups: Map<string, DeliveryGroup>, shipping: NaverShipping | undefined): DeliveryGroup {
  const id = shipping?.groupId;
  const known = id ? groups.get(id) : undefined;
  if (known) return known;
  const group = { shipping };
  if (id) groups.set(id, group);
  return group;
}

/** What the buyer pays the courier is no part of the payment. */
function feeOf(group: DeliveryGroup, lines: readonly Line[]): bigint {
  const { shipping } = group;
  if (!shipping || shipping.feePayType === 'CASH_ON_DELIVERY' || shipping.feePayType === 'FREE') return 0n;
  const goodsMinor = lines
    .filter((line) => line.group === group)
    .reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
  const freeFromMinor = readOptionalAmount('freeByThreshold', shipping.feeRule?.freeByThreshold, currency);
  if (freeFromMinor !== null && freeFromMinor > 0n && goodsMinor >= freeFromMinor) return 0n;
  return readOptionalAmount('baseFee', shipping.baseFee, currency) ?? 0n;
}

function placeOf({ name, tel, address, postcode, shippingMemo }: NaverBuyer) {
  return {
    address: {
      base: address || '서울특별시 강남구 테헤란로 1',
      detail: null,
      postcode: postcode || '06134',
      tel1: tel || '010-0000-0000',
      tel2: null,
      name: name || '구매자',
    },
    shippingMemo,
  };
}

function won(name: string, given: number | string): bigint {
  const minor = readOptionalAmount(name, given, currency);
  if (minor === null) throw new Refusal('parameter_missing', { name });
  return minor;
}

/** An option may make a product cheaper. */
function signedWon(name: string, given: number | string | undefined): bigint {
  const isNegative = String(given ?? 0)
    .trim()
    .startsWith('-');
  if (!isNegative) return readOptionalAmount(name, given, currency) ?? 0n;
  return -won(name, String(given).trim().slice(1));
}

function invalid(name: string, expected: string): Refusal {
  return new Refusal('parameter_invalid', { name, expected });
}
