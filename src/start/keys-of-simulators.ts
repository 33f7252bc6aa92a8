import { gatewayOf } from '../gateways/registry.ts';
import { readMerchantsFile } from './merchants-file/read.ts';

/** Shorter ones, such as an address, may well be the same by chance. */
const tellingLength = 16;

export interface ChannelOfSimulator {
  readonly merchant: string;
  readonly provider: string;
  readonly mid: string;
  /** Names of the credentials that a simulator makes of the MID, and that anybody could. */
  readonly names: readonly string[];
}

/**
 * Live channels of MERCHANTS_FILE with credentials that a simulator has printed. For the doctor: a start in live mode loads nothing of a
 * simulator, which this does.
 */
export async function channelsWithSimulatorKeys(path: string): Promise<readonly ChannelOfSimulator[]> {
  const found: ChannelOfSimulator[] = [];
  for (const { name: merchant, channels } of (await readMerchantsFile(path)).merchants) {
    for (const { provider, mid, mode, credentials } of channels) {
      if (mode !== 'live') continue;
      const sandbox = await gatewayOf(provider)?.sandbox();
      const made = Object.entries(sandbox?.credentials(mid) ?? {});
      const names = made.filter(([name, value]) => value.length >= tellingLength && credentials[name] === value);
      if (names.length > 0) found.push({ merchant, provider, mid, names: names.map(([name]) => name) });
    }
  }
  return found;
}
