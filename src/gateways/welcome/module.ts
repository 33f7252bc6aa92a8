import type { GatewayModule } from '../module.ts';
import { welcomeGateway } from './adapter/adapter.ts';

export const welcome: GatewayModule = {
  gateway: welcomeGateway,
  folder: 'welcome',
  sandbox: async () => (await import('./simulator/sandbox.ts')).welcomeSandbox,
};
