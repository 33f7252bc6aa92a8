/** What the parser shows on either side of the place. */
const shownAround = 10;

/**
 * Where a text is no JSON, as `line 3`, for files that hold secrets: the parser's own message quotes what stands there.
 * `undefined`: the message does not tell.
 */
export function lineOfBrokenJson(text: string, error: unknown): string | undefined {
  const { message } = error as Error;
  const position = positionIn(text, message);
  return position === undefined ? undefined : `line ${text.slice(0, position).split('\n').length}`;
}

function positionIn(text: string, message: string): number | undefined {
  if (message.includes('end of JSON')) return text.length;
  const [, told] = / at position (\d+)/.exec(message) ?? [];
  if (told !== undefined) return Number(told);
  const [, cutOff, shown = ''] =
    /^Unexpected token .+?, (\.\.\.)?"(.*)"(?:\.\.\.)? is not valid JSON$/s.exec(message) ?? [];
  const at = shown === '' ? -1 : text.indexOf(shown);
  // A place that looks the same elsewhere is none.
  if (at < 0 || text.includes(shown, at + 1)) return undefined;
  return cutOff ? at + shownAround : at;
}
