/**
 * The win-back of DESIGN section 1, whole, over headquarters and two stores on one clock: a steady customer stops, by her
 * own rhythm; a representative calls and logs the complaint; an executive signs the apology; it is printed; a month later
 * the reminder; another month, and a senior manager phones; she buys in the other store, and on her next visit there her
 * cart says that we are glad. Beside her one who comes back by himself, and one whom nobody calls.
 *
 * Everything is real but the clock: the release is published and signed, facts go up over HTTP, mails over SMTP, calls and
 * signatures are given on the pages, in Chromium.
 */

import { readFileSync } from 'node:fs';
import { openChromium } from '@kairos/ui/test/chromium.ts';
import { violations } from '@kairos/ui/test/look.ts';
import { scan } from '@kairos/ui/test/scan.ts';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Chain } from '../world/test/chain.ts';
import { Colleague, cardOf } from './win-back-people.ts';

const library = new URL('../../dialogue/library/', import.meta.url);
const teams = {
  service: { perDay: 40, roles: ['representative'] },
  managers: { perDay: 8, roles: ['manager', 'executive'] },
};
const customers = { Ada: cardOf(10), Ben: cardOf(11), Cleo: cardOf(12) };
type Customer = keyof typeof customers;

let chain: Chain;
let browser: Browser;
const passwords = { grace: '', helen: '', olga: '' };

beforeAll(async () => {
  [chain, browser] = await Promise.all([
    Chain.open({
      // A Monday morning; how much later all of it is follows from what happens.
      ...{ startMs: Date.UTC(2026, 2, 2, 9), timeZone: 'Europe/Berlin' },
      ...{ stores: ['riverside', 'hillside'], teams },
    }),
    openChromium(),
  ]);
  const paths = ['house.yaml', 'foundation/win-back.yaml'];
  await chain.publish(paths.map((path) => ({ path, text: readFileSync(new URL(path, library), 'utf8') })));
  const agreed = ['remember', 'inStore', 'consentEmail', 'consentCall', 'consentMail', 'consentWeb'];
  const rows = Object.entries(customers).map(([name, card]) =>
    [card, name, 'Lovelace', 'riverside', 'en', 'Europe/Berlin', `${name.toLowerCase()}@example.net`, '+49 30 5550100']
      .concat(`"${name} Lovelace\n1 Main Street\n12345 Springfield"`, ...agreed.map(() => 'yes'))
      .join(),
  );
  await chain.import(
    `${['number,firstName,lastName,homeStore,locale,timeZone,email,phone,post', ...agreed].join()}\n${rows.join('\n')}\n`,
  );
  passwords.grace = await chain.person('grace', { name: 'Grace Hopper', team: 'service' });
  passwords.helen = await chain.person('helen', { name: 'Helen Keller', team: 'managers' });
  passwords.olga = await chain.person('olga', { name: 'Olga Taussky' });
  await chain.settle();
});
afterAll(async () => {
  await browser?.close();
  await chain?.stop();
});

const comesTo = (path: string, person: keyof typeof passwords): Promise<Colleague> =>
  Colleague.at(browser, { url: `${chain.url}${path}`, person, password: passwords[person] });

const buys = (name: Customer, store: string, cart?: string): Promise<void> =>
  chain.store(store).sell({ card: customers[name], amount: 10_000, ...(cart === undefined ? {} : { cart }) });

/** What was asked to be done for somebody, and what became of it, in order. */
async function done(name: Customer): Promise<string[]> {
  const rows = await chain.hq.database.query<{ text: string }>(
    `SELECT c.kind || ' ' || c.step || ' ' || c.state AS text FROM commands c JOIN customers p USING (chain_id)
     WHERE p.attributes->>'firstName' = $1 ORDER BY c.made_at, c.command`,
    [name],
  );
  return rows.map(({ text }) => text);
}

