import type { Gateways } from '../port/gateway.ts';
import type { GatewayModule } from './module.ts';
import * as modules from './modules.ts';

export const gateways: ReadonlyMap<string, GatewayModule> = new Map(
  (Object.values(modules) as readonly GatewayModule[]).map((module) => [module.gateway.provider, module]),
);

/** What the server works with: it knows the port, and no folder. */
export const adapters: Gateways = new Map([...gateways].map(([provider, { gateway }]) => [provider, gateway]));

export function gatewayOf(provider: string): GatewayModule | undefined {
  return gateways.get(provider);
}
