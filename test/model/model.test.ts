import { randomInt } from 'node:crypto';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import type { Sandbox } from '../kit/sandbox.ts';
import { steps } from './commands.ts';
import { newKeyReference } from './key-reference.ts';
import type { Reference } from './reference.ts';
import { newSystem, startSystem } from './system.ts';

const seed = Number(process.env.TEST_SEED ?? randomInt(2 ** 31));
const runs = Number(process.env.TEST_RUNS ?? 96);
/** Most of a run is spent waiting, so several merchants go about their business at once, in one server. */
const merchants = 8;

let sandbox: Sandbox;
before(async () => {
  sandbox = await startSystem();
});
after(() => sandbox?.close());

test(`whatever is asked for in whatever order, and whatever goes wrong, our book and the gateways' books agree (TEST_SEED=${seed})`, async (t) => {
  t.diagnostic(`seed ${seed}, ${runs} sequences`);
  const property = fc.asyncProperty(fc.commands(steps, { maxCommands: 24, size: 'max' }), async (commands) => {
    const setup = async () => {
      const reference: Reference = { payments: [], keys: newKeyReference() };
      return { model: reference, real: await newSystem(sandbox) };
    };
    await fc.asyncModelRun(setup, commands);
  });
  const perMerchant = Math.ceil(runs / merchants);
  const endings = await Promise.allSettled(
    Array.from({ length: merchants }, (_, index) =>
      fc.assert(property, { seed: seed + index, numRuns: perMerchant, interruptAfterTimeLimit: 240_000 }),
    ),
  );
  const failed = endings.find((ending) => ending.status === 'rejected');
  if (failed) throw new Error(`run again with TEST_SEED=${seed} TEST_RUNS=${runs}`, { cause: failed.reason });
});
