import { readFile } from 'node:fs/promises';
import { type Static, Type } from 'typebox';
import { isNamedBy } from '../../core/merchants/channels.ts';
import { demoKeyPair } from '../../core/merchants/demo-key-pair.ts';
import type { PreviousSecret } from '../../core/merchants/merchants.ts';
import { tierCodePattern } from '../../core/merchants/sub-stores.ts';
import { isWebhookUrl } from '../../core/webhooks/send.ts';
import { gatewayOf, gateways } from '../../gateways/registry.ts';
import { fileErrorOf } from '../../platform/files/file-error.ts';
import { lineOfBrokenJson } from '../../platform/json/broken-json.ts';
import { schemaProblems } from '../../platform/json/schema-problems.ts';
import { validatorOf } from '../../platform/json/validator.ts';
import { createProblems, type Problems } from '../../platform/settings/problems.ts';
import { SettingsError } from '../../platform/settings/settings-error.ts';
import { whatIsUnsafeIn } from '../unsafe-channels.ts';
import { digestOfMerchants, type FileGeneration } from './generation.ts';

const ChannelEntry = Type.Object(
  {
    provider: Type.String(),
    mid: Type.String({ minLength: 1, maxLength: 80 }),
    mode: Type.Enum(['test', 'live']),
    name: Type.Optional(Type.String({ maxLength: 80 })),
    /** Only for test channels that speak with a simulator or a test host; a live channel's is the gateway's own. */
    base_url: Type.Optional(Type.String()),
    credentials: Type.Record(Type.String(), Type.String()),
  },
  { additionalProperties: false },
);

const TierEntry = Type.Object(
  {
    code: Type.String({ pattern: tierCodePattern.source, description: 'a code of three capital letters or digits' }),
    name: Type.String({ minLength: 1, maxLength: 80 }),
    /** Channels of the merchant that it has, as `pg` names them (`kcp`, `kcp.MID`); the first is its default. All by default. */
    channels: Type.Optional(Type.Array(Type.String(), { minItems: 1 })),
  },
  { additionalProperties: false },
);

const Merchants = Type.Array(
  Type.Object(
    {
      name: Type.String({ minLength: 1, maxLength: 80 }),
      imp_key: Type.String({ minLength: 8, maxLength: 64 }),
      imp_secret: Type.String({ minLength: 40, maxLength: 200 }),
      /** The secret before, which shops' programs may still have, and until when it is taken (ISO 8601, with a zone). */
      previous_imp_secret: Type.Optional(Type.String({ minLength: 40, maxLength: 200 })),
      previous_imp_secret_until: Type.Optional(Type.String()),
      webhook_url: Type.Optional(Type.String()),
      webhook_format: Type.Optional(Type.Enum(['json', 'form'])),
      webhook_retry: Type.Optional(Type.Boolean()),
      /** How webhooks are sent is set in the console, and stands here no more. */
      webhooks_in_console: Type.Optional(Type.Boolean()),
      /** What whoever ends doubts by hand has to know besides the merchant's keys. Without it, nobody can. */
      operator_secret: Type.Optional(Type.String({ minLength: 40, maxLength: 200 })),
      /** What webhooks are signed with. Without it they are not signed. */
      webhook_signing_secret: Type.Optional(Type.String({ minLength: 32, maxLength: 200 })),
      /** The first is the merchant's default channel. */
      channels: Type.Array(ChannelEntry, { minItems: 1 }),
      /** Sub-stores, which the header Tier names. */
      tiers: Type.Optional(Type.Array(TierEntry)),
    },
    { additionalProperties: false },
  ),
  { minItems: 1 },
);
export type MerchantEntry = Static<typeof Merchants>[number];

/** The list alone, or with a number that grows with each change, so that nobody can go back to an older file unawares. */
const NumberedMerchants = Type.Object(
  {
    generation: Type.Optional(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })),
    merchants: Merchants,
  },
  { additionalProperties: false },
);

