import type { GatewayModule } from '../module.ts';
import { alipayGateway } from './adapter/adapter.ts';

export const alipay: GatewayModule = {
  gateway: alipayGateway,
  folder: 'alipay',
  sandbox: async () => (await import('./simulator/sandbox.ts')).alipaySandbox,
};
