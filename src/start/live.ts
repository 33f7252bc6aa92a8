import { serverClockForAll } from '../platform/clock/merchant-clocks.ts';
import { version } from '../platform/version.ts';
import { loadMerchantsFile } from './merchants-file.ts';
import type { Mode, ServerParts } from './mode.ts';

/** Real money: the merchants are those of the file, the time is the server's, and nothing of a sandbox is there. */
export function createLiveMode({ settings, clock }: ServerParts): Mode {
  return {
    clocks: serverClockForAll(clock),
    async open(services) {
      await loadMerchantsFile(services, settings);
      return { routes: [], rounds: [], async listening() {}, async running() {}, async close() {} };
    },
    banner: (url) => `Hwanbul ${version} (live) is listening on ${url}`,
  };
}