export interface MerchantsFile extends FileGeneration {
  readonly merchants: readonly MerchantEntry[];
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
  const { merchants } = await readMerchantsFile(path);
  return merchants.flatMap(({ name, webhook_url, channels }) => {
    webhookUrlOf(name, webhook_url);
    return channels.map((channel) => {
      const { provider, mid, mode, credentials } = channel;
      const baseUrl = baseUrlOf(name, channel);
      const schema = gatewayOf(provider)?.gateway.credentialsSchema;
      const malformed = schema
        ? validatorOf(schema)
            .Errors(credentials)
            .map((error) => error.instancePath.replace('/', ''))
        : [];
      return { merchant: name, provider, mid, mode, baseUrl, malformed };
    });
  });
}

/** @throws SettingsError with a line for everything that is wrong in the file. */
export async function readMerchantsFile(path: string): Promise<MerchantsFile> {
  let text = '';
  let content: unknown;
  try {
    text = await readFile(path, 'utf8');
    content = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw unreadable(error, path);
    // The parser quotes what it has met, which here may be a secret.
    const where = lineOfBrokenJson(text, error);
    throw new SettingsError(`MERCHANTS_FILE ${path} cannot be read as JSON${where === undefined ? '' : `: ${where}`}`);
  }
  const isNumbered = typeof content === 'object' && content !== null && !Array.isArray(content);
  const malformed = schemaProblems(isNumbered ? NumberedMerchants : Merchants, content);
  if (malformed.length > 0) {
    throw new SettingsError(
      malformed.map(({ path: at, problem }) => `MERCHANTS_FILE ${path}: ${at || 'the file'} ${problem}`),
    );
  }
  const { generation, merchants } = isNumbered
    ? (content as Static<typeof NumberedMerchants>)
    : { merchants: content as readonly MerchantEntry[] };
  const problems = createProblems();
  noteRepeats(merchants, problems);
  noteWrongTiers(merchants, problems);
  for (const merchant of merchants) {
    problems.attempt(() => refusePublicKeys(merchant));
    problems.attempt(() => refuseWebhooksTwice(merchant));
    problems.attempt(() => previousSecretOf(merchant));
    problems.attempt(() => webhookUrlOf(merchant.name, merchant.webhook_url));
    for (const channel of merchant.channels) problems.attempt(() => baseUrlOf(merchant.name, channel));
  }
  problems.throwIfAny();
  return { generation, merchants, digest: digestOfMerchants(merchants) };
}

/** Of the examples in the documents, which whoever begins with one may leave as it is. */
export const exampleSecret = 'forty-letters-and-digits-or-more-that-nobody-knows';

/** They stand in every client library, or in our own documents, so that anybody has them. */
function refusePublicKeys({ name, imp_key, ...secrets }: MerchantEntry): void {
  const { imp_secret, operator_secret, webhook_signing_secret, previous_imp_secret } = secrets;
  if ([imp_secret, operator_secret, webhook_signing_secret, previous_imp_secret].includes(exampleSecret)) {
    throw new SettingsError(`MERCHANTS_FILE: ${name} has a secret that stands in the documents: make one of your own`);
  }
  if (imp_key.toLowerCase() === demoKeyPair.impKey || imp_secret === demoKeyPair.impSecret) {
    throw new SettingsError(`MERCHANTS_FILE: ${name} has the public demo keys: give it keys of its own`);
  }
}

export function previousSecretOf({ name, imp_secret, ...entry }: MerchantEntry): PreviousSecret | null {
  const { previous_imp_secret: secret, previous_imp_secret_until: text } = entry;
  if (secret === undefined && text === undefined) return null;
  const where = `MERCHANTS_FILE: ${name}`;
  if (secret === undefined || text === undefined) {
    throw new SettingsError(`${where} needs previous_imp_secret and previous_imp_secret_until together, or neither`);
  }
  if (secret === imp_secret) throw new SettingsError(`${where}: previous_imp_secret is the same as imp_secret`);
  const until = new Date(text);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)$/.test(text) || Number.isNaN(until.getTime())) {
    throw new SettingsError(`${where}: previous_imp_secret_until is no time such as 2030-01-31T18:00:00+09:00`);
  }
  return { secret, until };
}

