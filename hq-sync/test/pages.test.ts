/**
 * The pages of headquarters in Chromium: preferences behind a personal link, without a script, in five languages; and the
 * operators' plain pages, behind their sign-in.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chainIdOf, tombstoneOf } from '@kairos/protocol/chain-id.ts';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { openChromium } from '@kairos/ui/test/chromium.ts';
import { faintWords, violations } from '@kairos/ui/test/look.ts';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { languages } from '../channels/words/languages.ts';
import { setConsent } from '../customers/consent-history.ts';
import { linkKeyOf, signLink } from '../customers/personal-link.ts';
import { recordOwn } from '../facts/own-facts.ts';
import { countFoldedToOne } from '../folding/folded-to-one.ts';
import { addStore } from '../intake/store-lines.ts';
import { operatorLook } from '../pages/operator-words/languages.ts';
import { preferenceWords } from '../pages/words/languages.ts';
import { addPerson, signIn } from '../people/people-book.ts';
import { type RunningHq, startHq } from '../server/hq.ts';
import { loadHqConfig } from '../server/hq-config.ts';
import { picture } from './pictures.ts';

const chainKey = 'the key of this chain';
const number = '2900000000018';
const her = chainIdOf(chainKey, number);
const midday = Date.UTC(2026, 8, 3, 12);
const phone = { width: 360, height: 780 };
const desk = { width: 1440, height: 900 };
let folder: string;
let hq: RunningHq;
let url: string;
let browser: Browser;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kairos-hq-pages-'));
  const file = join(folder, 'hq.yaml');
  writeFileSync(file, `listen: { port: 0 }\nchainKey: ${chainKey}\nloyalty: { prefixes: ["29"] }\n`);
  const loaded = loadHqConfig(file);
  if (loaded.kind === 'faulty') throw new Error(loaded.faults.join('\n'));
  const clock = { now: () => midday, monotonic: () => systemPorts.clock.monotonic() };
  hq = await startHq({ ...loaded.config, database: { folder: null } }, { ...systemPorts, clock });
  url = `http://127.0.0.1:${hq.port}`;
  browser = await openChromium();
});
afterAll(async () => {
  await browser?.close();
  await hq?.stop();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  const tables = [
    'own_facts',
    'customers',
    'consents',
    'preferences',
    'commands',
    'erasures',
    'erased_ids',
    'dialogue_figures',
    'dialogue_people',
    'dialogue_messages',
    'uncounted_facts',
    'look_ups',
    'stores',
    'to_fold',
  ];
  await hq.database.query(`TRUNCATE ${tables.join(', ')}`);
  await hq.database.query(
    `INSERT INTO customers (chain_id, attributes, locale, address, made_at, changed_at)
     VALUES ($1, '{"firstName": "Ada", "visits": 4}', 'en', '{"email": "ada@example.com"}', $2, $2)`,
    [her, midday - 1e10],
  );
  await setConsent(hq.database, { chainId: her, purpose: 'email', granted: true, origin: 'import', now: midday - 1e9 });
  await hq.database.query(
    `INSERT INTO commands (chain_id, command, kind, message, dialogue, step, made_at, until, state, words)
     VALUES ($1, 'c-1', 'email', 'message-1', 'winBack', 'letter', 1, 2, 'done', '{"headline": "We miss you"}')`,
    [her],
  );
  const own = (
    id: string,
    type: 'run.entered' | 'message.decided' | 'email.sent' | 'message.answered' | 'objective.reached',
    body: object,
    at: number,
  ) => recordOwn(hq.database, { id, chainId: her, type, at, body }, at);
  await own(
    '1',
    'run.entered',
    { run: 'run-00001', dialogue: 'winBack', release: 1, held: false, entry: {} },
    midday - 5e8,
  );
  await own(
    '2',
    'message.decided',
    { message: 'message-1', run: 'run-00001', dialogue: 'winBack', step: 'letter', channel: 'email', score: 1 },
    midday - 4e8,
  );
  await own('3', 'email.sent', { message: 'message-1' }, midday - 3e8);
  await own('4', 'message.answered', { message: 'message-1', answer: 'notNow' }, midday - 2e8);
  await addStore(hq.database, 'riverside', 0);
});

const link = (until = midday + 1_000, purpose = 'preferences'): string =>
  `${url}/preferences/${signLink({ chainId: her, purpose, until }, linkKeyOf(chainKey))}`;

async function without(
  run: (context: BrowserContext) => Promise<void>,
  options: { javaScriptEnabled?: boolean } = {},
): Promise<void> {
  const context = await browser.newContext({ viewport: phone, acceptDownloads: true, ...options });
  try {
    await run(context);
  } finally {
    await context.close();
  }
}

test('she says how she may be spoken to, reads all that is known of her, and is forgotten, without a script', async () => {
  await without(
    async (context) => {
      const page = await context.newPage();
      await page.goto(link());
      expect(await page.getByLabel('By e-mail').isChecked()).toBe(true);
      const said = page.getByRole('region', { name: 'What we said, and why' });
      expect(await said.innerText()).toMatch(/By e-mail.*We miss you.*Because of: win back\. You answered: not now/s);
      await page.getByLabel('By e-mail').uncheck();
      await page.getByLabel('By letter').check();
      await page.getByLabel('At most once a month').check();
      await page.getByLabel('For three months').check();
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByRole('status').getByText('Saved').waitFor();
      await page.getByText('You hear nothing from us until December 3, 2026.').waitFor();
      await page.reload();
      expect(await page.getByLabel('By e-mail').isChecked()).toBe(false);
      expect(await page.getByLabel('At most once a month').isChecked()).toBe(true);
      const consents = await hq.database.query(
        'SELECT purpose, granted, origin FROM consents WHERE at = $1 ORDER BY purpose',
        [midday],
      );
      expect(consents).toEqual([
        { purpose: 'email', granted: false, origin: 'page' },
        { purpose: 'mail', granted: true, origin: 'page' },
      ]);
      await page.getByRole('link', { name: 'Read it' }).click();
      await expect.poll(() => page.getByRole('main').innerText()).toMatch(/Ada.*ada@example\.com.*email sent/s);
      await page.getByRole('link', { name: 'Back' }).click();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name: 'Download it (JSON)' }).click(),
      ]);
      const everything = (await (await context.request.get(download.url())).json()) as Record<string, unknown>;
      expect(everything).toMatchObject({
        customer: { attributes: { firstName: 'Ada' }, address: { email: 'ada@example.com' } },
        messages: [{ headline: 'We miss you', answer: 'notNow' }],
      });
      await page.getByRole('link', { name: 'Forget me' }).click();
      await page.getByRole('button', { name: 'Yes, forget me' }).waitFor();
      expect(await hq.database.query('SELECT chain_id FROM customers')).toHaveLength(1);
      await page.getByRole('button', { name: 'Yes, forget me' }).click();
      await page.getByText('1 stores are being told').waitFor();
      expect(await hq.database.query('SELECT chain_id FROM customers')).toEqual([]);
      expect(await hq.database.query('SELECT * FROM own_facts')).toEqual([]);
      await page.goto(link());
      expect(await page.getByRole('heading').innerText()).toBe('You are forgotten');
    },
    { javaScriptEnabled: false },
  );
});

test('a link that is over, for something else or broken opens nothing', async () => {
  const at = async (address: string): Promise<number> => (await fetch(address)).status;
  expect(await at(link(midday))).toBe(410);
  expect(await at(link(midday + 1_000, 'web:c-1'))).toBe(404);
  expect(await at(`${url}/preferences/${'a'.repeat(90)}`)).toBe(404);
  expect(await at(`${link(midday)}/everything.json`)).toBe(410);
  const erased = await fetch(`${link(midday)}/erase`, { method: 'POST', body: new URLSearchParams() });
  expect(erased.status).toBe(410);
  expect(await hq.database.query('SELECT chain_id FROM customers')).toHaveLength(1);
  const page = await fetch(link());
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(page.headers.get('referrer-policy')).toBe('no-referrer');
});

test('the page of preferences is good to read in five languages, light and dark, at the size of a telephone', async () => {
  await without(async (context) => {
    const page = await context.newPage();
    for (const language of languages) {
      await hq.database.query('UPDATE customers SET locale = $2 WHERE chain_id = $1', [her, language]);
      await page.goto(link());
      await page.getByRole('heading', { name: preferenceWords(language).title, exact: true }).waitFor();
      expect(await violations(page)).toEqual([]);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(overflow, language).toBeLessThanOrEqual(0);
      if (language === 'en') await picture(page, 'preferences-360x780');
    }
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await faintWords(page)).toEqual([]);
    await picture(page, 'preferences-arabic-360x780-dark');
    await page.goto(`${link()}/everything`);
    expect(await violations(page)).toEqual([]);
    await page.goto(`${link()}/erase`);
    expect(await violations(page)).toEqual([]);
  });
});

test('an operator sees the stores, looks a customer up, and reads what dialogues have come to; nobody else does', async () => {
  const who = { person: 'op', name: 'Olga Petrova', role: 'operator', team: '', locale: 'en' } as const;
  const password = await addPerson(hq.database, who, midday);
  await hq.database.query(
    `INSERT INTO dialogue_figures (dialogue, held, figure, count) VALUES ('winBack', false, 'entered', 511),
       ('winBack', false, 'reached', 180), ('winBack', false, 'shown', 400), ('winBack', false, 'answered', 130),
       ('winBack', true, 'entered', 120), ('winBack', true, 'reached', 30)`,
  );
  await hq.database.transaction((sql) => countFoldedToOne(sql, 1_204, midday));
  await without(async (context) => {
    const page = await context.newPage();
    await page.setViewportSize(desk);
    await page.goto(`${url}/hq`);
    await page.getByLabel('Name or badge').fill('op');
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Stores' }).waitFor();
    expect(await page.getByRole('row', { name: /riverside/ }).innerText()).toMatch(/never \(out of touch\)/);
    await page.getByText('1,204 decisions within 30 days were made by two stores out of touch').waitFor();
    expect(await violations(page)).toEqual([]);
    await picture(page, 'hq-stores-1440x900');
    await page.getByRole('link', { name: 'Customers' }).click();
    const search = page.getByLabel('Her card, or the chain’s own number for her');
    await search.fill('2900000000019');
    await page.getByRole('button', { name: 'Look her up' }).click();
    expect(await page.getByRole('alert').innerText()).toContain('wrong digit');
    await search.fill(number);
    await page.getByRole('button', { name: 'Look her up' }).click();
    await page.getByRole('heading', { name: 'What was said to her, and why' }).waitFor();
    await page.waitForLoadState('domcontentloaded');
    expect(page.url()).not.toContain(number);
    expect(await page.getByRole('main').innerText()).toMatch(/Ada.*win back.*We miss you.*She answered: not now/s);
    // Addresses are for the channels, not for whoever looks.
    expect(await page.getByRole('main').innerText()).not.toContain('ada@example.com');
    expect(await violations(page)).toEqual([]);
    await picture(page, 'hq-customer-1440x900');
    expect(await hq.database.query('SELECT operator, at, person, found FROM look_ups')).toEqual([
      { operator: 'op', at: midday, person: tombstoneOf(chainKey, her), found: true },
    ]);
    await page.getByRole('link', { name: 'Results' }).click();
    await page.getByRole('heading', { name: 'win back' }).waitFor();
    expect(await page.getByRole('listitem').filter({ hasText: 'win back' }).innerText()).toMatch(
      /512 customers entered\. 33 % of what was shown was answered\. 10\.2 points more of them got there than of the 120 customers whom we left alone, give or take 8\.\d points\./,
    );
    expect(await violations(page)).toEqual([]);
    await picture(page, 'hq-results-1440x900');
    await page.setViewportSize(phone);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await violations(page)).toEqual([]);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
  });
  const calling = { person: 'rep', name: 'Rita', role: 'representative', team: 'a', locale: 'en' } as const;
  const other = await addPerson(hq.database, calling, midday);
  await without(async (context) => {
    const page = await context.newPage();
    await page.goto(`${url}/sign-in`);
    await page.getByLabel('Name or badge').fill('rep');
    await page.getByLabel('Password').fill(other);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Calls' }).waitFor();
    expect((await page.request.get(`${url}/hq/customers`)).status()).toBe(403);
  });
  expect((await fetch(`${url}/hq/results`, { redirect: 'manual' })).status).toBe(303);
});

test('of many stores an operator finds those that need her, by name and page by page, without a script', async () => {
  const who = { person: 'op', name: 'Olga Petrova', role: 'operator', team: '', locale: 'en' } as const;
  const password = await addPerson(hq.database, who, midday);
  const signedIn = await signIn(hq.database, { person: who.person, password }, midday);
  const value = signedIn.kind === 'in' ? signedIn.token : '';
  const cookies = [{ name: 'kairos-hq', value, url, httpOnly: true, sameSite: 'Strict' as const }];
  await hq.database.query(
    `INSERT INTO stores (store, number, secret_hash, made_at, release, release_fault)
     SELECT 'harbour-' || i, 100 + i, '', 0, 1, CASE WHEN i = 90 THEN 'expired' END FROM generate_series(1, 120) AS i`,
  );
  // Of all but the last one something was heard; of five long ago.
  await hq.database.query(
    `INSERT INTO lines (store, epoch, name, up_to, last_seq, heard_at, synced_at, facts)
     SELECT 100 + i, 1, 'life', 1000, 1000, heard, heard, 1000 FROM
       (SELECT i, $1::bigint - CASE WHEN i <= 5 THEN 200000000 ELSE 60000 END AS heard FROM generate_series(1, 119) AS i) AS lives`,
    [midday],
  );
  await hq.database.query(
    `INSERT INTO quarantine (store, epoch, seq, reason, sample, at) VALUES (150, 1, 7, 'no such type', '{}', $1)`,
    [midday],
  );
  const names = (of: Page): Promise<string[]> => of.locator('tbody th').allInnerTexts();
  await without(
    async (context) => {
      await context.addCookies(cookies);
      const page = await context.newPage();
      await page.goto(`${url}/hq`);
      const standing = page.getByRole('navigation', { name: 'How the stores stand' });
      expect(await standing.getByRole('link').allInnerTexts()).toEqual([
        ...['121 all', '9 to look at', '112 fine', '2 never heard', '5 late', '1 refused'],
        ...['1 with facts put aside', '0 owe an erasure receipt'],
      ]);
      expect((await names(page)).slice(0, 10)).toEqual(
        [1, 2, 3, 4, 5, 50, 90, 120].map((number) => `harbour-${number}`).concat('riverside', 'harbour-6'),
      );
      await page.getByText('1–50 of 121').waitFor();
      await page.getByRole('link', { name: 'On' }).click();
      await page.getByText('51–100 of 121').waitFor();
      await page.getByLabel('Name of a store').fill('Harbour-11');
      await page.getByLabel('Order').selectOption('by name');
      await page.getByRole('button', { name: 'Show' }).click();
      await page.getByText('1–11 of 11').waitFor();
      expect((await names(page)).slice(0, 3)).toEqual(['harbour-11', 'harbour-110', 'harbour-111']);
      await standing.getByRole('link', { name: 'refused' }).click();
      await page.getByText('There is no such store.').waitFor();
      await page.getByLabel('Name of a store').fill('');
      await page.getByRole('button', { name: 'Show' }).click();
      expect(await names(page)).toEqual(['harbour-90']);
    },
    { javaScriptEnabled: false },
  );
  await without(async (context) => {
    await context.addCookies(cookies);
    const page = await context.newPage();
    for (const size of [desk, phone])
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.setViewportSize(size);
        await page.emulateMedia({ colorScheme });
        await page.goto(`${url}/hq?page=2`);
        await page.getByText('51–100 of 121').waitFor();
        expect(await violations(page)).toEqual([]);
        expect(await faintWords(page)).toEqual([]);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(overflow).toBeLessThanOrEqual(0);
        await page.goto(`${url}/hq`);
        if (size === desk && colorScheme === 'light') await picture(page, 'hq-many-stores-1440x900');
        if (size === phone && colorScheme === 'dark') await picture(page, 'hq-many-stores-360x780-dark');
      }
  });
  await hq.database.query('TRUNCATE lines, quarantine');
});

test('an operator reads her pages in her own language, from the right where it is read so', async () => {
  const english = new Set(wordsOf(operatorLook('en', 'UTC').words));
  await hq.database.query(
    `INSERT INTO dialogue_figures (dialogue, held, figure, count) VALUES ('winBack', false, 'entered', 511),
       ('winBack', true, 'entered', 120)`,
  );
  for (const locale of languages.filter((one) => one !== 'en')) {
    const who = { person: `op-${locale}`, name: 'Olga Petrova', role: 'operator', team: '', locale } as const;
    const password = await addPerson(hq.database, who, midday);
    const signedIn = await signIn(hq.database, { person: who.person, password }, midday);
    await without(async (context) => {
      const value = signedIn.kind === 'in' ? signedIn.token : '';
      await context.addCookies([{ name: 'kairos-hq', value, url, httpOnly: true, sameSite: 'Strict' }]);
      const page = await context.newPage();
      await page.setViewportSize(phone);
      const { words } = operatorLook(locale, 'UTC');
      const seen = async (name: string, heading: string): Promise<void> => {
        await page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor();
        expect(await page.locator('html').getAttribute('lang')).toBe(locale);
        expect(await page.locator('html').getAttribute('dir')).toBe(locale === 'ar' ? 'rtl' : 'ltr');
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(overflow).toBeLessThanOrEqual(0);
        const texts = await page.locator('h1, h2, th, dt, label, button, nav a').allInnerTexts();
        expect(texts.filter((text) => english.has(text.trim()) && !wordsOf(words).includes(text.trim()))).toEqual([]);
        if (locale !== 'ar') return;
        expect(await violations(page)).toEqual([]);
        await page.setViewportSize(desk);
        await picture(page, `hq-${name}-arabic-1440x900`);
        await page.setViewportSize(phone);
      };
      await page.goto(`${url}/hq`);
      await seen('stores', words.places.stores);
      await page.goto(`${url}/hq/results`);
      await seen('results', words.places.results);
      await page.goto(`${url}/hq/customers`);
      await page.getByLabel(words.number).fill(number);
      await page.getByRole('button', { name: words.lookUp }).click();
      await page.getByRole('heading', { name: words.said }).waitFor();
      await seen('customer', words.places.customers);
    });
  }
});

/** Everything that is said as it stands. */
function wordsOf(words: object): string[] {
  return Object.values(words).flatMap((one) =>
    typeof one === 'string' ? [one] : typeof one === 'object' ? wordsOf(one) : [],
  );
}
