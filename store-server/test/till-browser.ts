/** A real Chromium for the store's own pages, and what they have to hold to beside what ui/test judges: nothing cut off. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openChromium } from '@kairos/ui/test/chromium.ts';
import type { Browser, Page } from 'playwright-core';

export interface PageBrowser {
  readonly browser: Browser;
  close(): Promise<void>;
}

export async function openPageBrowser(): Promise<PageBrowser> {
  const home = await mkdtemp(join(tmpdir(), 'kairos-chromium-'));
  const browser = await openChromium({ flags: ['--force-color-profile=srgb'], home });
  return {
    browser,
    close: async () => {
      await browser.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** What reaches past an edge of the page; with `isWholeSeen`, nothing needs scrolling either. */
export function overflowing(page: Page, isWholeSeen: boolean): Promise<string[]> {
  return page.evaluate((isWhole) => {
    const all = [...document.querySelectorAll('h1, h2, p, button, svg, li')].filter(
      (element) => !element.closest('.spoken-only') && !element.classList.contains('spoken-only'),
    );
    return all
      .filter((element) => {
        const { left, right, bottom } = element.getBoundingClientRect();
        return left < 0 || right > innerWidth + 0.5 || (isWhole && bottom > innerHeight + 0.5);
      })
      .map((element) => `${element.tagName} ${element.textContent}`);
  }, isWholeSeen);
}

/** Whether the words are anywhere in the page's memory, after a collection. */
export async function heapHolds(page: Page, words: string): Promise<boolean> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.enable');
  await session.send('HeapProfiler.collectGarbage');
  let snapshot = '';
  session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => {
    snapshot += chunk;
  });
  await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  await session.detach();
  return snapshot.includes(words);
}

/** All that a page could keep of anybody beside its memory. */
export function keptBy(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const databases = await indexedDB.databases();
    const caches_ = await caches.keys().catch(() => []);
    return JSON.stringify({
      dom: document.documentElement.outerHTML,
      title: document.title,
      address: location.href,
      history: history.state,
      local: { ...localStorage },
      session: { ...sessionStorage },
      databases: databases.map(({ name }) => name),
      caches: caches_,
      cookie: document.cookie,
    });
  });
}
