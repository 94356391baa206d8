/**
 * The pages of the channels in Chromium: her own page behind a link, stopping the mails, the list of calls. Writes the
 * pictures of the documentation.
 */
import { join } from 'node:path';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { fromDay, toDay } from '@kairos/protocol/time.ts';
import { openChromium } from '@kairos/ui/test/chromium.ts';
import { violations } from '@kairos/ui/test/look.ts';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CallList, callLeaseMs, type NextCall } from '../channels/calls/call-list.ts';
import { sign } from '../channels/calls/signatures.ts';
import { findCommand } from '../channels/command.ts';
import { writeLetter } from '../channels/email/letter.ts';
import { linksOf, type MessageLinks } from '../channels/web/links.ts';
import { linkKeyOf, signLink } from '../customers/personal-link.ts';
import type { Database } from '../database/database.ts';
import { addPerson as addHqPerson, type SignIn, signIn } from '../people/people-book.ts';
import { type RunningHq, startHq } from '../server/hq.ts';
import { addCommand, addPerson, commandRow, day, factsOf, origin, someWords } from './channel-stand.ts';

const pictures = join(import.meta.dirname, '../../docs/screenshots');
const phone = { width: 360, height: 780 };
const desk = { width: 1440, height: 900 };
const hour = 3_600_000;
const chainKey = 'the key of this chain';
const linkKey = linkKeyOf(chainKey);
const now = systemPorts.clock.now();
const listed = { perDay: 4, roles: [] };

let hq: RunningHq;
let database: Database;
let browser: Browser;
let base: string;
/** Of a representative who is signed in. */
let session: string;

beforeAll(async () => {
  hq = await startHq(
    {
      listen: { host: '127.0.0.1', port: 0 },
      database: { folder: null },
      chainKey,
      timeZone: 'UTC',
      channels: {
        web: { origin, linkDays: 60 },
        calls: { teams: { service: listed, managers: { perDay: 1, roles: ['senior'] } } },
        quietHours: { from: 0, to: 0 },
      },
    },
    systemPorts,
  );
  database = hq.database;
  base = `http://127.0.0.1:${hq.port}`;
  const grace = {
    person: 'grace',
    name: 'Grace Hopper',
    role: 'representative',
    team: 'service',
    locale: 'en',
  } as const;
  const signedIn = await signIn(database, { person: 'grace', password: await addHqPerson(database, grace, now) }, now);
  session = signedIn.kind === 'in' ? signedIn.token : '';
  browser = await openChromium();
});
afterAll(async () => {
  await browser?.close();
  await hq?.stop();
});
beforeEach(() =>
  database.query('TRUNCATE commands, carriage, tags, own_facts, customers, consents, to_fold, call_days, replies'),
);

async function open(
  path: string,
  { viewport = phone, scheme = 'light' as 'light' | 'dark', javaScriptEnabled = true, locale = 'en-GB' } = {},
): Promise<Page> {
  const context = await browser.newContext({ viewport, colorScheme: scheme, javaScriptEnabled, locale });
  const page = await context.newPage();
  await page.goto(`${base}${path}`);
  return page;
}

async function objections(page: Page): Promise<string[]> {
  const isWide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  return [...(await violations(page)), ...(isWide ? ['the page scrolls sideways'] : [])];
}

const picture = (page: Page, name: string): Promise<Buffer> =>
  page.screenshot({ path: join(pictures, `${name}.png`), animations: 'disabled' });

async function asked({
  name = 'Ada',
  locale = 'en',
  words = someWords as object,
  kind = 'web',
} = {}): Promise<{ chainId: string; command: string; links: MessageLinks }> {
  const chainId = await addPerson(database, { name, locale });
  const id = await addCommand(database, { chainId, kind, madeAt: now, until: now + 10 * day, words });
  const command = (await findCommand(database, chainId, id))!;
  return { chainId, command: id, links: linksOf(command, { origin: '', linkKey, linkDays: 60 }) };
}

const typesOf = async (command: string): Promise<string[]> =>
  (await factsOf(database, command)).map(({ type }) => type);

