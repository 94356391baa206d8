/**
 * A customer's PIN, end to end: the list of customers with hashes, a real store, the cart's line and the cart's own page
 * in Chromium. A typed number is weak; with its PIN it is hers; five wrong ones and it waits, over a restart as well; and
 * what was keyed is written nowhere.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PinAnswer } from '@kairos/protocol/screen-events.ts';
import { openChromium } from '@kairos/ui/test/chromium.ts';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Log } from '../log.ts';
import { PinHasher } from '../staff/pin-hash.ts';
import { card, type OpenStore, openStore, stranger, TestScreen, unasked } from './open-store.ts';

/** Eight digits: shorter ones may stand in a file by chance. */
const pin = '24681357';
const wrong = '13579246';

let hash: string;
let store: OpenStore;
let screens: TestScreen[];
let logged: string[];
let pages = 0;

const log: Log = (() => {
  const note = (...said: unknown[]): void => void logged.push(JSON.stringify(said));
  return { info: note, warn: note, error: note, debug: note } as unknown as Log;
})();

beforeAll(async () => {
  hash = await new PinHasher().hash(pin);
});
beforeEach(async () => {
  [screens, logged] = [[], []];
  store = await openStore({}, { log });
  list(hash);
});
afterEach(async () => {
  for (const screen of screens) screen.close();
  await store.close();
});

/** Ada may be remembered; Eve was never asked. Both have the same PIN. */
function list(ofAda: string): void {
  const rows = [`${card},Ada,de,yes,yes,${ofAda}`, `${unasked},Eve,en,,,${hash}`, `${stranger},Bob,en,yes,yes,`];
  writeFileSync(
    join(store.folder, 'customers.csv'),
    `number,firstName,locale,remember,inStore,pin\n${rows.join('\n')}\n`,
  );
  expect(store.running.reload({}).faults).toBe(0);
}

async function typed(number = card, cart = 'cart-1'): Promise<TestScreen> {
  pages += 1;
  const token = cart === 'cart-2' ? { token: 'secret-of-cart-2' } : {};
  const screen = new TestScreen(store.running.httpPort, {
    screen: cart,
    epoch: `page-${pages}-of-this-test`,
    ...token,
  });
  screens.push(screen);
  await screen.until(() => screen.view !== null);
  screen.say('identity.presented', { cart, means: 'typed', number });
  await screen.until(() => screen.view?.phase === 'shopping');
  return screen;
}

function key(screen: TestScreen, digits: string): Promise<PinAnswer> {
  return new Promise((resolve) => {
    screen.socket.once('pinAnswer', resolve);
    screen.socket.emit('pin', { pin: digits });
  });
}

/** All files of the store, as they are on disk. */
function onDisk(): string {
  const files = readdirSync(store.folder, { recursive: true, withFileTypes: true });
  return files
    .filter((file) => file.isFile())
    .map((file) => readFileSync(join(file.parentPath, file.name), 'latin1'))
    .join('\n');
}

