import type { GatewayModule } from '../module.ts';
import { createPaypalGateway } from './adapter/adapter.ts';

function moduleOf(provider: string): GatewayModule {
  return {
    gateway: createPaypalGateway(provider),
    folder: 'paypal',
    sandbox: async () => (await import('./simulator/sandbox.ts')).paypalSandbox(provider),
  };
}

/** i'mport's older module (Express Checkout): its captures are refunded over the same API. */
export const paypal = moduleOf('paypal');
/** i'mport's present module. */
export const paypalV2 = moduleOf('paypal_v2');
