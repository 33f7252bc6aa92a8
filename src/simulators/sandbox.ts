/** A card or account number that a simulator refuses, for tests of what goes wrong. `code` is the gateway's own. */
export interface SandboxNumber {
  readonly number: string;
  readonly code: string;
  readonly meaning: string;
}
