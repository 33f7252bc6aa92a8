import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { openBrowser } from '../../window/browser.ts';

const axe = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

export const wide = { width: 1280, height: 900 };
export const narrow = { width: 360, height: 740 };

export type Language = 'ko' | 'en';

/** One Chromium for a file of tests, and the pages that it has open. */
export interface ConsoleBrowser {
  readonly browser: Browser;
  /** A context of its own: another person, with cookies of their own. Nothing of it may be told as an error by the browser. */
  newPerson(options?: BrowserContextOptions & { readonly language?: Language }): Promise<Page>;
  /** After each test: closes what is open, and fails if a page has told an error or broken the policy. */
  tidy(): Promise<void>;
  close(): Promise<void>;
}

export async function openConsoleBrowser(): Promise<ConsoleBrowser> {
  const browser = await openBrowser();
  const errors: string[] = [];
  const contexts = new Set<BrowserContext>();
  return {
    browser,
    async newPerson({ language = 'ko', ...options } = {}) {
      const context = await browser.newContext({ viewport: wide, locale: 'ko-KR', ...options });
      contexts.add(context);
      // Only where nobody has chosen yet, so that a test can choose, too.
      await context.addInitScript(`localStorage['hwanbul.console.language'] ??= '${language}'`);
      const page = await context.newPage();
      page.on('pageerror', (error) => errors.push(String(error)));
      page.on('console', (message) => {
        if (message.type() !== 'error' && message.type() !== 'warning') return;
        // A refusal of the API is an answer like any other; only the browser calls it an error.
        if (/^Failed to load resource/.test(message.text()) && !/\/assets\//.test(message.location().url)) return;
        errors.push(`${message.text()} (${message.location().url})`);
      });
      return page;
    },
    async tidy() {
      await Promise.all([...contexts].map((context) => context.close()));
      contexts.clear();
      const told = errors.splice(0);
      assert.deepEqual(told, []);
    },
    close: () => browser.close(),
  };
}

/** No serious breach of the accessibility guidelines. */
export async function axeIsCalm(page: Page): Promise<void> {
  // Below the policy of the page nothing can be added to it as a script; what is evaluated from outside can.
  await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: {
        run(options: object): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }>;
      };
    };
    const { violations } = await axe.run({ resultTypes: ['violations'] });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  });
  assert.deepEqual(found, []);
}

/** Nothing is wider than the page: the reader scrolls down only. */
export async function fitsWidth(page: Page): Promise<void> {
  const content = await page.evaluate<number>('document.documentElement.scrollWidth');
  const shown = await page.evaluate<number>('document.documentElement.clientWidth');
  assert.ok(content <= shown, `${page.url()} is ${content} wide on ${shown}`);
}

/** A picture, where `CONSOLE_SHOTS` names a folder for them. */
export async function shot(page: Page, name: string): Promise<void> {
  const folder = process.env.CONSOLE_SHOTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
}

/** Changes the language by the console's own button. */
export async function switchLanguage(page: Page): Promise<void> {
  const before = await languageOf(page);
  const after = before === 'ko' ? 'en' : 'ko';
  await page.getByRole('button', { name: before === 'ko' ? 'English' : '한국어' }).click();
  await page.locator(`html[lang="${after}"]`).waitFor({ state: 'attached' });
}

function languageOf(page: Page): Promise<string> {
  return page.evaluate<string>('document.documentElement.lang');
}
