import type { Gateway } from './gateway.ts';
import type { Simulator, SimulatorOptions } from './simulator/simulator.ts';
import { tosspayments } from './tosspayments/module.ts';

/** What a gateway's folder hands over. Adding a gateway is one folder, and one line below. */
export interface GatewayModule {
  readonly gateway: Gateway;
  createSimulator(options: SimulatorOptions): Simulator;
  /** A MID in the gateway's form; the same for the same seed. */
  sandboxMid(seed: string): string;
  /** Credentials for the simulator, of the gateway's `credentialsSchema`; the same for the same MID. */
  sandboxCredentials(mid: string): Record<string, string>;
}

const modules: readonly GatewayModule[] = [tosspayments];

export const gateways: ReadonlyMap<string, GatewayModule> = new Map(
  modules.map((module) => [module.gateway.provider, module]),
);

export function gatewayOf(provider: string): GatewayModule | undefined {
  return gateways.get(provider);
}
