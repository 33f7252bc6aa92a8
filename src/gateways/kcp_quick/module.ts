import type { GatewayModule } from '../module.ts';
import { kcpQuickGateway } from './adapter/adapter.ts';

export const kcpQuick: GatewayModule = {
  gateway: kcpQuickGateway,
  folder: 'kcp_quick',
  sandbox: async () => (await import('./simulator/sandbox.ts')).kcpQuickSandbox,
};
