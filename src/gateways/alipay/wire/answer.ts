import type { Fields } from './sign.ts';
import { readXml, type XmlElement } from './xml.ts';

export interface AlipayAnswer {
  /** `T`: the request was taken, which says nothing of what it is about. */
  readonly isTaken: boolean;
  /** With `F`. */
  readonly error: string;
  /** Names and values of what Alipay says that it was asked, where it says so; a name may be there twice. */
  readonly asked: readonly (readonly [name: string, value: string])[];
  /** What it tells: empty where it tells nothing but that. */
  readonly told: Fields;
}

/**
 * `<alipay>` with `is_success`, then `error`, or `request` with a `param` for each parameter and `response` with one element that
 * has the fields in it (`trade` of a payment, `alipay` of a refund). Source: recorded answers in public clients' tests; that a
 * refund's are in `alipay` is general knowledge, and not relied on. `undefined`: not of that form.
 */
export function readAnswer(text: string): AlipayAnswer | undefined {
  const root = readXml(text);
  if (root?.name !== 'alipay') return undefined;
  const success = only(root, 'is_success')?.text.trim();
  const error = only(root, 'error')?.text.trim() ?? '';
  if (success !== 'T' && (success !== 'F' || error === '')) return undefined;
  const request = only(root, 'request');
  const response = only(root, 'response');
  const [record, another] = response?.children ?? [];
  if (another) return undefined;
  const asked = (request?.children ?? []).map((param) => [param.attributes.name ?? '', param.text.trim()] as const);
  const told = fieldsOf(record?.children ?? []);
  return told && { isTaken: success === 'T', error, asked, told };
}

/** The element of that name; none where there are two. */
function only({ children }: XmlElement, name: string): XmlElement | undefined {
  const [found, another] = children.filter((child) => child.name === name);
  return another ? undefined : found;
}

/** `undefined`: a field is there twice. */
function fieldsOf(elements: readonly XmlElement[]): Fields | undefined {
  const fields = elements.map(({ name, text }) => [name, text.trim()] as const);
  return new Set(fields.map(([name]) => name)).size === fields.length ? Object.fromEntries(fields) : undefined;
}
