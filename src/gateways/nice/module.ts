import type { GatewayModule } from '../module.ts';
import { niceGateway } from './adapter/adapter.ts';

export const nice: GatewayModule = {
  gateway: niceGateway,
  folder: 'nice',
  sandbox: async () => (await import('./simulator/sandbox.ts')).niceSandbox,
};
