import type { Channel } from '../core/merchants/channels.ts';
import type { Log } from '../platform/logging/log.ts';

/** However many there are, a start says so much and no more; `hwanbul doctor` lists all. */
const toldMax = 50;

/** What a start in live mode works with: who, at which gateway, in which mode, at which host. Of credentials only their names. */
export function tellChannels(log: Log, channels: readonly Channel[]): void {
  const counts = (by: (channel: Channel) => string): Record<string, number> => {
    const counted: Record<string, number> = {};
    for (const channel of channels) counted[by(channel)] = (counted[by(channel)] ?? 0) + 1;
    return counted;
  };
  log.info(
    {
      merchants: new Set(channels.map(({ merchantId }) => merchantId)).size,
      channels: channels.length,
      modes: counts(({ access }) => access.mode),
      gateways: counts(({ provider }) => provider),
      told: Math.min(channels.length, toldMax),
    },
    'channels of MERCHANTS_FILE',
  );
  for (const channel of channels.slice(0, toldMax)) log.info(viewOf(channel), 'a channel');
  for (const merchant of testByDefault(channels)) {
    log.warn(
      { merchant },
      'the default channel is for tests, and another one takes money: a payment that names none is a test',
    );
  }
}

function viewOf({ merchantName, channelKey, name, provider, mid, isDefault, gateway, access }: Channel): object {
  const { host } = new URL(access.baseUrl);
  const isLiveHost = gateway.liveBaseUrl !== undefined && host === new URL(gateway.liveBaseUrl).host;
  return {
    merchant: merchantName,
    channel_key: channelKey,
    channel: name,
    gateway: provider,
    mid,
    mode: access.mode,
    host,
    is_live_host: isLiveHost,
    is_default: isDefault,
    credential_names: Object.keys(access.credentials).sort(),
  };
}

/** Names of merchants; not more of them than channels are told. */
function testByDefault(channels: readonly Channel[]): readonly string[] {
  const withMoney = new Set(
    channels.filter(({ access }) => access.mode === 'live').map(({ merchantId }) => merchantId),
  );
  return channels
    .filter(({ isDefault, access, merchantId }) => isDefault && access.mode === 'test' && withMoney.has(merchantId))
    .map(({ merchantName }) => merchantName)
    .slice(0, toldMax);
}
