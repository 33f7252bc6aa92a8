import type { GatewayModule } from '../module.ts';
import { kiccGateway } from './adapter/adapter.ts';

export const kicc: GatewayModule = {
  gateway: kiccGateway,
  folder: 'kicc',
  sandbox: async () => (await import('./simulator/sandbox.ts')).kiccSandbox,
};
