/**
 * The manager's page in Chromium, on a real store: what happens on the floor is on it, what needs a person says so,
 * a decision tells its why, and a pause holds at once, over a restart and over a release.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zoneScreenNamespace } from '@kairos/protocol/zone-screen-events.ts';
import { openChromium } from '@kairos/ui/test/chromium.ts';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { card, type OpenStore, openStore, TestScreen } from './open-store.ts';
import { crew, signIn, signInContext } from './signed-in.ts';
import { TestHandheld } from './test-handheld.ts';

let store: OpenStore;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let cart: TestScreen;
let zoneScreen: Socket;
let pages = 0;
const faults: string[] = [];

const base = (): string => `http://127.0.0.1:${store.running.httpPort}`;
const needs = () => page.getByRole('region', { name: 'Needs a person' });
const banner = () => page.getByRole('list', { name: 'Paused' });

/** The cart's page and the zone screen's, as they come back after each start. */
async function connect(): Promise<void> {
  pages += 1;
  cart = new TestScreen(store.running.httpPort, { screen: 'cart-1', epoch: `page-${pages}` });
  await cart.until(() => cart.view !== null);
  zoneScreen = io(`${base()}${zoneScreenNamespace}`, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    auth: { screen: 'screen-1', epoch: `zone-${pages}` },
  });
  await new Promise<void>((resolve) => zoneScreen.once('view', () => resolve()));
}

/** Somebody comes, and stands before the suits for long enough to be asked. A guest is somebody else each time. */
async function shop(who: object = { means: 'guest' }): Promise<void> {
  cart.say('identity.presented', { cart: 'cart-1', ...who });
  await cart.until(() => cart.view?.shopper != null);
  cart.say('zone.entered', { cart: 'cart-1', zone: 'suits', confidence: 900 });
  await cart.until(() => cart.view?.zone === 'suits');
}

async function leave(): Promise<void> {
  cart.say('identity.dropped', { cart: 'cart-1', reason: 'logout' });
  await cart.until(() => cart.view?.shopper === null);
}

async function openPage(): Promise<void> {
  await page.goto(`${base()}/manager/`);
  await page.getByRole('heading', { name: 'Test store' }).waitFor();
}

/** Whether any point of the canvas has the colour of this token. */
function isPainted(canvas: 'ground' | 'carts', token: string): Promise<boolean> {
  return page.evaluate(
    ({ layer, name }) => {
      const painted = document.querySelectorAll('canvas')[layer];
      const probe = document.createElement('canvas').getContext('2d');
      const host = document.createElement('span');
      host.style.setProperty('color', `var(--${name})`);
      document.body.append(host);
      if (!painted || !probe) return false;
      probe.fillStyle = getComputedStyle(host).color;
      host.remove();
      probe.fillRect(0, 0, 1, 1);
      const wanted = probe.getImageData(0, 0, 1, 1).data;
      const points = painted.getContext('2d')?.getImageData(0, 0, painted.width, painted.height).data ?? [];
      for (let at = 0; at < points.length; at += 4) {
        if ([0, 1, 2, 3].every((part) => points[at + part] === wanted[part])) return true;
      }
      return false;
    },
    { layer: canvas === 'ground' ? 0 : 1, name: token },
  );
}

const cartsLayer = (): Promise<string> =>
  page.evaluate(() => document.querySelectorAll('canvas')[1]?.toDataURL() ?? '');
const zoneRow = (zone: string) => page.locator('.floor-zones li', { hasText: zone });

beforeAll(async () => {
  store = await openStore({}, { plan: { screens: [{ id: 'screen-1', zone: 'suits', at: [1, 5] }] } });
  browser = await openChromium();
  context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB' });
  await signInContext(context, { base: base(), badge: crew.manager.badge, pin: crew.manager.pin });
  page = await context.newPage();
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (line) => {
    if (line.type() === 'error' && !/WebSocket|net::ERR_|status of 40/.test(line.text())) faults.push(line.text());
  });
  await connect();
  zoneScreen.emit('alive', { version: 0, painted: null, isVisible: true });
  await openPage();
});
afterAll(async () => {
  cart?.close();
  zoneScreen?.disconnect();
  await browser?.close();
  await store?.close();
});

