/**
 * A zone screen as it is seen from three to five metres, at 1920×1080: each picture of the loop and a message, in the
 * dark that it hangs in and in the light. With KAIROS_SCREENSHOTS=1 the pictures of the documentation are written.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ZoneScreenView } from '@kairos/protocol/zone-screen-events.ts';
import { settled, violations } from '@kairos/ui/test/look.ts';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPage, openBrowser, type TestBrowser } from './browser.ts';
import { drawPicture } from './drawn-picture.ts';
import { overflowing } from './look.ts';
import { SmallStore } from './small-store.ts';
import { plan } from './states.ts';

const size = { width: 1920, height: 1080 };
/** Of a thought, in px on 1080 lines; three metres away it stands as 38 px do at arm's length. */
const thoughtMinPx = 110;
const pictures = new URL('../../docs/screenshots/', import.meta.url).pathname;
const isDrawing = process.env.KAIROS_SCREENSHOTS === '1';

const place: ZoneScreenView = {
  screen: 'screen-paint',
  store: 'Kairos House',
  locale: 'en',
  zone: { id: 'paint', name: 'Paint' },
  loop: [],
  // Longer than any test: the picture stays.
  slotMs: 3_600_000,
  message: null,
};
const message = {
  id: 'message-zone-0001',
  headline: 'Two colours, one wall: try the roller for both',
  body: '',
  answers: [],
  validForMs: 300_000,
};
const states: readonly { name: string; view: ZoneScreenView; says: string }[] = [
  { name: 'place', view: place, says: 'Paint' },
  { name: 'message', view: { ...place, message }, says: message.headline },
  {
    name: 'message-picture',
    view: { ...place, message: { ...message, picture: '/pictures/rollers.png' } },
    says: message.headline,
  },
];

let pages: string;
let browser: TestBrowser;

beforeAll(async () => {
  pages = mkdtempSync(join(tmpdir(), 'kairos-zone-'));
  await buildPage(pages);
  browser = await openBrowser();
  if (isDrawing) mkdirSync(pictures, { recursive: true });
});
afterAll(async () => {
  await browser?.close();
  rmSync(pages, { recursive: true, force: true });
});

async function withScreen(
  view: ZoneScreenView,
  scheme: 'light' | 'dark',
  act: (page: Page, store: SmallStore) => Promise<void>,
): Promise<void> {
  const store = new SmallStore(pages);
  await store.start();
  store.plan = plan;
  store.showZone(view);
  const { page, context, faults } = await browser.open({ size, reducedMotion: true });
  store.pictures.set('/pictures/rollers.png', await drawPicture(context));
  await page.goto(store.address(`screen=screen-paint&scheme=${scheme}`));
  await act(page, store);
  expect(faults).toEqual([]);
  expect(store.faults).toEqual([]);
  await context.close();
  await store.stop();
}

describe.each(['dark', 'light'] as const)('a zone screen in the %s', (scheme) => {
  it.each(states)('shows $name: one thought, large, nothing cut off', async ({ name, view, says }) => {
    await withScreen(view, scheme, async (page) => {
      const thought = page.getByRole('heading', { name: says });
      await thought.waitFor();
      await page.waitForFunction(() => [...document.images].every(({ complete }) => complete));
      await settled(page);
      expect(await violations(page)).toEqual([]);
      expect(await overflowing(page)).toEqual([]);
      expect(await page.getByRole('heading').count()).toBe(1);
      const px = await thought.evaluate((element) => Number.parseFloat(getComputedStyle(element).fontSize));
      expect(px).toBeGreaterThanOrEqual(thoughtMinPx);
      const ending = scheme === 'dark' ? '' : '-light';
      if (isDrawing) await page.screenshot({ path: join(pictures, `zone-${name}-1920x1080${ending}.png`) });
    });
  });
});

it('stands still where motion is to be reduced', async () => {
  await withScreen({ ...place, message }, 'dark', async (page, store) => {
    await store.fact('message.shown');
    expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
    store.showZone(place);
    await page.getByRole('heading', { name: 'Paint' }).waitFor();
    expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
  });
});
