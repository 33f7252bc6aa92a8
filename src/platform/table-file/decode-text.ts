import { decodeEucKr } from '../charset/euc-kr.ts';
import { type Text, text } from '../language/text.ts';

/** A file's text, or why it is none. */
export type DecodedText = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly problem: Text };

const zipHead = Buffer.from('PK\u0003\u0004', 'latin1');
const oldExcelHead = Buffer.from([0xd0, 0xcf, 0x11, 0xe0]);

/**
 * The text of what a spreadsheet program has saved: UTF-8 where it is that, or else what such programs write in Korea, CP949,
 * or UTF-16 with its mark. Korean text in CP949 is as good as never valid UTF-8.
 */
export function decodeTextFile(bytes: Buffer): DecodedText {
  if (bytes.subarray(0, 4).equals(zipHead) || bytes.subarray(0, 4).equals(oldExcelHead)) {
    return {
      ok: false,
      problem: text(
        'it is a workbook of a spreadsheet program, whatever its name says: save it as CSV',
        '이름과 달리 엑셀 통합 문서입니다. CSV로 저장하세요',
      ),
    };
  }
  const decoded = decode(bytes);
  if (decoded !== undefined) return { ok: true, text: decoded };
  return {
    ok: false,
    problem: text(
      'it is neither UTF-8 nor CP949 (EUC-KR): save it as CSV UTF-8',
      'UTF-8도 CP949(EUC-KR)도 아닙니다. CSV UTF-8로 저장하세요',
    ),
  };
}

function decode(bytes: Buffer): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const decoded = decodeEucKr(bytes);
    return decoded.includes('\uFFFD') ? undefined : decoded;
  }
}