describe('the floor', () => {
  test('a good day says that it is one', async () => {
    // But for the disk of the machine that runs this, which may be full.
    await needs()
      .getByText(/Nothing right now|disk has/)
      .waitFor();
  });

  test('a cart walks where its shopper walks, and its zone fills', async () => {
    cart.say('identity.presented', { cart: 'cart-1', means: 'card', number: card });
    await cart.until(() => cart.view?.shopper?.strength === 'strong');
    cart.say('zone.entered', { cart: 'cart-1', zone: 'shoes', confidence: 900 });
    await zoneRow('Shoes').getByText('1', { exact: true }).waitFor();
    const before = await cartsLayer();
    cart.say('zone.entered', { cart: 'cart-1', zone: 'tills', confidence: 900 });
    await zoneRow('Tills').getByText('1', { exact: true }).waitFor();
    await expect.poll(cartsLayer).not.toBe(before);
    expect(await isPainted('carts', 'ink')).toBe(true);
  });

  test('a screen that nobody can see is outlined in amber and needs a person, until it can be seen', async () => {
    expect(await isPainted('ground', 'heed')).toBe(false);
    zoneScreen.emit('alive', { version: 0, painted: null, isVisible: false });
    await needs().getByText('screen-1 at Suits is covered or switched off').waitFor();
    await expect.poll(() => isPainted('ground', 'heed')).toBe(true);
    await zoneRow('Suits').getByText('a screen is dark').waitFor();
    zoneScreen.emit('alive', { version: 0, painted: null, isVisible: true });
    await needs().getByText('screen-1').waitFor({ state: 'detached' });
    await expect.poll(() => isPainted('ground', 'heed')).toBe(false);
  });

  test('a call for help appears, is on the map, and goes when it is over', async () => {
    cart.say('help.requested', { cart: 'cart-1' });
    await needs().getByText('Cart 1 asks for somebody at Tills').waitFor();
    await needs().getByText('Go there yourself').waitFor();
    await leave();
    await needs().getByText('asks for somebody').waitFor({ state: 'detached' });
  });

  test('who goes to a shopper is where she goes, as long as the task lives', async () => {
    const kim = await TestHandheld.of(base(), crew.associate);
    expect(await kim.do({ does: 'duty', state: 'on' })).toBe('done');
    expect(await isPainted('ground', 'voice')).toBe(false);
    cart.say('identity.presented', { cart: 'cart-1', means: 'guest' });
    cart.say('zone.entered', { cart: 'cart-1', zone: 'tills', confidence: 900 });
    await cart.until(() => cart.view?.shopper != null && cart.view.zone === 'tills');
    cart.say('help.requested', { cart: 'cart-1' });
    await kim.until(() => kim.tasks.some(({ kind }) => kind === 'help'));
    const task = kim.tasks[0]?.id ?? '';
    expect(await kim.do({ does: 'claim', task, version: 1 })).toBe('done');
    await expect.poll(() => isPainted('ground', 'voice')).toBe(true);
    await zoneRow('Tills').getByText('an associate at work').waitFor();
    cart.say('help.withdrawn', { cart: 'cart-1' });
    await zoneRow('Tills').getByText('an associate at work').waitFor({ state: 'detached' });
    await expect.poll(() => isPainted('ground', 'voice')).toBe(false);
    expect(await kim.do({ does: 'duty', state: 'off' })).toBe('done');
    kim.close();
  });

  test('a queue at a till is on the map, in words, and with whom it needs', async () => {
    const ground = (): Promise<string> =>
      page.evaluate(() => document.querySelectorAll('canvas')[0]?.toDataURL() ?? '');
    await zoneRow('Tills').getByText('1', { exact: true }).waitFor();
    const empty = await ground();
    const lea = await TestHandheld.of(base(), crew.lead);
    expect(await lea.do({ does: 'queue', till: 'till-1', waiting: 7 })).toBe('done');
    await zoneRow('Tills').getByText('7 waiting to pay').waitFor();
    await expect.poll(ground).not.toBe(empty);
    expect(await lea.do({ does: 'queue', till: 'till-1', waiting: 0 })).toBe('done');
    await zoneRow('Tills').getByText('waiting to pay').waitFor({ state: 'detached' });
    await expect.poll(ground).toBe(empty);
    lea.close();
    await leave();
    await zoneRow('Tills').getByText('0', { exact: true }).waitFor();
  });
});

