import type { GatewayModule } from '../module.ts';
import { kcpGateway } from './adapter/adapter.ts';

export const kcp: GatewayModule = {
  gateway: kcpGateway,
  folder: 'kcp',
  sandbox: async () => (await import('./simulator/sandbox.ts')).kcpSandbox,
};
