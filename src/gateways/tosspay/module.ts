import type { GatewayModule } from '../module.ts';
import { tossPayGateway } from './adapter/adapter.ts';

export const tosspay: GatewayModule = {
  gateway: tossPayGateway,
  folder: 'tosspay',
  sandbox: async () => (await import('./simulator/sandbox.ts')).tosspaySandbox,
};
