/** An element: with others in it, or with a text. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

const depthMax = 8;
const token = /<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)([A-Za-z_][\w.-]*)((?:\s+[\w.-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/y;
const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

type Open = { name: string; attributes: Record<string, string>; children: XmlElement[]; text: string };

/**
 * Reads as much of XML as Alipay's answers have: a declaration, elements, attributes in double quotation marks, texts, the five
 * entities. Everything else (a document type, comments, an element that has both a text and others) is no answer: `undefined`.
 */
export function readXml(document: string): XmlElement | undefined {
  const body = document.trim().replace(/^<\?xml [^<>]*\?>/, '');
  const root: Open = { name: '', attributes: {}, children: [], text: '' };
  const open: Open[] = [root];
  token.lastIndex = 0;
  for (let at = 0; at < body.length; at = token.lastIndex) {
    const [whole, cdata, closing, name, attributes = '', alone, text] = token.exec(body) ?? [];
    const current = open.at(-1);
    if (whole === undefined || !current) return undefined;
    if (name === undefined) {
      const plain = cdata ?? decoded(text ?? '');
      if (plain === undefined) return undefined;
      current.text += plain;
    } else if (closing) {
      if (current.name !== name || attributes || alone || !isWhole(current)) return undefined;
      open.pop();
    } else {
      const read = readAttributes(attributes);
      if (!read || open.length > depthMax) return undefined;
      const element: Open = { name, attributes: read, children: [], text: '' };
      current.children.push(element);
      if (!alone) open.push(element);
    }
  }
  const [only, another] = root.children;
  return open.length === 1 && isWhole(root) && !another ? only : undefined;
}

/** Between elements there is nothing but white space. */
function isWhole({ children, text }: Open): boolean {
  return children.length === 0 || text.trim() === '';
}

function readAttributes(text: string): Record<string, string> | undefined {
  const read = [...text.matchAll(/([\w.-]+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, decoded(value)]);
  return read.some(([, value]) => value === undefined) ? undefined : Object.fromEntries(read);
}

function decoded(text: string): string | undefined {
  const [first = '', ...rest] = text.split('&');
  let plain = first;
  for (const piece of rest) {
    const end = piece.indexOf(';');
    const character = characterOf(piece.slice(0, Math.max(end, 0)));
    if (character === undefined) return undefined;
    plain += character + piece.slice(end + 1);
  }
  return plain;
}

function characterOf(reference: string): string | undefined {
  const [, hexadecimal, decimal] = /^#(?:x([\da-fA-F]{1,6})|(\d{1,7}))$/.exec(reference) ?? [];
  if (hexadecimal === undefined && decimal === undefined) {
    return Object.hasOwn(entities, reference) ? entities[reference] : undefined;
  }
  const code = hexadecimal === undefined ? Number(decimal) : Number.parseInt(hexadecimal, 16);
  return code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}
