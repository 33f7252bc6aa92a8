import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * What a simulator's book holds for the next one that opens it, should the simulator be killed at this moment: read from a copy of its
 * files, since nobody else may open the book itself.
 */
export function readLeftBook<Result>(bookFile: string, read: (book: DatabaseSync) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), 'hwanbul-left-book-'));
  const copy = join(folder, 'book.sqlite');
  try {
    for (const end of ['', '-wal'].filter((each) => existsSync(bookFile + each))) cpSync(bookFile + end, copy + end);
    const book = new DatabaseSync(copy);
    try {
      return read(book);
    } finally {
      book.close();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
