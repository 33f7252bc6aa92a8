import { join } from 'node:path';
import type { Services } from '../core/services.ts';
import { gateways } from '../gateways/registry.ts';
import { Refusal } from '../platform/errors/refusal.ts';
import { makeFolder } from '../platform/files/make-folder.ts';
import { isLoopbackUrl } from '../platform/loopback.ts';
import { createSimulatorControl, type SimulatorControl, SimulatorUnavailable } from '../simulators/control.ts';
import type { GatewaySandbox } from '../simulators/sandbox.ts';
import type { OwnSimulators } from './own-simulators.ts';

export interface SandboxSimulator {
  readonly provider: string;
  readonly url: string;
  readonly control: SimulatorControl;
  /** The gateway's own: MIDs and credentials that the simulator is given. */
  readonly sandbox: GatewaySandbox;
}

export interface Simulators {
  readonly all: readonly SandboxSimulator[];
  /** Throws a refusal for a gateway that there is none of. */
  of(provider: string): SandboxSimulator;
}

interface SimulatorsWanted {
  readonly dataDir: string;
  /** Those that run elsewhere. */
  readonly external: Readonly<Record<string, string>>;
}

/**
 * One simulator per gateway. Each has its own listener and its own book, which outlive this process's memory; one that runs
 * elsewhere on this machine already (setting HWANBUL_SIMULATORS) is used instead of starting another.
 */
export async function startSimulators(own: OwnSimulators, wanted: SimulatorsWanted): Promise<Simulators> {
  return simulatorsAt(await startOwnSimulators(own, wanted));
}

/** Where each gateway's simulator listens, once those that run here do. */
export async function startOwnSimulators(
  own: OwnSimulators,
  { dataDir, external }: SimulatorsWanted,
): Promise<Readonly<Record<string, string>>> {
  const folder = join(dataDir, 'simulators');
  makeFolder(folder, 0o700);
  const providers = [...gateways.keys()].filter((provider) => external[provider] === undefined);
  const urls = await own.start(
    providers.map((provider) => ({ provider, bookFile: join(folder, `${provider}.sqlite`), port: 0 })),
  );
  return { ...urls, ...external };
}

async function simulatorsAt(urls: Readonly<Record<string, string>>): Promise<Simulators> {
  const all = await Promise.all(
    [...gateways].map(async ([provider, module]): Promise<SandboxSimulator> => {
      const url = urls[provider];
      if (url === undefined) throw new Error(`no simulator of ${provider}`);
      return { provider, url, control: createSimulatorControl(url), sandbox: await module.sandbox() };
    }),
  );
  return {
    all,
    of(provider) {
      const found = all.find((simulator) => simulator.provider === provider);
      if (!found) {
        const expected = all.map((simulator) => simulator.provider).join(', ');
        throw new Refusal('parameter_invalid', { name: 'pg_provider', expected });
      }
      return found;
    },
  };
}

/** From now on the simulators send their notices to this server, those that were not taken yet included. */
export async function takeNoticesOf(simulators: Simulators, services: Services, serverUrl: string): Promise<void> {
  services.noticeAddress.set(reachableFromHere(serverUrl));
  await Promise.all(
    simulators.all.map((simulator) => {
      const url = services.noticeAddress.of(simulator.provider);
      return url === null ? undefined : withSimulator(simulator, (control) => control.setNoticeUrl(url));
    }),
  );
}

/** A server that listens on all addresses is reached from this machine through the loopback one. */
function reachableFromHere(serverUrl: string): string {
  const url = new URL(serverUrl);
  if (!isLoopbackUrl(serverUrl)) url.hostname = '127.0.0.1';
  return url.origin;
}

/** Talks to a simulator; one that can't be reached is told as that, and not as a defect. */
export async function withSimulator<T>(
  simulator: SandboxSimulator,
  work: (control: SimulatorControl) => Promise<T>,
): Promise<T> {
  try {
    return await work(simulator.control);
  } catch (error) {
    if (!(error instanceof SimulatorUnavailable)) throw error;
    throw new Refusal('sandbox_simulator_unavailable', { provider: simulator.provider });
  }
}
