import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

/** What a book is in which nothing stands, byte for byte: a sandbox has dozens of books, and SQLite need make their tables once only. */
let bytes: Buffer | undefined;

/**
 * Puts an empty book where there is none. Whatever is in the way is left alone, and left to be told to whoever opens the file: all that is
 * lost then is time. `make` makes one in a file of the given name, and has closed it when it returns.
 */
export function putEmptyBook(file: string, make: (draft: string) => void): void {
  // A log without its book: SQLite knows that it has to throw it away, as long as the book is not there either.
  if (existsSync(file) || existsSync(`${file}-wal`)) return;
  try {
    putBy(`${file}.new`, file, make);
  } catch {
    // See above.
  }
}

function putBy(draft: string, file: string, make: (draft: string) => void): void {
  // A killed process may have left its own.
  for (const end of ['', '-wal', '-shm']) rmSync(draft + end, { force: true });
  try {
    if (bytes) {
      writeFileSync(draft, bytes, { mode: 0o600, flag: 'wx' });
    } else {
      make(draft);
      bytes = readFileSync(draft);
    }
    // Whole, or not at all, and never over what another process has begun meanwhile.
    linkSync(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
}
