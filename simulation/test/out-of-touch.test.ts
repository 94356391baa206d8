/**
 * What a store out of touch does meanwhile (DESIGN section 6), by two real stores and headquarters on one clock, over lines
 * that are cut: headquarters wait with a reminder as long as the dialogue's patience, and what was told late takes its
 * branch; two stores that both speak a waiting step come to one; of a cap of one nobody but who has it says anything.
 */

import { openChromium } from '@kairos/ui/test/chromium.ts';
import { scan } from '@kairos/ui/test/scan.ts';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Chain } from '../world/test/chain.ts';
import { cardOf } from './win-back-people.ts';

const hourMs = 3_600_000;
const customers = { Ada: cardOf(20), Ben: cardOf(21), Cleo: cardOf(22), Dora: cardOf(23) };
type Customer = keyof typeof customers;

const house = `defaultLocale: en
attention: { perVisit: 9, gap: 1s }
`;
const fitting = `dialogue: fitting
type: II
objective: { on: sale, within: 60d, value: 10 }
holdout: 0%
audience: customer.firstName == "Ada"
limits: { perCustomer: 1 per 1y }
enter: [{ on: site.visited }]
steps:
  ask:
    say:
      email: { subject: { en: "Does it fit?" }, body: { en: "Tell us." } }
      validFor: 3d
      answers:
        bought: { on: sale, then: end }
        well: { label: { en: "Yes" }, then: end }
      late: thanks
      silence: { never-shown: end, ignored: { after: 7d, then: remind }, acted-elsewhere: end }
  remind:
    say:
      email: { subject: { en: "Still there?" }, body: { en: "A word." } }
      validFor: 3d
      answers: { well: { label: { en: "Yes" }, then: end } }
      silence: { never-shown: end, ignored: { after: 7d, then: end }, acted-elsewhere: end }
  thanks:
    say:
      mail: { text: { en: "Thank you" }, body: { en: "For coming." } }
      validFor: 9d
      answers: { back: { label: { en: "She writes" }, then: end } }
      silence: { never-shown: end, ignored: { after: 30d, then: end }, acted-elsewhere: end }
`;
const greeting = `dialogue: greeting
type: III
objective: { on: sale, within: 60d, value: 10 }
holdout: 0%
audience: customer.firstName == "Ben"
limits: { perCustomer: 1 per 1y }
enter: [{ on: sale }]
steps:
  later: { wait: { for: next-visit, within: 60d, then: hello, else: end } }
  hello:
    say:
      cart: { moment: any, text: { en: "Welcome back" } }
      validFor: 10m
      answers: { yes: { label: { en: "Good" }, then: end } }
      silence: { never-shown: end, ignored: { after: 2m, then: end }, walked-away: end, acted-elsewhere: end }
`;

const ofOne = house.replace('gap: 1s', 'gap: 1s, cap: 1 per 7d');
const news = `dialogue: news
type: I
objective: { on: sale, within: 60d, value: 10 }
holdout: 0%
audience: customer.firstName == "Cleo"
limits: { perCustomer: 1 per 1y }
enter: [{ on: site.visited }]
steps:
  tell:
    say:
      email: { subject: { en: "News" }, body: { en: "A word." } }
      validFor: 30d
      answers: { well: { label: { en: "Yes" }, then: end } }
      silence: { never-shown: end, ignored: { after: 7d, then: end }, acted-elsewhere: end }
`;
const welcome = `dialogue: welcome
type: III
objective: { on: sale, within: 60d, value: 10 }
holdout: 0%
audience: customer.firstName == "Cleo" || customer.firstName == "Dora"
enter: [{ on: visit.opened }]
steps:
  hello:
    say:
      cart: { moment: any, text: { en: "Welcome" } }
      validFor: 10m
      answers: { yes: { label: { en: "Good" }, then: end } }
      silence: { never-shown: end, ignored: { after: 2m, then: end }, walked-away: end, acted-elsewhere: end }
`;

let chain: Chain;
let browser: Browser;

