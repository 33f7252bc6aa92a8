import { readFile } from 'node:fs/promises';
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Services } from '../core/services.ts';
import { isWebhookUrl } from '../core/webhooks/send.ts';
import { gatewayOf } from '../gateways/registry.ts';
import type { Settings } from '../platform/settings/settings.ts';
import { SettingsError } from '../platform/settings/settings-error.ts';

const ChannelEntry = Type.Object(
  {
    provider: Type.String(),
    mid: Type.String({ minLength: 1, maxLength: 80 }),
    mode: Type.Union([Type.Literal('test'), Type.Literal('live')]),
    name: Type.Optional(Type.String({ maxLength: 80 })),
    /** Only for test channels that speak with a simulator or a test host; a live channel's is the gateway's own. */
    base_url: Type.Optional(Type.String()),
    credentials: Type.Record(Type.String(), Type.String()),
  },
  { additionalProperties: false },
);

const MerchantsFile = Type.Array(
  Type.Object(
    {
      name: Type.String({ minLength: 1, maxLength: 80 }),
      imp_key: Type.String({ minLength: 8, maxLength: 64 }),
      imp_secret: Type.String({ minLength: 40, maxLength: 200 }),
      webhook_url: Type.Optional(Type.String()),
      webhook_format: Type.Optional(Type.Union([Type.Literal('json'), Type.Literal('form')])),
      webhook_retry: Type.Optional(Type.Boolean()),
      /** What webhooks are signed with. Without it they are not signed. */
      webhook_signing_secret: Type.Optional(Type.String({ minLength: 32, maxLength: 200 })),
      /** The first is the merchant's default channel. */
      channels: Type.Array(ChannelEntry, { minItems: 1 }),
    },
    { additionalProperties: false },
  ),
  { minItems: 1 },
);
const check = Compile(MerchantsFile);

/**
 * Live mode: the merchants and their channels are what the file MERCHANTS_FILE says at every start; a merchant that it no
 * longer has keeps its payments and is let in no more. A channel that can't
 * work (an unknown gateway, one whose wire protocol is not public, missing credentials) stops the start.
 */
export async function loadMerchantsFile(services: Services, settings: Settings): Promise<void> {
  const path = settings.merchantsFile;
  if (path === undefined) throw new SettingsError('MERCHANTS_FILE must name the file of merchants in live mode');
  const known: bigint[] = [];
  for (const entry of await readMerchantsFile(path)) {
    const channels = entry.channels.map((channel) => ({ channel, baseUrl: baseUrlOf(entry.name, channel) }));
    const merchant = await services.merchants.put(
      { impKey: entry.imp_key, impSecret: entry.imp_secret },
      {
        name: entry.name,
        webhookUrl: webhookUrlOf(entry.name, entry.webhook_url),
        webhookFormat: entry.webhook_format ?? 'json',
        webhookRetry: entry.webhook_retry ?? false,
        webhookSecret: entry.webhook_signing_secret ?? null,
      },
    );
    known.push(merchant.id);
    for (const [position, { channel, baseUrl }] of channels.entries()) {
      await services.channels.put(merchant.id, {
        name: channel.name ?? channel.provider,
        provider: channel.provider,
        mid: channel.mid,
        mode: channel.mode,
        baseUrl,
        credentials: channel.credentials,
        isDefault: position === 0,
      });
    }
  }
  await services.merchants.lockOutOthers(known);
}

export interface ChannelSummary {
  readonly merchant: string;
  readonly provider: string;
  readonly mid: string;
  readonly mode: 'test' | 'live';
  readonly baseUrl: string;
  /** Names of credentials that do not have the form that the gateway's have. */
  readonly malformed: readonly string[];
}

/** What a start would make of the file, without a database. Holds no secret. Throws `SettingsError` as the start would. */
export async function summarizeMerchantsFile(path: string): Promise<readonly ChannelSummary[]> {
  const merchants = await readMerchantsFile(path);
  return merchants.flatMap(({ name, webhook_url, channels }) => {
    webhookUrlOf(name, webhook_url);
    return channels.map((channel) => {
      const { provider, mid, mode, credentials } = channel;
      const baseUrl = baseUrlOf(name, channel);
      const schema = gatewayOf(provider)?.gateway.credentialsSchema;
      const malformed = schema
        ? Compile(schema)
            .Errors(credentials)
            .map((error) => error.instancePath.replace('/', ''))
        : [];
      return { merchant: name, provider, mid, mode, baseUrl, malformed };
    });
  });
}

async function readMerchantsFile(path: string): Promise<Static<typeof MerchantsFile>> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new SettingsError(`MERCHANTS_FILE ${path} cannot be read as JSON: ${(error as Error).message}`);
  }
  if (check.Check(content)) return content;
  const [first] = check.Errors(content);
  throw new SettingsError(
    `MERCHANTS_FILE ${path}: ${first?.instancePath || 'the file'} ${first?.message ?? 'is wrong'}`,
  );
}

function webhookUrlOf(merchant: string, url: string | undefined): string | null {
  if (url !== undefined && !isWebhookUrl(url)) {
    throw new SettingsError(`MERCHANTS_FILE: the webhook_url of ${merchant} is not an http(s) URL without a password`);
  }
  return url ?? null;
}

function baseUrlOf(merchant: string, channel: Static<typeof ChannelEntry>): string {
  const where = `MERCHANTS_FILE: channel ${channel.provider} of ${merchant}`;
  const gateway = gatewayOf(channel.provider)?.gateway;
  if (!gateway) throw new SettingsError(`${where}: no gateway has this name`);
  const { liveBaseUrl } = gateway;
  if (channel.mode === 'live' && liveBaseUrl === undefined) {
    throw new SettingsError(`${where}: its wire protocol is not public, so there is no live mode for it`);
  }
  const missing = (gateway.credentialsSchema.required ?? []).filter((name) => !channel.credentials[name]);
  if (missing.length > 0) throw new SettingsError(`${where}: credentials lack ${missing.join(', ')}`);
  if (channel.mode === 'live' && liveBaseUrl !== undefined) {
    if (channel.base_url !== undefined) throw new SettingsError(`${where}: a live channel takes no base_url`);
    return liveBaseUrl;
  }
  const url = URL.parse(channel.base_url ?? liveBaseUrl ?? '');
  if (!url) throw new SettingsError(`${where}: base_url is missing or not a URL`);
  return url.href.replace(/\/$/, '');
}
