import type { GatewayModule } from '../module.ts';
import { kakaoGateway } from './adapter/adapter.ts';

export const kakaopay: GatewayModule = {
  gateway: kakaoGateway,
  folder: 'kakaopay',
  sandbox: async () => (await import('./simulator/sandbox.ts')).kakaopaySandbox,
};
