import type { GatewayModule } from '../module.ts';
import { naverGateway } from './adapter/adapter.ts';

export const naverpay: GatewayModule = {
  gateway: naverGateway,
  folder: 'naverpay',
  sandbox: async () => (await import('./simulator/sandbox.ts')).naverpaySandbox,
};
