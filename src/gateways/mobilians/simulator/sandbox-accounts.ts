import type { SandboxNumber } from '../../../simulators/sandbox.ts';

/** An account that takes no refund in the sandbox. The code is the simulator's. */
export const sandboxRefundAccounts: readonly SandboxNumber[] = [
  { number: '99990000000001', code: 'SIM09', meaning: 'The account takes no money' },
];
