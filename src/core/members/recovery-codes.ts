import { createHash, randomInt } from 'node:crypto';
import type { Database } from '../../platform/database/pool.ts';

const codesAtOnce = 10;
/** Without letters and digits that are mistaken for each other. */
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';
const lettersOfCode = 16;

/** Fresh codes in place of those that were there. Their hashes need not be slow: there are 79 bits of chance in each. */
export async function makeRecoveryCodes(query: Database['query'], memberId: bigint): Promise<readonly string[]> {
  const codes = Array.from({ length: codesAtOnce }, newCode);
  await query('delete from recovery_codes where member_id = $1', [memberId]);
  await query('insert into recovery_codes (member_id, code_hash) select $1, unnest($2::bytea[])', [
    memberId,
    codes.map(recoveryCodeHash),
  ]);
  return codes;
}

/** As whoever has written it down may type it. */
export function recoveryCodeHash(code: string): Buffer {
  const plain = code.toLowerCase().replaceAll(/[\s-]/g, '');
  return createHash('sha256').update(`hwanbul recovery code ${plain}`).digest();
}

function newCode(): string {
  const letters = Array.from({ length: lettersOfCode }, () => alphabet[randomInt(alphabet.length)]).join('');
  return letters.replaceAll(/(.{4})(?=.)/g, '$1-');
}
