import { isUtf8 } from 'node:buffer';
import { decodeEucKr } from './euc-kr.ts';

/**
 * What the bytes of a text that is not UTF-8 look like, for a message: `EUC-KR` also for the characters that Microsoft's code
 * page 949 adds to it. `undefined`: they are UTF-8 after all, or nothing that Korean programs write.
 */
export function guessCharset(bytes: Buffer): 'EUC-KR' | 'UTF-16' | undefined {
  if (isUtf8(bytes)) return undefined;
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return 'UTF-16';
  return decodeEucKr(bytes).includes('\ufffd') ? undefined : 'EUC-KR';
}
