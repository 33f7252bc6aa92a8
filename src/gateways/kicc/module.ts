import { createHash } from 'node:crypto';
import type { GatewayModule } from '../registry.ts';
import { kiccGateway } from './adapter.ts';
import { kiccDay, messageAuthentication, paths } from './requests.ts';
import { sandboxRefundAccounts } from './sandbox-accounts.ts';
import { createKiccSimulator } from './simulator.ts';

export const kicc: GatewayModule = {
  gateway: kiccGateway,
  folder: 'kicc',
  createSimulator: createKiccSimulator,
  sandboxRefundAccounts,
  // Eight characters: KICC's own test merchants are a T and seven digits.
  sandboxMid: (seed) => `T${String(BigInt(`0x${digest(`mid:${seed}`)}`) % 10_000_000n).padStart(7, '0')}`,
  sandboxCredentials: (mid) => ({ secretKey: secretKeyOf(mid) }),
  sampleCall: (url, mid) => {
    const [pgCno, shopTransactionId] = ['24030612000000000001', 'request-000001'];
    const body = {
      mallId: mid,
      shopTransactionId,
      pgCno,
      reviseTypeCode: '40',
      cancelReqDate: kiccDay(new Date()),
      msgAuthValue: messageAuthentication(secretKeyOf(mid), pgCno, shopTransactionId),
    };
    return `curl -H 'content-type: application/json' ${url}${paths.revise} \\\n  -d '${JSON.stringify(body)}'`;
  },
};

function secretKeyOf(mid: string): string {
  return `sandbox!${digest(`secret key:${mid}`).slice(0, 24)}`;
}

function digest(text: string): string {
  return createHash('sha256').update(`kicc ${text}`).digest('hex');
}
