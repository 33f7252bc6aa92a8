import type { GatewayModule } from '../module.ts';
import { createInicisGateway } from './adapter/adapter.ts';
import type { IniapiVersion } from './adapter/cancels.ts';

function moduleOf(provider: string, version: IniapiVersion): GatewayModule {
  return {
    gateway: createInicisGateway(provider, version),
    folder: 'inicis',
    sandbox: async () => (await import('./simulator/sandbox.ts')).inicisSandbox(provider),
  };
}

/** i'mport's older module: INIAPI v1. */
export const inicis = moduleOf('inicis', 'v1');
/** i'mport's module for the web standard window: INIAPI v2. */
export const html5Inicis = moduleOf('html5_inicis', 'v2');
