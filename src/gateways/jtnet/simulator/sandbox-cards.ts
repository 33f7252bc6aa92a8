import type { SandboxNumber } from '../../../simulators/sandbox.ts';
import type { RefusalCode } from './protocol.ts';

/** Card numbers that the simulator refuses; every other one of 15 or 16 digits is approved. The codes are the simulator's. */
export const sandboxCards: readonly (SandboxNumber & { readonly code: RefusalCode })[] = [
  { number: '4000000000000002', code: 'SIM32', meaning: 'Refused by the card company' },
  { number: '4000000000000010', code: 'SIM33', meaning: 'Limit exceeded' },
];
