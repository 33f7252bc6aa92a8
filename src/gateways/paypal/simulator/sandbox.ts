import { createHash } from 'node:crypto';
import { jsonWord, payInWindowLine, textIn } from '../../../simulators/sample-call.ts';
import type { GatewaySandbox } from '../../../simulators/sandbox.ts';
import { paths } from '../wire/paths.ts';
import { refunds } from './settings.ts';

export function paypalSandbox(provider: string): GatewaySandbox {
  const digest = (text: string) => createHash('sha512').update(`${provider} ${text}`).digest();
  return {
    simulator: async () => (await import('./simulator.ts')).paypalSimulator(provider),
    // A merchant's id has thirteen characters.
    mid: (seed) => digest(`mid:${seed}`).toString('hex').slice(0, 13).toUpperCase(),
    credentials: (mid) => ({
      clientId: `A${digest(`client id:${mid}`).toString('base64url').slice(0, 79)}`,
      clientSecret: `E${digest(`client secret:${mid}`).toString('base64url').slice(0, 79)}`,
    }),
    settings: [refunds],
    sampleCall({ url, mid, credentials: { clientId = '', clientSecret = '' } }) {
      const app = `-u ${clientId}:${clientSecret} -d grant_type=client_credentials`;
      const amount = { currency_code: 'USD', value: '150.00' };
      return [
        payInWindowLine(url, mid, 'paypal', 'USD'),
        `TOKEN=$(curl -s ${app} ${url}${paths.token} | ${textIn('access_token')})`,
        `curl -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' \\`,
        `  ${url}/v2/payments/captures/"$TID"/refund -d ${jsonWord({ amount, note_to_payer: 'Test' })}`,
        `curl -H "authorization: Bearer $TOKEN" ${url}/v2/payments/captures/"$TID"`,
      ].join('\n');
    },
  };
}
