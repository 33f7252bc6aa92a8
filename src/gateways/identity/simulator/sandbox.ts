import { createHash } from 'node:crypto';
import { computeLine, jsonWord, newNumberLine } from '../../../simulators/sample-call.ts';
import type { GatewaySandbox } from '../../../simulators/sandbox.ts';
import { signatureHeader } from '../../stand-in/wire/protocol.ts';
import { identityPaths } from '../wire/protocol.ts';
import type { IdentityProvider } from '../wire/providers.ts';
import { carriersLeave, foreignerOption } from './settings.ts';

export function createIdentitySandbox(provider: IdentityProvider): GatewaySandbox {
  const digest = (text: string): string => createHash('sha256').update(`${provider} ${text}`).digest('hex');
  return {
    simulator: async () => (await import('./simulator.ts')).createIdentitySimulator(provider),
    settings: [carriersLeave, foreignerOption],
    mid: (seed) => `cert${digest(`mid:${seed}`).slice(0, 10)}`,
    credentials: (mid) => ({ secretKey: `standin_${digest(`secret key:${mid}`).slice(0, 32)}` }),
    // A certification by a code for a new person.
    sampleCall({ url, mid, credentials: { secretKey = '' } }) {
      const path = identityPaths.request;
      const body = {
        mid,
        requestId: '$N',
        orderId: '$N',
        person: {
          name: '홍길동',
          phone: '01012345678',
          birthday: '1990-01-01',
          gender: 'male',
          isForeigner: false,
          carrier: 'SKT',
          isBudgetCarrier: false,
        },
        method: 'sms',
        company: null,
      };
      return [
        newNumberLine,
        `BODY=${jsonWord(body)}`,
        computeLine(
          'SIGNED',
          'require("crypto").createHmac("sha256", a[0]).update(a[1] + "\\n" + a[2]).digest("hex")',
          secretKey,
          path,
          '"$BODY"',
        ),
        `curl -H 'content-type: application/json' -H "${signatureHeader}: $SIGNED" ${url}${path} -d "$BODY"`,
      ].join('\n');
    },
  };
}
