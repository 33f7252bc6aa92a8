const escapes: string[] = [];

/**
 * JSON as PHP's `json_encode` writes it without flags: compact, `\/` for a slash, `\uXXXX` in lower case for every UTF-16
 * unit outside ASCII. The real server's bodies were seen to be exactly this, and some clients compare lengths.
 * What JSON has no form for (`undefined`, a function, a bigint) is a defect of the caller and throws.
 */
export function phpJson(value: unknown): string {
  return JSON.stringify(value).replace(/[\u0080-\uffff/]/g, escapeUnit);
}

function escapeUnit(unit: string): string {
  const code = unit.charCodeAt(0);
  escapes[code] ??= unit === '/' ? '\\/' : `\\u${code.toString(16).padStart(4, '0')}`;
  return escapes[code];
}
