import { Refusal } from '../../platform/errors/refusal.ts';
import { supportOf } from '../../port/capabilities.ts';
import type { GatewayOperation } from '../../port/operations.ts';
import type { PayMethod } from '../../port/payment.ts';
import type { Channel } from '../merchants/channels.ts';

/**
 * Throws a refusal where the gateway does not do this for the pay method. What no public source documents is done in a sandbox
 * only, by a stand-in.
 */
export function refuseUnsupported(
  { gateway, access, provider }: Channel,
  payMethod: PayMethod,
  operation: GatewayOperation,
  refusal = (): Refusal => new Refusal('not_supported_by_gateway', { provider, capability: operation }),
): void {
  const support = supportOf(gateway.capabilities, payMethod, operation);
  if (support === 'unsupported' || (support === 'undocumented' && access.mode === 'live')) throw refusal();
}