/** How many facts of a type headquarters have of their own about somebody. */
async function count(name: Customer, type: string): Promise<number> {
  const [row] = await chain.hq.database.query<{ count: number }>(
    `SELECT count(*) AS count FROM own_facts f JOIN customers p USING (chain_id)
     WHERE p.attributes->>'firstName' = $1 AND f.type = $2`,
    [name, type],
  );
  return row?.count ?? 0;
}

/** Of whom a store is told. */
async function knownIn(store: string): Promise<string[]> {
  const rows = await chain.hq.database.query<{ name: string }>(
    `SELECT p.attributes->>'firstName' AS name FROM store_customers k JOIN customers p USING (chain_id)
     JOIN stores s ON s.number = k.store WHERE s.store = $1 ORDER BY 1`,
    [store],
  );
  return rows.map(({ name }) => name);
}

const mailsTo = (name: Customer) => chain.mails.taken.filter(({ to }) => to === `${name.toLowerCase()}@example.net`);

/** Her page behind a mail's link, on her telephone. */
async function opens(link: string): Promise<Page> {
  const context = await browser.newContext({
    ...{ viewport: { width: 360, height: 780 }, locale: 'en-GB', ignoreHTTPSErrors: true },
  });
  const page = await context.newPage();
  const seen = page.waitForResponse((answer) => answer.url().endsWith('/seen'));
  await page.goto(link);
  await seen;
  return page;
}

function linkIn(text: string | undefined, label: string): string {
  const found = new RegExp(`^${label}:\\n(https\\S+)$`, 'm').exec(text ?? '');
  if (!found?.[1]) throw new Error(`no link "${label}" in:\n${text}`);
  return found[1];
}

test('a steady rhythm in one store, a look into the other, then nothing: they are missed, and calls wait', async () => {
  // Who shows a card that a store does not know is a guest there, and known from the next sync on.
  const all = ['Ada', 'Ben', 'Cleo'] as const;
  const lookIn = async (): Promise<string[]> => {
    const known = await knownIn('hillside');
    // On a busy machine the store may have given up before it was answered; then they come again.
    for (const name of all) if (!known.includes(name)) await buys(name, 'hillside');
    chain.time.pass(3_600_000);
    return known;
  };
  await expect.poll(lookIn).toEqual(all);
  await chain.settle();
  for (let purchase = 1; purchase < 8; purchase += 1) {
    for (const name of all) await buys(name, 'riverside');
    await chain.passDays(14, 14);
  }
  for (const name of ['Ada', 'Ben'] as const) await buys(name, 'riverside');
  // She comes a last time when it is long past her day.
  await chain.passDays(9, 9);
  await buys('Cleo', 'riverside');
  await chain.passDays(5, 5);
  expect(await done('Ada')).toEqual([]);
  await chain.passUntil('a call', async () => (await done('Ada')).length > 0, { atMost: 100, every: 5 });
  expect(await done('Ada')).toEqual(['call alert open']);
  expect(await done('Ben')).toEqual(['call alert open']);
  expect(await done('Cleo')).toEqual([]);
});

test('a representative calls, and logs the complaints by the form', async () => {
  const grace = await comesTo('/calls', 'grace');
  await grace.page.getByText('2 calls are waiting.').waitFor();
  const called = [];
  for (const words of ['I waited an hour', 'Nobody greeted me']) {
    called.push(await grace.takesCall());
    await grace.page.getByText('We have missed you. Is there anything we did wrong?').waitFor();
    await grace.page.getByText('8 purchases within a year, and now none.').waitFor();
    expect(await violations(grace.page)).toEqual([]);
    await grace.page.getByLabel('What is it about?').selectOption({ label: 'Service' });
    await grace.page.getByLabel('In her words').fill(words);
    await grace.presses('She complains');
    await grace.page.getByRole('heading', { name: 'Calls' }).waitFor();
  }
  expect(called.sort()).toEqual(['Ada Lovelace', 'Ben Lovelace']);
  await grace.leaves();
  await chain.settle();
  expect(await done('Ada')).toEqual(['call alert done', 'sign apology open']);
});

