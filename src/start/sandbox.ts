import { createForeignCallerGuard } from '../api/sandbox/foreign-callers.ts';
import { sandboxRoutes } from '../api/sandbox/routes.ts';
import { demoKeyPair } from '../core/merchants/demo-key-pair.ts';
import { createSandboxGuard } from '../core/webhooks/address-guard.ts';
import { version } from '../platform/version.ts';
import { createExchangeLog } from '../port/exchange-log.ts';
import { createGatewayHttpClient } from '../port/http-client.ts';
import { demoUserCode } from '../sandbox/checkout/user-codes.ts';
import { restoreClocks } from '../sandbox/clocks/at-simulators.ts';
import { createHeldClocks } from '../sandbox/clocks/held-clocks.ts';
import { prepareDemoMerchant } from '../sandbox/merchants.ts';
import type { OwnSimulators } from '../sandbox/own-simulators.ts';
import { createPlantSeed, readSeedFile } from '../sandbox/seed/plant-seed.ts';
import { startSimulators, takeNoticesOf } from '../sandbox/simulators.ts';
import type { Mode, ModeParts } from './mode.ts';

/** No money at all: simulators in the place of the gateways, the demo merchant, clocks that can be moved, the control plane. */
export function createSandboxMode(own: OwnSimulators, { clock, log }: ModeParts): Mode {
  return {
    async open(settings, database, createServices) {
      const seed = settings.seedFile === undefined ? undefined : await readSeedFile(settings.seedFile);
      const heldClocks = createHeldClocks({ database, clock, log });
      const services = createServices({
        clocks: heldClocks,
        http: createGatewayHttpClient({ loopbackOnly: true, log: createExchangeLog(log) }),
        webhookGuard: createSandboxGuard(),
        // The real server hides them, which here would hide everything from a client that does not say.
        showsTestPayments: !settings.strictSandboxLookup,
        asksForOperator: false,
      });
      const simulators = await startSimulators(own, { dataDir: settings.dataDir, external: settings.simulators });
      await prepareDemoMerchant(services, simulators);
      await restoreClocks(services, simulators, heldClocks);
      const plantSeed = createPlantSeed(services, simulators);
      return {
        services,
        routes: [(app, services) => sandboxRoutes(app, services, { simulators, heldClocks, plantSeed })],
        rounds: [heldClocks.round],
        // The pair is public, and a token of it is what everything else is tried out with.
        bodyExamples: { getToken: { imp_key: demoKeyPair.impKey, imp_secret: demoKeyPair.impSecret } },
        guard: createForeignCallerGuard(settings),
        listening: (url) => takeNoticesOf(simulators, services, url),
        async running() {
          if (seed) await plantSeed(seed);
        },
      };
    },
    banner,
    close: () => own.close(),
  };
}

function banner(url: string): string {
  return [
    '',
    `Hwanbul ${version} (sandbox) is listening on ${url}`,
    `  browse the API   ${url}/docs`,
    `  try a payment    ${url}/shop`,
    `  imp_key          ${demoKeyPair.impKey}`,
    `  imp_secret       ${demoKeyPair.impSecret}`,
    `  IMP.init         ${demoUserCode}`,
    '',
    'A first call:',
    `  curl -s ${url}/users/getToken -d imp_key=${demoKeyPair.impKey} -d imp_secret=${demoKeyPair.impSecret}`,
    '',
  ].join('\n');
}
