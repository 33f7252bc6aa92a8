import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { systemClock } from '../../src/platform/clock/clock.ts';
import { createBeats, createPresence, isGoneSql, isTraitShown } from '../../src/platform/database/presence.ts';
import { until } from '../exactly-once/observations.ts';
import { createTestDatabase, type TestDatabase } from '../kit/database.ts';

let it: TestDatabase;
before(async () => {
  it = await createTestDatabase({ poolSize: 4 });
});
after(() => it.drop());

async function isGone(name: string): Promise<boolean> {
  const [row] = await it.database.query<{ gone: boolean }>(`select ${isGoneSql('$1::text')} as gone`, [name]);
  return row?.gone === true;
}

const kinds = { 'a lock of a session': createPresence, 'a row that is kept new': createBeats } as const;
for (const [kind, create] of Object.entries(kinds)) {
  test(`${kind} is a sign of life: it is seen with its traits from its beginning to its end, and not longer`, async () => {
    const trait = `trait of ${kind}`;
    const presence = create(it.database, `owner-of-${create.name}`, systemClock, [trait]);
    assert.equal(presence.shownName(), undefined);
    await presence.begin();
    const name = presence.shownName() ?? '';
    assert.equal(name, `present-owner-of-${create.name}`);
    assert.ok(presence.shownSinceMs() !== undefined);
    assert.equal(await isGone(name), false);
    assert.equal(await isGone('present-nobody'), true);
    assert.equal(await isTraitShown(it.database, trait), true);
    await presence.end();
    assert.deepEqual([presence.shownName(), presence.shownSinceMs()], [undefined, undefined]);
    await until('nothing of it is seen', async () => (await isGone(name)) && !(await isTraitShown(it.database, trait)));
  });
}

test('a row that nobody has kept new is the sign of somebody who has died, and one that is forgotten leaves', async () => {
  const put = (name: string, age: string) =>
    it.database.query(
      `insert into server_processes (name, traits, seen_at) values ($1, array['its trait'], clock_timestamp() - $2::interval)`,
      [name, age],
    );
  await put('present-silent', '3 seconds');
  await put('present-forgotten', '2 days');
  assert.equal(await isGone('present-silent'), true);
  assert.equal(await isTraitShown(it.database, 'its trait'), false);
  const living = createBeats(it.database, 'living', systemClock);
  await living.begin();
  const rows = await it.database.query<{ name: string }>('select name from server_processes order by name');
  assert.deepEqual(
    rows.map(({ name }) => name),
    ['present-living', 'present-silent'],
  );
  await living.end();
});
