import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { systemClock } from '../../../src/platform/clock/clock.ts';
import { observe, recordOf } from '../../contract/observed.ts';
import { createApiClient } from '../../kit/api-client.ts';
import { demoSession, join } from '../../kit/console-client.ts';
import { type Sandbox, startSandbox } from '../../kit/sandbox.ts';

const record = recordOf(import.meta.url);
let sandbox: Sandbox;
let observer: Awaited<ReturnType<typeof observe>>;
let offsetMs = 0;
before(async () => {
  sandbox = await startSandbox({ clock: { ...systemClock, now: () => new Date(Date.now() + offsetMs) } });
  observer = await observe(sandbox.url, record);
});
after(() => sandbox?.close());

async function newShop() {
  const { imp_key, imp_secret } = (await createApiClient(sandbox.url).post('/sandbox/merchants')).response;
  const token = (secret: string) =>
    createApiClient(sandbox.url).post('/users/getToken', { imp_key, imp_secret: secret });
  const shop = await createApiClient(sandbox.url).logIn(imp_key, imp_secret);
  return { imp_key, imp_secret, token, shop, developer: observer.watchOurs(await join(shop, 'developer')) };
}

test('the old secret is taken until the grace ends and not after; the new one at once; when each was used is told', async () => {
  const { imp_key, imp_secret, token, shop, developer } = await newShop();
  const rotated = await developer.post('/api-keys/rotate', { grace: '1h' });
  assert.equal(rotated.code, 0, rotated.text);
  const fresh = rotated.response.imp_secret;
  assert.notEqual(fresh, imp_secret);
  assert.equal((await token(imp_secret)).code, 0);
  assert.equal((await token(fresh)).code, 0);
  assert.equal((await shop.get('/payments/status/all')).code, 0);
  const keys = (await developer.get('/api-keys')).response;
  assert.equal(keys.imp_key, imp_key);
  assert.ok(keys.last_used_at > 0 && keys.previous.last_used_at > 0 && keys.previous.until > keys.changed_at);
  assert.ok(!JSON.stringify(keys).includes(fresh));
  offsetMs += 3_600_001;
  assert.equal((await token(imp_secret)).error, 'credentials_wrong');
  assert.equal((await token(fresh)).code, 0);
  assert.equal((await developer.get('/api-keys')).response.previous, null);
  const audited = JSON.stringify((await developer.get('/member-audit')).response.list);
  assert.ok(audited.includes('rotateApiKeys') && !audited.includes(fresh));
});

test('without a grace the old secret and its token end; two rotations at once leave one secret and the one before it', async () => {
  const { imp_secret, token, shop, developer } = await newShop();
  const first = await developer.post('/api-keys/rotate', { grace: 'now' });
  assert.equal(first.response.previous_until, 0);
  assert.equal((await token(imp_secret)).error, 'credentials_wrong');
  assert.deepEqual(
    await sandbox.database.query(
      'select 1 from access_tokens t join merchants m on m.id = t.merchant_id where m.imp_key = $1',
      [first.response.imp_key],
    ),
    [],
  );
  assert.ok(shop);
  const both = await Promise.all([1, 2].map(() => developer.post('/api-keys/rotate', { grace: '1d' })));
  const secrets = [first, ...both].map(({ response }) => response.imp_secret);
  const taken = await Promise.all(secrets.map(async (secret) => (await token(secret)).code === 0));
  assert.deepEqual(taken, [false, true, true]);
});

test('who may not, and the demo merchant, get no new keys', async () => {
  const { shop } = await newShop();
  const manager = await join(shop, 'manager');
  assert.equal((await manager.post('/api-keys/rotate', { grace: 'now' })).error, 'member_not_allowed');
  assert.equal((await manager.get('/api-keys')).error, 'member_not_allowed');
  const owner = await demoSession(sandbox.url);
  assert.equal((await owner.post('/api-keys/rotate', { grace: 'now' })).error, 'keys_of_demo');
});

test('record', (context) => record.hold(context));