test('one who buys in the other store while his letter waits for a signature gets no letter, and is thanked later', async () => {
  const helen = await comesTo('/letters', 'helen');
  expect(await helen.page.getByRole('heading', { name: 'We are sorry about the service' }).count()).toBe(2);
  expect(await violations(helen.page)).toEqual([]);
  await helen.leaves();
  await buys('Ben', 'hillside');
  await chain.settle();
  expect(await count('Ben', 'objective.reached')).toBe(1);
  expect(await done('Ben')).toEqual(['call alert done', 'sign apology withdrawn']);
});

test('an executive signs the apology, and it is printed with its incentive', async () => {
  const helen = await comesTo('/letters', 'helen');
  await helen.page.getByText('worth 15%').waitFor();
  expect(await helen.page.getByRole('heading', { name: 'We are sorry about the service' }).count()).toBe(1);
  await helen.presses('Sign');
  await helen.page.getByText('No letter waits for you.').waitFor();
  await helen.leaves();
  await chain.settle();
  expect(await done('Ada')).toEqual(['call alert done', 'sign apology done', 'mail apology done']);
  const { words, lists } = chain.letters;
  expect(words).toEqual([
    expect.stringMatching(/Hello Ada We are sorry about the service.*worth 15% until \w+ \d+\. Helen Keller/),
  ]);
  expect(lists.join()).toContain('"Ada Lovelace","1 Main Street","12345 Springfield"');
});

test('whom nobody calls in time is written to; her page greets her, takes her wish, and a manager reads it', async () => {
  await chain.passUntil('a call for Cleo', async () => (await done('Cleo')).length > 0, { atMost: 20, every: 2 });
  expect(await done('Cleo')).toEqual(['call alert open']);
  await chain.passUntil('a mail to Cleo', () => mailsTo('Cleo').length > 0, { atMost: 4, every: 1 });
  expect(await done('Cleo')).toEqual(['call alert failed', 'email reminder done']);
  const [mail] = mailsTo('Cleo');
  expect(mail?.mail.subject).toBe('Cleo, what would bring you back?');
  const page = await opens(linkIn(mail?.mail.text, 'Tell us'));
  await page.getByText('Hello Cleo').waitFor();
  await page.getByLabel('What shall we do?').fill('larger sizes');
  await page.getByRole('button', { name: 'Tell us' }).click();
  await page.getByRole('heading', { name: 'Thank you' }).waitFor();
  await page.context().close();
  await chain.passUntil('a call of a manager', async () => (await done('Cleo')).includes('call manager open'), {
    atMost: 9,
    every: 1,
  });
  const grace = await comesTo('/calls', 'grace');
  await grace.page.getByText('0 calls are waiting.').waitFor();
  await grace.leaves();
  const helen = await comesTo('/calls', 'helen');
  expect(await helen.takesCall()).toBe('Cleo Lovelace');
  await helen.page.getByText('Complaint: none known. In her words: none. Wish: larger sizes.').waitFor();
  await helen.presses('She is lost');
  await helen.page.getByRole('heading', { name: 'Calls' }).waitFor();
  await helen.leaves();
});

test('still nothing: the month after, the reminder; opening its link answers nothing', async () => {
  await chain.passDays(10, 5);
  expect(mailsTo('Ada')).toEqual([]);
  await chain.passUntil('the reminder', () => mailsTo('Ada').length > 0, { atMost: 30, every: 3 });
  const [mail] = mailsTo('Ada');
  expect(mail?.mail.subject).toBe('Ada, what would bring you back?');
  expect(mail?.mail.messageId).toMatch(/^<[\w.-]+@example\.com>$/);
  expect(mail?.raw).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
  expect(mail?.raw).toMatch(/List-Unsubscribe: <https:\S+\/stop\/\S+>/);
  const page = await opens(linkIn(mail?.mail.text, 'Tell us'));
  await page.getByText('Hello Ada').waitFor();
  expect(await violations(page)).toEqual([]);
  await page.context().close();
  await chain.settle();
  expect((await done('Ada')).at(-1)).toBe('email reminder done');
  expect(await count('Ada', 'message.shown')).toBe(1);
  expect(await count('Ada', 'message.answered')).toBe(0);
});

