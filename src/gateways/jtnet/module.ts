import type { GatewayModule } from '../module.ts';
import { jtnetGateway } from './adapter/adapter.ts';

export const jtnet: GatewayModule = {
  gateway: jtnetGateway,
  folder: 'jtnet',
  sandbox: async () => (await import('./simulator/sandbox.ts')).jtnetSandbox,
};
