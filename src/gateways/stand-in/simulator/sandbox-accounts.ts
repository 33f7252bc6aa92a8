import type { SandboxNumber } from '../../../simulators/sandbox.ts';
import type { StandInCode } from '../wire/codes.ts';

/** Accounts that take no refund in the sandbox, for the module of a gateway whose refunds go over the stand-in. */
export const standInRefundAccounts: readonly (SandboxNumber & { readonly code: StandInCode })[] = [
  { number: '99999999000306', code: 'S306', meaning: 'an account that does not exist' },
  { number: '99999999000307', code: 'S307', meaning: 'an account that takes no money' },
];