describe('the page behind a personal link', () => {
  it('greets her, is reported when she sees it, and takes her answer with a press, once', async () => {
    const { command, links } = await asked();
    const page = await open(links.page('yes'));
    await page.getByText('Hello Ada').waitFor();
    expect(await objections(page)).toEqual([]);
    await picture(page, 'web-answer-360x780');
    await expect.poll(() => typesOf(command)).toEqual(['message.shown']);
    expect(await commandRow(database, command)).toMatchObject({ state: 'done' });
    await page.getByRole('button', { name: 'Yes, please' }).click();
    await page.getByRole('heading', { name: 'Thank you' }).waitFor();
    expect(await objections(page)).toEqual([]);
    await picture(page, 'web-thanks-360x780');
    expect(await factsOf(database, command)).toMatchObject([
      { type: 'message.shown', body: { message: command, screen: 'web' } },
      { type: 'message.answered', body: { message: command, answer: 'yes', screen: 'web' } },
    ]);
    // Back, and the other one: the first answer is the answer.
    await page.goto(`${base}${links.page('notNow')}`);
    await page.getByRole('heading', { name: 'You have answered: Yes, please' }).waitFor();
    expect(await typesOf(command)).toEqual(['message.shown', 'message.answered']);
  });

  it('answers nothing by being looked at, and tells nobody who looked', async () => {
    const { chainId, command, links } = await asked();
    for (const method of ['GET', 'HEAD']) {
      const answer = await fetch(`${base}${links.page('yes')}`, { method });
      expect(answer.status).toBe(200);
      const { headers } = answer;
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect([headers.get('referrer-policy'), headers.get('cache-control')]).toEqual(['no-referrer', 'no-store']);
      expect(headers.get('x-robots-tag')).toContain('noindex');
      expect(await answer.text()).not.toContain(chainId);
    }
    expect(await typesOf(command)).toEqual([]);
  });

  it('works without a script, in the dark and from the right, with a form', async () => {
    const words = {
      headline: 'ما الذي أخطأنا فيه؟',
      body: 'نود أن نفهم.',
      answers: [
        {
          id: 'tell',
          label: 'إرسال',
          form: [
            { name: 'cause', kind: 'choice', choices: ['الجودة', 'السعر'] },
            { name: 'more', kind: 'text', choices: [] },
          ],
        },
        { id: 'no', label: 'ليس الآن', form: [] },
      ],
    };
    const { command, links } = await asked({ name: 'ليلى', locale: 'ar', words });
    const page = await open(links.page(), { scheme: 'dark', javaScriptEnabled: false });
    expect(await page.locator('html').getAttribute('dir')).toBe('rtl');
    await picture(page, 'web-answer-arabic-360x780-dark');
    await page.getByLabel('Cause').selectOption('السعر');
    await page.getByLabel('More').fill('x'.repeat(40));
    await page.getByRole('button', { name: 'إرسال' }).click();
    await page.getByRole('heading', { name: 'شكرًا لك' }).waitFor();
    const [fact] = await factsOf(database, command);
    expect(fact).toMatchObject({ body: { answer: 'tell', form: { cause: 'السعر', more: 'x'.repeat(40) } } });
    const drawn = await open((await asked({ name: 'Nour', locale: 'ar', words })).links.page(), { scheme: 'dark' });
    expect(await objections(drawn)).toEqual([]);
  });

  it('takes no answer that the dialogue did not ask for', async () => {
    const words = {
      ...someWords,
      answers: [{ id: 'best', label: 'Then', form: [{ name: 'day', kind: 'choice', choices: ['Mon'] }] }],
    };
    const { command, links } = await asked({ words });
    const send = (body: string): Promise<Response> =>
      fetch(`${base}${links.page()}`, { method: 'POST', body: new URLSearchParams(body) });
    for (const body of ['', 'answer=other', 'answer=best', 'answer=best&form.day=Sun'])
      expect((await send(body)).status).toBe(400);
    expect((await send(`answer=best&form.day=Mon&pad=${'x'.repeat(20_000)}`)).status).toBe(413);
    expect(await typesOf(command)).toEqual([]);
    expect((await send('answer=best&form.day=Mon&form.sly=1')).status).toBe(200);
    expect(await factsOf(database, command)).toMatchObject([{ body: { form: { day: 'Mon' } } }]);
  });

  it('that is over or none of ours says so kindly', async () => {
    const { chainId, command, links } = await asked();
    const expired = signLink({ chainId, purpose: `web:${command}`, until: now - 1 }, linkKey);
    const page = await open(`/w/${expired}`, { locale: 'de-DE' });
    await page.getByRole('heading', { name: 'Das ist vorbei' }).waitFor();
    expect(await objections(page)).toEqual([]);
    await picture(page, 'web-over-360x780');
    const statusOf = async (path: string): Promise<number> => (await fetch(`${base}${path}`)).status;
    expect(await statusOf(`/w/${expired}`)).toBe(410);
    expect(await statusOf('/w/nothing')).toBe(404);
    // A link for one thing opens no other.
    expect(await statusOf(links.stop.replace('/stop/', '/w/'))).toBe(404);
    expect(await statusOf(links.page().replace('/w/', '/stop/'))).toBe(404);
    await database.query('DELETE FROM commands');
    expect(await statusOf(links.page())).toBe(410);
  });
});

