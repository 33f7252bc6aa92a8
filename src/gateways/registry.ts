import type { GatewayModule } from './module.ts';
import * as modules from './modules.ts';

export const gateways: ReadonlyMap<string, GatewayModule> = new Map(
  (Object.values(modules) as readonly GatewayModule[]).map((module) => [module.gateway.provider, module]),
);

export function gatewayOf(provider: string): GatewayModule | undefined {
  return gateways.get(provider);
}
