/** A real Chromium and the built page in it, for the scenarios of this place. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openChromium } from '@kairos/ui/test/chromium.ts';
import type { BrowserContext, Page } from 'playwright-core';

export interface PageSize {
  readonly width: number;
  readonly height: number;
}
export const lying: PageSize = { width: 1280, height: 800 };
export const upright: PageSize = { width: 800, height: 1280 };

export interface TestBrowser {
  /** A context of its own, with storage of its own, and what went wrong in it. */
  open(options: { size?: PageSize; scheme?: 'light' | 'dark'; reducedMotion?: boolean }): Promise<TestTab>;
  close(): Promise<void>;
}

export interface TestTab {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Console errors, page errors and policy violations. */
  readonly faults: string[];
}

export async function openBrowser(): Promise<TestBrowser> {
  const profile = await mkdtemp(join(tmpdir(), 'kairos-chromium-'));
  const browser = await openChromium({ flags: ['--force-color-profile=srgb'], home: profile });
  return {
    async open({ size = lying, scheme = 'light', reducedMotion = false }) {
      const context = await browser.newContext({
        viewport: { ...size },
        colorScheme: scheme,
        reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
        locale: 'en-GB',
      });
      const page = await context.newPage();
      const faults: string[] = [];
      page.on('pageerror', (error) => faults.push(error.message));
      page.on('console', (line) => {
        // A store that has gone away is the business of some tests; the page says so on the screen, not here.
        if (line.type() === 'error' && !/WebSocket (connection|is already)|net::ERR_/.test(line.text()))
          faults.push(line.text());
      });
      return { page, context, faults };
    },
    async close() {
      await browser.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

/**
 * Builds the page as it is shipped, into a folder of the test's own; in a process of its own, since a test's
 * environment would make it a development build.
 */
export async function buildPage(outDir: string): Promise<void> {
  const root = new URL('../../', import.meta.url).pathname;
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const config = join(root, 'cart-display/vite.config.ts');
  await promisify(execFile)(
    process.execPath,
    [vite, 'build', '--logLevel', 'error', '-c', config, '--outDir', outDir, '--emptyOutDir'],
    { cwd: root, env: { ...process.env, NODE_ENV: 'production' } },
  );
}
