import type { GatewayModule } from '../module.ts';
import { eximbayGateway } from './adapter/adapter.ts';

export const eximbay: GatewayModule = {
  gateway: eximbayGateway,
  folder: 'eximbay',
  sandbox: async () => (await import('./simulator/sandbox.ts')).eximbaySandbox,
};
