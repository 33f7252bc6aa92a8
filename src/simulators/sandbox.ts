import type { PayMethod } from '../port/payment.ts';
import type { WalletMeans } from '../port/wallet.ts';
import type { MerchantSetting } from './settings.ts';
import type { CreateSimulator } from './simulator.ts';

/** Where a first call goes, and who makes it. */
export interface SampleSite {
  readonly url: string;
  readonly mid: string;
  readonly credentials: Readonly<Record<string, string>>;
  /** Those of more than one line are kept in files: absolute paths, by the credential's name. */
  readonly files: Readonly<Record<string, string>>;
}

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
   * First calls to the simulator, to be pasted into a shell: they make a payment of 15,000 won and cancel it, or make something
   * where there is no cancel, and work every time that they are pasted. `sample-call.ts` has lines for them.
   */
  sampleCall(site: SampleSite): string;
  /** What a merchant that talks to the gateway itself is set to, where that is not what one of i'mport's is. */
  readonly standaloneSettings?: Readonly<Record<string, string>>;
  /** With what a payment of this method is paid from a wallet, and what the buyer has to have done before. `n` tells buyers apart. */
  walletOf?(payMethod: PayMethod, n: string): SandboxWallet | undefined;
  /** What merchants of this gateway differ in. */
  readonly settings?: readonly MerchantSetting[];
  /** Card numbers that the simulator refuses, and the code of each refusal. */
  readonly cards?: readonly SandboxNumber[];
  /** Account numbers that refuse a refund in the simulator. */
  readonly refundAccounts?: readonly SandboxNumber[];
}

export interface SandboxWallet {
  readonly acts: readonly { readonly act: string; readonly fields: Readonly<Record<string, string | number>> }[];
  readonly means: WalletMeans;
}

/** A card or account number that a simulator refuses, for tests of what goes wrong. `code` is the gateway's own. */
export interface SandboxNumber {
  readonly number: string;
  readonly code: string;
  readonly meaning: string;
}
