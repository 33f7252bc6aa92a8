import { createLiveGuard } from '../core/webhooks/address-guard.ts';
import { serverClockForAll } from '../platform/clock/merchant-clocks.ts';
import { version } from '../platform/version.ts';
import { createExchangeLog } from '../port/exchange-log.ts';
import { createGatewayHttpClient } from '../port/http-client.ts';
import { loadMerchantsFile } from './merchants-file.ts';
import type { Mode, ModeParts } from './mode.ts';
import { numberOfProcess } from './processes.ts';
import { tellChannels } from './tell-channels.ts';

/** Real money: the merchants are those of the file, the time is the server's, and nothing of a sandbox is there. */
export function createLiveMode({ clock, log }: ModeParts): Mode {
  return {
    async open(settings, _, createServices) {
      const services = createServices({
        clocks: serverClockForAll(clock),
        http: createGatewayHttpClient({ loopbackOnly: false, log: createExchangeLog(log) }),
        webhookGuard: createLiveGuard(),
        showsTestPayments: false,
        asksForOperator: true,
      });
      const channels = await loadMerchantsFile(services, settings);
      // Of several processes the first one speaks for all.
      if ((numberOfProcess() ?? 1) === 1) tellChannels(log, channels);
      return { services, routes: [], rounds: [], bodyExamples: {}, async listening() {}, async running() {} };
    },
    banner: (url) => `Hwanbul ${version} (live) is listening on ${url}`,
    async close() {},
  };
}
