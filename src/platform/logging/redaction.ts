/**
 * What must never be read in a log: keys and tokens, card and account numbers, and who the buyer is. Names are compared
 * without regard to case, hyphens and underscores, so that a header, a wire field and a variable are the same name.
 */
const secretNames = [
  'authorization',
  'proxy_authorization',
  'cookie',
  'set_cookie',
  'x_imptokenheader',
  'imp_key',
  'imp_secret',
  'access_token',
  '_token',
  'token',
  'password',
  'secret',
  'secret_key',
  'client_secret',
  'webhook_secret',
  'webhook_signing_secret',
  'pg_api_key',
  'credentials',
  'encryption_key',
  'encryption_key_previous',
  'database_url',
  'card_number',
  'expiry',
  'birth',
  'pwd_2digit',
  'cvc',
  'customer_identity_number',
  'refund_account',
  'refund_holder',
  'refund_tel',
  'account_number',
  'holder_name',
  'identifier',
  'customer_key',
  'billing_key',
  'buyer_name',
  'buyer_email',
  'buyer_tel',
  'buyer_addr',
  'buyer_postcode',
] as const;

export const redacted = '[redacted]';

const secretKeys = new Set(secretNames.map(normalize));
/** The same names inside a text: `name=value` of a form or a URL, `"name":"value"` of JSON, escaped or not. */
const nameInText = secretNames.map((name) => name.replaceAll('_', '[-_]?')).join('|');
const quotedPair = new RegExp(`((?<![a-z0-9])(?:${nameInText})\\\\*["']\\s*:\\s*\\\\*["'])[^"'\\\\]*`, 'gi');
const barePair = new RegExp(
  `((?<![a-z0-9])(?:${nameInText})(?:\\\\*["'])?\\s*[:=]\\s*)(?![\\s"'\\\\[])[^\\s&,;}"'\\\\]+`,
  'gi',
);
const bearer = /\b(Bearer|Basic)\s+[A-Za-z0-9+/=._~-]+/gi;
/** Card numbers have 15 or 16 digits here, with hyphens or spaces between or without. */
const cardLike = /(?<![\d-])\d{4}[- ]?\d{4,6}[- ]?\d{4,5}[- ]?\d{0,4}(?![\d-])/g;
/** User and password have an end: a text of nothing but beginnings would else be read to its end for each of them. */
const connectionPassword = /(\bpostgres(?:ql)?:\/\/[^:/@\s]{0,500}:)[^@\s]{0,500}@/gi;

const deepest = 8;
const longest = 100;

function normalize(name: string): string {
  return name.replace(/[-_]/g, '').toLowerCase();
}

export function isSecretName(name: string): boolean {
  return secretKeys.has(normalize(name));
}

/** Most texts are short words and ids: each pattern is tried only where the signs are that it can't do without. */
export function redactText(text: string): string {
  const hasPairs = /[:=]/.test(text);
  let safe = hasPairs ? text.replace(connectionPassword, `$1${redacted}@`) : text;
  if (/\s/.test(safe)) safe = safe.replace(bearer, `$1 ${redacted}`);
  if (hasPairs) safe = safe.replace(quotedPair, `$1${redacted}`).replace(barePair, `$1${redacted}`);
  return /\d{4}/.test(safe) ? safe.replace(cardLike, redactCard) : safe;
}

function redactCard(digits: string): string {
  const count = digits.replace(/\D/g, '').length;
  return count === 15 || count === 16 ? redacted : digits;
}

/** A copy of anything that is fit for a log: without secrets, without cycles, and never bigger than a log line may be. */
export function redactValue(value: unknown, depth = 0, above: readonly object[] = []): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return typeof value === 'function' ? '[function]' : value;
  if (value instanceof Date) return value;
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (above.includes(value)) return '[circular]';
  if (depth >= deepest) return '[too deep]';
  const path = [...above, value];
  const inner = (each: unknown): unknown => redactValue(each, depth + 1, path);
  if (Array.isArray(value)) return value.slice(0, longest).map(inner);
  if (value instanceof Map) return inner(Object.fromEntries(value));
  if (value instanceof Set) return inner([...value]);
  if (value instanceof Error) return redactError(value, inner);
  return redactEntries(Object.entries(summary(value) ?? value), inner);
}

function redactEntries(entries: readonly (readonly [string, unknown])[], inner: (each: unknown) => unknown): object {
  return Object.fromEntries(
    entries
      .slice(0, longest)
      .map(([name, each]) => [
        name,
        isSecretName(name) && each != null ? redacted : isOrder(name, each) ? each : inner(each),
      ]),
  );
}

/**
 * An order's number of the merchant's own, by which a log is searched: many are a date and a counter, of as many digits as a
 * card's. It is kept unless it could be a card's number by its first digits and its check digit (ISO/IEC 7812); of those
 * that begin with 9, which are domestic cards, not even the check digit is relied upon.
 */
function isOrder(name: string, value: unknown): boolean {
  if (name !== 'merchant_uid' || typeof value !== 'string' || !/^\d{15,16}$/.test(value)) return false;
  return !(value.startsWith('9') || (/^(?:[34567]|2[2-7])/.test(value) && hasCheckDigit(value)));
}

/** The Luhn algorithm. */
function hasCheckDigit(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, at) => {
    const number = Number(digit) * (at % 2 === 0 ? 1 : 2);
    return total + (number > 9 ? number - 9 : number);
  }, 0);
  return sum % 10 === 0;
}

/** No prototype: pino's own serializer for errors then takes the type from `type` rather than from the copy's class. */
function redactError(error: Error, inner: (each: unknown) => unknown): object {
  return Object.assign(Object.create(null), {
    type: error.name,
    name: error.name,
    message: redactText(error.message),
    stack: redactText(error.stack ?? ''),
    ...redactEntries(
      Object.entries(error).filter(([name]) => name !== 'stack' && name !== 'message' && name !== 'name'),
      inner,
    ),
    ...(error.cause === undefined ? {} : { cause: inner(error.cause) }),
  });
}

/** Requests and responses of the HTTP stack hold sockets and buffers; a log is served by what identifies them. */
function summary(value: object): object | undefined {
  if (!('url' in value || 'statusCode' in value) || Object.getPrototypeOf(value) === Object.prototype) return undefined;
  const source = value as Record<string, unknown>;
  return Object.fromEntries(
    ['id', 'method', 'url', 'ip', 'statusCode'].filter((name) => name in source).map((name) => [name, source[name]]),
  );
}
