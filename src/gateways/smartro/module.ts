import type { GatewayModule } from '../module.ts';
import { smartroGateway } from './adapter/adapter.ts';

export const smartro: GatewayModule = {
  gateway: smartroGateway,
  folder: 'smartro',
  sandbox: async () => (await import('./simulator/sandbox.ts')).smartroSandbox,
};
