/**
 * The shop's address with what came of the window: behind a query that is there, and before the hash. The names, and their order, are
 * those that i'mport's window was seen to send.
 */
export function withResult(address: string, result: Readonly<Record<string, string | undefined>>): string {
  const [, before = '', hash = ''] = /^([^#]*)(#.*)?$/s.exec(address) ?? [];
  const query = Object.entries(result)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`]))
    .join('&');
  const joint = !before.includes('?') ? '?' : /[?&]$/.test(before) ? '' : '&';
  return `${before}${joint}${query}${hash}`;
}
