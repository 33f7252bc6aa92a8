import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { Channel } from '../../core/merchants/channels.ts';
import type { Services } from '../../core/services.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { validatorOf } from '../../platform/json/validator.ts';
import { ObjectField } from '../foundation/fields.ts';
import { defineRoute } from '../foundation/route.ts';
import { StoreChannelListView, StoreChannelView, viewStoreChannel } from '../views/channel.ts';
import { operatorHeaders, requireOperator } from './operator.ts';

/** A store's ways to the gateways. What they are opened with goes in and never comes out. */
export function channelRoutes(app: FastifyInstance, services: Services): void {
  const { channels, subStores, settings } = services;
  const isReadOnly = settings.mode === 'live';

  async function ofKey(merchantId: bigint, channelKey: string): Promise<Channel> {
    const found = (await channels.ofMerchant(merchantId)).find((channel) => channel.channelKey === channelKey);
    if (!found) throw new Refusal('channel_not_found', { channel: channelKey.slice(0, 60) });
    return found;
  }

  defineRoute(app, {
    method: 'GET',
    url: '/channels',
    operationId: 'listChannels',
    tag: 'channels',
    summary: 'The channels of the merchant, the default one first.',
    response: StoreChannelListView,
    refusals: [],
    authenticate: true,
    handler: async ({ merchant }) => ({
      list: (await channels.ofMerchant(merchant.id)).map((channel) => viewStoreChannel(channel, isReadOnly)),
    }),
  });

  defineRoute(app, {
    method: 'PUT',
    url: '/channels/:channel_key',
    operationId: 'changeChannel',
    tag: 'channels',
    summary: 'Changes the name and the credentials of a channel, or makes it the default one.',
    description:
      'What is left out stays as it is, each of the credentials, too. A sub-store that has the channel has the new credentials as well. In live mode channels stand in MERCHANTS_FILE, and are changed there.',
    params: Type.Object({ channel_key: Type.String({ maxLength: 60 }) }),
    body: Type.Object({
      channel_name: Type.Optional(Type.String({ maxLength: 80 })),
      is_default: Type.Optional(Type.Boolean({ description: 'true: it is, and no other one any more.' })),
      credentials: Type.Optional(ObjectField({ description: 'By the names that the gateway has for them.' })),
    }),
    headers: operatorHeaders,
    response: StoreChannelView,
    refusals: ['operator_required', 'channel_not_found', 'settings_in_file', 'parameter_invalid'],
    authenticate: true,
    permission: 'settings',
    ignoresTier: true,
    example: { body: { channel_name: '카드 결제' } },
    async handler({ params, body, merchant, request, audit }) {
      await requireOperator(services, merchant, request);
      const channel = await ofKey(merchant.id, params.channel_key);
      if (isReadOnly) throw new Refusal('settings_in_file');
      const given = readCredentials(channel, body.credentials ?? {});
      const name = body.channel_name?.trim() || channel.name;
      const change = (own: Channel, isDefault: boolean) =>
        channels.put(own.merchantId, {
          name,
          provider: own.provider,
          mid: own.mid,
          mode: own.access.mode,
          baseUrl: own.access.baseUrl,
          credentials: { ...own.access.credentials, ...given },
          isDefault,
        });
      const changed = await change(channel, channel.isDefault || body.is_default === true);
      for (const { id } of await subStores.list(merchant.id)) {
        const copies = await channels.ofMerchant(id);
        const copy = copies.find(({ provider, mid }) => provider === channel.provider && mid === channel.mid);
        if (copy) await change(copy, copy.isDefault);
      }
      audit({
        subject: channel.channelKey,
        before: { channel_name: channel.name, is_default: channel.isDefault },
        after: { channel_name: name, is_default: changed.isDefault, new_credentials: Object.keys(given).sort() },
      });
      return viewStoreChannel(changed, isReadOnly);
    },
  });
}

/** Those that the gateway knows, each of the form that it has. What was given is not quoted. */
function readCredentials({ gateway, access }: Channel, given: object): Readonly<Record<string, string>> {
  const schema = gateway.credentialsSchema;
  const names = Object.keys(schema.properties);
  const refuse = (): Refusal => new Refusal('parameter_invalid', { name: 'credentials', expected: names.join(', ') });
  const read = Object.entries(given).map(([name, value]) => {
    if (!names.includes(name) || typeof value !== 'string' || value === '' || value.length > 4000) throw refuse();
    return [name, value] as const;
  });
  const credentials = Object.fromEntries(read);
  if (read.length > 0 && !validatorOf(schema).Check({ ...access.credentials, ...credentials })) throw refuse();
  return credentials;
}