function refuseWebhooksTwice(merchant: MerchantEntry): void {
  const said = (['webhook_url', 'webhook_format', 'webhook_retry', 'webhook_signing_secret'] as const).filter(
    (name) => merchant[name] !== undefined,
  );
  if (merchant.webhooks_in_console && said.length > 0) {
    throw new SettingsError(
      `MERCHANTS_FILE: ${merchant.name} has webhooks_in_console, so that ${said.join(', ')} can't stand there`,
    );
  }
}

/** The second of two would be put over the first. */
function noteRepeats(merchants: readonly MerchantEntry[], problems: Problems): void {
  const keys = new Map<string, string>();
  for (const { name, imp_key, channels } of merchants) {
    const key = imp_key.toLowerCase();
    const other = keys.get(key);
    if (other !== undefined) problems.note(`MERCHANTS_FILE: ${name} has the imp_key of ${other}: give each its own`);
    keys.set(key, name);
    const mids = new Set<string>();
    for (const { provider, mid } of channels) {
      if (mids.has(`${provider} ${mid}`)) {
        problems.note(`MERCHANTS_FILE: channel ${provider} of ${name} is there twice with this mid: take one away`);
      }
      mids.add(`${provider} ${mid}`);
    }
  }
}

function noteWrongTiers(merchants: readonly MerchantEntry[], problems: Problems): void {
  for (const { name, channels, tiers = [] } of merchants) {
    const codes = new Set<string>();
    for (const tier of tiers) {
      const where = `MERCHANTS_FILE: tier ${tier.code} of ${name}`;
      if (codes.has(tier.code)) problems.note(`${where} is there twice: take one away`);
      codes.add(tier.code);
      for (const pg of tier.channels ?? []) {
        if (!channels.some((channel) => isNamedBy(channel, pg)))
          problems.note(`${where}: ${name} has no channel ${pg}`);
      }
    }
  }
}

export function webhookUrlOf(merchant: string, url: string | undefined): string | null {
  if (url !== undefined && !isWebhookUrl(url)) {
    throw new SettingsError(`MERCHANTS_FILE: the webhook_url of ${merchant} is not an http(s) URL without a password`);
  }
  return url ?? null;
}

export function baseUrlOf(merchant: string, channel: Static<typeof ChannelEntry>): string {
  const where = `MERCHANTS_FILE: channel ${channel.provider} of ${merchant}`;
  const gateway = gatewayOf(channel.provider)?.gateway;
  if (!gateway)
    throw new SettingsError(`${where}: no gateway has this name; there are ${[...gateways.keys()].join(', ')}`);
  const { liveBaseUrl } = gateway;
  if (channel.mode === 'live' && liveBaseUrl === undefined) {
    throw new SettingsError(`${where}: its wire protocol is not public, so there is no live mode for it`);
  }
  const problems = createProblems();
  const noteUnsafe = (baseUrl: string): void => {
    for (const why of whatIsUnsafeIn(gateway, { ...channel, baseUrl })) problems.note(`${where} ${why}`);
  };
  const missing = (gateway.credentialsSchema.required ?? []).filter((name) => !channel.credentials[name]);
  if (missing.length > 0) problems.note(`${where}: credentials lack ${missing.join(', ')}`);
  if (channel.mode === 'live') {
    if (channel.base_url !== undefined) problems.note(`${where}: a live channel takes no base_url`);
    noteUnsafe(liveBaseUrl ?? '');
    problems.throwIfAny();
    return liveBaseUrl ?? '';
  }
  const url = URL.parse(channel.base_url ?? liveBaseUrl ?? '');
  if (!url) problems.note(`${where}: base_url is missing or not a URL`);
  const baseUrl = url?.href.replace(/\/$/, '') ?? '';
  noteUnsafe(baseUrl);
  problems.throwIfAny();
  return baseUrl;
}

function unreadable(error: unknown, path: string): unknown {
  const trouble = fileErrorOf(error, 'MERCHANTS_FILE', path);
  return trouble === undefined ? error : new SettingsError(trouble.message);
}