beforeAll(async () => {
  [chain, browser] = await Promise.all([
    Chain.open({
      ...{ startMs: Date.UTC(2026, 2, 2, 12), timeZone: 'UTC' },
      ...{ stores: ['riverside', 'hillside'], teams: { service: { perDay: 40, roles: ['representative'] } } },
    }),
    openChromium(),
  ]);
  await publish({ house, fitting });
  const agreed = ['remember', 'inStore', 'consentEmail', 'consentMail'];
  const rows = Object.entries(customers).map(([name, card]) =>
    [card, name, 'en', 'UTC', `${name.toLowerCase()}@example.net`, `"${name}\n1 Main Street\n12345 Springfield"`]
      .concat(agreed.map(() => 'yes'))
      .join(),
  );
  await chain.import(`${['number,firstName,locale,timeZone,email,post', ...agreed].join()}\n${rows.join('\n')}\n`);
  await chain.settle();
});
afterAll(async () => {
  await browser?.close();
  await chain?.stop();
});

const publish = (files: Readonly<Record<string, string>>): Promise<void> =>
  chain.publish(Object.entries(files).map(([name, text]) => ({ path: `${name}.yaml`, text })));

const buys = (name: Customer, store: string): Promise<void> =>
  chain.store(store).sell({ card: customers[name], amount: 10_000 });

async function done(name: Customer): Promise<string[]> {
  const rows = await chain.hq.database.query<{ text: string }>(
    `SELECT c.kind || ' ' || c.step || ' ' || c.state AS text FROM commands c JOIN customers p USING (chain_id)
     WHERE p.attributes->>'firstName' = $1 ORDER BY c.made_at, c.command`,
    [name],
  );
  return rows.map(({ text }) => text);
}

async function passHours(hours: number): Promise<void> {
  chain.time.pass(hours * hourMs);
  await chain.settle();
}

/** She shows her card at the cart. */
async function atCart(store: string, name: Customer): Promise<{ cart: Page; context: BrowserContext }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
  const cart = await context.newPage();
  await cart.goto(`${chain.store(store).url}/cart/?cart=cart-1`);
  await cart.getByRole('button', { name: 'Start shopping' }).waitFor();
  await scan(cart, customers[name]);
  return { cart, context };
}

/** What it says, and her answer, as far as the store. */
async function presses(cart: Page, headline: string): Promise<void> {
  await cart.getByRole('heading', { name: headline }).waitFor();
  await cart.getByRole('button', { name: 'Good' }).click();
  await cart.locator('.message').waitFor({ state: 'detached' });
}

/** She is a guest at her first visit, and known from the next sync on. */
async function isKnownIn(store: string, name: Customer): Promise<void> {
  const known = async (): Promise<number> => {
    const rows = await chain.hq.database.query(
      `SELECT 1 FROM store_customers k JOIN customers p USING (chain_id) JOIN stores s ON s.number = k.store
       WHERE s.store = $1 AND p.attributes->>'firstName' = $2`,
      [store, name],
    );
    return rows.length;
  };
  await expect
    .poll(async () => {
      await buys(name, store);
      await passHours(1);
      return known();
    })
    .toBe(1);
  await chain.settle();
}

test('she buys in a store out of touch an hour before the reminder is due: none within the patience, then the late branch', async () => {
  await isKnownIn('riverside', 'Ada');
  await chain.browses(customers.Ada);
  await chain.settle();
  expect(await done('Ada')).toEqual(['email ask done']);
  const [{ at } = { at: 0 }] = await chain.hq.database.query<{ at: number }>(
    `SELECT at FROM own_facts WHERE type = 'email.sent'`,
  );
  const due = at + 7 * 24 * hourMs;
  await chain.passDays(6);
  chain.line('riverside').cut();
  chain.time.pass(due - hourMs - chain.now);
  await buys('Ada', 'riverside');
  await passHours(2);
  expect(await done('Ada')).toEqual(['email ask done']);
  await passHours(21);
  expect(await done('Ada')).toEqual(['email ask done']);
  await passHours(4);
  expect(await done('Ada')).toEqual(['email ask done', 'email remind done']);
  expect(chain.mails.taken.map(({ mail }) => mail.subject)).toEqual(['Does it fit?', 'Still there?']);
  chain.line('riverside').join();
  await chain.settle();
  expect((await done('Ada')).slice(0, 3)).toEqual(['email ask done', 'email remind done', 'mail thanks done']);
});

