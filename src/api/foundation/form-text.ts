import qs from 'qs';
import { Refusal } from '../../platform/errors/refusal.ts';
import { unescapedBytes, wrongCharset } from './charset.ts';

/** How many parameters one form or query may have, and how many elements one list. */
export const formParametersMax = 1_000;
/** How deep `a[b][c]` may go, as for JSON. */
export const nestingMax = 20;

const options: qs.IParseOptions = {
  depth: nestingMax,
  strictDepth: true,
  parameterLimit: formParametersMax,
  arrayLimit: formParametersMax,
  throwOnLimitExceeded: true,
  decoder: (text, _default, _charset, kind) => (kind === 'key' ? decodePart(text).trim() : decodePart(text)),
};

/**
 * Reads `a=1&b[]=2&c[d]=3`, of a form or a query, in PHP's notation. Spaces around a name are dropped: one client makes its
 * forms out of JSON text and leaves some there. What can't be read is a `malformed_body`, or `wrong_charset`.
 */
export function parseForm(text: string): Record<string, unknown> {
  if (text === '') return {};
  try {
    return qs.parse(text, options) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof Refusal) throw error;
    const tooDeep = error instanceof RangeError && error.message.includes('depth');
    if (tooDeep) throw new Refusal('body_too_deep');
    throw new Refusal('malformed_body', { problem: `파라미터 또는 목록의 요소가 ${formParametersMax}개를 넘습니다` });
  }
}

/**
 * The same client does not escape its values either, so a `%` that begins no escape stands for itself. Escapes that are
 * well formed but are not UTF-8 (EUC-KR, usually) are refused: passed on they would end up in somebody's records.
 */
function decodePart(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  if (!spaced.includes('%')) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    if (/%(?![0-9a-f]{2})/i.test(spaced)) return spaced;
    throw wrongCharset(unescapedBytes(spaced));
  }
}
