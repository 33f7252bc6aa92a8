import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { MemberRole } from '../../../src/core/members/permissions.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../kit/sandbox.ts';
import { type ConsoleBrowser, openConsoleBrowser } from './console-browser.ts';

/** One sandbox and one Chromium for a file of tests. */
export interface TestedConsole extends ConsoleBrowser {
  readonly sandbox: Sandbox;
  /** A person of the demo merchant's who has the role there, in a browser context of its own, at `path` of the console. */
  signInAs(role: MemberRole, path?: string, options?: Parameters<ConsoleBrowser['newPerson']>[0]): Promise<Page>;
  /** Another page of the console in the same tab, as from a bookmark. */
  goTo(page: Page, path: string): Promise<void>;
}

export async function startConsole(options: SandboxOptions = {}): Promise<TestedConsole> {
  const [sandbox, browser] = await Promise.all([startSandbox(options), openConsoleBrowser()]);
  const goTo = async (page: Page, path: string): Promise<void> => {
    await page.goto(`${sandbox.url}/console${path}`);
    await page.locator('main h1, main .empty-state').first().waitFor();
  };
  return {
    ...browser,
    sandbox,
    goTo,
    async signInAs(role, path = '', personOptions = {}) {
      const page = await browser.newPerson(personOptions);
      const opened = await page.request.post(`${sandbox.url}/console/api/demo-session`, { data: { role } });
      assert.equal(opened.status(), 200);
      await goTo(page, path);
      return page;
    },
    async close() {
      await browser.close();
      await sandbox.close();
    },
  };
}
