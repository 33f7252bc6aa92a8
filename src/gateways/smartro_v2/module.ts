import type { GatewayModule } from '../module.ts';
import { smartroV2Gateway } from './adapter/adapter.ts';

export const smartroV2: GatewayModule = {
  gateway: smartroV2Gateway,
  folder: 'smartro_v2',
  sandbox: async () => (await import('./simulator/sandbox.ts')).smartroV2Sandbox,
};
