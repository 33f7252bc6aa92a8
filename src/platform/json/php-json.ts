/**
 * JSON as PHP's `json_encode` writes it without flags: compact, `\/` for a slash, `\uXXXX` in lower case for every UTF-16
 * unit outside ASCII. The real server's bodies were seen to be exactly this, and some clients compare lengths.
 * What JSON has no form for (`undefined`, a function, a bigint) is a defect of the caller and throws.
 */
export function phpJson(value: unknown): string {
  return JSON.stringify(value).replace(/[\u0080-\uffff]+|\//g, escapeRun);
}

function escapeRun(run: string): string {
  if (run === '/') return '\\/';
  let escaped = '';
  for (let at = 0; at < run.length; at++) escaped += `\\u${run.charCodeAt(at).toString(16).padStart(4, '0')}`;
  return escaped;
}
