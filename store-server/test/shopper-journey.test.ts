/**
 * What a shopper does with a cart, from the dock to the goodbye, on the cart's own page in Chromium and at a whole store:
 * the radio, the associate and the till say their part over the store's real doors. (Each state by itself, against a
 * smaller store: cart-display/test.)
 */

import { readFileSync } from 'node:fs';
import { openChromium } from '@kairos/ui/test/chromium.ts';
import { passingWords } from '@kairos/ui/test/passing-words.ts';
import { scan } from '@kairos/ui/test/scan.ts';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HurriedTime } from './hurried-time.ts';
import { breadCode, card, type OpenStore, openStore, TestScreen, unasked } from './open-store.ts';
import { openRelay, type Relay } from './relay.ts';
import { crew } from './signed-in.ts';
import { TestHandheld } from './test-handheld.ts';

let store: OpenStore;
let browser: Browser;
let page: Page;
/** Says where the cart is, as its agent would. */
let radio: TestScreen;
const faults: string[] = [];

beforeAll(async () => {
  store = await openStore();
  radio = new TestScreen(store.running.httpPort, { screen: 'cart-1', epoch: 'radio-of-this-test' });
  await radio.until(() => radio.view !== null);
  browser = await openChromium();
  page = await (await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' })).newPage();
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (line) => {
    if (line.type() === 'error') faults.push(line.text());
  });
  await page.goto(`http://127.0.0.1:${store.running.httpPort}/cart/?cart=cart-1`);
});
afterAll(async () => {
  radio?.close();
  await browser?.close();
  await store?.close();
});

const button = (name: string) => page.getByRole('button', { name, exact: true });
const press = (name: string): Promise<void> => button(name).click();
const says = (text: string | RegExp): Promise<void> => page.getByText(text).first().waitFor();
const glass = (): Promise<string> => page.locator('body').innerText();

function goesTo(zone: string): void {
  radio.say('zone.entered', { cart: 'cart-1', zone, confidence: 900 });
}

async function post(path: string, body: object): Promise<unknown> {
  const answer = await fetch(`http://127.0.0.1:${store.running.httpPort}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(answer.ok, `${path}: ${answer.status}`).toBe(true);
  return answer.status === 204 ? null : answer.json();
}

test('a number that is left half keyed in the dock goes by itself', async () => {
  // A context of its own: a browser's clock is set for all pages of one.
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
  const dock = await context.newPage();
  await dock.clock.install();
  await dock.goto(page.url());
  await dock.getByRole('button', { name: 'Start shopping' }).click();
  await dock.keyboard.type('2900', { delay: 60 });
  await dock.getByText('2 900').waitFor();
  await dock.clock.fastForward('00:46');
  await dock.getByRole('button', { name: 'Start shopping' }).click();
  await dock.getByText('Your number').waitFor();
  expect(await dock.locator('body').innerText()).not.toContain('2 900');
  await context.close();
});

test('her card, her language, her list: greeted by name, with total and savings, where she is on the map', async () => {
  await button('Start shopping').waitFor();
  await scan(page, card);
  await page.getByRole('heading', { name: /Ada/ }).waitFor();
  await press('Mehr');
  await press('English');
  await press('Done');
  await page.getByRole('heading', { name: 'Hello, Ada' }).waitFor();
  await scan(page, breadCode);
  await page.locator('.ledger-total').getByText('€2.50').waitFor();
  await says('You save €0.49');
  await scan(page, '4006381333931');
  await says('We don’t know that one.');
  goesTo('shoes');
  await says('You are at Shoes');
});

test('a message is a guest beside the list: why, an answer, and it has gone', async () => {
  goesTo('suits');
  await page.getByRole('heading', { name: 'See the suits in your size?' }).waitFor();
  await page.locator('.ledger-total').getByText('€2.50').waitFor();
  await press('Why am I seeing this?');
  await page.locator('.message-why').waitFor();
  const isThanked = await passingWords(page, '.message-thanks', 'Thank you');
  await press('Show me');
  await isThanked();
  await page.locator('.message').waitFor({ state: 'detached' });
});

test('she calls for somebody: nobody is free, then somebody is told, and comes', async () => {
  await press('Call an associate');
  await says('Nobody is free just now.');
  await press('All right');
  const ana = await TestHandheld.of(`http://127.0.0.1:${store.running.httpPort}`, crew.associate);
  await ana.do({ does: 'duty', state: 'on' });
  await press('Call an associate');
  await says('We’ve told the associates');
  await ana.until(() => ana.tasks.length === 1);
  const [call] = ana.tasks;
  expect(await ana.do({ does: 'claim', task: call?.id ?? '', version: call?.version ?? 0 })).toBe('done');
  // She says that she has been there: from here on her coming cannot be taken back.
  void ana.do({ does: 'answer', task: call?.id ?? '', version: (call?.version ?? 0) + 1, answer: 'helped' });
  await says('Somebody is coming to you.');
  await press('I’m all right now');
  await button('Call an associate').waitFor();
  ana.close();
});

