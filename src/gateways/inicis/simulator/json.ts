/**
 * The very text of one member of a JSON object, as it stands in the body: v2's hash is made over the text of `data`, so that a
 * reader that writes it anew would check something else. The body must be JSON already. `undefined`: no such member, or it
 * comes twice.
 */
export function memberText(body: string, name: string): string | undefined {
  let found: string | undefined;
  let at = skipSpace(body, 0);
  if (body[at] !== '{') return undefined;
  at = skipSpace(body, at + 1);
  while (body[at] === '"') {
    const keyEnd = endOfString(body, at);
    const key: unknown = JSON.parse(body.slice(at, keyEnd));
    const start = skipSpace(body, skipSpace(body, keyEnd) + 1);
    const end = endOfValue(body, start);
    if (key === name) {
      if (found !== undefined) return undefined;
      found = body.slice(start, end).trimEnd();
    }
    at = skipSpace(body, end);
    if (body[at] !== ',') break;
    at = skipSpace(body, at + 1);
  }
  return found;
}

/** Letters beyond ASCII and slashes as themselves, which JSON may write either way. All other escapes stay. */
export function withoutNeedlessEscapes(json: string): string {
  return json.replace(/\\(?:u([0-9a-f]{4})|.)/gis, (written, hex: string | undefined) => {
    const unit = Number.parseInt(hex ?? '0', 16);
    return unit > 0x7f ? String.fromCharCode(unit) : written === '\\/' ? '/' : written;
  });
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && ' \t\n\r'.includes(text[at] ?? '')) at += 1;
  return at;
}

/** The position behind the closing quote. */
function endOfString(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

/** The position of the comma or bracket that ends the value. */
function endOfValue(text: string, from: number): number {
  let depth = 0;
  let at = from;
  while (at < text.length) {
    const character = text[at] ?? '';
    if (character === '"') {
      at = endOfString(text, at);
      continue;
    }
    if ('{['.includes(character)) depth += 1;
    if ('}]'.includes(character) && --depth < 0) return at;
    if (character === ',' && depth === 0) return at;
    at += 1;
  }
  return at;
}
