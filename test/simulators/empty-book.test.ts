import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { openBook } from '../../src/simulators/book.ts';
import { putEmptyBook } from '../../src/simulators/empty-book.ts';

const directory = mkdtempSync(join(tmpdir(), 'hwanbul-books-'));
after(() => rmSync(directory, { recursive: true }));

const ownTable = 'create table if not exists own (name text primary key) strict';

/** What is in the file for others, and whether SQLite takes it for sound. */
function look(file: string) {
  const read = new DatabaseSync(file, { readOnly: true });
  const sound = read.prepare('pragma integrity_check').get();
  const tables = read.prepare('select type, name, sql from sqlite_master order by name').all();
  const mode = read.prepare('pragma journal_mode').get();
  const version = read.prepare('pragma user_version').get();
  read.close();
  return { sound, tables, mode, version };
}

test('a new book is the same whether it was made or copied, is its owner’s only, and leaves no draft', () => {
  // Of a process's books only the first is made.
  const [made, copied] = ['made', 'copied'].map((name) => join(directory, name, 'book.sqlite')) as [string, string];
  for (const file of [made, copied]) {
    mkdirSync(dirname(file));
    const book = openBook(file, ownTable);
    book.run(`insert into merchants (mid, credentials) values ('one', '{}')`);
    assert.equal(statSync(file).mode & 0o077, 0);
    book.close();
    assert.deepEqual(readdirSync(dirname(file)), ['book.sqlite']);
  }
  const seen = look(made);
  assert.deepEqual(seen.sound, Object.assign(Object.create(null), { integrity_check: 'ok' }));
  assert.ok(seen.tables.some(({ name }) => name === 'payments') && seen.tables.some(({ name }) => name === 'own'));
  assert.deepEqual(look(copied), seen);
  const third = join(directory, 'third.sqlite');
  putEmptyBook(third, () => assert.fail('a book was made although there was one to be copied'));
  assert.ok(existsSync(third));
});

test('what was in a book that is there already stays', () => {
  const file = join(directory, 'kept.sqlite');
  const first = openBook(file);
  first.run(`insert into facts (name, value) values ('kept', 'yes')`);
  first.close();
  const again = openBook(file);
  assert.equal(again.get(`select value from facts where name = 'kept'`)?.value, 'yes');
  again.close();
});

test('the log of a book that was taken away says nothing in the new one', () => {
  const file = join(directory, 'gone.sqlite');
  const lost = openBook(file);
  lost.run(`insert into facts (name, value) values ('lost', 'yes')`);
  // The process is killed here, as far as the files know; somebody removes the book and forgets its log.
  rmSync(file);
  const fresh = openBook(file);
  assert.equal(fresh.get('select count(*) as facts from facts')?.facts, 0n);
  fresh.close();
  assert.deepEqual(look(file).sound, Object.assign(Object.create(null), { integrity_check: 'ok' }));
});

test('a place where no book can be is told in one line', () => {
  const file = join(directory, 'file');
  writeFileSync(file, '');
  assert.throws(
    () => openBook(join(file, 'book.sqlite')),
    /^FileError: The book .*book\.sqlite can't be opened \([^\n]+$/,
  );
});

test('a book that another program has open is refused with what mends it, and is there for it once it is closed', () => {
  const file = join(directory, 'open.sqlite');
  const first = openBook(file);
  first.run(`insert into facts (name, value) values ('kept', 'yes')`);
  assert.throws(
    () => openBook(file),
    /^FileError: The book .*open\.sqlite can't be opened \(database is locked\): stop the/,
  );
  first.close();
  const next = openBook(file);
  assert.equal(next.get(`select value from facts where name = 'kept'`)?.value, 'yes');
  next.close();
});
