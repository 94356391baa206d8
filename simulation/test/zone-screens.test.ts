/**
 * Screens in a zone, whole: a real store, two screens and a cart in real Chromium. A shopper stops in front of the wine;
 * both screens say it at once, without her name; when she walks on it is gone; a screen that is dark is not spoken
 * through, and the store says so. What matters more takes the screen from what another shopper reads there.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { checkDigit } from '@kairos/protocol/check-digit.ts';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { openChromium } from '@kairos/ui/test/chromium.ts';
import Database from 'better-sqlite3';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { DeviceClient } from '../devices/device-client.ts';
import { lastingPort } from '../process/lasting-port.ts';
import { type StorePorts, StoreProcess } from '../process/store-process.ts';

const card = `290000000001${checkDigit('290000000001')}`;
const goldCard = `290000000002${checkDigit('290000000002')}`;
const square = (x: number): number[][] => [
  [x, 0],
  [x + 10, 0],
  [x + 10, 10],
  [x, 10],
];
const plan = {
  name: 'test',
  width: 40,
  height: 10,
  zones: [
    { id: 'wine', name: 'Wine', kind: 'open', polygon: square(0) },
    { id: 'shoes', name: 'Shoes', kind: 'open', polygon: square(10) },
    { id: 'tills', name: 'Tills', kind: 'till', polygon: square(20) },
    { id: 'cheese', name: 'Cheese', kind: 'open', polygon: square(30) },
  ],
  screens: [
    { id: 'screen-1', zone: 'wine', at: [2, 1] },
    { id: 'screen-2', zone: 'wine', at: [8, 1] },
    { id: 'screen-3', zone: 'shoes', at: [15, 1] },
    { id: 'screen-4', zone: 'cheese', at: [35, 1] },
  ],
};
const dialogue = `dialogue: tasting
title: Tasting
type: III
objective: { on: sale, within: 1d, value: 20 }
holdout: 0%
limits: { perVisit: 5 }
enter: [{ dwell: wine, for: 1s }]
steps:
  ask:
    say:
      screen: { moment: any, where: wine, text: { en: "A glass of the new Riesling?" } }
      validFor: 1m
      answers: { came: { on: basket.added, then: end } }
      silence: { never-shown: end, ignored: { after: 50s, then: end }, walked-away: end, acted-elsewhere: end }
`;

/** What a shopper may be reading stays for so long (docs/language.md, one screen for many). */
const glassMinMs = 5_000;

/** Said before the cheese: to everybody, or to those of the gold tier, and that goes first. */
function atTheCheese(name: string, priority: number, where: string, text: string): string {
  return `dialogue: ${name}
title: ${name}
type: III
priority: ${priority}
objective: { on: sale, within: 1d, value: 20 }
holdout: 0%
limits: { perVisit: 5 }
enter: [{ dwell: cheese, for: 1s, where: '${where}' }]
steps:
  ask:
    say:
      screen: { moment: any, where: cheese, text: { en: "${text}" } }
      validFor: 2m
      answers: { came: { on: basket.added, then: end } }
      silence: { never-shown: end, ignored: { after: 100s, then: end }, walked-away: end, acted-elsewhere: end }
`;
}