test('another month: a senior manager phones, knows what was wrong, and she will come', async () => {
  await chain.passDays(24, 8);
  expect((await done('Ada')).at(-1)).toBe('email reminder done');
  await chain.passUntil('the manager’s call', async () => (await done('Ada')).includes('call manager open'), {
    atMost: 20,
    every: 3,
  });
  const helen = await comesTo('/calls', 'helen');
  expect(await helen.takesCall()).toBe('Ada Lovelace');
  await helen.page.getByText('Complaint: service. In her words: ').waitFor();
  await helen.presses('She will come');
  await helen.page.getByRole('heading', { name: 'Calls' }).waitFor();
  await helen.leaves();
  await chain.passDays(6, 6);
});

test('she buys in the other store; at her next visit there her cart says that we are glad', async () => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
  const cart = await context.newPage();
  await cart.goto(`${chain.store('hillside').url}/cart/?cart=cart-1`);
  const showsCard = async (): Promise<void> => {
    await cart.getByRole('button', { name: 'Start shopping' }).waitFor();
    await scan(cart, customers.Ada);
  };
  await showsCard();
  await cart.getByRole('heading', { name: 'Hello, Ada' }).waitFor();
  await buys('Ada', 'hillside', 'cart-1');
  await cart.getByRole('heading', { name: 'Thank you for coming' }).waitFor();
  await cart.getByRole('button', { name: 'Next shopper' }).click();
  await chain.passDays(3, 3);
  await showsCard();
  await cart.getByRole('heading', { name: 'Ada, we are glad you are back.' }).waitFor();
  await cart.getByText('5% is yours at the till today.').waitFor();
  expect(await violations(cart)).toEqual([]);
  await cart.getByRole('button', { name: 'Thank you', exact: true }).click();
  await cart.locator('.message').waitFor({ state: 'detached' });
  await context.close();
  await chain.settle();
});

test('headquarters know all that was said to her, where and why, and what came of it', async () => {
  const olga = await comesTo('/hq/customers', 'olga');
  await olga.page.getByLabel('Her card').fill(customers.Ada);
  await olga.page.getByLabel('Her card').press('Enter');
  await olga.page.getByRole('heading', { name: 'What was said to her, and why' }).waitFor();
  await olga.page.waitForLoadState('domcontentloaded');
  const said = await olga.page.locator('.said li').allInnerTexts();
  expect(said.map((one) => one.replace(/^.*? · /, '').replace(/\s*\n\s*/g, ' | '))).toEqual([
    'On the cart | in person | Because of: win back. She answered: thanks back.',
    'By telephone | I run this house, and I would like to hear it from you. | Because of: win back. She answered: comes back.',
    'By e-mail | Ada, what would bring you back? | Because of: win back. She did not answer.',
    'By letter | We are sorry about the service | Because of: win back. She did not answer.',
    'By telephone | We have missed you. Is there anything we did wrong? | Because of: win back. She answered: complaint.',
  ]);
  // What a store was lent is for engines to read.
  expect(await olga.page.locator('.history').innerText()).not.toMatch(/state: \{/);
  expect(await violations(olga.page)).toEqual([]);
  await olga.leaves();
});

test('nothing more is said to anybody, and every mail went out once', async () => {
  await chain.passDays(30, 10);
  expect(await done('Ada')).toEqual([
    ...['call alert done', 'sign apology done', 'mail apology done', 'email reminder done', 'call manager done'],
  ]);
  expect(await done('Ben')).toEqual(['call alert done', 'sign apology withdrawn', 'email thanks done']);
  expect(await done('Cleo')).toEqual(['call alert failed', 'email reminder done', 'call manager done']);
  const ids = chain.mails.taken.map(({ mail }) => mail.messageId);
  expect(new Set(ids).size).toBe(ids.length);
});
