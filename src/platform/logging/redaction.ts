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
const connectionPassword = /(\bpostgres(?:ql)?:\/\/[^:/@\s]*:)[^@\s]*@/gi;

const deepest = 8;
const longest = 100;

function normalize(name: string): string {
  return name.replace(/[-_]/g, '').toLowerCase();
}

export function isSecretName(name: string): boolean {
  return secretKeys.has(normalize(name));
}

export function redactText(text: string): string {
  return text
    .replace(connectionPassword, `$1${redacted}@`)
    .replace(bearer, `$1 ${redacted}`)
    .replace(quotedPair, `$1${redacted}`)
    .replace(barePair, `$1${redacted}`)
    .replace(cardLike, (digits) => {
      const count = digits.replace(/\D/g, '').length;
      return count === 15 || count === 16 ? redacted : digits;
    });
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
      .map(([name, each]) => [name, isSecretName(name) && each != null ? redacted : inner(each)]),
  );
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
