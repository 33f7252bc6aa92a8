import type { GatewayModule } from '../module.ts';
import { galaxiaGateway } from './adapter/adapter.ts';

export const galaxia: GatewayModule = {
  gateway: galaxiaGateway,
  folder: 'galaxia',
  sandbox: async () => (await import('./simulator/sandbox.ts')).galaxiaSandbox,
};
