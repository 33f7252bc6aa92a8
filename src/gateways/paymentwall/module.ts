import type { GatewayModule } from '../module.ts';
import { paymentwallGateway } from './adapter/adapter.ts';

export const paymentwall: GatewayModule = {
  gateway: paymentwallGateway,
  folder: 'paymentwall',
  sandbox: async () => (await import('./simulator/sandbox.ts')).paymentwallSandbox,
};
