import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gatewaysDocument } from '../../src/documents/gateways.ts';
import { gateways } from '../../src/gateways/registry.ts';

const root = new URL('../../', import.meta.url);

test('docs/gateways.md is what the capabilities say', () => {
  assert.equal(readFileSync(new URL('docs/gateways.md', root), 'utf8'), gatewaysDocument());
});

test('every gateway has a README that says what is inferred, and nothing claims to be live-tested', () => {
  for (const [provider, { gateway }] of gateways) {
    const readme = new URL(`src/gateways/${provider}/README.md`, root);
    assert.ok(existsSync(readme), provider);
    assert.match(readFileSync(readme, 'utf8'), /inferred|stand-in/i);
    assert.equal(gateway.capabilities.liveTested, false);
  }
});

test("every error of Toss's table stands in its README, and the README names no other", async () => {
  const { tossErrors } = await import('../../src/gateways/tosspayments/errors.ts');
  const readme = readFileSync(new URL('src/gateways/tosspayments/README.md', root), 'utf8');
  const table = readme.slice(readme.indexOf('## Errors'));
  const rows = [...table.matchAll(/^\| `([A-Z_]+)` +\| (\d{3}) +\| (\w+) +\| (\w+) +\|$/gm)];
  assert.deepEqual(
    rows.map(([, code, status, category, source]) => [code, Number(status), category, source]),
    Object.entries(tossErrors).map(([code, { status, category, source }]) => [code, status, category, source]),
  );
});
