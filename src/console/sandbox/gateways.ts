import type { CapabilitiesAnswer } from '../../api/views/capabilities.ts';
import type { ChannelAnswer } from '../../api/views/channel.ts';
import { useAnswer } from '../api/questions.ts';

export interface GatewayChoice {
  readonly provider: string;
  readonly methods: readonly string[];
  readonly currencies: readonly string[];
}

/** The gateways of this merchant's channels that have a window to pay in, with what is paid there. Barcodes have none: they are seeded. */
export function useGateways() {
  const channels = useAnswer<readonly ChannelAnswer[]>('/sandbox/channels');
  const capabilities = useAnswer<CapabilitiesAnswer>('/capabilities');
  const own = new Set(channels.data?.map(({ pg_provider }) => pg_provider));
  const choices = (capabilities.data?.gateways ?? [])
    .filter(({ pg_provider }) => own.has(pg_provider))
    .map((gateway): GatewayChoice => {
      const methods = gateway.pay_methods.filter(({ operations }) => operations.pay_in_window !== 'unsupported');
      return {
        provider: gateway.pg_provider,
        methods: methods.map(({ pay_method }) => pay_method),
        currencies: gateway.currencies,
      };
    })
    .filter(({ methods }) => methods.length > 0)
    // The demo merchant's first channel is what shops use that name none.
    .sort((a, b) => Number(b.provider === 'tosspayments') - Number(a.provider === 'tosspayments'));
  return {
    choices,
    failure: channels.error ?? capabilities.error,
    isLoading: channels.isLoading || capabilities.isLoading,
  };
}
