/**
 * Every state as people see it: no violation that axe-core knows, contrast of 7:1, targets of 64 px with 16 px between,
 * a message that never covers the list, nothing cut off. With KAIROS_SCREENSHOTS=1 the pictures of the documentation
 * are written.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPage, lying, openBrowser, type TestBrowser, upright } from './browser.ts';
import { SmallStore } from './small-store.ts';
import { states } from './states.ts';

const sizes = [
  { name: '1280x800', size: lying },
  { name: '800x1280', size: upright },
] as const;
const targetMinPx = 64;
const gapMinPx = 16;
/** Of the screen's area. */
const messageMaxShare = 0.4;
const pictures = new URL('../../docs/screenshots/', import.meta.url).pathname;
/** States whose picture is drawn in the dark scheme, too. */
const picturedDark = ['idle', 'message'];
const isDrawing = process.env.KAIROS_SCREENSHOTS === '1';

let pages: string;
let browser: TestBrowser;

beforeAll(async () => {
  pages = mkdtempSync(join(tmpdir(), 'kairos-cart-'));
  await buildPage(pages);
  browser = await openBrowser();
  if (isDrawing) mkdirSync(pictures, { recursive: true });
});
afterAll(async () => {
  await browser.close();
  rmSync(pages, { recursive: true, force: true });
});

interface Box {
  readonly name: string;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

function boxes(page: Page, selector: string): Promise<Box[]> {
  return page.locator(selector).evaluateAll((elements) =>
    elements.map((element) => {
      const { left, top, right, bottom } = element.getBoundingClientRect();
      return { name: element.getAttribute('aria-label') ?? element.textContent ?? '', left, top, right, bottom };
    }),
  );
}

/** Targets that are too small, and pairs that stand too close; a tenth of a pixel is rounding. */
function crowding(targets: readonly Box[]): string[] {
  const small = targets
    .filter((box) => box.right - box.left < targetMinPx - 0.1 || box.bottom - box.top < targetMinPx - 0.1)
    .map((box) => `${box.name}: ${box.right - box.left}×${box.bottom - box.top}`);
  const close = targets.flatMap((one, index) =>
    targets.slice(index + 1).flatMap((other) => {
      const across = Math.max(one.left, other.left) - Math.min(one.right, other.right);
      const down = Math.max(one.top, other.top) - Math.min(one.bottom, other.bottom);
      return Math.max(across, down) < gapMinPx - 0.1 ? [`${one.name} | ${other.name}`] : [];
    }),
  );
  return [...small, ...close];
}

async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page })
    .options({ rules: { 'color-contrast-enhanced': { enabled: true } } })
    .analyze();
  return found.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary}`),
  );
}

/** What reaches past the page's edge; a list that scrolls in its own place does not. */
function overflowing(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('h1, h2, p, button, output, svg')]
      .filter((element) => !element.closest('.lines, .spoken-only'))
      .filter((element) => {
        const box = element.getBoundingClientRect();
        return box.left < 0 || box.top < 0 || box.right > innerWidth + 0.5 || box.bottom > innerHeight + 0.5;
      })
      .map((element) => `${element.tagName} ${element.textContent}`),
  );
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

describe.each(sizes)('at $name', ({ name: sizeName, size }) => {
  it.each(states)('$name holds to the look, in light and dark', async (state) => {
    const store = new SmallStore(pages);
    await store.start();
    const { page, context, faults } = await browser.open({ size, reducedMotion: true });
    await page.goto(store.address());
    await state.reach({ store, page });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.evaluate(() => {
        // One that follows a scroll position never ends.
        const inTime = document.getAnimations().filter(({ timeline }) => timeline instanceof DocumentTimeline);
        return Promise.all(inTime.map((animation) => animation.finished));
      });
      expect(await violations(page)).toEqual([]);
      if (isDrawing && (colorScheme === 'light' || picturedDark.includes(state.name))) {
        const ending = colorScheme === 'dark' ? '-dark' : '';
        await page.screenshot({ path: join(pictures, `cart-${state.name}-${sizeName}${ending}.png`) });
      }
    }
    expect(crowding(await boxes(page, 'button:not([disabled])'))).toEqual([]);
    expect(await overflowing(page)).toEqual([]);
    await checkMessage(page, size);
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