describe('stopping the mails', () => {
  const consent = async (): Promise<unknown> =>
    (await database.query(`SELECT granted, origin FROM consents WHERE purpose = 'email' ORDER BY at DESC LIMIT 1`))[0];

  it('takes a press on a page, and tells every store', async () => {
    const { links } = await asked({ kind: 'email' });
    const page = await open(links.stop);
    expect(await consent()).toMatchObject({ granted: true });
    expect(await objections(page)).toEqual([]);
    await page.getByRole('button', { name: 'Stop the mails' }).click();
    await page.getByRole('heading', { name: 'The mails have stopped' }).waitFor();
    expect(await consent()).toEqual({ granted: false, origin: 'unsubscribe' });
    const [fact] = await database.query(`SELECT body FROM own_facts WHERE type = 'consent.changed'`);
    expect(fact).toEqual({ body: { purpose: 'email', granted: false } });
  });

  it('takes the one click of a mail program (RFC 8058), even where the mail itself is forgotten', async () => {
    const { links } = await asked({ kind: 'email' });
    await database.query('DELETE FROM commands');
    const body = new URLSearchParams('List-Unsubscribe=One-Click');
    expect((await fetch(`${base}${links.stop}`, { method: 'POST', body })).status).toBe(200);
    expect(await consent()).toMatchObject({ granted: false });
  });
});

it('a mail is readable without pictures and scripts, in the light and in the dark', async () => {
  const { chainId, command, links } = await asked({ kind: 'email' });
  const letter = writeLetter((await findCommand(database, chainId, command))!, links);
  const page = await (await browser.newContext({ viewport: phone })).newPage();
  await page.setContent(letter.html);
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    expect(await objections(page)).toEqual([]);
    await picture(page, `email-360x780${scheme === 'dark' ? '-dark' : ''}`);
  }
});

