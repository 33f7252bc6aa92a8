import { Type } from 'typebox';

/** What a builder takes besides what makes its kind. All of it is shown in the API's description. */
export interface FieldOptions {
  readonly description?: string;
  readonly examples?: readonly unknown[];
}

/** A text. Numbers are taken as their text. `maxLength` counts Unicode code points. */
export function TextField(options: FieldOptions & { readonly maxLength?: number } = {}) {
  return Type.String({ ...options });
}

/** Texts, and what else JSON has: it is kept as its JSON text, so that it means the same in a form. */
export function JsonTextField(options: FieldOptions = {}) {
  return Type.Unsafe<string>({ type: ['string', 'object', 'array', 'number', 'boolean'], ...options });
}

/**
 * A number that people write with separators: an account, a card, a registration. Its hyphens and blanks do not count towards
 * its length. It is handed on as it was written: which of them it may have is for the route to judge.
 */
export function DigitsField({ digitsMax, ...shown }: FieldOptions & { readonly digitsMax: number }) {
  return Type.Unsafe<string>({ type: 'string', format: 'digits', 'x-digits-max': digitsMax, ...shown });
}

/** A telephone number, kept as it was written; one that is too long for its field is kept without separators. */
export function TelephoneField(options: FieldOptions & { readonly maxLength: number }) {
  return Type.String({ format: 'telephone', ...options });
}

/** One of a few texts. */
export function ChoiceField<const Choices extends readonly string[]>(choices: Choices, options: FieldOptions = {}) {
  return Type.Unsafe<Choices[number]>({ type: 'string', enum: [...choices], ...options });
}

/** A whole number that a JSON number carries exactly, also given as its text (`5`, `5.0`, `5.0E0`). */
export function IntegerField(
  options: FieldOptions & { readonly minimum?: number; readonly maximum?: number; readonly default?: number } = {},
) {
  return Type.Integer({ ...options });
}

/** `true`, `false`, `1`, `0`, or a text for one of them: `true`, `1`, `Y`, `yes`, `on` and their opposites, in any case. */
export function BooleanField(options: FieldOptions & { readonly default?: boolean } = {}) {
  return Type.Boolean({ ...options });
}

/**
 * An amount of money, kept as it was given, a number or a text: only the currency, which the route knows later, says what
 * it means (see `src/platform/money/currency.ts`). An empty text counts as absent.
 */
export function AmountField(options: FieldOptions = {}) {
  return Type.Unsafe<number | string>({ type: 'number', format: 'decimal', ...options });
}

/** A list of texts: a list, one text, or the JSON of a list. In a query it is described by its PHP name, `name[]`. */
export function StringListField(options: FieldOptions & { readonly maxLength?: number } = {}) {
  const { maxLength, ...shown } = options;
  return Type.Array(Type.String(maxLength === undefined ? {} : { maxLength }), { ...shown });
}

/** An object with any contents, also given as its JSON. PHP's empty array stands for an empty object. */
export function ObjectField(options: FieldOptions = {}) {
  return Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true, ...options });
}