describe('on the cart’s line', () => {
  test('a typed number with its PIN is hers: her name, and strongly presented; what was keyed is nowhere', async () => {
    const screen = await typed();
    expect(screen.view?.shopper).toEqual({ strength: 'weak', name: null, pin: true });
    expect(await key(screen, wrong)).toEqual({ kind: 'wrong', triesLeft: 4 });
    expect(screen.view?.shopper).toEqual({ strength: 'weak', name: null, pin: true });
    screen.socket.emit('pin', { pin: `${pin}0` });
    expect(await key(screen, pin)).toEqual({ kind: 'right' });
    await screen.until(() => screen.view?.shopper?.strength === 'strong');
    expect(screen.view).toMatchObject({ phase: 'shopping', shopper: { strength: 'strong', name: 'Ada' } });
    expect(screen.view?.shopper).not.toHaveProperty('pin');
    expect(await key(screen, pin)).toEqual({ kind: 'nobody' });

    const rejected = JSON.stringify(await store.get('/api/rejected'));
    expect(rejected).toContain('a PIN has four to eight digits');
    await store.restart();
    for (const place of [onDisk(), rejected, logged.join('\n')]) {
      expect(place).not.toContain(pin);
      expect(place).not.toContain(wrong);
    }
    // The control: what is a fact is found there.
    expect(onDisk()).toContain('identity.presented');
  });

  test('five wrong ones, and the right one waits as well: on another cart, and after a restart', async () => {
    const screen = await typed();
    const answers: PinAnswer[] = [];
    for (let tries = 0; tries < 5; tries += 1) answers.push(await key(screen, wrong));
    expect(answers.map(({ kind }) => kind)).toEqual(['wrong', 'wrong', 'wrong', 'wrong', 'locked']);
    screen.close();
    await store.restart();
    const elsewhere = await typed(card, 'cart-2');
    const locked = await key(elsewhere, pin);
    expect(locked).toMatchObject({ kind: 'locked' });
    expect(locked.kind === 'locked' && locked.minutes).toBeGreaterThan(10);
    expect(elsewhere.view?.shopper).toMatchObject({ strength: 'weak', name: null });
  });

  test('a right one leaves her all five tries, also the next time', async () => {
    const screen = await typed();
    expect(await key(screen, pin)).toEqual({ kind: 'right' });
    screen.say('identity.dropped', { cart: 'cart-1', reason: 'logout' });
    await screen.until(() => screen.view?.phase === 'goodbye');
    screen.close();
    expect(await key(await typed(), wrong)).toEqual({ kind: 'wrong', triesLeft: 4 });
  });

  test('who was never asked is asked once she has shown that the number is hers', async () => {
    const screen = await typed(unasked);
    expect(screen.view?.shopper).toEqual({ strength: 'guest', name: null, pin: true });
    expect(await key(screen, pin)).toEqual({ kind: 'right' });
    await screen.until(() => screen.view?.phase === 'first-use');
    expect(screen.view?.shopper).toEqual({ strength: 'guest', name: null });
  });

  test('a number without a PIN, a guest and an empty cart are not asked, and nothing is compared for them', async () => {
    const screen = await typed(stranger);
    expect(screen.view?.shopper).toEqual({ strength: 'weak', name: null });
    expect(await key(screen, pin)).toEqual({ kind: 'nobody' });
    screen.say('identity.dropped', { cart: 'cart-1', reason: 'logout' });
    await screen.until(() => screen.view?.phase === 'goodbye');
    expect(await key(screen, pin)).toEqual({ kind: 'nobody' });
  });

  test('a list takes a PIN away, and leaves the ones that it does not name', async () => {
    list('');
    const screen = await typed();
    expect(screen.view?.shopper).toMatchObject({ pin: true });
    list('none');
    expect(await key(screen, pin)).toEqual({ kind: 'nobody' });
  });
});

describe('on the cart’s page', () => {
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    browser = await openChromium();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
    await page.goto(`http://127.0.0.1:${store.running.httpPort}/cart/?cart=cart-1`);
    await page.getByRole('button', { name: 'Start shopping' }).click();
    await page.keyboard.type(card, { delay: 60 });
    await page.keyboard.press('Enter');
    // Ada reads German.
    await page.getByRole('heading', { name: 'Sind Sie es?' }).waitFor();
  });
  afterEach(() => page.context().close());

  test('she keys her number, is asked for her PIN, gets it wrong once, and is greeted by name', async () => {
    await page.keyboard.type(wrong, { delay: 60 });
    await page.getByRole('button', { name: 'Weiter', exact: true }).click();
    await page.getByText('Versuche übrig: 4').waitFor();
    await page.keyboard.type(pin, { delay: 60 });
    expect(await page.locator('body').innerText()).not.toContain(pin);
    await page.getByRole('button', { name: 'Weiter', exact: true }).click();
    await page.getByRole('heading', { name: /Ada/ }).waitFor();
    expect(await page.getByRole('heading', { name: 'Sind Sie es?' }).count()).toBe(0);
  });

  test('she goes on without, and finds it again under “more”', async () => {
    await page.getByRole('button', { name: 'Ohne PIN weiter' }).click();
    await page.getByRole('heading', { name: 'Sind Sie es?' }).waitFor({ state: 'detached' });
    expect(await page.locator('body').innerText()).not.toContain('Ada');
    await page.getByRole('button', { name: 'Mehr' }).click();
    await page.getByRole('button', { name: 'PIN eingeben' }).click();
    await page.getByRole('heading', { name: 'Sind Sie es?' }).waitFor();
  });
});
