import { type Static, Type } from 'typebox';
import { Refusal } from '../../platform/errors/refusal.ts';
import { amountNumber } from '../../platform/money/currency.ts';
import { type OrderAmounts, readOrderAmounts, readOrderAmountsOrNothing } from '../../platform/money/order-amounts.ts';
import type { Gateway } from '../../port/gateway.ts';
import { type NaverBuyer, type NaverProduct, naverOrderOf, plainNaverOrder } from '../../sandbox/naver-orders.ts';
import { AmountField, ChoiceField } from '../foundation/fields.ts';
import { buyerFields } from '../iamport/buyer-fields.ts';

const Quantity = Type.Integer({ minimum: 1, maximum: 1_000_000 });

/** What `IMP.request_pay` takes for Naver Pay: `naverProducts` of the order type, `naverUseCfm` of the wallet. */
export const naverFields = {
  naver_products: Type.Optional(
    Type.Array(
      Type.Object({
        id: Type.String({ maxLength: 100 }),
        name: Type.String({ maxLength: 300 }),
        basePrice: AmountField(),
        quantity: Type.Optional(Quantity),
        taxType: Type.Optional(ChoiceField(['TAX', 'TAX_FREE'])),
        options: Type.Optional(
          Type.Array(
            Type.Object({
              optionQuantity: Quantity,
              optionPrice: Type.Optional(AmountField()),
              selectionCode: Type.Optional(Type.String({ maxLength: 100 })),
              selections: Type.Optional(
                Type.Array(
                  Type.Object({
                    code: Type.Optional(Type.String({ maxLength: 50 })),
                    label: Type.Optional(Type.String({ maxLength: 50 })),
                    value: Type.Optional(Type.String({ maxLength: 50 })),
                  }),
                ),
              ),
            }),
          ),
        ),
        supplements: Type.Optional(
          Type.Array(
            Type.Object({
              id: Type.String({ maxLength: 100 }),
              name: Type.String({ maxLength: 300 }),
              price: AmountField(),
              quantity: Quantity,
            }),
          ),
        ),
        shipping: Type.Optional(
          Type.Object({
            groupId: Type.Optional(Type.String({ maxLength: 100 })),
            method: Type.Optional(Type.String({ maxLength: 30 })),
            baseFee: Type.Optional(AmountField()),
            feePayType: Type.Optional(ChoiceField(['FREE', 'PREPAYED', 'CASH_ON_DELIVERY'])),
            feeRule: Type.Optional(Type.Object({ freeByThreshold: Type.Optional(AmountField()) })),
          }),
        ),
      }),
      {
        description:
          "`naverProducts` of IMP.request_pay, for naverco only: a product order for each product, option and supplement. `amount` is what they cost; the delivery is added to the payment's.",
      },
    ),
  ),
  naver_use_cfm: Type.Optional(
    Type.String({
      maxLength: 8,
      description:
        '`naverUseCfm` of IMP.request_pay, for naverpay only: YYYYMMDD. Such an order waits for its confirmation.',
    }),
  ),
  shipping_memo: Type.Optional(Type.String({ maxLength: 300, description: 'Of the buyer, for naverco only.' })),
  individual_code: Type.Optional(
    Type.String({ maxLength: 30, description: 'Customs code of the buyer (개인통관고유부호), for naverco only.' }),
  ),
};

const Body = Type.Object({ ...naverFields, ...buyerFields });
type Asked = Static<typeof Body> & {
  readonly amount: number | string;
  readonly tax_free?: number | string | undefined;
  readonly vat_amount?: number | string | undefined;
  readonly merchant_uid?: string | undefined;
};

/** What the payment comes to, and what the window is told besides; with product orders the amounts are theirs. */
export function readNaverOrder(
  body: Asked,
  gateway: Gateway,
  currency: string,
  /** A card is registered, and there may be nothing to pay. */
  mayBeNothing: boolean,
): { readonly amounts: OrderAmounts; readonly terms: Readonly<Record<string, unknown>> | undefined } {
  const read = mayBeNothing ? readOrderAmountsOrNothing : readOrderAmounts;
  const amounts = read({ amount: body.amount, taxFree: body.tax_free, vat: body.vat_amount }, currency);
  const { naver_products: products = [], naver_use_cfm: useConfirmOn } = body;
  if (useConfirmOn !== undefined && useConfirmOn !== '') {
    if (!gateway.orderServices?.confirmPurchase)
      throw new Refusal('parameter_not_supported', { name: 'naver_use_cfm' });
    if (!/^\d{8}$/.test(useConfirmOn)) {
      throw new Refusal('parameter_invalid', { name: 'naver_use_cfm', expected: 'YYYYMMDD' });
    }
    return { amounts, terms: { useConfirmOn } };
  }
  if (!gateway.productOrders) {
    if (products.length > 0) throw new Refusal('parameter_not_supported', { name: 'naver_products' });
    return { amounts, terms: undefined };
  }
  const buyer: NaverBuyer = {
    name: body.buyer_name ?? null,
    tel: body.buyer_tel ?? null,
    address: body.buyer_addr ?? null,
    postcode: body.buyer_postcode ?? null,
    individualCode: body.individual_code || null,
    shippingMemo: body.shipping_memo || null,
  };
  if (products.length === 0) {
    const { amount_minor: amountMinor, tax_free_minor: taxFreeMinor } = amounts;
    const name = body.name || body.merchant_uid || '상품';
    return { amounts, terms: plainNaverOrder(name, { amountMinor, taxFreeMinor }, buyer) };
  }
  const order = naverOrderOf(products as readonly NaverProduct[], buyer);
  if (order.goodsMinor !== amounts.amount_minor) {
    const expected = `상품 금액의 합 ${amountNumber(order.goodsMinor, currency)}`;
    throw new Refusal('parameter_invalid', { name: 'amount', expected });
  }
  return {
    amounts: readOrderAmounts(
      {
        amount: amountNumber(order.goodsMinor + order.deliveryMinor, currency),
        taxFree: amountNumber(order.taxFreeMinor, currency),
        vat: undefined,
      },
      currency,
    ),
    terms: order.terms,
  };
}
