import type { CreateSimulator } from './simulator.ts';

/** What a sandbox has of a gateway besides its adapter: the simulator, and whom it knows there. */
export interface GatewaySandbox {
  /** The simulator is loaded here and not before: who wants a MID or a card number needs none. */
  simulator(): Promise<CreateSimulator>;
  /** A MID in the gateway's form; the same for the same seed. */
  mid(seed: string): string;
  /** Credentials for the simulator, of the gateway's `credentialsSchema`; the same for the same MID. */
  credentials(mid: string): Record<string, string>;
  /** The key that callers hand over per call (`pg_api_key`), where the gateway wants one: it is one of the credentials. */
  apiKeyOf?(credentials: Readonly<Record<string, string>>): string;
  /**
   * A first call to the simulator, to be pasted into a shell. `paidTid`: a payment of 15,000 won that a buyer has just made
   * by card in the window, where the gateway has one.
   */
  sampleCall(url: string, mid: string, paidTid?: string): string;
  /** Card numbers that the simulator refuses, and the code of each refusal. */
  readonly cards?: readonly SandboxNumber[];
  /** Account numbers that refuse a refund in the simulator. */
  readonly refundAccounts?: readonly SandboxNumber[];
}

/** A card or account number that a simulator refuses, for tests of what goes wrong. `code` is the gateway's own. */
export interface SandboxNumber {
  readonly number: string;
  readonly code: string;
  readonly meaning: string;
}
