import type { PaymentWindow } from '../../../core/records/checkout.ts';
import { presentCardCode } from '../../../platform/codes/cards.ts';

/** `display` and `card` of a request, read for what is meant: a page's mistakes in them are no reason not to open the window. */
export function readCardOptions(
  display: Readonly<Record<string, unknown>> | undefined,
  card: Readonly<Record<string, unknown>> | undefined,
): Pick<PaymentWindow, 'quotas' | 'direct' | 'issuers'> {
  const { card_quota: quotas } = display ?? {};
  const direct = objectOf(card?.direct);
  const code = direct && textOf(direct.code);
  return {
    quotas: card?.useInstallment === false ? [] : Array.isArray(quotas) ? quotas.map(Number) : null,
    direct: code ? { code: presentCardCode(code), quota: wholeOf(direct.quota) ?? 0 } : null,
    issuers: Array.isArray(card?.detail) ? card.detail.slice(0, 100).flatMap(issuerOf) : [],
  };
}

function issuerOf(given: unknown): PaymentWindow['issuers'][number][] {
  const rule = objectOf(given);
  const code = rule && textOf(rule.card_code);
  if (!code) return [];
  return [{ code: presentCardCode(code), enabled: rule.enabled !== false, max_month: wholeOf(rule.max_month) }];
}

function objectOf(given: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof given === 'object' && given !== null && !Array.isArray(given)
    ? (given as Record<string, unknown>)
    : undefined;
}

function textOf(given: unknown): string | undefined {
  return typeof given === 'string' || typeof given === 'number' ? String(given).slice(0, 10) : undefined;
}

function wholeOf(given: unknown): number | null {
  const number = typeof given === 'string' && given !== '' ? Number(given) : given;
  return typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= 60 ? number : null;
}
