import { routeThrough } from '../../../core/merchants/channel-groups.ts';
import { type Channel, isNamedBy } from '../../../core/merchants/channels.ts';
import type { Services } from '../../../core/services.ts';
import { Refusal } from '../../../platform/errors/refusal.ts';
import { channelTypeOf } from '../../../port/gateway.ts';

interface Named {
  readonly channelKey?: string | undefined;
  readonly pg?: string | undefined;
}

/**
 * As the real window chooses: by its key; by gateway and MID, or by gateway alone; a name of nobody means the default channel. In a group
 * an order always falls to the same channel.
 */
export async function choosePaymentChannel(
  services: Services,
  merchantId: bigint,
  { channelGroupId: groupId, ...named }: Named & { readonly channelGroupId?: string | undefined },
  merchantUid: string,
): Promise<Channel> {
  if (!groupId) return choose(services, merchantId, named, 'payment');
  const group = await services.channelGroups.find(merchantId, groupId);
  const members = group.members.filter(({ channel }) => channelTypeOf(channel.gateway) === 'payment');
  const [channel] = routeThrough({ ...group, members }, merchantUid);
  if (!channel) throw new Refusal('channel_not_found', { channel: groupId });
  return channel;
}

export function chooseCertificationChannel(services: Services, merchantId: bigint, named: Named): Promise<Channel> {
  return choose(services, merchantId, named, 'certification');
}

async function choose(
  { channels }: Services,
  merchantId: bigint,
  { channelKey, pg }: Named,
  type: 'payment' | 'certification',
): Promise<Channel> {
  if (channelKey) return channels.choose(merchantId, { type, channelKey });
  const all = (await channels.ofMerchant(merchantId)).filter(({ gateway }) => channelTypeOf(gateway) === type);
  const [provider = ''] = (pg ?? '').split('.', 1);
  const chosen =
    all.find((channel) => isNamedBy(channel, pg ?? '')) ??
    all.find((channel) => channel.provider === provider) ??
    all[0];
  if (!chosen) {
    throw new Refusal(type === 'payment' ? 'channel_not_found' : 'certification_channel_not_found', {
      channel: pg ?? '',
    });
  }
  return chosen;
}
