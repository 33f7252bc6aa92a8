import type { GatewayModule } from '../module.ts';
import { hectoGateway } from './adapter/adapter.ts';

export const settle: GatewayModule = {
  gateway: hectoGateway,
  folder: 'settle',
  sandbox: async () => (await import('./simulator/sandbox.ts')).settleSandbox,
};
