import { phpJson } from '../../platform/json/php-json.ts';
import type { WebhookBody, WebhookFormat } from './delivery.ts';

export interface WebhookRequestBody {
  readonly contentType: string;
  readonly text: string;
}

/** The database keeps no order of keys; on the wire they stand as in the real server's documentation. */
const keys = ['event', 'imp_uid', 'merchant_uid', 'amount', 'status', 'cancellation_id', 'extra'] as const;

const extraKeys = ['escrow_status', 'changed_at', 'denied_reason'];

function inOrder(extra: NonNullable<WebhookBody['extra']>): NonNullable<WebhookBody['extra']> {
  const rank = (name: string): number => (extraKeys.includes(name) ? extraKeys.indexOf(name) : extraKeys.length);
  return Object.fromEntries(Object.entries(extra).sort(([one], [other]) => rank(one) - rank(other)));
}

/** The body as it goes out. In a form, `extra` is written PHP's way (`extra[barcode]=…`) and what is null is left out. */
export function formatBody(body: WebhookBody, format: WebhookFormat): WebhookRequestBody {
  const ordered = body.extra ? { ...body, extra: inOrder(body.extra) } : body;
  const entries = keys.flatMap((key) => (ordered[key] === undefined ? [] : [[key, ordered[key]] as const]));
  if (format === 'json') return { contentType: 'application/json', text: phpJson(Object.fromEntries(entries)) };
  const form = new URLSearchParams();
  for (const [key, value] of entries) {
    const parts = typeof value === 'object' && value !== null ? Object.entries(value) : [[null, value] as const];
    for (const [name, part] of parts) {
      if (part !== null) form.append(name === null ? key : `${key}[${name}]`, String(part));
    }
  }
  return { contentType: 'application/x-www-form-urlencoded', text: form.toString() };
}
