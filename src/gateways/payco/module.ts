import type { GatewayModule } from '../module.ts';
import { paycoGateway } from './adapter/adapter.ts';

export const payco: GatewayModule = {
  gateway: paycoGateway,
  folder: 'payco',
  sandbox: async () => (await import('./simulator/sandbox.ts')).paycoSandbox,
};
