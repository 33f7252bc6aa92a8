import { readFile, stat } from 'node:fs/promises';
import { decodeEucKr } from '../../platform/charset/euc-kr.ts';
import { CliFailure } from '../failure.ts';
import { text } from '../language/text.ts';

export interface TextFile {
  readonly bytes: Buffer;
  readonly text: string;
}

const fileBytesMax = 64 * 1024 * 1024;

/** @throws CliFailure when it can't be read, is too large, or is no text. */
export async function readTextFile(path: string): Promise<TextFile> {
  const bytes = await readBytes(path);
  if (bytes.subarray(0, 4).equals(zipHead) || bytes.subarray(0, 4).equals(oldExcelHead)) {
    throw new CliFailure(
      text(
        `${path} is a workbook of a spreadsheet program, whatever its name says: save it as CSV.`,
        `${path}은(는) 이름과 달리 엑셀 통합 문서입니다. CSV로 저장하세요.`,
      ),
    );
  }
  const decoded = decode(bytes);
  if (decoded === undefined) {
    throw new CliFailure(
      text(
        `${path} is neither UTF-8 nor CP949 (EUC-KR): save it as CSV UTF-8.`,
        `${path}이(가) UTF-8도 CP949(EUC-KR)도 아닙니다. CSV UTF-8로 저장하세요.`,
      ),
    );
  }
  return { bytes, text: decoded };
}

const zipHead = Buffer.from('PK\u0003\u0004', 'latin1');
const oldExcelHead = Buffer.from([0xd0, 0xcf, 0x11, 0xe0]);

/**
 * UTF-8 where it is that, or else what spreadsheet programs write in Korea: CP949, or UTF-16 with its mark. Korean text in CP949
 * is as good as never valid UTF-8.
 */
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

async function readBytes(path: string): Promise<Buffer> {
  try {
    const { size } = await stat(path);
    if (size <= fileBytesMax) return await readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CliFailure(text(`${path} can not be read (${code}).`, `${path}을(를) 읽을 수 없습니다(${code}).`));
  }
  const most = fileBytesMax / 1024 / 1024;
  throw new CliFailure(
    text(`${path} is larger than ${most} MiB: split it.`, `${path}이(가) ${most} MiB보다 큽니다. 나누어 주세요.`),
  );
}
