import type { GatewayModule } from '../module.ts';
import { kiwoomGateway } from './adapter/adapter.ts';

export const daou: GatewayModule = {
  gateway: kiwoomGateway,
  folder: 'daou',
  sandbox: async () => (await import('./simulator/sandbox.ts')).daouSandbox,
};
