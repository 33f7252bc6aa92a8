import { sandboxRoutes } from '../api/sandbox/routes.ts';
import { version } from '../platform/version.ts';
import { restoreClocks } from '../sandbox/clocks/at-simulators.ts';
import { createHeldClocks } from '../sandbox/clocks/held-clocks.ts';
import { demoKeyPair, prepareDemoMerchant } from '../sandbox/merchants.ts';
import { createPlantSeed, readSeedFile } from '../sandbox/seed/plant-seed.ts';
import { startSimulators, takeNoticesOf } from '../sandbox/simulators.ts';
import type { Mode, ServerParts } from './mode.ts';

/** No money at all: simulators in the place of the gateways, the demo merchant, clocks that can be moved, the control plane. */
export async function createSandboxMode({ settings, database, clock, log }: ServerParts): Promise<Mode> {
  const seed = settings.seedFile === undefined ? undefined : await readSeedFile(settings.seedFile);
  const heldClocks = createHeldClocks({ database, clock, log });
  return {
    clocks: heldClocks,
    async open(services) {
      const simulators = await startSimulators({
        dataDir: settings.dataDir,
        external: settings.simulators,
        clock,
        log,
      });
      await prepareDemoMerchant(services, simulators);
      await restoreClocks(services, simulators, heldClocks);
      const plantSeed = createPlantSeed(services, simulators);
      return {
        routes: [(app, services) => sandboxRoutes(app, services, { simulators, heldClocks, plantSeed })],
        rounds: [heldClocks.round],
        listening: (url) => takeNoticesOf(simulators, services, url),
        async running() {
          if (seed) await plantSeed(seed);
        },
        async close() {
          await simulators.close();
        },
      };
    },
    banner,
  };
}

function banner(url: string): string {
  return [
    '',
    `Hwanbul ${version} (sandbox) is listening on ${url}`,
    `  browse the API   ${url}/docs`,
    `  imp_key          ${demoKeyPair.impKey}`,
    `  imp_secret       ${demoKeyPair.impSecret}`,
    '',
    'A first call:',
    `  curl -s ${url}/users/getToken -d imp_key=${demoKeyPair.impKey} -d imp_secret=${demoKeyPair.impSecret}`,
    '',
  ].join('\n');
}