describe('the list of calls', () => {
  const callWords = {
    ...someWords,
    say: 'Good morning, this is the shop. You have not been with us for a while: has something gone wrong?',
    know: 'Three suits since 2022, the last in March. A complaint about a hem in April.',
    answers: [
      { id: 'complaint', label: 'She has a complaint', form: [{ name: 'cause', kind: 'text', choices: [] }] },
      { id: 'fine', label: 'All is well', form: [] },
    ],
  };

  const callList = (): CallList =>
    new CallList({
      database,
      config: { teams: { service: listed, managers: { perDay: 1, roles: ['senior'] } }, timeZone: 'UTC' },
      rules: { quietHours: { from: 0, to: 0 }, timeZone: 'UTC' },
    });

  async function signedIn(): Promise<Page> {
    const context = await browser.newContext({ viewport: desk, locale: 'en-GB' });
    await context.addCookies([{ name: 'kairos-hq', value: session, url: base, httpOnly: true, sameSite: 'Strict' }]);
    const page = await context.newPage();
    await page.goto(`${base}/calls`);
    await page.getByRole('heading', { name: 'Calls' }).waitFor();
    return page;
  }

  async function call(name: string, { until = now + 5 * day, priority = 0, role = '' } = {}): Promise<string> {
    const chainId = await addPerson(database, { name });
    const words = { ...callWords, priority, role };
    return addCommand(database, { chainId, kind: 'call', madeAt: now, until, words, id: `call-${name}-1` });
  }

  it('gives the most urgent call, shows what to say, and logs what was answered, as a fact', async () => {
    await call('Mary');
    await call('Katherine', { until: now + 2 * day });
    const urgent = await call('Ada', { priority: 9 });
    const senior = await call('Dorothy', { role: 'senior', priority: 99 });
    const page = await signedIn();
    await page.getByText('3 calls are waiting.').waitFor();
    expect(await objections(page)).toEqual([]);
    await picture(page, 'calls-list-1440x900');
    await page.getByRole('button', { name: 'Next call' }).click();
    await page.getByRole('heading', { name: 'Ada' }).waitFor();
    expect(await objections(page)).toEqual([]);
    // The same picture at any hour.
    await page.getByText(/^Priority 9 of 9 · Yours until/).evaluate((line) => {
      line.textContent = 'Priority 9 of 9 · Yours until 3:20 PM';
    });
    await picture(page, 'calls-call-1440x900');
    await page.setViewportSize(phone);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await objections(page)).toEqual([]);
    await picture(page, 'calls-call-360x780-dark');
    await page.getByLabel('Cause').fill('The hem came undone');
    await page.getByRole('button', { name: 'She has a complaint' }).click();
    await page.getByText('1 of 4 today').waitFor();
    const form = { cause: 'The hem came undone' };
    expect(await factsOf(database, urgent)).toMatchObject([
      { type: 'call.logged', body: { message: urgent, answer: 'complaint', form } },
    ]);
    expect(await commandRow(database, urgent)).toMatchObject({ state: 'done', outcome: { by: 'grace' } });
    await page.getByRole('button', { name: 'Next call' }).click();
    await page.getByRole('heading', { name: 'Katherine' }).waitFor();
    await page.getByRole('button', { name: 'Nobody was reached' }).click();
    await page.getByText('2 of 4 today').waitFor();
    expect(await factsOf(database, 'call-Katherine-1')).toMatchObject([
      { type: 'call.logged', body: { answer: 'not-reached' } },
    ]);
    expect(await commandRow(database, senior)).toMatchObject({ state: 'open' });
    await page.getByRole('button', { name: 'Next call' }).click();
    await page.getByRole('heading', { name: 'Mary' }).waitFor();
    await database.query(`UPDATE commands SET claimed_by = 'call:other' WHERE command = 'call-Mary-1'`);
    await page.getByRole('button', { name: 'All is well' }).click();
    await page.getByText('This call was not yours any more').waitFor();
  });

  it('is in the language of whoever calls; what she says and is answered is the customer’s, and it says which that is', async () => {
    const chainId = await addPerson(database, { name: 'Ana', locale: 'es' });
    const form = [{ name: 'cause', kind: 'text', choices: [], label: '¿Qué ha pasado?', choiceLabels: [] }];
    const words = {
      ...{
        ...callWords,
        headline: 'Hace tiempo que no viene',
        body: '',
        know: '',
        say: 'Buenos días, le llama la tienda.',
      },
      answers: [
        { id: 'complaint', label: 'Tiene una queja', form },
        { id: 'fine', label: 'Todo va bien', form: [] },
      ],
    };
    await addCommand(database, { chainId, kind: 'call', madeAt: now, until: now + day, words, id: 'call-Ana-1' });
    await database.query("UPDATE people SET locale = 'de' WHERE person = 'grace'");
    // Her browser speaks a third one.
    const context = await browser.newContext({ viewport: phone, locale: 'fr-FR' });
    await context.addCookies([{ name: 'kairos-hq', value: session, url: base, httpOnly: true, sameSite: 'Strict' }]);
    const page = await context.newPage();
    await page.goto(`${base}/calls`);
    await page.getByRole('button', { name: 'Nächster Anruf' }).click();
    await page.getByText('Gesprochen wird Spanisch.').waitFor();
    expect(await objections(page)).toEqual([]);
    const languageOf = (text: string): Promise<string | undefined> =>
      page.getByText(text).evaluate((element) => (element.closest('[lang]') as HTMLElement).lang);
    for (const theirs of ['Buenos días', 'Hace tiempo', 'Tiene una queja', '¿Qué ha pasado?', 'Todo va bien'])
      expect([theirs, await languageOf(theirs)]).toEqual([theirs, 'es']);
    for (const hers of [
      'Gesprochen wird',
      'Zu sagen',
      'Was geantwortet wurde',
      'Niemand erreicht',
      'zurückgeben',
      'Ihrer bis',
    ])
      expect([hers, await languageOf(hers)]).toEqual([hers, 'de']);
    await context.close();
    await database.query("UPDATE people SET locale = 'en' WHERE person = 'grace'");
  });

  it('hands a call to one of many who take it at once, and on when its time is over', async () => {
    await call('Only');
    const list = callList();
    const take = (person: string, at = now): Promise<NextCall> => list.takeNext({ person, team: 'service', now: at });
    const got = await Promise.all(['one', 'two', 'three', 'four', 'five'].map((person) => take(person)));
    expect(got.map(({ kind }) => kind).sort()).toEqual(['call', 'none', 'none', 'none', 'none']);
    const holder = ['one', 'two', 'three', 'four', 'five'][got.findIndex(({ kind }) => kind === 'call')] ?? '';
    expect(await take(holder)).toMatchObject({ kind: 'call', until: now + callLeaseMs });
    expect((await take('late', now + callLeaseMs - 1)).kind).toBe('none');
    expect((await take('late', now + callLeaseMs)).kind).toBe('call');
    const log = (person: string): Promise<string> =>
      list.log({ person, command: 'call-Only-1', answer: 'fine', form: {}, now: now + callLeaseMs });
    expect([await log(holder), await log('late'), await log('late')]).toEqual(['not-hers', 'logged', 'not-hers']);
    expect(await factsOf(database, 'call-Only-1')).toHaveLength(1);
  });

  it('ends with the capacity of the day; what has no room in its time is told to be full', async () => {
    // Ahead of the clock by which headquarters themselves look after the list meanwhile.
    const noon = fromDay(toDay(now)) + 2.5 * day;
    for (const name of ['A', 'B', 'C', 'D']) await call(name, { priority: 1 });
    const [tonight, tomorrow] = [await call('Tonight', { until: noon + hour }), await call('Tomorrow')];
    const list = callList();
    await list.endOverdue(noon);
    expect(await commandRow(database, tonight)).toMatchObject({ state: 'open' });
    for (const person of ['a', 'b', 'c', 'd']) await list.takeNext({ person, team: 'service', now: noon });
    const ofD = (await list.ofHers('d', noon))?.call.command ?? '';
    expect(await list.takeNext({ person: 'e', team: 'service', now: noon })).toEqual({ kind: 'day-is-full' });
    await list.giveBack({ person: 'd', team: 'service', command: ofD, now: noon });
    expect((await list.takeNext({ person: 'e', team: 'service', now: noon })).kind).toBe('call');
    await list.endOverdue(noon);
    expect(await commandRow(database, tonight)).toMatchObject({ state: 'failed', outcome: { reason: 'full' } });
    expect(await factsOf(database, tonight)).toMatchObject([{ type: 'email.bounced', body: { reason: 'full' } }]);
    expect(await commandRow(database, tomorrow)).toMatchObject({ state: 'open' });
    await list.endOverdue(noon + 30 * day);
    expect(await factsOf(database, tomorrow)).toMatchObject([{ type: 'email.bounced', body: { reason: 'expired' } }]);
  });

  it('is closed to whoever is not signed in, guesses, or sends forms from elsewhere', async () => {
    const page = await open('/calls', { viewport: desk });
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await objections(page)).toEqual([]);
    await picture(page, 'hq-sign-in-1440x900');
    const eve = { person: 'eve', name: 'Eve', role: 'representative', team: 'service', locale: 'en' } as const;
    const password = await addHqPerson(database, eve, now);
    const fill = async (keyed: string): Promise<void> => {
      await page.getByLabel('Name or badge').fill('eve');
      await page.getByLabel('Password').fill(keyed);
      await page.getByRole('button', { name: 'Sign in' }).click();
    };
    await fill(password);
    await page.getByRole('heading', { name: 'Calls' }).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect((await page.goto(`${base}/calls`))?.url()).toContain('/sign-in');
    const guess = (): Promise<SignIn> => signIn(database, { person: ' Eve ', password: 'guessed' }, now);
    expect(await Promise.all([guess(), guess(), guess(), guess()])).toEqual(
      Array.from('1234', () => ({ kind: 'wrong' })),
    );
    for (const said of [/is not right/, /Too many tries/]) {
      await fill('guessed');
      await page.getByText(said).waitFor();
    }
    const foreign = await fetch(`${base}/calls/next`, { method: 'POST', headers: { 'sec-fetch-site': 'cross-site' } });
    expect(foreign.status).toBe(403);
  });

  it('leads an operator who looks at it back to her own pages, and nobody else there', async () => {
    const olga = { person: 'olga', name: 'Olga', role: 'operator', team: '', locale: 'de' } as const;
    const signed = await signIn(database, { person: 'olga', password: await addHqPerson(database, olga, now) }, now);
    const asked = async (token: string): Promise<string> =>
      (await fetch(`${base}/calls`, { headers: { cookie: `kairos-hq=${token}` } })).text();
    expect(await asked(signed.kind === 'in' ? signed.token : '')).toContain('<a href="/hq">Läden</a>');
    expect(await asked(session)).not.toContain('href="/hq"');
  });

  it('has letters to sign beside it: one word ends it, and the engine hears whose it was', async () => {
    const chainId = await addPerson(database, { name: 'Ada' });
    const [letter, others] = ['letter-of-ada-1-a1', 'letter-of-ada-2-a1'];
    const asking = { chainId, kind: 'sign', madeAt: now, until: now + day };
    await addCommand(database, { ...asking, id: letter, words: { ...someWords, role: 'service' } });
    await addCommand(database, { ...asking, id: others, words: { ...someWords, role: 'senior' } });
    const page = await signedIn();
    await page.getByRole('link', { name: 'Letters to sign' }).click();
    await page.getByRole('heading', { name: 'It has been a while' }).waitFor();
    expect(await objections(page)).toEqual([]);
    await picture(page, 'letters-to-sign-1440x900');
    await page.getByRole('button', { name: 'Sign', exact: true }).click();
    await page.getByText('No letter waits for you.').waitFor();
    const [fact] = await database.query(`SELECT type, body FROM own_facts`);
    expect(fact).toEqual({ type: 'task.done', body: { task: letter, associate: 'grace', answer: 'approved' } });
    const again = { command: letter, answer: 'refused', person: 'eve', roles: null, now } as const;
    expect(await sign(database, again)).toBe(false);
    expect(await sign(database, { ...again, command: others, roles: ['service'] })).toBe(false);
    expect(await commandRow(database, others)).toMatchObject({ state: 'open' });
  });

  it('shows what people wrote back until somebody has dealt with it', async () => {
    const chainId = await addPerson(database, { name: 'Ada' });
    await database.query(
      `INSERT INTO replies (chain_id, id, command, at, sender, subject, words) VALUES ($1, '1:1', 'x', 0, $2, $3, $4)`,
      [chainId, 'ada@example.net', 'Re: We miss you', 'I moved to Leeds.\n<b>Bye</b>'],
    );
    const page = await signedIn();
    await page.getByRole('link', { name: 'What people wrote back' }).click();
    await page.getByText('<b>Bye</b>').waitFor();
    const unclear = page.getByText('It was not taken for an answer.');
    expect(await unclear.count()).toBe(0);
    await database.query('UPDATE replies SET is_unclear = true');
    await page.reload();
    await unclear.waitFor();
    expect(await objections(page)).toEqual([]);
    await picture(page, 'calls-replies-1440x900');
    await page.getByRole('button', { name: 'Dealt with' }).click();
    await page.getByText('Nobody has written back.').waitFor();
  });
});
