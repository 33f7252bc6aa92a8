import type { Services } from '../core/services.ts';
import { createLiveGuard } from '../core/webhooks/address-guard.ts';
import { serverClockForAll } from '../platform/clock/merchant-clocks.ts';
import { type Settings, SettingsError } from '../platform/settings/settings.ts';
import { version } from '../platform/version.ts';
import { createExchangeLog } from '../port/exchange-log.ts';
import { createGatewayHttpClient } from '../port/http-client.ts';
import { complaintAbout } from './complaint.ts';
import { tellFirstOwnerLinks } from './first-owner.ts';
import { type AppliedFile, applyMerchantsFile } from './merchants-file/apply.ts';
import { tellApplied } from './merchants-file/tell.ts';
import type { Mode, ModeParts } from './mode.ts';
import { numberOfProcess } from './processes.ts';
import { tellChannels } from './tell-channels.ts';
import { unsafeFilesIn } from './unsafe-in-live.ts';

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
      const path = settings.merchantsFile;
      if (path === undefined) throw new SettingsError('MERCHANTS_FILE must name the file of merchants in live mode');
      // Of several processes the first one alone: the others, and those that take the place of one, find it in the database.
      if ((numberOfProcess() ?? 1) === 1) {
        const applied = await applyMerchantsFile(services, path);
        tellApplied(log, path, applied);
        const channels = applied.merchantIds.map((id) => services.channels.ofMerchant(id));
        tellChannels(log, (await Promise.all(channels)).flat());
      }
      let url = '';
      return {
        services,
        routes: [],
        rounds: [],
        bodyExamples: {},
        async listening(at) {
          url = at;
        },
        async running() {},
        reread: () => reread(services, settings, path, url),
      };
    },
    banner: (url) => `Hwanbul ${version} (live) is listening on ${url}`,
    async close() {},
  };
}

/** What can't be taken over is one line, and the server goes on as before. */
async function reread(services: Services, settings: Settings, path: string, url: string): Promise<void> {
  const { log } = services;
  const applied = await applySafeFile(services, settings, path).catch((error: unknown) => {
    const { lines, isUnexpected } = complaintAbout(error, settings);
    const what = { file: path, problems: lines };
    // Of an outage at the very end nobody knows whether it was before or after.
    if (isUnexpected)
      log.error({ ...what, err: error }, 'the file of merchants could not be taken over: send SIGHUP again');
    else log.error(what, 'the file of merchants can not be taken over, and everything stays as it was');
  });
  if (!applied) return;
  tellApplied(log, path, applied);
  await tellFirstOwnerLinks(services, settings, url, applied.added).catch((error: unknown) => {
    log.error({ err: error }, 'no link was made for the first owner of a new store: the next start makes one');
  });
}

async function applySafeFile(services: Services, settings: Settings, path: string): Promise<AppliedFile> {
  // As a start looks at them (`check-first.ts`).
  const unsafe = unsafeFilesIn(settings);
  if (unsafe.length > 0) throw new SettingsError(unsafe);
  return applyMerchantsFile(services, path);
}
