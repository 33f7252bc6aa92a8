import type { GatewayModule } from '../module.ts';
import { niceV2Gateway } from './adapter/adapter.ts';

export const niceV2: GatewayModule = {
  gateway: niceV2Gateway,
  folder: 'nice_v2',
  sandbox: async () => (await import('./simulator/sandbox.ts')).niceV2Sandbox,
};
