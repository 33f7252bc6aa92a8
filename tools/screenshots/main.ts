import { mkdirSync, writeFileSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { MemberRole } from '../../src/core/members/permissions.ts';
import { startHwanbul } from '../../src/testing/index.ts';
import { fillShop, type Shop } from './shop.ts';

/** `npm run screenshots`: makes the pictures of the console that the documents show, of a sandbox that it fills and throws away. */
const folder = new URL('../../docs/images/', import.meta.url);
const bytesMax = 150_000;
const frame = { width: 1280, height: 860 };

interface Scene {
  readonly name: string;
  readonly path: string;
  readonly language: 'ko' | 'en';
  readonly colorScheme?: 'dark';
  readonly role?: MemberRole;
  /** Until what the picture is of is there. */
  show(page: Page): Promise<void>;
}

const scenesOf = ({ doubtful, doubt, paid, bulkRefund }: Shop): readonly Scene[] => [
  {
    name: 'console-payments',
    path: '/payments',
    language: 'ko',
    show: (page) => page.locator('tbody tr').nth(8).waitFor(),
  },
  {
    name: 'console-payment',
    path: `/payments/${doubtful}`,
    language: 'ko',
    show: (page) => page.locator('.money-parts .reserved').first().waitFor(),
  },
  {
    name: 'console-cancel',
    path: `/payments/${paid}`,
    language: 'ko',
    role: 'operator',
    async show(page) {
      await page.getByRole('button', { name: '결제 취소…' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('radio', { name: '일부' }).check();
      await dialog.getByRole('textbox', { name: '취소 금액' }).fill('30000');
      await dialog.getByLabel('사유', { exact: true }).selectOption('고객 변심');
      await dialog.locator('.consequence').waitFor();
    },
  },
  {
    name: 'console-doubt',
    path: `/doubts/${doubt}`,
    language: 'en',
    show: (page) => page.locator('dl.facts').first().waitFor(),
  },
  {
    name: 'console-inbox',
    path: '/inbox',
    language: 'en',
    colorScheme: 'dark',
    show: (page) => page.getByRole('region').nth(3).waitFor(),
  },
  {
    name: 'console-bulk-refund',
    path: `/bulk-refunds/${bulkRefund}`,
    language: 'en',
    show: (page) => page.locator('tbody tr').nth(2).waitFor(),
  },
];

async function picture(url: string, browser: Browser, scene: Scene): Promise<Buffer> {
  const { name, path, language, colorScheme = 'light', role = 'owner', show } = scene;
  const context = await browser.newContext({ colorScheme, viewport: frame, locale: 'ko-KR' });
  await context.addInitScript(`localStorage['hwanbul.console.language'] = '${language}'`);
  const page = await context.newPage();
  const opened = await page.request.post(`${url}/console/api/demo-session`, { data: { role } });
  if (!opened.ok()) throw new Error(`${name}: nobody was let in (HTTP ${opened.status()})`);
  await page.goto(`${url}/console${path}`);
  await show(page);
  // What else the page asks for.
  await page.waitForLoadState('networkidle');
  const png = await page.screenshot({ animations: 'disabled' });
  await context.close();
  return png;
}

/** A browser makes WebP by itself, at a fraction of the size of a PNG. The text is a script: this program knows no DOM. */
async function asWebp(page: Page, png: Buffer): Promise<Buffer> {
  const encoded = await page.evaluate<string>(`(async () => {
    const picture = await (await fetch('data:image/png;base64,${png.toString('base64')}')).blob();
    const bitmap = await createImageBitmap(picture);
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    canvas.getContext('2d').drawImage(bitmap, 0, 0);
    const webp = await canvas.convertToBlob({ type: 'image/webp', quality: 0.9 });
    const bytes = new Uint8Array(await webp.arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  })()`);
  return Buffer.from(encoded, 'base64');
}

const limits = {
  // The cancellation in doubt is given up soon, so that nobody waits for it, and stays a doubt.
  HWANBUL_GATEWAY_TIMEOUT_MS: '1000',
  HWANBUL_REQUEST_DEADLINE_MS: '2500',
  HWANBUL_RECOVERY_INTERVAL_MS: '86400000',
};
const [sandbox, browser] = await Promise.all([
  startHwanbul({ settings: limits }),
  chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  }),
]);
try {
  const shop = await fillShop(sandbox.url);
  mkdirSync(folder, { recursive: true });
  const blank = await browser.newPage();
  for (const scene of scenesOf(shop)) {
    const png = await picture(sandbox.url, browser, scene);
    const webp = await asWebp(blank, png);
    if (webp.length > bytesMax) throw new Error(`${scene.name} has ${webp.length} bytes: more than ${bytesMax}`);
    writeFileSync(new URL(`${scene.name}.webp`, folder), webp);
    process.stdout.write(`docs/images/${scene.name}.webp  ${Math.round(webp.length / 1000)} kB\n`);
  }
} finally {
  await browser.close();
  await sandbox.close();
}
