import type { CapabilitiesAnswer } from '../../api/views/capabilities.ts';
import type { ChannelAnswer } from '../../api/views/channel.ts';
import { useAnswer } from '../api/questions.ts';

type Gateway = CapabilitiesAnswer['gateways'][number];
type Support = Gateway['pay_methods'][number]['operations'];

/** What a window of the sandbox can do, documented or not. */
const inWindow = ['pay_in_window', 'issue_vbank', 'issue_barcode'] as const;

export interface GatewayChoice {
  readonly provider: string;
  readonly methods: readonly string[];
  readonly currencies: readonly string[];
}

/** The gateways of this merchant's channels that can be paid at, with how. */
export function useGateways() {
  const channels = useAnswer<readonly ChannelAnswer[]>('/sandbox/channels');
  const capabilities = useAnswer<CapabilitiesAnswer>('/capabilities');
  const own = new Set(channels.data?.map(({ pg_provider }) => pg_provider));
  const choices = (capabilities.data?.gateways ?? [])
    .filter(({ pg_provider }) => own.has(pg_provider))
    .map((gateway): GatewayChoice => {
      const methods = gateway.pay_methods.filter(({ operations }) => canBePaid(operations));
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

function canBePaid(operations: Support): boolean {
  return inWindow.some((operation) => operations[operation] !== 'unsupported');
}
