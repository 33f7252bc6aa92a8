import type { SandboxNumber } from '../../../simulators/sandbox.ts';
import type { InicisErrorCode } from '../wire/errors.ts';

/** No code of INICIS's for a bad refund account is public: these are refused with its plain no. */
export const sandboxRefundAccounts: readonly (SandboxNumber & { readonly code: InicisErrorCode })[] = [
  { number: '99990000000001', code: '500628', meaning: 'The bank does not take the refund' },
  { number: '99990000000002', code: '500622', meaning: 'The contract does not include refunds of virtual accounts' },
];
