import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gatewaysDocument } from '../../src/documents/gateways.ts';
import type { GatewayModule } from '../../src/gateways/module.ts';
import { gateways } from '../../src/gateways/registry.ts';
import { standInCodes } from '../../src/gateways/stand-in/wire/codes.ts';
import type { Capabilities } from '../../src/port/capabilities.ts';
import { createGatewayCodes } from '../../src/port/codes.ts';

const root = new URL('../../', import.meta.url);

test('docs/gateways.md is what the capabilities say', async () => {
  assert.equal(readFileSync(new URL('docs/gateways.md', root), 'utf8'), await gatewaysDocument());
});

test('every gateway has a README that says what is inferred, and nothing claims to be live-tested', () => {
  for (const [provider, { gateway, folder }] of gateways) {
    const readme = new URL(`src/gateways/${folder}/README.md`, root);
    assert.ok(existsSync(readme), provider);
    assert.match(readFileSync(readme, 'utf8'), /inferred|stand-in/i);
    assert.equal(gateway.capabilities.liveTested, false);
  }
});

test('what is left of the skeleton has no live mode, and what is supported has a source', () => {
  for (const [provider, { gateway, folder }] of gateways) {
    const directory = new URL(`src/gateways/${folder}/`, root);
    const invented = readdirSync(directory, { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.(ts|md)$/.test(path))
      .filter((path) => readFileSync(new URL(path, directory), 'utf8').includes('INVENTED'));
    if (gateway.liveBaseUrl !== undefined) assert.deepEqual(invented, [], provider);
    const { payMethods, sources } = gateway.capabilities;
    const support = Object.values(payMethods).flatMap(({ operations }) => Object.values(operations));
    if (support.includes('supported')) assert.ok(sources.length > 0 && !sources[0]?.startsWith('none yet'), provider);
  }
});

test('every gateway stands in the overview, with what it has not tried and what is undocumented marked as such', async () => {
  const page = await gatewaysDocument();
  const rows = overviewRows(page);
  assert.deepEqual(
    rows.map((row) => row.gateway),
    [...gateways.keys()].map((provider) => `[${provider}](#${provider})`),
  );
  for (const row of rows) assert.equal(row['live-tested'], 'no');
  for (const { folder } of gateways.values()) {
    assert.ok(existsSync(new URL(`src/gateways/${folder}/`, root)), folder);
    assert.ok(page.includes(`(../src/gateways/${folder}/README.md)`), folder);
  }
  const galaxia = rows.find((row) => row.gateway?.startsWith('[galaxia]'));
  assert.equal(galaxia?.issue_barcode, '_cvs_');
  assert.equal(galaxia?.cancel, '–');
});

test('every setting of a merchant is listed, with its values and what a simulator alone is set to', async () => {
  const page = await gatewaysDocument();
  const row = cellsOf(page.slice(page.indexOf('| `apiVersion` ')))[0];
  assert.deepEqual(
    [row?.[0], ...(row?.slice(2) ?? [])],
    ['`apiVersion`', '`2022-07-27`', '`2022-11-16`, `1.4`', '`2022-11-16`'],
  );
  for (const { sandbox } of gateways.values()) {
    for (const { name, values } of (await sandbox()).settings ?? []) {
      assert.ok(page.includes(`| \`${name}\` `), name);
      for (const value of values) assert.ok(page.includes(`\`${value}\``), value);
    }
  }
});

test('every limit that capabilities can have is shown', async () => {
  const page = await gatewaysDocument(new Map([['example', exampleModule]]));
  const [row] = overviewRows(page);
  assert.deepEqual(
    [row?.cancel, row?.revoke_vbank, row?.approve, row?.['partial cancel'], row?.lookup, row?.['live mode']],
    ['card, vbank', '_vbank_', '–', 'card', 'by transaction id', 'yes'],
  );
  for (const line of [
    '- Live mode: `https://pay.example`',
    '- Banks, and what else means them here: 004 (BK04), 088',
    '- Banks that issue virtual accounts: 004 국민은행, 088 신한은행',
    '- Its notices come from: `192.0.2.1`, `192.0.2.2`',
    '[README](../src/gateways/example_folder/README.md)',
  ]) {
    assert.ok(page.includes(line), line);
  }
  const limits = cellsOf(page.slice(page.indexOf('cancelled until')));
  assert.deepEqual(
    limits.find(([payMethod]) => payMethod === 'card'),
    ['card', 'yes, at most 9 times', '6 months', '–', 'not needed', 'at once', '–', 'partial_cancel', 'a \\| b'],
  );
  assert.deepEqual(
    limits.find(([payMethod]) => payMethod === 'vbank'),
    [
      'vbank',
      'full only',
      '180 days',
      '23:00 to 06:00',
      'needed, with a telephone number',
      'when it has ended',
      'the gateway revokes it',
      'cancel, revoke_vbank',
      '',
    ],
  );
  assert.deepEqual(
    limits.find(([payMethod]) => payMethod === 'phone'),
    ['phone', '–', '–', '–', '–', '–', '–', '–', ''],
  );
});

test('every code of the stand-in stands in its README with its category, and the README names no other', () => {
  const readme = readFileSync(new URL('src/gateways/stand-in/README.md', root), 'utf8');
  const rows = [...readme.matchAll(/^\| `(S\d{3})` +\| .+ \| (\w+) +\|$/gm)];
  assert.deepEqual(
    rows.map(([, code, category]) => [code, category]),
    Object.entries(standInCodes).map(([code, { category }]) => [code, category]),
  );
});

test("every error of Toss's table stands in its README, and the README names no other", async () => {
  const { tossErrors } = await import('../../src/gateways/tosspayments/wire/errors.ts');
  const readme = readFileSync(new URL('src/gateways/tosspayments/README.md', root), 'utf8');
  const table = readme.slice(readme.indexOf('## Errors'));
  const rows = [...table.matchAll(/^\| `([A-Z_]+)` +\| (\d{3}) +\| (\w+) +\| (\w+) +\|$/gm)];
  assert.deepEqual(
    rows.map(([, code, status, category, source]) => [code, Number(status), category, source]),
    Object.entries(tossErrors).map(([code, { status, category, source }]) => [code, status, category, source]),
  );
});

const window = { cancelWindow: { kind: 'unlimited' }, refundAccount: 'none', receiptOnCancel: 'left_alone' } as const;
const exampleModule = {
  folder: 'example_folder',
  sandbox: async () => ({}),
  gateway: {
    liveBaseUrl: 'https://pay.example',
    codes: createGatewayCodes({
      banks: [
        ['004', 'BK04'],
        ['088', '088'],
      ],
      cards: [],
    }),
    capabilities: {
      payMethods: {
        card: {
          ...window,
          operations: { cancel: 'supported' },
          partialCancel: true,
          partialCancelsMax: 9,
          cancelWindow: { kind: 'months', months: 6 },
          undecidable: ['partial_cancel'],
          note: 'a | b',
        },
        vbank: {
          ...window,
          operations: { cancel: 'supported', revoke_vbank: 'undocumented', issue_receipt: 'supported' },
          partialCancel: false,
          cancelWindow: { kind: 'days', days: 180 },
          closedHours: { from: '23:00', until: '06:00' },
          refundAccount: 'required_with_tel',
          acceptedRefund: 'pending',
          receiptOnCancel: 'revoked_by_gateway',
          undecidable: ['cancel', 'revoke_vbank'],
        },
        phone: { ...window, operations: { pay_in_window: 'supported', cancel: 'unsupported' }, partialCancel: true },
      },
      currencies: ['KRW'],
      reason: { max: 100, unit: 'characters' },
      lookup: 'by_transaction_id',
      virtualAccountBanks: ['004', '088'],
      noticeSenders: ['192.0.2.1', '192.0.2.2'],
      sources: ['a manual'],
      sandboxTested: true,
      liveTested: false,
    } satisfies Capabilities,
  },
} as unknown as GatewayModule;

/** The rows of the overview, by the names of its columns. */
function overviewRows(page: string): Record<string, string>[] {
  const [head = [], , ...rows] = cellsOf(page.slice(page.indexOf('## Overview')));
  return rows
    .slice(
      0,
      rows.findIndex((row) => row.length === 0),
    )
    .map((row) => Object.fromEntries(head.map((name, at) => [name, row[at] ?? ''])));
}

/** The cells of each line; of a line outside a table none. */
function cellsOf(text: string): string[][] {
  const lines = text.slice(text.indexOf('|')).split('\n');
  return lines.map((line) =>
    line.startsWith('|')
      ? line
          .slice(2, -2)
          .split(/ (?<!\\)\| /)
          .map((cell) => cell.trim())
      : [],
  );
}
