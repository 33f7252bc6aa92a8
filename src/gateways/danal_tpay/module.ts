import type { GatewayModule } from '../module.ts';
import { danalGateway } from './adapter/adapter.ts';

export const danalTpay: GatewayModule = {
  gateway: danalGateway,
  folder: 'danal_tpay',
  sandbox: async () => (await import('./simulator/sandbox.ts')).danalTpaySandbox,
};
