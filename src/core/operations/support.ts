import { Refusal } from '../../platform/errors/refusal.ts';
import { supportOf } from '../../port/capabilities.ts';
import type { GatewayOperation } from '../../port/operations.ts';
import type { PayMethod } from '../../port/payment.ts';
import type { Channel } from '../merchants/channels.ts';

/**
 * Why the gateway does not do this for the pay method. What no public source documents is done in a sandbox only, by a stand-in.
 */
export function refusalOfUnsupported(
  { gateway, access, provider }: Channel,
  payMethod: PayMethod,
  operation: GatewayOperation,
  refusal = (): Refusal => new Refusal('not_supported_by_gateway', { provider, capability: operation }),
): Refusal | null {
  const support = supportOf(gateway.capabilities, payMethod, operation);
  return support === 'unsupported' || (support === 'undocumented' && access.mode === 'live') ? refusal() : null;
}

/** Throws the refusal where the gateway does not do this for the pay method. */
export function refuseUnsupported(
  channel: Channel,
  payMethod: PayMethod,
  operation: GatewayOperation,
  refusal?: () => Refusal,
): void {
  const refused = refusalOfUnsupported(channel, payMethod, operation, refusal);
  if (refused) throw refused;
}
