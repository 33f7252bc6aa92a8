import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Rig } from './rig.ts';

/** The simulator's book has `kept`, in whatever file, and nothing of the secrets. */
export function assertNotKept({ bookFile }: Rig, kept: string, secrets: readonly string[]): void {
  const directory = dirname(bookFile);
  const files = readdirSync(directory).map((file) => readFileSync(join(directory, file)));
  assert.ok(
    files.some((bytes) => bytes.includes(kept)),
    'the payment itself is in these files',
  );
  for (const bytes of files) {
    for (const text of secrets) assert.ok(!bytes.includes(text), text);
  }
}
