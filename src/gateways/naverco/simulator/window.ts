import { newApprovalNumber } from '../../../simulators/approval-numbers.ts';
import { chosenCardOfWallet } from '../../../simulators/chosen-card.ts';
import { type ControlContext, SimulatorRefusal, type WindowPayment } from '../../../simulators/definition.ts';
import { type BookPayment, insertPayment } from '../../../simulators/payments.ts';
import { newStandInId } from '../../stand-in/simulator/payments.ts';
import { insertProductOrders, type NewProductOrder, productOrdersOf } from './product-orders.ts';
import { readTerms, type WindowTerms } from './terms.ts';

const dayMs = 86_400_000;
/** A seller has three days to ship. How many it really are is not public. */
const shippingDueAfterMs = 3 * dayMs;

/** The buyer has just ordered, and paid, in Naver's window. An order of which nothing is said is one of one product. */
export function orderInWindow(payment: WindowPayment, { book, mid, now }: ControlContext): BookPayment {
  const terms = payment.terms === null ? termsOf(payment) : readTerms(payment.terms);
  if (!terms || !isFit(payment, terms)) throw malformed();
  const made = insertPayment(book, {
    mid,
    orderId: payment.orderId,
    tid: newStandInId('p'),
    orderName: payment.orderName,
    payMethod: payment.payMethod,
    currency: payment.currency,
    amountMinor: payment.amountMinor,
    taxFreeMinor: payment.taxFreeMinor,
    vatMinor: payment.vatMinor,
    status: 'paid',
    requestedAt: now,
    approvalNumber: payment.payMethod === 'card' ? newApprovalNumber() : null,
    card: chosenCardOfWallet(payment, { refusal: malformed }),
  });
  if (!made) throw malformed();
  insertProductOrders(book, made, ordersOf(payment, terms, now), now);
  if (productOrdersOf(book, mid, made.orderId).length !== terms.productOrders.length) {
    throw new Error('a product order was not written');
  }
  return made;
}

/** What is paid is what the product orders and their delivery cost. */
function isFit(payment: WindowPayment, { productOrders }: WindowTerms): boolean {
  const sumOf = (value: (order: WindowTerms['productOrders'][number]) => number) =>
    productOrders.reduce((sum, order) => sum + BigInt(value(order)), 0n);
  return (
    (payment.payMethod === 'card' || payment.payMethod === 'point') &&
    payment.currency === 'KRW' &&
    payment.amountMinor > 0n &&
    sumOf(({ amount, delivery }) => amount + delivery) === payment.amountMinor &&
    sumOf(({ taxFree }) => taxFree) === payment.taxFreeMinor &&
    // One that cost nothing could not be given back.
    productOrders.every(({ amount, taxFree }) => taxFree <= amount && amount > 0)
  );
}

function termsOf({ orderName, amountMinor, taxFreeMinor, buyer }: WindowPayment): WindowTerms {
  return {
    productOrders: [
      {
        productId: 'product',
        productName: orderName,
        optionId: '',
        optionName: '',
        quantity: 1,
        amount: Number(amountMinor),
        taxFree: Number(taxFreeMinor),
        delivery: 0,
        individualCode: null,
      },
    ],
    address: {
      base: '서울특별시 강남구 테헤란로 1',
      detail: null,
      postcode: '06134',
      tel1: buyer.tel ?? '010-0000-0000',
      tel2: null,
      name: buyer.name ?? '구매자',
    },
    shippingMemo: null,
  };
}

function ordersOf({ buyer }: WindowPayment, terms: WindowTerms, now: Date): NewProductOrder[] {
  const orderer = {
    name: buyer.name ?? '구매자',
    id: `${(buyer.email?.split('@')[0] || 'naver').slice(0, 3)}****`,
    tel: buyer.tel ?? '010-0000-0000',
  };
  return terms.productOrders.map(({ amount, taxFree, delivery, ...ordered }) => ({
    terms: {
      ...ordered,
      orderer,
      shippingMemo: terms.shippingMemo,
      shippingDue: Math.floor((now.getTime() + shippingDueAfterMs) / 1000),
    },
    amountMinor: BigInt(amount),
    taxFreeMinor: BigInt(taxFree),
    deliveryMinor: BigInt(delivery),
    address: terms.address,
  }));
}

function malformed(): SimulatorRefusal {
  return new SimulatorRefusal('MALFORMED', '네이버페이 주문 정보가 올바르지 않습니다.');
}
