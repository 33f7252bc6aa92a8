import { isLoopbackUrl } from '../platform/loopback.ts';
import type { Gateway } from '../port/gateway.ts';
import { modeShownBy } from '../port/test-marks.ts';

/** A channel of MERCHANTS_FILE, with the address that it leads to. */
export interface ChannelToCheck {
  readonly mid: string;
  readonly mode: 'test' | 'live';
  readonly baseUrl: string;
  readonly credentials: Readonly<Record<string, string>>;
}

/** Why live mode takes no such channel. No secret is in it. */
export function whatIsUnsafeIn(gateway: Gateway, channel: ChannelToCheck): readonly string[] {
  const found: string[] = [];
  const shown = modeShownBy(gateway.testMarks, channel);
  if (shown?.mode === 'test' && channel.mode === 'live') {
    found.push(
      `is of mode live with a ${shown.by} for tests: what it takes would be money in our book, and nowhere else`,
    );
  }
  if (shown?.mode === 'live' && channel.mode === 'test') {
    found.push(`is of mode test with a ${shown.by} for money: what it takes would be real, and a test in our book`);
  }
  const url = URL.parse(channel.baseUrl);
  if (url?.protocol === 'http:' && !isLoopbackUrl(url)) {
    found.push(
      'has a base_url without TLS, over which its credentials would cross the net: https, or this machine itself',
    );
  }
  if (url && (url.username !== '' || url.password !== '')) {
    found.push('has a base_url with a user or a password in it: take them out');
  }
  return found;
}
