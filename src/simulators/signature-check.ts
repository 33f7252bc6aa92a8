import { type Book, integer, text } from './book.ts';
import { merchantByCredential } from './merchants.ts';

/** One of the values that a signature is made over. */
export interface SignedInput {
  readonly name: string;
  readonly value: string;
  /** `secret`: a key, which is named and never shown. `hidden`: a body or an account, which is not shown either. */
  readonly shown?: 'secret' | 'hidden';
  /** What this very input might have been signed as. */
  readonly alternatives?: readonly KnownValue[];
}

/** A signature that is wrong, and how the right one is made. */
export interface SignatureCheck {
  /** As the gateway's field or header is called. */
  readonly name: string;
  readonly given: string;
  /** In the order in which they are put together. */
  readonly inputs: readonly SignedInput[];
  /** Is a signature right over these values, put together in this order? */
  fits(values: readonly string[], signature: string): boolean;
  /** The payment that the request names beside what is signed, by the gateway's id or by the order's. */
  readonly about?: string | undefined;
  /** The request's other fields: one of them may have been signed instead. Those that tell of a person are left out. */
  readonly alsoSent?: Readonly<Record<string, string>>;
}

interface KnownValue {
  readonly what: string;
  readonly value: string;
}

/** Beyond so many inputs no other orders are tried: there would be too many. */
const permutedMax = 6;

/**
 * What is wrong with a signature, in a sentence for the log: which input differed, where one of the usual mistakes or what the
 * book knows of the payment explains it; else what it is over, in which order, and what of that the book knows otherwise.
 */
export function explainSignature(book: Book, mid: string, check: SignatureCheck): string {
  const { name, given, inputs } = check;
  const over = `${name} is made over ${inputs.map(shown).join(', ')}, in this order`;
  if (given === '') return `${name} is missing; ${over}`;
  const known = knownOf(book, mid, [check.about ?? '', ...inputs.map(({ value }) => value)]);
  const found = inAnotherForm(check) ?? withAnotherValue(check, known) ?? inAnotherOrder(check);
  if (found !== undefined) return `${name} does not match what was sent: ${found}`;
  const isOverAmount = inputs.some((input) => /amou?n?t|price/i.test(input.name));
  const otherwise = known
    .filter(({ value }) => isOverAmount && /^\d+$/.test(value) && !inputs.some((input) => input.value === value))
    .map(({ what, value }) => `${what} is ${value}`);
  const facts = otherwise.length > 0 ? ` (${otherwise.join(', ')})` : '';
  return `${name} does not match; ${over}, and none of the usual mistakes explains it${facts}`;
}

/** For the log: a request that names a merchant whom the book does not know. `name` as the gateway's field is called. */
export function unknownMerchant(name: string, given: string): string {
  return given === '' ? `${name} is missing` : `no merchant of this simulator has the ${name} ${word(given)}`;
}

