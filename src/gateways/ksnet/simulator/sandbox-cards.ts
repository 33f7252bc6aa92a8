import type { SandboxNumber } from '../../../simulators/sandbox.ts';

/** Card numbers that the sandbox refuses. Which number means what is our choice; codes and texts are in errors.ts. */
export const sandboxCards: readonly SandboxNumber[] = [
  { number: '1234123412341234', code: '8037', meaning: 'No such card' },
  { number: '4000000000000010', code: '8326', meaning: "The month's limit exceeded" },
  { number: '4000000000000028', code: '8327', meaning: 'Limit of one payment exceeded' },
  { number: '4000000000000044', code: '8350', meaning: 'Lost or stolen card' },
  { number: '4000000000000051', code: '8324', meaning: 'Suspended card' },
  { number: '4000000000000069', code: '8314', meaning: 'Expired card' },
  { number: '4000000000000093', code: '8417', meaning: 'No instalments with this card' },
];
