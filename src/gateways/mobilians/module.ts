import type { GatewayModule } from '../module.ts';
import { mobiliansGateway } from './adapter/adapter.ts';

export const mobilians: GatewayModule = {
  gateway: mobiliansGateway,
  folder: 'mobilians',
  sandbox: async () => (await import('./simulator/sandbox.ts')).mobiliansSandbox,
};
