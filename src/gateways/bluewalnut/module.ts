import type { GatewayModule } from '../module.ts';
import { bluewalnutGateway } from './adapter/adapter.ts';

export const bluewalnut: GatewayModule = {
  gateway: bluewalnutGateway,
  folder: 'bluewalnut',
  sandbox: async () => (await import('./simulator/sandbox.ts')).bluewalnutSandbox,
};
