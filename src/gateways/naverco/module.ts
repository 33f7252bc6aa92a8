import type { GatewayModule } from '../module.ts';
import { navercoGateway } from './adapter/adapter.ts';

export const naverco: GatewayModule = {
  gateway: navercoGateway,
  folder: 'naverco',
  sandbox: async () => (await import('./simulator/sandbox.ts')).navercoSandbox,
};
