/**
 * Hostile text from end to end: it stands in a real store's own files (goods, customers, floor plan, dialogues, the loop
 * of its screens), a shopper's cart carries it through the real engine, and the real pages in a real Chromium paint it:
 * the cart's, a zone screen, the manager's. Nothing of it is run, and no policy is broken. (Every field, payload by
 * payload: cart-display/test/hostile-text.test.ts.)
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkDigit } from '@kairos/protocol/check-digit.ts';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { hostileTexts } from '@kairos/protocol/test/hostile-text.ts';
import { type StrikeWatch, watchForStrikes } from '@kairos/protocol/test/strike-watch.ts';
import { openChromium } from '@kairos/ui/test/chromium.ts';
import { passingWords } from '@kairos/ui/test/passing-words.ts';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { DeviceClient } from '../devices/device-client.ts';
import { lastingPort } from '../process/lasting-port.ts';
import { type StorePorts, StoreProcess } from '../process/store-process.ts';

/** What a CSV file and a YAML file of a careless author can hold: no control characters, no half characters. */
const sayable = hostileTexts.filter((text) => /^[^\p{Cc}\uFFFE\uFFFF]*$/u.test(text) && text.isWellFormed());
const names = sayable.map((text) => text.slice(0, 80).trim()).filter((name) => name !== '');
const markup = hostileTexts.slice(0, 24);
/** Visits, each of another shopper with other goods. */
const visits = 40;

const ean13 = (start: string): string => `${start}${checkDigit(start)}`;
const card = (at: number): string => ean13(`2900000${String(at).padStart(5, '0')}`);
const goods = (at: number): string => ean13(`2000000${String(at).padStart(5, '0')}`);
const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
/** A message's values bring no directions of their own (dialogue/language/text/liquid.ts). */
const spoken = (index: number): string => at(index).replace(/\p{Bidi_Control}/gu, '');
const at = (index: number): string => names[index % names.length] as string;

const columns = 16;
const plan = {
  name: at(0),
  width: columns * 10,
  height: 170,
  zones: [
    { id: 'wine', name: at(1).slice(0, 60), kind: 'open', polygon: square(0, 0) },
    ...names.map((name, index) => ({
      id: `zone-${index}`,
      name: name.slice(0, 60),
      kind: 'open',
      polygon: square(10 * (index % columns), 10 + 10 * Math.floor(index / columns)),
    })),
  ],
  screens: [{ id: 'screen-1', zone: 'wine', at: [2, 1] }],
};

function square(x: number, y: number): number[][] {
  return [
    [x, y],
    [x + 10, y],
    [x + 10, y + 10],
    [x, y + 10],
  ];
}

const label = (index: number) => ({ en: markup[index] });
const dialogue = {
  dialogue: 'greet',
  title: markup[0],
  type: 'III',
  objective: { on: 'sale', within: '1d', value: 20 },
  holdout: '0%',
  limits: { perVisit: 1 },
  enter: [{ on: 'basket.added' }],
  steps: {
    ask: {
      say: {
        cart: { moment: 'any', leaving: 'keep', text: { en: '{{ customer.firstName }}' } },
        validFor: '2m',
        answers: { gladly: { label: label(1), then: 'end' }, no: { label: label(7), then: 'end' } },
        silence: {
          'never-shown': 'end',
          ignored: { after: '1m', then: 'end' },
          'walked-away': 'end',
          'acted-elsewhere': 'end',
        },
      },
    },
  },
};

