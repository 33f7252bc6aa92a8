import type { Query } from '../api/call.ts';
import { periodOfDays } from '../elements/time.tsx';
import type { UrlValues } from '../elements/url-values.ts';

/** What of the address is a filter of the list, in the API's own names except for the two days. */
export const filterNames = [
  ...(['q', 'status', 'pay_method', 'pg_provider', 'channel_key', 'amount_min', 'amount_max', 'time'] as const),
  ...(['from_day', 'to_day', 'sandbox', 'buyer', 'buyer_tel', 'customer_uid', 'open'] as const),
] as const;

/** The address as the API asks for it. */
export function listQuery(values: UrlValues): Query {
  const { from_day, to_day, open, ...rest } = Object.fromEntries(
    filterNames.map((name) => [name, values[name] || undefined]),
  );
  return {
    ...rest,
    ...periodOfDays(from_day, to_day),
    has_doubt: open === 'doubt' || undefined,
    refund_under_way: open === 'refund' || undefined,
  };
}

/** The filter as it stands in an address, in an order of its own: two addresses with the same filter are the same text. */
export function filterText(values: UrlValues): string {
  const parameters = new URLSearchParams();
  for (const name of filterNames) if (values[name]) parameters.set(name, values[name]);
  return parameters.toString();
}