test('two stores out of touch both speak a waiting step: it folds to one, and is counted', async () => {
  await isKnownIn('hillside', 'Ben');
  await isKnownIn('riverside', 'Ben');
  await publish({ house, fitting, greeting });
  await chain.settle();
  await buys('Ben', 'riverside');
  await chain.settle();
  const waiting = (): Promise<object[]> =>
    chain.hq.database.query(`SELECT step FROM waiting_runs WHERE dialogue = 'greeting'`);
  expect(await waiting()).toEqual([{ step: 'later' }]);
  const before = await chain.foldedToOne();
  for (const name of ['riverside', 'hillside']) chain.line(name).cut();
  for (const name of ['hillside', 'riverside']) {
    chain.time.pass(hourMs);
    const { cart, context } = await atCart(name, 'Ben');
    await presses(cart, 'Welcome back');
    await context.close();
  }
  for (const name of ['riverside', 'hillside']) {
    chain.line(name).join();
    await chain.settle();
  }
  expect(await chain.foldedToOne()).toBeGreaterThan(before);
  expect(await waiting()).toEqual([]);
});

/** Known in both, last in riverside; then both are out of touch, and she comes to these, one after another. */
async function comesOutOfTouch(name: Customer, ...stores: readonly string[]): Promise<Record<string, string[]>> {
  await isKnownIn('hillside', name);
  await isKnownIn('riverside', name);
  await buys(name, 'riverside');
  // The one gives back what the other then has.
  await chain.settle();
  await chain.settle();
  await chain.settle();
  for (const store of ['riverside', 'hillside']) chain.line(store).cut();
  await chain.browses(customers[name]);
  const stops: Record<string, string[]> = {};
  for (const store of stores) {
    chain.time.pass(hourMs);
    const { cart, context } = await atCart(store, name);
    await cart
      .getByText(`Hello, ${name}`)
      .or(cart.getByRole('heading', { name: 'Welcome' }))
      .first()
      .waitFor();
    const stopped = await lastStops(store);
    if (stopped.length === 0) await presses(cart, 'Welcome');
    stops[store] = stopped;
    await context.close();
  }
  await passHours(1);
  expect(await done(name)).toEqual([]);
  for (const store of ['riverside', 'hillside']) chain.line(store).join();
  await chain.settle();
  return stops;
}

/** Of the newest verdict on the welcome: what stopped it, empty where it spoke. */
async function lastStops(store: string): Promise<string[]> {
  const answer = await fetch(`${chain.store(store).url}/api/why?dialogue=welcome&limit=1`);
  const { verdicts } = (await answer.json()) as {
    verdicts: { chosen: object | null; rivals: { stopped: string }[] }[];
  };
  const [verdict] = verdicts;
  return verdict?.chosen === null ? verdict.rivals.map(({ stopped }) => stopped) : [];
}

/** How often the welcome was said to her, in all stores. */
async function welcomed(name: Customer): Promise<number> {
  const [row] = await chain.hq.database.query<{ count: number }>(
    `SELECT count(*) AS count FROM facts f
       JOIN words t ON t.store = f.store AND t.epoch = f.epoch AND t.id = f.type AND t.text = 'message.decided'
       JOIN words d ON d.store = f.store AND d.epoch = f.epoch AND d.id = f.thing AND d.text = 'welcome'
       JOIN subjects s ON s.store = f.store AND s.epoch = f.epoch AND s.subject = f.subject
       JOIN customers p USING (chain_id) WHERE p.attributes->>'firstName' = $1`,
    [name],
  );
  return row?.count ?? 0;
}

test('of a cap of one, two stores out of touch and headquarters say one; were it not lent, the other would speak as well', async () => {
  await publish({ house: ofOne, welcome, news });
  expect(await comesOutOfTouch('Cleo', 'hillside', 'riverside')).toEqual({ hillside: ['cap'], riverside: [] });
  expect(await welcomed('Cleo')).toBe(1);
  // Her next word is one of headquarters', once the cap's time is over.
  await chain.passDays(6, 6);
  expect(await done('Cleo')).toEqual([]);
  // Called back one night, given back the next.
  await chain.passDays(3);
  expect(await done('Cleo')).toEqual(['email tell done']);
  await chain.hq.database.query('UPDATE releases SET has_cap_of_one = false');
  expect(await comesOutOfTouch('Dora', 'hillside')).toEqual({ hillside: [] });
  expect(await welcomed('Dora')).toBe(1);
});
