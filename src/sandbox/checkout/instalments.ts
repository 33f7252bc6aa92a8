import type { PaymentWindow } from '../../core/records/checkout.ts';
import type { Payment } from '../../core/records/payment.ts';
import { cards } from '../../platform/codes/cards.ts';
import type { Gateway } from '../../port/gateway.ts';

/** What the card companies of Korea agree on. */
const instalmentMinimum = 50_000n;
const monthsMax = 12;

/** Months that may be chosen, 0 for at once. */
export function quotasOf(gateway: Gateway, payment: Payment, window: PaymentWindow): readonly number[] {
  const { quotas } = window;
  const direct = directOf(gateway, window);
  if (direct) return [direct.quota];
  const isWithout = gateway.capabilities.payMethods[payment.pay_method]?.withoutInstalments?.includes('approve_window');
  if (isWithout || payment.currency !== 'KRW' || payment.amount_minor < instalmentMinimum) return [0];
  const months = quotas ?? Array.from({ length: monthsMax - 1 }, (_, index) => index + 2);
  return [0, ...new Set(months.filter((month) => Number.isInteger(month) && month >= 2 && month <= 60))];
}

/** Straight to one card company, if the gateway has it: a page's mistake is no reason that nothing can be paid. */
export function directOf(gateway: Gateway, { direct }: PaymentWindow): PaymentWindow['direct'] {
  return direct && isIssuer(gateway, direct.code) ? direct : null;
}

function isIssuer({ codes }: Gateway, code: string): boolean {
  return /^\d{3}$/.test(code) && cards.has(code) && codes.cardCode(code) !== undefined;
}

export interface OfferedIssuer {
  /** Of i'mport's table. */
  readonly code: string;
  readonly name: string;
  readonly quotas: readonly number[];
}

/** The card companies that the gateway knows, as far as the shop shows them. */
export function issuersOf(gateway: Gateway, payment: Payment, window: PaymentWindow): readonly OfferedIssuer[] {
  const quotas = quotasOf(gateway, payment, window);
  const direct = directOf(gateway, window);
  return [...cards]
    .filter(([code]) => isIssuer(gateway, code))
    .filter(([code]) => (direct ? code === direct.code : isShown(window, code)))
    .map(([code, name]) => {
      const most = ruleFor(window, code)?.max_month ?? monthsMax * 5;
      return { code, name, quotas: quotas.filter((months) => months <= most) };
    });
}

function ruleFor({ issuers }: PaymentWindow, code: string): PaymentWindow['issuers'][number] | undefined {
  return issuers.find((issuer) => issuer.code === code) ?? issuers.find((issuer) => issuer.code === '*');
}

function isShown(window: PaymentWindow, code: string): boolean {
  return ruleFor(window, code)?.enabled ?? true;
}
