/**
 * The page of a till as people use it: a real store, a real browser. With KAIROS_SCREENSHOTS=1 the pictures of the
 * documentation are written.
 */
import { mkdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { violations } from '@kairos/ui/test/look.ts';
import { passingWords } from '@kairos/ui/test/passing-words.ts';
import Database from 'better-sqlite3';
import type { Frame, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openLane } from '../../docs/examples/till-client.mjs';
import { card } from './open-store.ts';
import { crew, crewFile, signInContext } from './signed-in.ts';
import { heapHolds, keptBy, openPageBrowser, overflowing, type PageBrowser } from './till-browser.ts';
import { openTillShop, type TillShop } from './till-shop.ts';

/** In no library, no text and no picture. */
const plantedName = 'Quendolyna';
const pictures = new URL('../../docs/screenshots/', import.meta.url).pathname;
const isDrawing = process.env.KAIROS_SCREENSHOTS === '1';
const said = 'How is the stroller? Do you need the rain cover?';

let shop: TillShop;
let chromium: PageBrowser;
let till: Server;
let stranger: Server;
let lane: ReturnType<typeof openLane>;
const pages: Page[] = [];

/** The page of a browser-based till: its own field, and the store's page in a frame. */
function tillPage(frame: string): string {
  return `<!doctype html><html lang="en"><title>A till</title><body>
<input id="field" aria-label="code" autofocus>
<iframe id="kairos" title="Prompt" width="480" height="200" src="${frame}"></iframe>
<script>
  const field = document.getElementById('field');
  const frame = document.getElementById('kairos');
  const store = new URL(frame.src).origin;
  window.heard = [];
  window.say = (words) => frame.contentWindow.postMessage(words, store);
  addEventListener('message', ({ origin, data }) => {
    if (origin !== store) return;
    heard.push(data);
    if (data.kairos === 'height') frame.height = data.px;
  });
  field.focus();
</script></body></html>`;
}

async function serve(): Promise<Server> {
  const server = createServer((request, response) => {
    const frame = new URL(request.url ?? '/', 'http://till').searchParams.get('frame') ?? '';
    response.writeHead(200, { 'content-type': 'text/html' }).end(tillPage(frame));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/** Another site than the store's, whose pages are on 127.0.0.1. */
function originOf(server: Server): string {
  return `http://localhost:${(server.address() as { port: number }).port}`;
}

beforeAll(async () => {
  [till, stranger, chromium] = await Promise.all([serve(), serve(), openPageBrowser()]);
  shop = await openTillShop(
    { tillPage: { frameOrigins: [originOf(till)] } },
    { firstName: plantedName, staff: crewFile },
  );
  lane = openLane({ store: shop.url, lane: 'till-1', withinMs: 10_000 });
  if (isDrawing) mkdirSync(pictures, { recursive: true });
});
afterEach(async () => {
  await lane.end('voided');
  for (const page of pages.splice(0)) await page.context().close();
});
afterAll(async () => {
  await chromium?.close();
  await shop?.close();
  for (const server of [till, stranger]) server?.close();
});

async function open(address: string, viewport = { width: 1024, height: 768 }): Promise<Page> {
  const context = await chromium.browser.newContext({ viewport, reducedMotion: 'reduce', locale: 'en-GB' });
  const page = await context.newPage();
  pages.push(page);
  await page.goto(address);
  return page;
}

async function openTill(viewport?: { width: number; height: number }): Promise<Page> {
  const page = await open(`${shop.url}/till/?till=till-1`, viewport);
  await page.getByRole('heading', { name: 'Next customer, please' }).waitFor();
  return page;
}

function facts(type: string): { body: string }[] {
  const db = new Database(join(shop.folder, 'data', 'journal.db'), { readonly: true });
  try {
    const sql = 'SELECT thing AS body FROM facts WHERE type = (SELECT id FROM words WHERE text = ?)';
    return db.prepare(sql).all(type) as { body: string }[];
  } finally {
    db.close();
  }
}

async function more(type: string, before: number): Promise<void> {
  await expect.poll(() => facts(type).length).toBeGreaterThan(before);
}

/** Presented at the lane, and asked for in the sale: the run before has to be over first. */
async function prompted(page: Page): Promise<void> {
  const shown = facts('message.shown').length;
  await lane.identify('card', card);
  await page.locator('.till-say', { hasText: said }).waitFor();
  await more('message.shown', shown);
}

describe('the page of a till', () => {
  it('is answered by one key, says so, and asks once in a sale', async () => {
    const page = await openTill();
    await prompted(page);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(plantedName);
    expect(await page.getByText(`${plantedName} bought the Nomad here.`).isVisible()).toBe(true);
    const answered = facts('message.answered').length;
    const isNoted = await passingWords(page, '.till-noted', 'Noted: She wants it');
    await page.keyboard.press('7');
    await page.keyboard.press('1');
    await isNoted();
    await page.keyboard.press('2');
    await more('message.answered', answered);
    await page.getByText('Noted').waitFor({ state: 'detached' });
    // The same sale: her card once more brings no other.
    await lane.identify('card', card);
    await page.getByRole('listitem').filter({ hasText: said }).filter({ hasText: 'She wants it' }).waitFor();
    expect(await page.locator('.till-prompt').count()).toBe(0);
    expect(facts('message.answered').length).toBe(answered + 1);
  });

  it('keeps nothing of her when the lane goes on: not on the glass, in no store of the browser, not in memory', async () => {
    const page = await openTill();
    await prompted(page);
    expect(await keptBy(page)).toContain(plantedName);
    expect(await heapHolds(page, plantedName), 'the control: while she is there, it is').toBe(true);
    await page.keyboard.press('1');
    await lane.end('voided');
    await page.getByRole('heading', { name: 'Next customer, please' }).waitFor();
    expect(await keptBy(page)).not.toContain(plantedName);
    await expect.poll(() => heapHolds(page, plantedName), { interval: 500 }).toBe(false);
  });

  it('is for whoever works there: she reads her own language, and her answer stands under her name', async () => {
    const context = await chromium.browser.newContext({ viewport: { width: 480, height: 800 }, locale: 'en-GB' });
    await signInContext(context, { base: shop.url, badge: crew.second.badge, pin: crew.second.pin });
    const page = await context.newPage();
    pages.push(page);
    await page.goto(`${shop.url}/till/?till=till-1`);
    await page.getByRole('heading', { name: 'Die Nächste, bitte' }).waitFor();
    const answered = facts('message.answered').length;
    await lane.identify('card', card);
    await page.locator('.till-say', { hasText: 'Wie fährt sich der Wagen?' }).waitFor();
    const isNoted = await passingWords(page, '.till-noted', 'Notiert: Etwas stimmt nicht');
    await page.getByRole('button', { name: 'Etwas stimmt nicht' }).click();
    await isNoted();
    await more('message.answered', answered);
    const db = new Database(join(shop.folder, 'data', 'staff.db'), { readonly: true });
    const rows = (): string => JSON.stringify(db.prepare('SELECT * FROM audit').all());
    await expect.poll(rows).toContain('answered \\"trouble\\" at till-1');
    db.close();
  });
});

describe('as people see it', () => {
  const sizes = [
    { name: '1024x768', width: 1024, height: 768, inDark: false, isWhole: true },
    { name: '480x800', width: 480, height: 800, inDark: true, isWhole: false },
    { name: '360x780', width: 360, height: 780, inDark: false, isWhole: false },
    { name: '1920x1080', width: 1920, height: 1080, inDark: true, isWhole: true },
  ];

  it('holds to the look at every size, in light and dark, with and without somebody', async () => {
    const page = await openTill();
    for (const state of ['idle', 'prompt'] as const) {
      if (state === 'prompt') await prompted(page);
      for (const { name, isWhole, inDark, ...size } of sizes) {
        await page.setViewportSize(size);
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme });
          // Colours are the same at every size: two in light, two in dark.
          if ((colorScheme === 'dark') === inDark)
            expect(await violations(page), `${state} ${name} ${colorScheme}`).toEqual([]);
          if (isDrawing)
            await page.screenshot({
              path: join(pictures, `till-${state}-${name}${colorScheme === 'dark' ? '-dark' : ''}.png`),
            });
        }
        expect(await overflowing(page, isWhole), `${state} ${name}`).toEqual([]);
      }
    }
  });

  it('shows a coupon’s bars in whole pixels a module or not at all, and across the glass where there is no room', async () => {
    const page = await openTill();
    await prompted(page);
    const modules = (): Promise<number[]> =>
      page.locator('.till-bars').evaluateAll((all) => all.map((one) => Number(one.getAttribute('data-module-px'))));
    const large = page.locator('.till-large .till-bars');
    const isOnGlass = ({ width, height }: { width: number; height: number }) =>
      expect
        .poll(async () => {
          const box = await large.boundingBox();
          return box && box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height;
        })
        .toBe(true);
    for (const { name, ...size } of sizes) {
      await page.setViewportSize({ width: size.width, height: size.height });
      await page.getByRole('button', { name: /Show the bars large/ }).click();
      await isOnGlass(size);
      // A handheld that is turned meanwhile.
      await page.setViewportSize({ width: size.height, height: size.width });
      await isOnGlass({ width: size.height, height: size.width });
      await page.setViewportSize({ width: size.width, height: size.height });
      await isOnGlass(size);
      for (const px of await modules()) expect([name, Number.isInteger(px), px >= 1]).toEqual([name, true, true]);
      expect(await violations(page), name).toEqual([]);
      if (isDrawing && size.width === 360) await page.screenshot({ path: join(pictures, 'till-coupon-360x780.png') });
      await page.getByRole('button', { name: 'Back', exact: true }).click();
      await large.waitFor({ state: 'detached' });
    }
  });
});

describe('in a frame of a browser-based till', () => {
  const frameOf = (page: Page) => page.frameLocator('#kairos');
  const within = (page: Page): Frame => page.frames().find((frame) => frame.url().includes('/till/')) as Frame;
  const typed = 'a code that is keyed while the prompt comes and goes 0123456789';

  it('never takes the focus: every key lands in the till’s own field while a prompt comes, is answered and goes', async () => {
    const page = await open(`${originOf(till)}/?frame=${encodeURIComponent(`${shop.url}/till/?till=till-1`)}`);
    await frameOf(page).getByRole('heading', { name: 'Next customer, please' }).waitFor();
    const say = (words: object): Promise<void> =>
      page.evaluate((one) => (window as never as { say(w: object): void }).say(one), words);
    const heard = (): Promise<string> =>
      page.evaluate(() => JSON.stringify((window as never as { heard: object[] }).heard));
    await say({ kairos: 'hello' });
    await expect.poll(heard).toContain('"ready"');
    const typing = page.keyboard.type(typed, { delay: 45 });
    await say({ kairos: 'identified', means: 'card', number: card });
    await frameOf(page).locator('.till-say', { hasText: said }).waitFor();
    await expect.poll(heard).toContain('"keys":["1","2","3","0"]');
    await frameOf(page).getByRole('button', { name: 'She wants it' }).hover();
    const isNoted = await passingWords(within(page), '.till-noted', 'Noted: No');
    await say({ kairos: 'key', key: '3' });
    await isNoted();
    await say({ kairos: 'sale', event: 'voided' });
    await frameOf(page).getByRole('heading', { name: 'Next customer, please' }).waitFor();
    await typing;
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('field');
    expect(await page.inputValue('#field')).toBe(typed);
    const words = await heard();
    expect(words).toContain('"answer":"no"');
    // Nothing of anybody is said to the page around.
    expect(words).not.toContain(plantedName);
    expect(words).toMatch(/"height","px":\d{2,}/);
  });

  it('a touch of an answer leaves the focus where it is', async () => {
    const page = await open(`${originOf(till)}/?frame=${encodeURIComponent(`${shop.url}/till/?till=till-1`)}`);
    await frameOf(page).getByRole('heading', { name: 'Next customer, please' }).waitFor();
    const answered = facts('message.answered').length;
    await lane.identify('card', card);
    await frameOf(page).locator('.till-say', { hasText: said }).waitFor();
    await page.locator('#field').pressSequentially('12');
    const isNoted = await passingWords(within(page), '.till-noted', 'Noted: She wants it');
    await frameOf(page).getByRole('button', { name: 'She wants it' }).click();
    await isNoted();
    await page.keyboard.type('34');
    expect(await page.inputValue('#field')).toBe('1234');
    await more('message.answered', answered);
  });

  it('forgets her at the till’s word while the store is gone, and does not bring her back', async () => {
    const page = await open(`${originOf(till)}/?frame=${encodeURIComponent(`${shop.url}/till/?till=till-1`)}`);
    await frameOf(page).getByRole('heading', { name: 'Next customer, please' }).waitFor();
    await lane.identify('card', card);
    await frameOf(page).getByRole('heading', { name: plantedName }).waitFor();
    const cleared = facts('lane.cleared').length;
    await shop.restart(async () => {
      await frameOf(page).getByRole('status').waitFor();
      await page.evaluate(() => (window as never as { say(w: object): void }).say({ kairos: 'sale', event: 'began' }));
      await frameOf(page).getByRole('heading', { name: 'Next customer, please' }).waitFor();
    });
    // The store still knows of her when it comes back, until the page has told it.
    await more('lane.cleared', cleared);
    expect(await frameOf(page).getByText(plantedName).count()).toBe(0);
  });

  it('is held by nobody else, and hears nobody else', async () => {
    const page = await open(`${originOf(stranger)}/?frame=${encodeURIComponent(`${shop.url}/till/?till=till-1`)}`);
    await page.waitForLoadState('load');
    expect(await frameOf(page).getByRole('heading').count()).toBe(0);
    const headers = (await fetch(`${shop.url}/till/`)).headers.get('content-security-policy') ?? '';
    expect(headers).toContain(`frame-ancestors ${originOf(till)}`);
    expect((await fetch(`${shop.url}/manager/`)).headers.get('content-security-policy')).toContain(
      "frame-ancestors 'none'",
    );
  });
});
