import { createHash } from 'node:crypto';
import type { GatewayModule } from '../module.ts';
import { createInicisGateway } from './adapter/adapter.ts';
import type { IniapiVersion } from './adapter/cancels.ts';
import { sandboxRefundAccounts } from './simulator/sandbox-accounts.ts';
import { createInicisSimulator } from './simulator/simulator.ts';
import { v1Hash, v1HashFields } from './wire/hash.ts';

function moduleOf(provider: string, version: IniapiVersion): GatewayModule {
  return {
    gateway: createInicisGateway(provider, version),
    folder: 'inicis',
    createSimulator: (options) => createInicisSimulator(provider, options),
    sandboxRefundAccounts,
    // A MID has ten characters.
    sandboxMid: (seed) => `sim${digest(provider, `mid:${seed}`).slice(0, 7)}`,
    sandboxCredentials: (mid) => ({
      iniapiKey: digest(provider, `key:${mid}`).slice(0, 16),
      iniapiIv: `${digest(provider, `iv:${mid}`).slice(0, 14)}==`,
      clientIp: '127.0.0.1',
    }),
    apiKeyOf: (credentials) => credentials.iniapiKey ?? '',
    sampleCall(url, mid, paidTid = '') {
      const fields = {
        type: 'Refund',
        paymethod: 'Card',
        timestamp: '20240306194748',
        clientIp: '127.0.0.1',
        mid,
        tid: paidTid,
        msg: 'Test',
      };
      const names = v1HashFields(fields.type, fields.paymethod) ?? [];
      const hashData = v1Hash(digest(provider, `key:${mid}`).slice(0, 16), names, fields);
      return `curl ${url}/api/v1/refund -d '${new URLSearchParams({ ...fields, hashData })}'`;
    },
  };
}

/** i'mport's older module: INIAPI v1. */
export const inicis = moduleOf('inicis', 'v1');
/** i'mport's module for the web standard window: INIAPI v2. */
export const html5Inicis = moduleOf('html5_inicis', 'v2');

function digest(provider: string, text: string): string {
  return createHash('sha256').update(`${provider} ${text}`).digest('hex');
}
