import { Type } from 'typebox';
import type { Channel } from '../../core/merchants/channels.ts';
import { supportOf } from '../../port/capabilities.ts';
import { channelTypeOf } from '../../port/gateway.ts';
import type { GatewayOperation } from '../../port/operations.ts';
import { payMethods } from '../../port/payment.ts';
import type { Answer } from '../foundation/answer.ts';
import { WordOf } from './fields.ts';

/** A channel of a merchant's. */
export const ChannelView = Type.Object({
  pg_provider: Type.String(),
  pg_id: Type.String({ description: 'The MID at the gateway.' }),
  sandbox: Type.Boolean(),
  type: WordOf<'payment' | 'api_payment' | 'certification'>({
    description:
      '`payment`: window payments and virtual accounts; `api_payment`: payments by card number or key; `certification`: of persons.',
  }),
  channel_name: Type.String(),
  channel_key: Type.String(),
});

export const ChannelListView = Type.Array(ChannelView);

/** A sandbox also tells how its simulator is spoken to. */
export const SandboxChannelView = Type.Object({
  ...ChannelView.properties,
  simulator_url: Type.String({ description: 'Of the simulator, which speaks the protocol of the gateway.' }),
  credentials: Type.Record(Type.String(), Type.String(), {
    description: 'What the simulator knows this merchant by; made up, and of no use anywhere else.',
  }),
  pg_api_key: Type.Union([Type.String(), Type.Null()], {
    description: 'What POST and DELETE /vbanks want as `pg_api_key`, where the gateway has such a key.',
  }),
});

export const SandboxChannelListView = Type.Array(SandboxChannelView);

/** As the console lists channels: which secrets there are, never what they are. */
export const StoreChannelView = Type.Object({
  ...ChannelView.properties,
  is_default: Type.Boolean(),
  credential_names: Type.Array(Type.String(), { description: 'What the gateway wants, and has been given.' }),
  is_read_only: Type.Boolean({ description: 'MERCHANTS_FILE says it: it is changed there.' }),
});

export const StoreChannelListView = Type.Object({ list: Type.Array(StoreChannelView) });

export type StoreChannelAnswer = Answer<typeof StoreChannelView>;
export type StoreChannelListAnswer = Answer<typeof StoreChannelListView>;

export type ChannelAnswer = Answer<typeof ChannelView>;
export type SandboxChannelAnswer = Answer<typeof SandboxChannelView>;

export function viewChannel(channel: Channel): ChannelAnswer {
  return {
    pg_provider: channel.provider,
    pg_id: channel.mid,
    sandbox: channel.access.mode === 'test',
    type: channelTypeOf(channel.gateway),
    channel_name: channel.name,
    channel_key: channel.channelKey,
  };
}

export function viewStoreChannel(channel: Channel, isReadOnly: boolean): StoreChannelAnswer {
  return {
    ...viewChannel(channel),
    is_default: channel.isDefault,
    credential_names: Object.keys(channel.access.credentials).sort(),
    is_read_only: isReadOnly,
  };
}

/** What is paid without a window. */
const byApi: readonly GatewayOperation[] = ['approve', 'charge_key'];

/** As i'mport lists channels: a MID once for each type of payment that it takes. */
export function viewPgSettings(channel: Channel): readonly ChannelAnswer[] {
  const { capabilities } = channel.gateway;
  const isTaken = (operation: GatewayOperation): boolean =>
    payMethods.some((payMethod) => {
      const support = supportOf(capabilities, payMethod, operation);
      return support === 'supported' || (support === 'undocumented' && channel.access.mode === 'test');
    });
  const view = viewChannel(channel);
  return byApi.some(isTaken) ? [view, { ...view, type: 'api_payment' }] : [view];
}