let folder: string;
let store: StoreProcess;
let ports: StorePorts;
let browser: Browser;
let cart: DeviceClient;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kairos-hostile-'));
  mkdirSync(join(folder, 'dialogues'));
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  write('dialogues/greet.yaml', stringify(dialogue));
  write('dialogues/house.yaml', 'attention: { perVisit: 9, gap: 1s }\ndefaultLocale: en\n');
  write('plan.yaml', stringify(plan));
  const shelf = names.map((name, index) => `${goods(index)},${quoted(name)},${quoted(name.slice(0, 40))},250`);
  write('goods.csv', `code,name,department,price\n${shelf.join('\n')}\n`);
  const people = names.map((name, index) => `${card(index)},${quoted(name)},en,yes,yes`);
  write('customers.csv', `number,firstName,locale,remember,inStore\n${people.join('\n')}\n`);
  write(
    'store.yaml',
    stringify({
      store: { id: 'test', title: markup[5], timeZone: 'Europe/Berlin', currency: 'EUR', locale: 'en' },
      listen: { http: await lastingPort(), mqtt: await lastingPort() },
      data: 'data',
      floorPlan: 'plan.yaml',
      goods: 'goods.csv',
      customers: 'customers.csv',
      dialogues: 'dialogues',
      loyalty: { prefixes: ['29'] },
      chainKey: 'a-chain-key-for-this-test-only',
      carts: [{ id: 'cart-1' }],
      screens: { slotSeconds: 4, loop: markup.map((headline) => ({ headline: headline.slice(0, 80) })) },
    }),
  );
  store = new StoreProcess({ config: join(folder, 'store.yaml'), data: join(folder, 'data') });
  ports = await store.start();
  browser = await openChromium();
  cart = new DeviceClient({ device: 'cart-1', url: `mqtt://127.0.0.1:${ports.mqtt}`, ports: systemPorts });
});
afterAll(async () => {
  await cart?.close();
  await browser?.close();
  await store?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function open(path: string): Promise<{ page: Page; watch: StrikeWatch }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
  const page = await context.newPage();
  const watch = await watchForStrikes(page, `http://127.0.0.1:${ports.http}`);
  await page.goto(`http://127.0.0.1:${ports.http}${path}`);
  return { page, watch };
}

test(`${names.length} hostile names through a real store: text on every page, run on none`, {
  timeout: 180_000,
}, async () => {
  const shown = await open('/cart/?cart=cart-1');
  const zone = await open('/cart/?screen=screen-1');
  const manager = await open('/manager/');
  await zone.page.locator('.zone-thought').waitFor();
  await expect.poll(() => manager.page.locator('h1').textContent()).toBe(markup[5]);
  const { page } = shown;
  const headline = page.locator('#message-headline');
  for (let visit = 0; visit < visits; visit += 1) {
    // Spread over all of them, so that every family comes to the glass.
    const who = Math.floor((visit * names.length) / visits);
    cart.say('identity.presented', { cart: 'cart-1', means: 'card', number: card(who) });
    cart.say('zone.entered', { cart: 'cart-1', zone: `zone-${who}`, confidence: 1_000 });
    cart.say('basket.added', { cart: 'cart-1', code: goods(who) });
    await expect.poll(() => page.locator('.line-name bdi').allTextContents()).toEqual([at(who)]);
    await expect.poll(() => headline.textContent()).toBe(spoken(who));
    expect(await page.locator('.answers bdi').allTextContents()).toEqual([markup[1], markup[7]]);
    await expect.poll(() => manager.page.locator('.decision').count()).toBe(visit + 1);
    // Her name is nobody's but hers: of a text that is nothing else, nothing is left.
    await expect.poll(() => manager.page.locator('.decision-headline').first().textContent()).toBe('…');
    const isThanked = await passingWords(page, '.message-thanks', '');
    await page.locator('.answers button').first().click();
    await isThanked();
    // Before she goes: her answer and the end of her visit come to the store on two lines.
    const outcome = manager.page.locator('.decision-outcome').first();
    await expect.poll(() => outcome.textContent()).toContain(markup[1]);
    cart.say('identity.dropped', { cart: 'cart-1', reason: 'logout' });
    await page.locator('.goodbye-say').waitFor();
  }
  for (const { page: one, watch } of [shown, zone, manager]) {
    expect(watch.strikes).toEqual([]);
    expect(await watch.foreignElements()).toEqual([]);
    await one.context().close();
  }
});

test('what the store answers to a hostile address is no page', async () => {
  const base = `http://127.0.0.1:${ports.http}`;
  for (const text of sayable) {
    const said = encodeURIComponent(text.slice(0, 200));
    for (const path of [`/${said}`, `/cart/${said}`, `/api/${said}?q=${said}`]) {
      const response = await fetch(base + path);
      expect(response.headers.get('x-content-type-options'), path).toBe('nosniff');
      expect(response.headers.get('content-security-policy'), path).toContain("default-src 'none'");
      if (/html/.test(response.headers.get('content-type') ?? '')) expect(await response.text()).not.toContain(text);
      else await response.arrayBuffer();
    }
  }
  const { page, watch } = await open('/cart/%3Cscript%3Estruck()%3C%2Fscript%3E');
  await page.goto(
    `${base}/manager/?scheme=${encodeURIComponent('"><img src=x onerror=struck()>')}#<svg onload=struck()>`,
  );
  await page.locator('h1').waitFor();
  expect(watch.strikes.filter((strike) => !strike.includes('404'))).toEqual([]);
  await page.context().close();
});