test('quiet for today; at the till; paid, and everything of hers is gone', async () => {
  await press('More');
  await press('Not today');
  await press('Done');
  await says('We’ll keep quiet');
  goesTo('tills');
  await page.getByRole('heading', { name: 'You’re at the till' }).waitFor();
  const lines = [{ code: breadCode, quantity: 1000, unitPrice: 250, amount: 250 }];
  const receipt = {
    kind: 'sale',
    till: 'till-1',
    receipt: 'R-1',
    day: '2026-11-22',
    currency: 'EUR',
    total: 250,
    lines,
  };
  await post('/v1/sales', { ...receipt, at: new Date().toISOString(), cart: 'cart-1', number: card });
  await page.getByRole('heading', { name: 'Thank you for coming' }).waitFor();
  expect(await glass()).not.toMatch(/Ada|Bread|2\.50/);
  await press('Next shopper');
  await button('Start shopping').waitFor();
});

test('who was never asked is asked once; logging out takes all of it off the cart', async () => {
  await scan(page, unasked);
  await page.getByRole('heading', { name: 'Shall we remember you?' }).waitFor();
  await press('Yes, remember me');
  await page.getByRole('heading', { name: 'Hello, Eve' }).waitFor();
  await press('More');
  await press('Log out');
  await page.getByRole('heading', { name: 'This visit is forgotten' }).waitFor();
  expect(await glass()).not.toContain('Eve');
  await press('Next shopper');
});

test('a guest has larger type and more contrast where she likes, and “forget this visit” forgets', async () => {
  await press('Start shopping');
  await press('Shop as a guest');
  await page.getByRole('heading', { name: 'You’re shopping as a guest' }).waitFor();
  // From the tills, where the list is the till's.
  goesTo('shoes');
  await says('You are at Shoes');
  await scan(page, breadCode);
  await page.locator('.ledger-total').getByText('€2.50').waitFor();
  await press('More');
  await press('Larger text');
  await press('More contrast');
  const looks = (): Promise<string[]> =>
    page.evaluate(() => [document.documentElement.dataset.type ?? '', document.documentElement.dataset.contrast ?? '']);
  expect(await looks()).toEqual(['large', 'more']);
  await press('Forget this visit');
  await page.getByRole('heading', { name: 'This visit is forgotten' }).waitFor();
  expect(await glass()).not.toContain('Bread');
  expect(await looks()).toEqual(['regular', '']);
  await press('Next shopper');
  await button('Start shopping').waitFor();
  expect(faults).toEqual([]);
});

const laces = `dialogue: laces
title: Laces
type: III
objective: { on: sale, within: 7d, value: 40 }
holdout: 0%
limits: { perVisit: 1 }
enter:
  - { on: basket.added }
steps:
  ask:
    say:
      cart: { moment: any, where: [shoes], leaving: keep, text: { en: "Laces for your shoes?" } }
      validFor: 10m
      answers:
        yes: { label: { en: "Yes, please" }, then: found }
        notToday: { label: { en: "Not today" }, then: end }
      silence: { never-shown: end, ignored: { after: 9m, then: end }, walked-away: end, acted-elsewhere: end }
  found:
    say:
      cart: { moment: any, text: { en: "They hang beside the mirror" } }
      validFor: 10m
      answers:
        thanks: { label: { en: "Good to know" }, then: end }
      silence: { never-shown: end, ignored: { after: 9m, then: end }, walked-away: end, acted-elsewhere: end }
`;
/** A drawing, as a store's folder of pictures might hold one. */
const picture = readFileSync(new URL('../../docs/screenshots/zone-message-1920x1080.png', import.meta.url));

