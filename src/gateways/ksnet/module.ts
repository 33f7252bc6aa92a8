import type { GatewayModule } from '../module.ts';
import { ksnetGateway } from './adapter/adapter.ts';

export const ksnet: GatewayModule = {
  gateway: ksnetGateway,
  folder: 'ksnet',
  sandbox: async () => (await import('./simulator/sandbox.ts')).ksnetSandbox,
};
