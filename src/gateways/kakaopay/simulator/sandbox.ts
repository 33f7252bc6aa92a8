import { createHash } from 'node:crypto';
import { jsonWord, payInWindowLine } from '../../../simulators/sample-call.ts';
import type { GatewaySandbox } from '../../../simulators/sandbox.ts';
import { kakaoPaths } from '../wire/paths.ts';

export const kakaopaySandbox: GatewaySandbox = {
  simulator: async () => (await import('./simulator.ts')).createKakaoSimulator,
  // A CID has ten characters; those of tests begin with TC.
  mid: (seed) => `TC${digest(`cid:${seed}`).slice(0, 8).toUpperCase()}`,
  credentials: (mid) => ({ secretKey: secretKeyOf(mid) }),
  sampleCall({ url, mid, credentials: { secretKey = '' } }) {
    const amounts = { cancel_amount: 15000, cancel_tax_free_amount: 0, cancel_available_amount: 15000 };
    return [
      payInWindowLine(url, mid, 'point'),
      `curl -H 'content-type: application/json' -H 'authorization: SECRET_KEY ${secretKey}' \\`,
      `  ${url}${kakaoPaths.cancel} -d ${jsonWord({ cid: mid, tid: '$TID', ...amounts })}`,
    ].join('\n');
  },
};

function secretKeyOf(cid: string): string {
  return `DEV${digest(`secret key:${cid}`).slice(0, 37).toUpperCase()}`;
}

function digest(text: string): string {
  return createHash('sha256').update(`kakaopay ${text}`).digest('hex');
}
