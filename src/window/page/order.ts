import { h, pairs } from '../element.ts';
import type { CheckoutWindow, Order } from '../protocol.ts';
import type { Text } from './text.ts';
import { methodName } from './words.ts';

/** What the buyer pays for, to whom, and how much. */
export function orderView(shown: CheckoutWindow, text: Text): HTMLElement {
  const { order, shop, gateway, kind, method, wallet } = shown;
  const { words: w } = text;
  const seller = shop.company ? `${shop.name} (${shop.company})` : shop.name;
  if (kind === 'certification') {
    return h('section', { class: 'order' }, pairs('facts', [w.shop, seller], [w.certifier, text.name(gateway)]));
  }
  return h(
    'section',
    { class: 'order' },
    h('p', { class: 'product' }, order.name || order.merchant_uid),
    pairs('amount', [amountName(shown, text), text.money(order.amount, order.currency)]),
    pairs(
      'facts',
      [w.taxFree, order.pays && order.tax_free ? text.money(order.tax_free, order.currency) : null],
      [w.vat, order.pays && order.vat ? text.money(order.vat, order.currency) : null],
      [w.shop, seller],
      [w.method, `${methodName(wallet ?? method, text.language)} · ${text.name(gateway)}`],
      [w.period, periodText(order)],
      [w.escrow, order.is_escrow ? w.escrowMeaning : null],
      [w.buyer, order.buyer.name],
      [w.order, order.merchant_uid],
    ),
  );
}

function amountName({ order, vbank }: CheckoutWindow, { words: w }: Text): string {
  if (!order.pays) return w.shownAmount;
  return vbank ? w.depositAmount : w.amount;
}

function periodText({ period }: Order): string | null {
  if (!period) return null;
  const { from, to, interval, text } = period;
  const span = from || to ? `${from ?? ''} – ${to ?? ''}` : null;
  return [text, span, interval].filter(Boolean).join(', ') || null;
}