let folder: string;
let store: StoreProcess;
let ports: StorePorts;
let browser: Browser;
let cart: DeviceClient;
let goldCart: DeviceClient;
const faults: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kairos-zone-screens-'));
  mkdirSync(join(folder, 'dialogues'));
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  write('dialogues/tasting.yaml', dialogue);
  write('dialogues/plain.yaml', atTheCheese('plain', 4, 'customer.tier == "none"', 'Try the cheese of the week?'));
  write('dialogues/gold.yaml', atTheCheese('gold', 8, 'customer.tier == "gold"', 'The first Alpine cheese is here'));
  const tier = 'attributes: { tier: { type: text, default: none, sensitivity: public } }';
  const screens = 'screens: { playsPerHour: 12, shareOfHour: 50% }';
  write('dialogues/house.yaml', `attention: { perVisit: 9, gap: 1s }\ndefaultLocale: en\n${tier}\n${screens}\n`);
  write('plan.yaml', stringify(plan));
  write('goods.csv', 'code,name,department,price\n2000000000008,Bread,bakery,250\n');
  write(
    'customers.csv',
    `number,firstName,tier,locale,remember,inStore\n${card},Ada,none,en,yes,yes\n${goldCard},Bea,gold,en,yes,yes\n`,
  );
  write(
    'store.yaml',
    stringify({
      store: { id: 'test', title: 'Riverside', timeZone: 'Europe/Berlin', currency: 'EUR', locale: 'en' },
      listen: { http: await lastingPort(), mqtt: await lastingPort() },
      data: 'data',
      floorPlan: 'plan.yaml',
      goods: 'goods.csv',
      customers: 'customers.csv',
      dialogues: 'dialogues',
      loyalty: { prefixes: ['29'] },
      chainKey: 'a-chain-key-for-this-test-only',
      carts: [{ id: 'cart-1' }, { id: 'cart-2' }],
      screens: { slotSeconds: 4, loop: [{ headline: 'Fresh bread at four', zones: ['wine'] }] },
    }),
  );
  store = new StoreProcess({ config: join(folder, 'store.yaml'), data: join(folder, 'data') });
  ports = await store.start();
  browser = await openChromium();
  const clientOf = (device: string): DeviceClient =>
    new DeviceClient({ device, url: `mqtt://127.0.0.1:${ports.mqtt}`, ports: systemPorts });
  cart = clientOf('cart-1');
  goldCart = clientOf('cart-2');
});
afterAll(async () => {
  await cart?.close();
  await goldCart?.close();
  await browser?.close();
  await store?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function openScreen(name: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1920, height: 1080 }, reducedMotion: 'reduce' });
  const page = await context.newPage();
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (line) => {
    if (line.type() === 'error' && !/WebSocket|net::ERR_/.test(line.text())) faults.push(line.text());
  });
  await page.goto(`http://127.0.0.1:${ports.http}/cart/?screen=${name}`);
  await page.locator('.zone-thought').waitFor();
  return page;
}

const thought = (page: Page): Promise<string> => page.locator('.zone-thought').innerText();
const zone = (name: string): void => cart.say('zone.entered', { cart: 'cart-1', zone: name, confidence: 1_000 });

async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 1_200; tries += 1) {
    if (await isSo()) return;
    await pause(50);
  }
  throw new Error(`waited in vain for ${what}`);
}

function facts(type: string): { place: string; at: number; ref: string | null; amount: number | null }[] {
  const db = new Database(join(folder, 'data', 'journal.db'), { readonly: true });
  try {
    return db
      .prepare(
        `SELECT (SELECT text FROM words WHERE id = place) AS place, at, ref, amount FROM facts
         WHERE type = (SELECT id FROM words WHERE text = ?) ORDER BY seq`,
      )
      .all(type) as { place: string; at: number; ref: string | null; amount: number | null }[];
  } finally {
    db.close();
  }
}

const states = async (): Promise<Record<string, string>> => {
  const health = (await (await fetch(`http://127.0.0.1:${ports.http}/health`)).json()) as {
    screenStates: Record<string, string>;
  };
  return health.screenStates;
};