describe('a message with a picture, a line that breaks, a cart that is left standing', () => {
  /** The store's; the page's own goes on as it goes. */
  const time = new HurriedTime();
  let shop: OpenStore;
  let relay: Relay;
  let context: BrowserContext;
  let cart: Page;
  let carried: TestScreen;

  beforeAll(async () => {
    shop = await openStore(
      { pictures: 'dialogues' },
      { ports: time.ports, dialogues: { 'laces.yaml': laces, 'laces.png': picture } },
    );
    relay = await openRelay(() => shop.running.httpPort);
    carried = new TestScreen(shop.running.httpPort, { screen: 'cart-1', epoch: 'radio-of-this-cart' });
    await carried.until(() => carried.view !== null);
    context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
    cart = await context.newPage();
    await cart.goto(`${relay.base}/cart/?cart=cart-1`);
  });
  afterAll(async () => {
    carried?.close();
    await context?.close();
    await relay?.close();
    await shop?.close();
  });

  const touch = (name: string): Promise<void> => cart.getByRole('button', { name, exact: true }).click();
  const reads = (text: string | RegExp): Promise<void> => cart.getByText(text).first().waitFor();
  const isAt = (zone: string): void => void carried.say('zone.entered', { cart: 'cart-1', zone, confidence: 900 });
  const total = (amount: string): Promise<void> => cart.locator('.ledger-total').getByText(amount).waitFor();
  const headline = (name: string) => cart.getByRole('heading', { name });
  const read = (code: string): Promise<void> => scan(cart, code);

  async function comeAsGuest(): Promise<void> {
    await touch('Start shopping');
    await touch('Shop as a guest');
    await headline('You’re shopping as a guest').waitFor();
  }

  test('a message has its picture, and shows the way from here to what it speaks of', async () => {
    await comeAsGuest();
    isAt('shoes');
    await reads('You are at Shoes');
    await read(breadCode);
    await headline('Laces for your shoes?').waitFor();
    const image = cart.locator('.message-picture img');
    await expect.poll(() => image.evaluate((one) => (one as HTMLImageElement).naturalWidth)).toBe(1920);
    await total('€2.50');
    // She walks on; the message may be kept, and leads back.
    isAt('tills');
    isAt('suits');
    await touch('Show me where');
    await reads('This way to Shoes');
    await cart.locator('.store-map path.way').waitFor({ state: 'attached' });
    await touch('Back to the message');
    await headline('Laces for your shoes?').waitFor();
  });

  test('out of touch she keeps list and map; her tap is kept, and counts when the store is back', async () => {
    relay.pull();
    await reads('We’ve lost touch with the store. Your list is safe here.');
    await total('€2.50');
    await reads('Bread');
    await headline('Laces for your shoes?').waitFor();
    const isThanked = await passingWords(cart, '.message-thanks', 'Thank you');
    await touch('Yes, please');
    await isThanked();
    await cart.locator('.message').waitFor({ state: 'detached' });
    await reads('You are at Suits');
    // A call that came minutes late would help nobody: it is not kept, and she is told.
    await touch('Call an associate');
    await reads('We couldn’t pass that on.');
    relay.plugIn();
    await headline('They hang beside the mirror').waitFor();
    await touch('Good to know');
    expect(await headline('Laces for your shoes?').count()).toBe(0);
    expect(carried.view?.help).toBeNull();
  });

  test('the cart’s clock is set forth and back: what she scans is on her list all the same', async () => {
    await cart.evaluate(() => {
      const plain = Date.now.bind(Date);
      Date.now = () => plain() + Number(document.documentElement.dataset.aheadMs ?? 0);
    });
    const step = (aheadMs: number): Promise<void> =>
      cart.evaluate((ms) => void Object.assign(document.documentElement.dataset, { aheadMs: String(ms) }), aheadMs);
    // The library takes the line for dead when more has gone by than between two signs of life of the store.
    await step(46_000);
    await read(breadCode);
    await total('€5.00');
    await step(0);
    await read(breadCode);
    await total('€7.50');
  });

  test('what was withdrawn while she was out of touch is gone when she is back, and her late tap is harmless', async () => {
    await touch('More');
    await touch('Forget this visit');
    await touch('Next shopper');
    await comeAsGuest();
    isAt('shoes');
    await reads('You are at Shoes');
    isAt('suits');
    await headline('See the suits in your size?').waitFor();
    relay.pull();
    await reads('We’ve lost touch with the store.');
    await touch('Show me');
    isAt('shoes');
    await carried.until(() => carried.view?.message === null);
    relay.plugIn();
    await reads('You are at Shoes');
    await cart.locator('.message').waitFor({ state: 'detached' });
    expect(await headline('See the suits in your size?').count()).toBe(0);
    // And the line goes on behind it.
    await read(breadCode);
    await total('€2.50');
  });

  test('a cart that is left standing for 45 minutes is nobody’s: nothing of hers is on it or in it', async () => {
    await touch('More');
    await touch('Larger text');
    await touch('Deutsch');
    await touch('Fertig');
    time.pass(44 * 60_000);
    await cart.locator('.line-name').getByText('Bread').waitFor();
    // What the store said meanwhile may have been painted, and is a sign of life: her minutes may begin anew once.
    await expect
      .poll(() => {
        time.pass(60_000);
        return cart.locator('.ledger').count();
      })
      .toBe(0);
    expect(await cart.locator('body').innerText()).not.toMatch(/Bread|2[.,]50/);
    await cart.getByRole('main').getByRole('button').first().click();
    await cart.getByRole('button', { name: 'Start shopping' }).waitFor();
    expect(await cart.evaluate(() => document.documentElement.dataset.type)).toBe('regular');
    await expect
      .poll(() =>
        cart.evaluate(async () => {
          const open = indexedDB.open('kairos-cart-1');
          await new Promise((resolve, reject) => Object.assign(open, { onsuccess: resolve, onerror: reject }));
          const all = open.result.transaction('kept').objectStore('kept').getAllKeys();
          await new Promise((resolve, reject) => Object.assign(all, { onsuccess: resolve, onerror: reject }));
          open.result.close();
          return all.result;
        }),
      )
      .toEqual([]);
  });
});
