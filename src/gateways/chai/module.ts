import type { GatewayModule } from '../module.ts';
import { chaiGateway } from './adapter/adapter.ts';

export const chai: GatewayModule = {
  gateway: chaiGateway,
  folder: 'chai',
  sandbox: async () => (await import('./simulator/sandbox.ts')).chaiSandbox,
};