test('a zone’s screens are one voice: in step, at once, without a name, gone when she walks on', async () => {
  const [first, second, other] = await Promise.all(['screen-1', 'screen-2', 'screen-3'].map(openScreen));
  if (!first || !second || !other) throw new Error('three screens');

  // The loop: the place, and the line that is for this zone alone; both screens change together.
  const seen = new Set<string>();
  await until('both pictures of the loop', async () => {
    const [one, two] = await Promise.all([thought(first), thought(second)]);
    if (one === two) seen.add(one);
    return seen.size === 2;
  });
  expect([...seen].sort()).toEqual(['Fresh bread at four', 'Wine']);
  expect(await thought(other)).toBe('Shoes');

  cart.say('identity.presented', { cart: 'cart-1', means: 'scanned', number: card });
  zone('wine');
  await until('the message on both', async () => {
    const said = await Promise.all([thought(first), thought(second)]);
    return said.every((text) => text === 'A glass of the new Riesling?');
  });
  for (const page of [first, second]) expect(await page.locator('body').innerText()).not.toContain('Ada');
  expect(await thought(other)).toBe('Shoes');
  await until('both shown', () => facts('message.shown').length === 2);
  expect(new Set(facts('message.shown').map(({ place }) => place))).toEqual(new Set(['screen-1', 'screen-2']));
  expect(await first.locator('button').count()).toBe(0);

  zone('shoes');
  await until('the loop again', async () => {
    const said = await Promise.all([thought(first), thought(second)]);
    return said.every((text) => text === 'Wine' || text === 'Fresh bread at four');
  });
  // Each tells how long it stood there: a play for those who pay for one.
  await until('two plays', () => facts('screen.played').length === 2);
  for (const play of facts('screen.played')) expect(play.amount).toBeGreaterThan(0);

  // A screen that nobody can see is not spoken through; the other one of the zone is.
  await first.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await until('screen-1 dark', async () => (await states())['screen-1'] === 'dark');
  await second.context().close();
  await until('screen-2 lost', async () => (await states())['screen-2'] === 'lost');
  const before = facts('message.decided').length;
  zone('wine');
  await pause(3_000);
  expect(facts('message.decided').length).toBe(before);
  await first.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'visible' });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await until('screen-1 seen again', async () => (await states())['screen-1'] === 'connected');

  // Its page gives no sign of life any more, although its line lives: the store knows it for frozen.
  await first.evaluate(() => {
    const send = WebSocket.prototype.send;
    WebSocket.prototype.send = function (data) {
      if (!String(data).includes('"alive"')) send.call(this, data);
    };
  });
  await until('screen-1 frozen', async () => (await states())['screen-1'] === 'frozen');
  expect(faults).toEqual([]);
});

test('what matters more takes the screen from what another shopper reads there, when that has had its least time', async () => {
  const page = await openScreen('screen-4');
  const said = (text: string): Promise<void> => until(`"${text}"`, async () => (await thought(page)) === text);
  const shown = (): ReturnType<typeof facts> => facts('message.shown').filter(({ place }) => place === 'screen-4');

  cart.say('identity.presented', { cart: 'cart-1', means: 'scanned', number: card });
  zone('cheese');
  await said('Try the cheese of the week?');
  await until('its paint known', () => shown().length === 1);
  goldCart.say('identity.presented', { cart: 'cart-2', means: 'scanned', number: goldCard });
  goldCart.say('zone.entered', { cart: 'cart-2', zone: 'cheese', confidence: 1_000 });
  await said('The first Alpine cheese is here');
  expect(await page.locator('body').innerText()).not.toContain('Try the cheese');
  await until('both shown', () => shown().length === 2);
  const [plain, gold] = shown();
  if (!plain || !gold) throw new Error('two paints');
  expect(gold.at - plain.at).toBeGreaterThanOrEqual(glassMinMs);
  const played = (): ReturnType<typeof facts> => facts('screen.played').filter(({ place }) => place === 'screen-4');
  await until('the play that was cut short', () => played().length === 1);
  expect(played()[0]?.amount).toBeLessThan(100_000);

  // She walks on, and the screen is the first one's again.
  goldCart.say('zone.entered', { cart: 'cart-2', zone: 'shoes', confidence: 1_000 });
  await said('Try the cheese of the week?');
  expect(faults).toEqual([]);
});
