import type { SandboxNumber } from '../../../simulators/sandbox.ts';

/**
 * Account numbers that refuse a refund in the sandbox, at both of NICE's APIs. Which code NICE answers there is in none of
 * its tables; 취소 실패 is the nearest.
 */
export const sandboxRefundAccounts: readonly SandboxNumber[] = [
  { number: '99990000000001', code: '2003', meaning: 'The account takes no refund' },
];
