import type { SandboxNumber } from '../../../simulators/sandbox.ts';

/** Accounts that take no refund in the sandbox. Which number means what is our choice; the code is Kiwoom Pay's. */
export const sandboxRefundAccounts: readonly SandboxNumber[] = [
  { number: '99999999000306', code: '9204', meaning: 'an account that does not exist' },
  { number: '99999999000307', code: '9204', meaning: 'an account that takes no money' },
];
