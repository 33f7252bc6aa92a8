import type { SandboxNumber } from '../../../simulators/sandbox.ts';

/** Accounts that take no refund in the sandbox. Which number means what is our choice; the code is KICC's. */
export const sandboxRefundAccounts: readonly SandboxNumber[] = [
  { number: '99990000000001', code: '5413', meaning: 'The account takes no money' },
];

/** A real-time refund to this account is paid out, while its answer is only that the result is not known yet (`VTIM`). */
export const timedOutAccount = '99990000000009';
