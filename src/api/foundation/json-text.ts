import { Refusal } from '../../platform/errors/refusal.ts';
import { nestingMax } from './form-text.ts';

const quote = 0x22;
const backslash = 0x5c;
const openList = 0x5b;
const closeList = 0x5d;
const openObject = 0x7b;
const closeObject = 0x7d;

/** Parses JSON whose depth has been looked at before: a parser would already have recursed when it notices. */
export function parseJson(bytes: Uint8Array, text: string): unknown {
  if (isTooDeep(bytes)) throw new Refusal('body_too_deep');
  try {
    return JSON.parse(text);
  } catch {
    const problem = text.startsWith('\ufeff') ? 'BOM(U+FEFF)으로 시작합니다' : 'JSON 문법 오류';
    throw new Refusal('malformed_body', { problem });
  }
}

function isTooDeep(bytes: Uint8Array): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (inString) {
      if (byte === backslash) at++;
      else if (byte === quote) inString = false;
    } else if (byte === quote) {
      inString = true;
    } else if (byte === openList || byte === openObject) {
      if (++depth > nestingMax) return true;
    } else if (byte === closeList || byte === closeObject) {
      depth--;
    }
  }
  return false;
}
