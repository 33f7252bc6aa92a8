/** What the folder hands over. Nothing in this file is the protocol's: it stays as it is. */

import type { GatewayModule } from '../../../../src/gateways/module.ts';
import { examplePayGateway } from './adapter/adapter.ts';

export const examplePay: GatewayModule = {
  gateway: examplePayGateway,
  folder: 'example_pay',
  sandbox: async () => (await import('./simulator/sandbox.ts')).examplePaySandbox,
};
