import { type Static, Type } from 'typebox';
import { tierCodePattern } from '../../core/merchants/sub-stores.ts';
import { payMethods } from '../../port/payment.ts';

const strict = { additionalProperties: false } as const;
const oneOf = <const T extends readonly string[]>(values: T) => Type.Enum([...values] as T[number][]);
const Text = (maxLength: number) => Type.String({ minLength: 1, maxLength });

const seedStates = ['paid', 'ready', 'partially_cancelled', 'cancelled', 'failed', 'in_doubt'] as const;

const TierCode = Type.String({
  pattern: tierCodePattern.source,
  description: 'a code of three capital letters or digits; digits alone want quotes',
});

const SeedPayment = Type.Object(
  {
    merchant_uid: Text(40),
    /** A channel of the merchant by its name, or the test channel of a gateway; default: the merchant's default channel. */
    channel: Type.Optional(Text(80)),
    pg_provider: Type.Optional(Text(40)),
    /** The sub-store whose payment it is. */
    tier: Type.Optional(TierCode),
    pay_method: oneOf(payMethods),
    amount: Type.Number({ exclusiveMinimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
    tax_free: Type.Optional(Type.Number({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
    currency: Type.Optional(Type.String({ pattern: '^[A-Z]{3}$', description: 'a currency such as KRW' })),
    state: oneOf(seedStates),
    /** Of what is cancelled, or in doubt. */
    cancel_amount: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
    name: Type.Optional(Text(100)),
    buyer_name: Type.Optional(Text(16)),
    buyer_email: Type.Optional(Text(64)),
    buyer_tel: Type.Optional(Text(16)),
    custom_data: Type.Optional(Type.String({ maxLength: 10_000 })),
  },
  strict,
);

const SeedMerchant = Type.Object(
  {
    /** Both or none; without them it is the demo merchant. */
    imp_key: Type.Optional(
      Type.String({
        pattern: '^[0-9A-Za-z_-]{4,64}$',
        description: 'a text of 4 to 64 letters, digits, hyphens and underscores; digits alone want quotes',
      }),
    ),
    imp_secret: Type.Optional(Text(200)),
    name: Type.Optional(Text(80)),
    webhook_url: Type.Optional(
      Type.String({
        pattern: '^https?://',
        maxLength: 2000,
        description: 'a URL that begins with http:// or https://, of at most 2000 characters',
      }),
    ),
    webhook_format: Type.Optional(oneOf(['json', 'form'] as const)),
    webhook_retry: Type.Optional(Type.Boolean()),
    webhook_secret: Type.Optional(Text(200)),
    /** Besides the test channel of each gateway, which every merchant of a sandbox has. */
    channels: Type.Optional(
      Type.Array(Type.Object({ name: Text(80), pg_provider: Text(40) }, strict), { maxItems: 50 }),
    ),
    /** Sub-stores, each with some of the channels, named as `pg` does, or with all. */
    tiers: Type.Optional(
      Type.Array(
        Type.Object(
          { code: TierCode, name: Type.Optional(Text(80)), channels: Type.Optional(Type.Array(Text(120))) },
          strict,
        ),
        { maxItems: 100 },
      ),
    ),
    payments: Type.Optional(Type.Array(SeedPayment, { maxItems: 10_000 })),
  },
  strict,
);

/** What a seed file may hold. What belongs together, and what the gateways can do, is for the rules. */
export const SeedFile = Type.Object({ merchants: Type.Array(SeedMerchant, { maxItems: 100 }) }, strict);
export type SeedPayment = Static<typeof SeedPayment>;
export type SeedMerchant = Static<typeof SeedMerchant>;
export type Seed = Static<typeof SeedFile>;
