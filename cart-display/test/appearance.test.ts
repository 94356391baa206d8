/**
 * Every state as people see it: no violation that axe-core knows, contrast of 7:1, targets of 64 px with 16 px between,
 * a message that never covers the list, nothing cut off. With KAIROS_SCREENSHOTS=1 the pictures of the documentation
 * are written; with KAIROS_LOOKS=all each size is judged in each scheme.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { faintWords, settled, violations } from '@kairos/ui/test/look.ts';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPage, lying, openBrowser, type TestBrowser, upright } from './browser.ts';
import { type Box, boxes, crowding, overflowing } from './look.ts';
import { SmallStore } from './small-store.ts';
import { states } from './states.ts';

const sizes = [
  { name: '1280x800', size: lying, judge: { in: 'light', of: violations } },
  { name: '800x1280', size: upright, judge: { in: 'dark', of: faintWords } },
] as const;
/** Of the screen's area. */
const messageMaxShare = 0.4;
const pictures = new URL('../../docs/screenshots/', import.meta.url).pathname;
/** States whose picture is drawn in the dark scheme, too; all are judged in both. */
const picturedDark = [
  'idle',
  'who-are-you',
  'first-use',
  'shopping',
  'message',
  'way-there',
  'help-coming',
  'nobody-free',
  'out-of-touch',
  'at-till',
  'goodbye',
];
const isDrawing = process.env.KAIROS_SCREENSHOTS === '1';
const isThorough = process.env.KAIROS_LOOKS === 'all';

let pages: string;
let browser: TestBrowser;

beforeAll(async () => {
  pages = mkdtempSync(join(tmpdir(), 'kairos-cart-'));
  await buildPage(pages);
  browser = await openBrowser();
  if (isDrawing) mkdirSync(pictures, { recursive: true });
});
afterAll(async () => {
  await browser?.close();
  rmSync(pages, { recursive: true, force: true });
});

/** Runs in the page: words that go by themselves stay while they are looked at, however long that takes. */
function stopTime(): void {
  const { setTimeout: plain } = window;
  const long = 2_000;
  window.setTimeout = ((run: () => void, ms = 0) => plain(run, ms >= long ? ms * 1_000 : ms)) as typeof setTimeout;
}

async function checkMessage(page: Page, size: { width: number; height: number }): Promise<void> {
  const [card] = await boxes(page, '.message');
  if (!card) return;
  const [list] = (await boxes(page, '.ledger')) as [Box];
  const isApart = card.left >= list.right || card.right <= list.left || card.top >= list.bottom;
  expect(isApart, 'the message stands beside or below the list').toBe(true);
  const area = (card.right - card.left) * (card.bottom - card.top);
  expect(area / (size.width * size.height)).toBeLessThanOrEqual(messageMaxShare);
}

describe('at 1280x800 and 800x1280', () => {
  it.concurrent.each(states)('$name holds to the look, in light and dark', async (state) => {
    const store = new SmallStore(pages);
    await store.start();
    const { page, context, faults } = await browser.open({ reducedMotion: true });
    await page.addInitScript(stopTime);
    await page.goto(store.address());
    await state.reach({ store, page });
    for (const { name: sizeName, size, judge } of sizes) {
      await page.setViewportSize(size);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        // The page is the same at both sizes and in both schemes; only where things stand, and their colours, are not.
        if (isThorough || judge.in === colorScheme)
          expect(await judge.of(page), `${sizeName}, ${colorScheme}`).toEqual([]);
        if (isDrawing && (colorScheme === 'light' || picturedDark.includes(state.name))) {
          await settled(page);
          const ending = colorScheme === 'dark' ? '-dark' : '';
          await page.screenshot({ path: join(pictures, `cart-${state.name}-${sizeName}${ending}.png`) });
        }
      }
      expect(crowding(await boxes(page, 'button:not([disabled])')), sizeName).toEqual([]);
      expect(await overflowing(page), sizeName).toEqual([]);
      await checkMessage(page, size);
    }
    expect(faults).toEqual([]);
    expect(store.faults).toEqual([]);
    await context.close();
    await store.stop();
  });
});

describe('the checks themselves', () => {
  it('see a small target, a close pair and faint words (negative control)', async () => {
    const { page, context } = await browser.open({});
    await page.setContent(
      '<html lang="en"><title>t</title><main><h1>h</h1><button style="width:40px;height:64px">a</button><button style="width:64px;height:64px">b</button><p style="color:#666">faint</p></main>',
    );
    expect(crowding(await boxes(page, 'button'))).toHaveLength(2);
    expect((await violations(page)).join()).toContain('color-contrast-enhanced');
    expect((await faintWords(page)).join()).toContain('color-contrast-enhanced');
    await context.close();
  });
});

describe('motion', () => {
  it('only fades where motion is to be reduced', async () => {
    const store = new SmallStore(pages);
    await store.start();
    const { page, context } = await browser.open({ reducedMotion: true });
    await page.goto(store.address());
    expect(await page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--shift'))).toBe(
      '0px',
    );
    await context.close();
    await store.stop();
  });
});
