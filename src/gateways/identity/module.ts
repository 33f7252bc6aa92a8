import type { GatewayModule } from '../module.ts';
import { createIdentityGateway } from './adapter/adapter.ts';
import type { IdentityProvider } from './wire/providers.ts';

export const danal = moduleOf('danal');
export const inicisUnified = moduleOf('inicis_unified');
export const kcpV2 = moduleOf('kcp_v2');

function moduleOf(provider: IdentityProvider): GatewayModule {
  return {
    gateway: createIdentityGateway(provider),
    folder: 'identity',
    sandbox: async () => (await import('./simulator/sandbox.ts')).createIdentitySandbox(provider),
  };
}
