import Type, { type Static } from 'typebox';
import { validatorOf } from '../../../platform/json/validator.ts';
import { readJson } from '../../answers/read-json.ts';

/** PayPal's answers, read strictly; only the fields that are relied on are named, and others are let through. */
const Id = Type.String({ minLength: 1, maxLength: 100 });
const Money = Type.Object({ currency_code: Type.String(), value: Type.String({ maxLength: 32 }) });
const Links = Type.Optional(Type.Array(Type.Object({ href: Type.String(), rel: Type.String() })));

export const PaypalRefund = Type.Object({
  id: Id,
  status: Type.String(),
  status_details: Type.Optional(Type.Object({ reason: Type.Optional(Type.String()) })),
  amount: Money,
  custom_id: Type.Optional(Type.String()),
  create_time: Type.Optional(Type.String()),
  links: Links,
});
export type PaypalRefund = Static<typeof PaypalRefund>;

const PaypalCapture = Type.Object({
  id: Id,
  status: Type.String(),
  amount: Money,
  create_time: Type.Optional(Type.String()),
  supplementary_data: Type.Optional(
    Type.Object({ related_ids: Type.Optional(Type.Object({ order_id: Type.Optional(Id) })) }),
  ),
  links: Links,
});
export type PaypalCapture = Static<typeof PaypalCapture>;

const PaypalOrder = Type.Object({
  id: Id,
  status: Type.Optional(Type.String()),
  purchase_units: Type.Array(
    Type.Object({
      invoice_id: Type.Optional(Type.String()),
      payments: Type.Optional(
        Type.Object({
          captures: Type.Optional(
            Type.Array(
              Type.Object({
                id: Id,
                status: Type.Optional(Type.String()),
                amount: Type.Optional(Money),
                invoice_id: Type.Optional(Type.String()),
                create_time: Type.Optional(Type.String()),
              }),
            ),
          ),
          refunds: Type.Optional(Type.Array(PaypalRefund)),
        }),
      ),
    }),
  ),
});
export type PaypalOrder = Static<typeof PaypalOrder>;

const PaypalToken = Type.Object({ access_token: Type.String({ minLength: 1, maxLength: 4000 }) });
/** Of the API; the token's own errors are `error` and `error_description`. */
const PaypalError = Type.Object({
  name: Type.Optional(Type.String()),
  message: Type.Optional(Type.String()),
  error: Type.Optional(Type.String()),
  error_description: Type.Optional(Type.String()),
  details: Type.Optional(
    Type.Array(Type.Object({ issue: Type.Optional(Type.String()), description: Type.Optional(Type.String()) })),
  ),
});

const refund = validatorOf(PaypalRefund);
const capture = validatorOf(PaypalCapture);
const order = validatorOf(PaypalOrder);
const token = validatorOf(PaypalToken);
const error = validatorOf(PaypalError);

export function readRefund(text: string): PaypalRefund | undefined {
  const value = readJson(text);
  return refund.Check(value) ? value : undefined;
}

export function readCapture(text: string): PaypalCapture | undefined {
  const value = readJson(text);
  return capture.Check(value) ? value : undefined;
}

export function readOrder(text: string): PaypalOrder | undefined {
  const value = readJson(text);
  return order.Check(value) ? value : undefined;
}

export function readToken(text: string): string | undefined {
  const value = readJson(text);
  return token.Check(value) ? value.access_token : undefined;
}

/** The narrowest name of what is wrong, and its text. */
export function readError(text: string): { readonly issue: string; readonly message: string } | undefined {
  const value = readJson(text);
  if (!error.Check(value)) return undefined;
  const [detail] = value.details ?? [];
  const issue = detail?.issue ?? value.name ?? value.error;
  return issue === undefined
    ? undefined
    : { issue, message: detail?.description ?? value.message ?? value.error_description ?? issue };
}

/** The id that a link of this kind leads to: of a refund's capture, or of a capture's order. */
export function linkedId(links: PaypalRefund['links'], kind: 'captures' | 'orders'): string | undefined {
  const up = links?.find(({ rel, href }) => rel === 'up' && href.includes(`/${kind}/`));
  return up && new RegExp(`/${kind}/([A-Za-z0-9-]{1,64})$`).exec(up.href)?.[1];
}
