import type { Gateway } from '../port/gateway.ts';
import type { SandboxNumber } from '../simulators/sandbox.ts';
import type { Simulator, SimulatorOptions } from '../simulators/simulator.ts';

/** What a gateway's folder hands over. Adding a gateway is one folder, and one line in modules.ts. */
export interface GatewayModule {
  readonly gateway: Gateway;
  /** The folder's name below src/gateways: where the protocol is explained. */
  readonly folder: string;
  createSimulator(options: SimulatorOptions): Simulator;
  /** A MID in the gateway's form; the same for the same seed. */
  sandboxMid(seed: string): string;
  /** Credentials for the simulator, of the gateway's `credentialsSchema`; the same for the same MID. */
  sandboxCredentials(mid: string): Record<string, string>;
  /** The key that callers hand over per call (`pg_api_key`), where the gateway wants one: it is one of the credentials. */
  apiKeyOf?(credentials: Readonly<Record<string, string>>): string;
  /**
   * A first call to the simulator, to be pasted into a shell. `paidTid`: a payment of 15,000 won that a buyer has just made
   * by card in the window, where the gateway has one.
   */
  sampleCall(url: string, mid: string, paidTid?: string): string;
  /** Card numbers that the simulator refuses, and the code of each refusal. */
  readonly sandboxCards?: readonly SandboxNumber[];
  /** Account numbers that refuse a refund in the simulator. */
  readonly sandboxRefundAccounts?: readonly SandboxNumber[];
}