/** For the log: a request whose key, which alone tells who calls, is no merchant's. The key is not shown. */
export function unknownKey(book: Book, credential: string, name: string, given: string): string {
  if (given === '') return `the ${name} is missing, or not where the gateway reads it`;
  const forms: readonly (readonly [how: string, meant: string])[] = [
    ['percent-encoded', percentDecoded(given)],
    ['with white space around it', given.trim()],
    ['in quotation marks', given.replace(/^(["'])(.*)\1$/, '$2')],
    ['encoded in Base64 once too often', Buffer.from(given, 'base64').toString('utf8').replace(/:$/, '')],
  ];
  for (const [how, meant] of forms) {
    const merchant = meant === given ? undefined : merchantByCredential(book, credential, meant);
    if (merchant) return `the ${name} is that of ${merchant.mid}, but ${how}`;
  }
  return `the ${name} is not one that this simulator knows`;
}

/** What the book has of the payment that an input names. Past `subject.ts`: a request that is refused here is about nothing. */
function knownOf(book: Book, mid: string, names: readonly string[]): KnownValue[] {
  for (const value of names) {
    const row = book.get(
      'select tid, order_id, amount, balance from payments where mid = ?1 and (tid = ?2 or order_id = ?2)',
      mid,
      value,
    );
    if (!row) continue;
    return [
      { what: 'the amount of the payment', value: String(integer(row, 'amount')) },
      { what: 'what is left of the payment', value: String(integer(row, 'balance')) },
      { what: "the payment's transaction", value: text(row, 'tid') },
      { what: "the payment's order", value: text(row, 'order_id') },
    ];
  }
  return [];
}

/** The right signature, written otherwise. */
function inAnotherForm({ given, inputs, fits }: SignatureCheck): string | undefined {
  const values = inputs.map(({ value }) => value);
  const forms: readonly (readonly [how: string, meant: string])[] = [
    ['with white space around it', given.trim()],
    ['in capital letters', given.toLowerCase()],
    ['in small letters', given.toUpperCase()],
    ['percent-encoded once too often', percentDecoded(given)],
    ['with spaces for its + signs, as a form reads them', given.replaceAll(' ', '+')],
    ['in Base64, not in hexadecimal', Buffer.from(given, 'base64').toString('hex')],
    ['in hexadecimal, not in Base64', Buffer.from(given, 'hex').toString('base64')],
  ];
  const form = forms.find(([, meant]) => meant !== '' && meant !== given && fits(values, meant));
  return form && `it is right, but ${form[0]}`;
}

/** One input was another when the signature was made. */
function withAnotherValue(
  { given, inputs, fits, alsoSent = {} }: SignatureCheck,
  known: readonly KnownValue[],
): string | undefined {
  const sent = [
    ...inputs.filter((input) => input.shown === undefined),
    ...Object.entries(alsoSent).flatMap(([name, value]) => (tellsOfPerson.test(name) ? [] : [{ name, value }])),
  ];
  for (const [at, input] of inputs.entries()) {
    const others = sent.filter(({ name }) => name !== input.name);
    const candidates: readonly KnownValue[] = [
      ...(input.alternatives ?? []),
      ...(input.shown === 'secret' ? mistakesWithKeys(input.value) : [...known, ...mistakesWith(input.value)]),
      ...others.map(({ name, value }) => ({ what: `what stands in ${name}`, value })),
      { what: 'left out', value: '' },
    ];
    for (const { what, value } of candidates) {
      const isOther = value !== input.value;
      if (
        !isOther ||
        !fits(
          inputs.with(at, { ...input, value }).map((each) => each.value),
          given,
        )
      )
        continue;
      if (value === '') return `it matches with ${input.name} left out`;
      return input.shown === undefined
        ? `it matches with ${input.name}=${word(value)} (${what}), where ${word(input.value)} was sent`
        : `it matches with another ${input.name}: ${what}`;
    }
  }
  return undefined;
}

const tellsOfPerson =
  /acc(t|ount)|card|reg_?num|pwd?$|passw|birth|ident|typeno|buyer|holder|name|tel|phone|mail|sign|hash/i;

/** How an amount or a name is often written. */
function mistakesWith(value: string): KnownValue[] {
  const isNumber = /^\d+$/.test(value);
  return [
    { what: 'without white space around it', value: value.trim() },
    { what: 'without hyphens', value: value.replaceAll('-', '') },
    { what: 'percent-encoded', value: encodeURIComponent(value) },
    { what: 'percent-decoded', value: percentDecoded(value) },
    ...(isNumber
      ? [
          { what: 'with thousands separators', value: value.replace(/\B(?=(\d{3})+$)/g, ',') },
          { what: 'with decimals', value: `${value}.0` },
          { what: 'with decimals', value: `${value}.00` },
        ]
      : []),
  ];
}

function mistakesWithKeys(key: string): KnownValue[] {
  return [
    { what: 'percent-encoded', value: encodeURIComponent(key) },
    { what: 'with + read as a space', value: key.replaceAll('+', ' ') },
    { what: 'with a line break at its end', value: `${key}\n` },
    { what: 'with a space at its end', value: `${key} ` },
    { what: 'in quotation marks', value: `"${key}"` },
    { what: 'decoded from Base64', value: Buffer.from(key, 'base64').toString('latin1') },
    { what: 'in capital letters', value: key.toUpperCase() },
    { what: 'in small letters', value: key.toLowerCase() },
  ];
}

function inAnotherOrder({ given, inputs, fits }: SignatureCheck): string | undefined {
  if (inputs.length > permutedMax) return undefined;
  for (const order of permutations(inputs)) {
    const values = order.map(({ value }) => value);
    if (fits(values, given)) return `it matches in the order ${order.map(({ name }) => name).join(', ')}`;
  }
  return undefined;
}

function* permutations<T>(items: readonly T[]): Generator<readonly T[]> {
  if (items.length <= 1) yield items;
  else {
    for (const [at, item] of items.entries()) {
      for (const rest of permutations(items.toSpliced(at, 1))) yield [item, ...rest];
    }
  }
}

function shown({ name, value, shown: how }: SignedInput): string {
  if (how === 'secret') return `${name} (secret)`;
  return how === 'hidden' ? `${name} (${value.length} characters)` : `${name}=${word(value)}`;
}

/** What is not a plain word stands in quotation marks, so that white space and line breaks are seen. */
function word(value: string): string {
  const cut = value.length > 80 ? `${value.slice(0, 80)}…` : value;
  return /^[\w.:@^|+/=-]+$/.test(cut) ? cut : JSON.stringify(cut);
}

function percentDecoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