describe('a decision', () => {
  test('falls into the list and opens to its why, in words and without her name', async () => {
    await shop({ means: 'card', number: card });
    const row = page.locator('.decision').first();
    await row.getByText('See the suits in your size?').waitFor();
    cart.say('message.shown', { message: cart.view?.message?.id, screen: 'cart-1' });
    await row.getByText('She can see it now').waitFor();
    await row.getByRole('button').click();
    await row.getByText(/she had been in Suits for 1/).waitFor();
    await row.getByText('nothing else wanted to speak to her').waitFor();
    expect(await page.locator('body').innerText()).not.toContain('Ada');
    // From the fact to its paint is counted from here on.
    await page
      .locator('.strip-cell', { hasText: 'event to paint' })
      .getByText(/\d+ (ms|s)/)
      .waitFor();
    await row.getByRole('button').click();
  });

  test('a zone that is pressed shows itself, and what was said there alone', async () => {
    await page.getByRole('link', { name: 'Shoes' }).click();
    await page.getByRole('region', { name: 'Shoes' }).waitFor();
    expect(await page.locator('.decision').count()).toBe(0);
    await page.getByRole('button', { name: 'Back to the whole store' }).click();
    await page.locator('.decision').first().waitFor();
  });
});

describe('a pause', () => {
  test('of everything takes back what speaks, at once, and says who set it and until when', async () => {
    expect(cart.view?.message).not.toBeNull();
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await page.getByRole('button', { name: 'Pause: Everything' }).click();
    await cart.until(() => cart.view?.message === null);
    await page.getByRole('button', { name: 'Close' }).click();
    await banner()
      .getByText(/Everything is paused by Mira until \d\d:\d\d/)
      .waitFor();
    const row = page.locator('.decision').first();
    await row.getByRole('button').click();
    await row.getByText(/everything was paused by Mira until \d\d:\d\d/).waitFor();
  });

  test('holds over a restart: nothing is said, and the ledger says what stopped it', async () => {
    cart.close();
    zoneScreen.disconnect();
    await store.restart();
    await connect();
    await openPage();
    await banner()
      .getByText(/Everything is paused by Mira/)
      .waitFor();
    // What was painted before is counted still.
    await page
      .locator('.strip-cell', { hasText: 'event to paint' })
      .getByText(/\d+ (ms|s)/)
      .waitFor();
    await leave();
    await shop();
    const url = `${base()}/api/why?dialogue=suits`;
    const stops = async (): Promise<unknown[]> => {
      const { verdicts } = (await (await fetch(url)).json()) as { verdicts: { rivals: { stopped: string }[] }[] };
      return verdicts.flatMap(({ rivals }) => rivals.map(({ stopped }) => stopped));
    };
    await expect.poll(stops).toContain('paused');
    expect(cart.view?.message).toBeNull();
  });

  test('holds over a release', async () => {
    const file = join(store.folder, 'dialogues/suits.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('See the suits', 'Shall we show you the suits'));
    expect(store.running.reload({}).release).toBe(2);
    await leave();
    await shop();
    await openPage();
    await banner()
      .getByText(/Everything is paused by Mira/)
      .waitFor();
    expect(cart.view?.message).toBeNull();
  });

  test('is lifted with one button, and then it speaks again', async () => {
    await banner().getByRole('button', { name: 'Go on: Everything is' }).click();
    await banner().waitFor({ state: 'detached' });
    await leave();
    await shop();
    await cart.until(() => cart.view?.message !== null);
    await page.locator('.decision').first().getByText('Shall we show you the suits').waitFor();
  });

  test('of one dialogue and one channel each stand by themselves', async () => {
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await page.getByRole('button', { name: 'Pause: Zone screens' }).click();
    await page.getByRole('button', { name: 'Go on: Zone screens', exact: true }).waitFor();
    expect(cart.view?.message).not.toBeNull();
    await page.getByRole('button', { name: 'Pause: Suits', exact: true }).click();
    await cart.until(() => cart.view?.message === null);
    await page.getByRole('button', { name: 'Go on: Zone screens', exact: true }).click();
    await page.getByRole('button', { name: 'Go on: Suits', exact: true }).click();
    await page.getByRole('button', { name: 'Pause: Suits', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
    expect(faults).toEqual([]);
  });
});

describe('who may', () => {
  const everything = { what: 'everything', minutes: 5 };
  const post = async (path: string, body: object, headers: Record<string, string> = {}): Promise<number> => {
    const json = { 'content-type': 'application/json', ...headers };
    return (await fetch(base() + path, { method: 'POST', headers: json, body: JSON.stringify(body) })).status;
  };
  const pause = (headers?: Record<string, string>) => post('/api/manager/pauses', everything, headers);

  test('pausing and lifting are the manager’s: others, nobody, and other sites’ pages are refused', async () => {
    const paths = [
      ['/api/manager/pauses', everything],
      ['/api/manager/pauses/lift', { what: 'everything' }],
    ] as const;
    for (const [path, body] of paths) {
      expect(await post(path, body)).toBe(401);
      for (const who of [crew.associate, crew.lead, crew.service]) {
        expect([who.role, await post(path, body, (await signIn(base(), who.badge, who.pin)).headers)]).toEqual([
          who.role,
          403,
        ]);
      }
      const { headers } = await signIn(base(), crew.manager.badge, crew.manager.pin);
      expect(await post(path, body, { ...headers, origin: 'http://elsewhere.example' })).toBe(403);
    }
    expect(await store.get('/api/manager/pauses')).toEqual({ pauses: [] });
  });

  test('what cannot be paused is refused with a reason, and changes nothing', async () => {
    const { headers } = await signIn(base(), crew.manager.badge, crew.manager.pin);
    const refused = (body: object) => post('/api/manager/pauses', body, headers);
    expect(await refused({ what: 'everything' })).toBe(400);
    expect(await refused({ what: 'everything', minutes: 0 })).toBe(400);
    expect(await refused({ what: 'everything', minutes: 100_000 })).toBe(400);
    expect(await refused({ what: 'dialogue', name: 'no-such', minutes: 5 })).toBe(409);
    expect(await refused({ what: 'channel', name: '__proto__', minutes: 5 })).toBe(409);
    expect(await post('/api/manager/pauses/lift', { what: 'everything' }, headers)).toBe(409);
    expect(await pause(headers)).toBe(204);
    expect(await post('/api/manager/pauses/lift', { what: 'everything' }, headers)).toBe(204);
  });

  test('an associate’s session sees nothing of the page', async () => {
    const other = await browser.newContext();
    await signInContext(other, { base: base(), badge: crew.associate.badge, pin: crew.associate.pin });
    const hers = await other.newPage();
    await hers.goto(`${base()}/manager/`);
    await hers.getByText('This page is for those who run the store').waitFor();
    await other.close();
  });
});
