import { supportOf } from '../../port/capabilities.ts';
import type { Gateway } from '../../port/gateway.ts';
import { type PayMethod, payMethods } from '../../port/payment.ts';

/** Wallets within a gateway's window, by i'mport's names: what is paid with is a card, and for some money or points. */
const byCard = new Set([
  'samsung',
  'samsungpay',
  'applepay',
  'kpay',
  'kakaopay',
  'naverpay',
  'naverpay_card',
  'payco',
  'lpay',
  'ssgpay',
  'tosspay',
  'tosspay_card',
  'skpay',
  'pinpay',
  'wechat',
  'toss_brandpay',
]);
const byMoney = new Set(['naverpay_point', 'tosspay_money', 'ssgpay_bank', 'kakaopay_money']);

/** Of what a gateway offers: is it all that there is to it, so that a page need not say which? */
function isWallet(offered: readonly PayMethod[]): boolean {
  return offered.length === 1 || (offered.length === 2 && offered.includes('point'));
}

/** What the window of this gateway offers. */
export function methodsInWindow({ capabilities }: Gateway): readonly PayMethod[] {
  return payMethods.filter((payMethod) =>
    (['pay_in_window', 'approve_window'] as const).every(
      (capability) => supportOf(capabilities, payMethod, capability) !== 'unsupported',
    ),
  );
}

/**
 * What `pay_method` of a shop's page means at this gateway, and the wallet within it that it names. A gateway that is a wallet itself
 * looks at nothing of the kind: pages leave the method at `card`, its default. `undefined`: the gateway has nothing like it.
 */
export function methodMeant(
  gateway: Gateway,
  asked: string,
): { readonly payMethod: PayMethod; readonly wallet: string | null } | undefined {
  const offered = methodsInWindow(gateway);
  const own = offered.find((method) => method === asked);
  if (own) return { payMethod: own, wallet: null };
  const [first] = offered;
  if (first && isWallet(offered)) return { payMethod: first, wallet: null };
  const paid: readonly PayMethod[] = byCard.has(asked)
    ? ['card']
    : byMoney.has(asked)
      ? ['point', 'trans', 'card']
      : [];
  const payMethod = paid.find((method) => offered.includes(method));
  return payMethod && { payMethod, wallet: asked };
}
