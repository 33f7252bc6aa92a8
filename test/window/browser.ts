import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const browserPath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
export const noBrowser = existsSync(browserPath)
  ? false
  : `NO BROWSER at ${browserPath}: install Debian's chromium (.ci/run does) to test the payment window`;

/**
 * One for a file of tests. Chromium lets pages without an address of their own ask no server of this machine; WebViews, whose pages are such,
 * do, and so does this browser.
 */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: browserPath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-dev-shm-usage',
      '--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests',
    ],
  });
}

export const iphone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148';
export const android =
  'Mozilla/5.0 (Linux; Android 14; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/120.0.0.0 Mobile Safari/537.36';
