import { createHash } from 'node:crypto';
import type { GatewaySandbox } from '../../../simulators/sandbox.ts';

/** Of both modules: MIDs have ten characters and end in `m`; merchant keys are 64 bytes in Base64. */
export function smartroSandboxCredentials(
  provider: 'smartro' | 'smartro_v2',
): Pick<GatewaySandbox, 'mid' | 'credentials'> {
  const digest = (text: string) => createHash('sha512').update(`${provider} ${text}`).digest();
  return {
    mid: (seed) => `s${digest(`mid:${seed}`).readBigUInt64BE().toString(36).padStart(13, '0').slice(-8)}m`,
    credentials: (mid) => ({
      merchantKey: digest(`merchant key:${mid}`).toString('base64'),
      cancelPassword: String(digest(`cancel password:${mid}`).readUInt32BE() % 1_000_000).padStart(6, '0'),
    }),
  };
}
