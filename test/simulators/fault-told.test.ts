import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { tosspayments } from '../../src/gateways/tosspayments/module.ts';
import { systemClock } from '../../src/platform/clock/clock.ts';
import { createSimulatorControl } from '../../src/simulators/control.ts';
import { keyIn, tossClient } from '../gateways/tosspayments/kit.ts';
import { readLeftBook } from '../kit/left-book.ts';

test('a fault is told of when the file has it used up: a crash right after the line does not bring it back', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'hwanbul-told-'));
  const bookFile = join(directory, 'book.sqlite');
  const told: { readonly line: string; readonly remaining: unknown }[] = [];
  const sandbox = await tosspayments.sandbox();
  const createSimulator = await sandbox.simulator();
  const simulator = createSimulator({
    bookFile,
    port: 0,
    clock: systemClock,
    log: (line) => {
      const row = readLeftBook(bookFile, (left) =>
        left.prepare('select sum(remaining) as remaining from faults').get(),
      );
      told.push({ line, remaining: row?.remaining });
    },
  });
  await simulator.start();
  t.after(async () => {
    await simulator.close();
    await rm(directory, { recursive: true });
  });
  const control = createSimulatorControl(simulator.url);
  const mid = sandbox.mid('told');
  const credentials = sandbox.credentials(mid);
  await control.registerMerchant({ mid, credentials });
  const toss = tossClient(simulator.url, credentials.secretKey ?? '');
  const kinds = ['reject', 'slow', 'http_500', 'lost_answer'] as const;
  for (const kind of kinds) {
    await control.addFault({ operation: 'any', kind, delayMs: 1 });
    await toss.post('/v1/payments/key-in', keyIn(`order-${kind}`)).catch(() => {});
  }
  assert.deepEqual(
    told,
    kinds.map((kind) => ({ line: `tosspayments: approve meets the fault ${kind}`, remaining: 0 })),
  );
});
