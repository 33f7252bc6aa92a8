import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { openBrowser } from '../../window/browser.ts';

const axe = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

export const wide = { width: 1280, height: 900 };
export const narrow = { width: 360, height: 740 };

export type Language = 'ko' | 'en';

/** The people of a file of tests, each in a browser of their own, and the pages that they have open. */
export interface ConsoleBrowser {
  /** Another person, with cookies of their own. Nothing of it may be told as an error by the browser. */
  newPerson(options?: BrowserContextOptions & { readonly language?: Language }): Promise<Page>;
  /** After each test: closes what is open, and fails if a page has told an error or broken the policy. */
  tidy(): Promise<void>;
  close(): Promise<void>;
}

export async function openConsoleBrowser(): Promise<ConsoleBrowser> {
  const browser = await openBrowser();
  const errors: string[] = [];
  const inUse = new Map<BrowserContext, string>();
  // A context that has shown the console once shows it again in a third of the time: its process runs, and has the scripts.
  const idle = new Map<string, BrowserContext[]>();

  async function newContext(options: BrowserContextOptions): Promise<BrowserContext> {
    const context = await browser.newContext(options);
    context.once('close', () => inUse.delete(context));
    // Its process ends with its last page.
    await context.newPage();
    return context;
  }

  /** As it was before it was used. */
  async function leave(context: BrowserContext, kind: string): Promise<void> {
    const [kept, ...opened] = context.pages();
    for (const page of opened) {
      if (page.url().startsWith('http')) await page.evaluate('localStorage.clear()');
      await page.close();
    }
    await context.clearCookies();
    inUse.delete(context);
    if (kept) idle.set(kind, [...(idle.get(kind) ?? []), context]);
  }

  return {
    async newPerson({ language = 'ko', viewport = wide, colorScheme = null, ...options } = {}) {
      const kind = JSON.stringify(options);
      const context = idle.get(kind)?.pop() ?? (await newContext({ locale: 'ko-KR', ...options }));
      inUse.set(context, kind);
      const page = await context.newPage();
      if (viewport) await page.setViewportSize(viewport);
      if (colorScheme) await page.emulateMedia({ colorScheme });
      // Only where nobody has chosen yet, so that a test can choose, too.
      await page.addInitScript(`localStorage['hwanbul.console.language'] ??= '${language}'`);
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
      await Promise.all([...inUse].map(([context, kind]) => leave(context, kind)));
      const told = errors.splice(0);
      assert.deepEqual(told, []);
    },
    close: () => browser.close(),
  };
}

/** No serious breach of the accessibility guidelines. */
export async function axeIsCalm(page: Page): Promise<void> {
  // Below the policy of the page nothing can be added to it as a script; what is evaluated from outside can. It stays until the page is left.
  if (!(await page.evaluate<boolean>('"axe" in globalThis'))) await page.evaluate(axe);
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
