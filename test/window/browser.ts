import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core';
import { atEndOfProcess } from '../kit/end-of-file.ts';

/** Chromium without windows of its own draws the same pages, and does less besides. */
const places = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'];
const browserPath = process.env.CHROMIUM_PATH ?? places.find((place) => existsSync(place)) ?? '/usr/bin/chromium';
export const noBrowser = existsSync(browserPath)
  ? false
  : `NO BROWSER at ${browserPath}: install Debian's chromium (.ci/run does) to test the payment window`;

/** What a file of tests has of the browser. */
export interface OpenedBrowser {
  newContext(options?: BrowserContextOptions): Promise<BrowserContext>;
  /** Closes what this file has opened. */
  close(): Promise<void>;
}

/** One browser for all files of a process: a start takes more of the processor than many a file. */
let shared: Promise<Browser> | undefined;

export async function openBrowser(): Promise<OpenedBrowser> {
  const browser = await sharedBrowser();
  const contexts = new Set<BrowserContext>();
  return {
    async newContext(options) {
      const context = await browser.newContext(options);
      contexts.add(context);
      context.once('close', () => contexts.delete(context));
      return context;
    },
    async close() {
      await Promise.all([...contexts].map((context) => context.close()));
    },
  };
}

async function sharedBrowser(): Promise<Browser> {
  const running = await shared;
  if (running?.isConnected()) return running;
  shared = launch();
  const browser = await shared;
  atEndOfProcess(() => browser.close());
  return browser;
}

const disabled = [
  ...['LocalNetworkAccessChecks', 'BlockInsecurePrivateNetworkRequests', 'IsolateOrigins', 'site-per-process'],
  // Parts of the browser's own windows, which take a process of their own for each, or work that nobody sees here.
  ...['PreloadTopChromeWebUI', 'MediaRouter', 'GlobalMediaControls', 'OptimizationHints', 'Translate'],
];

/** Chromium lets pages without an address of their own ask no server of this machine; WebViews, whose pages are such, do, and so does this one. */
function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: browserPath,
    // It ends with its pipe, and listeners of the process would be another file's surprise.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-dev-shm-usage',
      // No page asks another machine for anything, not even for the address of a name.
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
      // A process for each page and each origin would take most of the time; none of these tests is about them.
      '--renderer-process-limit=1',
      '--disable-site-isolation-trials',
      `--disable-features=${disabled.join()}`,
    ],
  });
}

export const iphone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148';
export const android =
  'Mozilla/5.0 (Linux; Android 14; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/120.0.0.0 Mobile Safari/537.36';

/**
 * One context for the tests that want the same of it: the window keeps nothing in a browser, and a new context is a new process. `tidy` closes
 * their pages.
 */
export function keepContexts(browser: OpenedBrowser): {
  of(options: BrowserContextOptions): Promise<BrowserContext>;
  /** After a test; closes a context of its own as well. */
  tidy(own?: BrowserContext): Promise<void>;
} {
  const kept = new Map<string, BrowserContext>();
  return {
    async of(options) {
      const name = JSON.stringify(options);
      const context = kept.get(name) ?? (await browser.newContext(options));
      kept.set(name, context);
      return context;
    },
    async tidy(own) {
      if (own && ![...kept.values()].includes(own)) await own.close();
      const pages = [...kept.values()].flatMap((context) => context.pages());
      await Promise.all(pages.map((page) => page.close()));
    },
  };
}
