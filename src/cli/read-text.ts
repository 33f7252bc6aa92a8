import { readFile, stat } from 'node:fs/promises';
import { text } from '../platform/language/text.ts';
import { decodeTextFile } from '../platform/table-file/decode-text.ts';
import { CliFailure } from './failure.ts';

export interface TextFile {
  readonly bytes: Buffer;
  readonly text: string;
}

const fileBytesMax = 64 * 1024 * 1024;

/** @throws CliFailure when it can't be read, is too large, or is no text. */
export async function readTextFile(path: string): Promise<TextFile> {
  const bytes = await readBytes(path);
  const decoded = decodeTextFile(bytes);
  if (decoded.ok) return { bytes, text: decoded.text };
  const { en, ko } = decoded.problem;
  throw new CliFailure(text(`${path}: ${en}.`, `${path}: ${ko}.`));
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
