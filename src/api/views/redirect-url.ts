/**
 * The shop's address with what came of the window: behind a query that is there, and before the hash. The names, and their order, are
 * those that i'mport's window was seen to send.
 */
export function withResult(address: string, result: Readonly<Record<string, string | undefined>>): string {
  const [, before = '', hash = ''] = /^([^#]*)(#.*)?$/s.exec(writtenOut(address)) ?? [];
  const query = Object.entries(result)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`]))
    .join('&');
  const joint = !before.includes('?') ? '?' : /[?&]$/.test(before) ? '' : '&';
  return `${before}${joint}${query}${hash}`;
}

/** As a browser reads it, and so that it may stand in a header: nothing around it, no line breaks, and the UTF-8 of what is not ASCII. */
function writtenOut(address: string): string {
  return address
    .toWellFormed()
    .replace(/^[^!-\uffff]+|[^!-\uffff]+$|[\t\r\n]/g, '')
    .replace(/[^!-~]+/g, encodeURIComponent);
}
