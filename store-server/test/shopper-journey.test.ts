/**
 * What a shopper does with a cart, from the dock to the goodbye, on the cart's own page in Chromium and at a whole store:
 * the radio, the associate and the till say their part over the store's real doors. (Each state by itself, against a
 * smaller store: cart-display/test.)
 */
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OpenCall } from '../http/help-route.ts';
import { breadCode, card, type OpenStore, openStore, TestScreen, unasked } from './open-store.ts';

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
  browser = await chromium.launch({
    executablePath: process.env.KAIROS_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });
  page = await (await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' })).newPage();
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (line) => {
    if (line.type() === 'error') faults.push(line.text());
  });
  await page.goto(`http://127.0.0.1:${store.running.httpPort}/cart/?cart=cart-1`);
});
afterAll(async () => {
  radio.close();
  await browser.close();
  await store.close();
});

const button = (name: string) => page.getByRole('button', { name, exact: true });
const press = (name: string): Promise<void> => button(name).click();
const says = (text: string | RegExp): Promise<void> => page.getByText(text).first().waitFor();
const glass = (): Promise<string> => page.locator('body').innerText();

/** As a scanner types: quicker than fingers, then Enter. */
function scan(code: string): Promise<void> {
  return page.evaluate((keys) => {
    for (const key of [...keys, 'Enter'])
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
  }, code);
}

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
  await scan(card);
  await page.getByRole('heading', { name: /Ada/ }).waitFor();
  await press('Mehr');
  await press('English');
  await press('Done');
  await page.getByRole('heading', { name: 'Hello, Ada' }).waitFor();
  await scan(breadCode);
  await page.locator('.ledger-total').getByText('€2.50').waitFor();
  await says('You save €0.49');
  await scan('4006381333931');
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
  await press('Show me');
  await page.getByRole('heading', { name: 'Thank you' }).waitFor();
  await page.locator('.message').waitFor({ state: 'detached' });
});

test('she calls for somebody: nobody is free, then somebody is told, and comes', async () => {
  await press('Call an associate');
  await says('Nobody is free just now.');
  await press('All right');
  await post('/api/duty', { associate: 'kim', state: 'on' });
  await press('Call an associate');
  await says('We’ve told the associates');
  const { calls } = (await store.get('/api/help')) as { calls: OpenCall[] };
  await post('/api/help/claims', { task: calls[0]?.task, associate: 'kim' });
  await says('Somebody is coming to you.');
  await press('I’m all right now');
  await button('Call an associate').waitFor();
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
  await scan(unasked);
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
  await scan(breadCode);
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
