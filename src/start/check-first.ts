import { makeWritableFolder, removeEmptyFolders } from '../platform/files/make-folder.ts';
import { createProblems } from '../platform/settings/problems.ts';
import { type Settings, SettingsError } from '../platform/settings/settings.ts';
import { fileErrorIn } from './complaint.ts';
import { assertCanListen } from './listening.ts';
import { unsafeFilesIn } from './unsafe-in-live.ts';

/**
 * What the settings name and what can be looked at without a database, before anything is started: whoever has to mend
 * something is told all of it, and soon.
 * @throws SettingsError
 */
export async function checkFirst(settings: Settings): Promise<void> {
  const problems = createProblems();
  let made: readonly string[] = [];
  const check = async (look: () => unknown): Promise<void> => {
    try {
      await look();
    } catch (error) {
      const told = error instanceof SettingsError ? error.problems : [fileErrorIn(settings, error)?.message];
      for (const problem of told) {
        if (problem === undefined) throw error;
        problems.note(problem);
      }
    }
  };
  await check(() => assertCanListen(settings));
  const { metricsPort, metricsHost } = settings;
  if (metricsPort !== undefined) {
    await check(() =>
      assertCanListen({
        host: metricsHost,
        port: metricsPort,
        names: { host: 'HWANBUL_METRICS_HOST', port: 'HWANBUL_METRICS_PORT' },
      }),
    );
  }
  if (settings.mode === 'live') {
    await check(() => {
      for (const why of unsafeFilesIn(settings)) problems.note(why);
    });
  }
  if (settings.mode === 'sandbox' || settings.databaseUrl === undefined) {
    await check(() => {
      made = makeWritableFolder(settings.dataDir, 0o700);
    });
  }
  const { merchantsFile, seedFile } = settings;
  if (merchantsFile !== undefined) {
    await check(async () => (await import('./merchants-file/read.ts')).summarizeMerchantsFile(merchantsFile));
  }
  if (seedFile !== undefined) {
    await check(async () => (await import('../sandbox/seed/plant-seed.ts')).readSeedFile(seedFile));
  }
  if (Object.keys(settings.simulators).length > 0 || settings.noticeSenders.length > 0) {
    await check(() => refuseUnknownGateways(settings));
  }
  if (problems.any()) removeEmptyFolders(made);
  problems.throwIfAny();
}

/** A name that is misspelt would be a setting that does nothing. */
async function refuseUnknownGateways({ simulators, noticeSenders }: Settings): Promise<void> {
  const { gateways } = await import('../gateways/registry.ts');
  const named = [
    ...Object.keys(simulators).map((provider) => ['HWANBUL_SIMULATORS', provider] as const),
    ...noticeSenders.map(({ provider }) => ['HWANBUL_NOTICE_SENDERS', provider] as const),
  ];
  const unknown = named.filter(([, provider]) => !gateways.has(provider));
  if (unknown.length === 0) return;
  const known = [...gateways.keys()].join(', ');
  throw new SettingsError(
    unknown.map(
      ([setting, provider]) => `${setting} names the gateway ${JSON.stringify(provider)}; there are ${known}.`,
    ),
  );
}
