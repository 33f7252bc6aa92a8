import { type TSchema, Type } from 'typebox';

/** Kinds of fields that many answers have. */
export const TextOrNull = Type.Union([Type.String(), Type.Null()]);

export const UnixTime = Type.Integer({ description: 'Seconds since 1970; 0 when it has not happened.' });

/** How many entries a list would have without its limit. */
export const TotalField = OrNull(
  Type.Integer({ description: 'How many there are in all, pages before and after included; null unless asked for.' }),
);

export const LookedUntilField = Type.Integer({
  description: 'Of a bounded page that is not full: how far back it has looked. 0: to the end, or until it was full.',
});

export function OrNull<Schema extends TSchema>(schema: Schema) {
  return Type.Union([schema, Type.Null()]);
}

/** A text that is one of a few words. The API's description shows a text; which words there are is for the compiler. */
export function WordOf<Words extends string>(options: { readonly description?: string } = {}) {
  return Type.Unsafe<Words>({ type: 'string', ...options });
}
