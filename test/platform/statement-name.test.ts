import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nameOfStatement } from '../../src/platform/database/statement-name.ts';

test('a statement without a name is called by its verb and its first table', () => {
  const names = {
    'select * from payments where imp_uid = $1': 'select payments',
    'SELECT "p".* FROM "payments" as "p"': 'select payments',
    "\n  update operations set state = 'in_doubt' where id = $1": 'update operations',
    'insert into outbox (id) values ($1) on conflict do update set id = 1': 'insert outbox',
    'delete from only sessions': 'delete sessions',
    'with dead as materialized (select owner from unnest($1::text[]) o) update schedules s set lease_of = null':
      'update schedules',
    'with given as (select 1) select count(*) from webhook_deliveries': 'select webhook_deliveries',
    'select extract(epoch from clock_timestamp())': 'select',
    'select id from sessions for update skip locked': 'select sessions',
    "select 1 -- from one merchant's, an update could be planned\n from payments where state = 'a'": 'select payments',
    '-- delete from all of it\n with given as (select 1) update payments set a = 1': 'update payments',
    begin: 'begin',
    '': 'statement',
  };
  for (const [text, name] of Object.entries(names)) assert.equal(nameOfStatement(text), name, text);
});

test('no value that stands in a text gets into its name', () => {
  for (const text of [
    "select 'hunter2' from 'hunter2'",
    "select 'from hunter2', 1",
    "insert into payments values ('from hunter2')",
    "update cards set number = 'hunter2' from (values ('hunter2')) v",
    '1234123412341234',
  ]) {
    assert.doesNotMatch(nameOfStatement(text), /hunter2|1234/, text);
  }
});
