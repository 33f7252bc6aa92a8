import type { GatewayModule } from '../module.ts';
import { tossGateway } from './adapter/adapter.ts';

export const tosspayments: GatewayModule = {
  gateway: tossGateway,
  folder: 'tosspayments',
  sandbox: async () => (await import('./simulator/sandbox.ts')).tosspaymentsSandbox,
};
