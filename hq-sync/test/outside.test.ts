/**
 * Facts from outside: a system with credentials, and the retailer's own site, whose pages come from another origin and
 * load the script from a running headquarters, in Chromium.
 */
import { createHash } from 'node:crypto';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync } from 'node:zlib';
import { chainIdOf } from '@kairos/protocol/chain-id.ts';
import { numberKeyOf } from '@kairos/protocol/number-digest.ts';
import type { OutsideOutcome } from '@kairos/protocol/outside-operations.ts';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { openChromium } from '@kairos/ui/test/chromium.ts';
import { violations } from '@kairos/ui/test/look.ts';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makeHandle } from '../../docs/examples/site-handle.mjs';
import { findCommand } from '../channels/command.ts';
import { setConsent } from '../customers/consent-history.ts';
import { eraseCustomer } from '../customers/erase-customer.ts';
import { addSource, typesByDefault } from '../outside/source-book.ts';
import { type RunningHq, startHq } from '../server/hq.ts';
import { addCommand, someWords } from './channel-stand.ts';
import { picture } from './pictures.ts';

const chainKey = 'the key of this chain';
const number = '2900000000018';
const her = chainIdOf(chainKey, number);
const loyalty = { prefixes: ['29'], gsrn: true };
/** Longer than a page takes to be judged on the busiest machine. */
const handleMs = 600_000;
let shop: Server;
let shopOrigin: string;
/** What the shop's page says around the script; another page of it at each path. */
let pages: Readonly<Record<string, string>>;
let hq: RunningHq;
let hqUrl: string;
let token: string;
let browser: Browser;
/** Of the limits on requests; what else there is to time runs on the machine's own. */
let monotonic = 0;

beforeAll(async () => {
  shop = createServer((request, response) => {
    response.setHeader(
      'content-security-policy',
      `default-src 'none'; script-src 'unsafe-inline' ${hqUrl}; connect-src ${hqUrl}`,
    );
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(pages[request.url ?? '/'] ?? '');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => shop.once('listening', resolve));
  shopOrigin = `http://127.0.0.1:${(shop.address() as AddressInfo).port}`;
  hq = await startHq(
    {
      ...{ listen: { host: '127.0.0.1', port: 0 }, database: { folder: null }, chainKey, loyalty },
      outside: { origins: [shopOrigin] },
    },
    { ...systemPorts, clock: { now: () => systemPorts.clock.now(), monotonic: () => monotonic } },
  );
  hqUrl = `http://127.0.0.1:${hq.port}`;
  browser = await openChromium();
});
afterAll(async () => {
  await browser?.close();
  await hq?.stop();
  shop?.close();
});
beforeEach(async () => {
  monotonic += 3_600_000;
  await hq.database.query(
    'TRUNCATE own_facts, customers, consents, commands, outside_seen, outside_sources, to_fold, erasures, erased_ids, preferences',
  );
  token = await addSource(hq.database, { name: 'shop', types: typesByDefault }, 0);
});

const ownFacts = (): Promise<{ type: string; body: Record<string, unknown> }[]> =>
  hq.database.query('SELECT type, body FROM own_facts WHERE chain_id = $1 ORDER BY type, at, id', [her]);

async function post(facts: unknown, more: { readonly token?: string } = {}): Promise<Response> {
  return fetch(`${hqUrl}/v1/facts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${more.token ?? token}` },
    body: JSON.stringify(facts),
  });
}
const outcomesOf = async (facts: readonly unknown[]): Promise<OutsideOutcome[]> =>
  ((await (await post({ facts })).json()) as { outcomes: OutsideOutcome[] }).outcomes;

describe('POST /v1/facts', () => {
  const visit = { id: 'v-1', number, type: 'site.visited', at: 1_000, body: { page: '/sandals', category: 'sandals' } };

  test('each fact is answered by itself, counts once, and has the same outcome when it comes again', async () => {
    const facts = [
      visit,
      { ...visit, id: 'moved', type: 'customer.changed', body: { attributes: { city: 'Springfield', zip: '12345' } } },
      { ...visit, id: 'yes', type: 'consent.changed', body: { purpose: 'email', granted: true } },
      { ...visit, id: 'usage', type: 'custom.usage', body: { minutes: 12 } },
      { id: 'goods', type: 'goods.changed', at: 1, body: { code: 'milk', department: 'dairy', price: 99 } },
      visit,
    ];
    const first = await outcomesOf(facts);
    expect(first.map(({ id, outcome }) => [id, outcome])).toEqual(facts.map(({ id }) => [id, 'taken']));
    const after = await ownFacts();
    expect(after.map(({ type }) => type)).toEqual([
      'consent.changed',
      'custom.usage',
      'customer.changed',
      'site.visited',
    ]);
    expect(await outcomesOf(facts)).toEqual(first);
    expect(await ownFacts()).toEqual(after);
    const [customer] = await hq.database.query('SELECT attributes FROM customers WHERE chain_id = $1', [her]);
    expect(customer).toEqual({ attributes: { city: 'Springfield', zip: '12345' } });
    const everything = JSON.stringify([await hq.database.query('SELECT * FROM outside_seen'), after]);
    expect(everything).not.toContain(number);
  });

  test('she has moved: what is sent from now on goes to the new address, and what was not named stays', async () => {
    const moved = (id: string, body: unknown): unknown => ({ ...visit, id, type: 'customer.changed', body });
    const outcomes = await outcomesOf([
      moved('all', {
        attributes: {},
        address: { email: 'ada@old.example', phone: '+1 555 0100', post: 'Ada\n1 Old Street' },
      }),
      ...Array.from({ length: 8 }, (_, at) =>
        moved(`way-${at}`, { attributes: {}, address: { post: `Ada\n${at} Way` } }),
      ),
      moved('new', { address: { email: 'ada@new.example', post: 'Ada\n2 New Street' }, attributes: { city: 'Leeds' } }),
      moved('none', { attributes: {}, address: { email: 'no address' } }),
      moved('nothing', {}),
    ]);
    expect(outcomes.map(({ outcome, path }) => [outcome, path])).toEqual([
      ...Array.from({ length: 10 }, () => ['taken', undefined]),
      ['refused', 'body.address.email'],
      ['refused', 'body.attributes'],
    ]);
    const command = await addCommand(hq.database, { chainId: her, kind: 'mail', madeAt: 0, until: Date.now() });
    const { to } = (await findCommand(hq.database, her, command)) ?? {};
    expect(to).toMatchObject({ email: 'ada@new.example', phone: '+1 555 0100', post: ['Ada', '2 New Street'] });
    // Facts name what has changed, and hold no address.
    expect(JSON.stringify(await ownFacts())).not.toContain('Street');
  });

  test('what is wrong is refused with its reason and the path to it, and the others are taken', async () => {
    const outcomes = await outcomesOf([
      { ...visit, id: '' },
      { ...visit, id: 'a', number: '2900000000019' },
      { ...visit, id: 'b', number: undefined },
      { ...visit, id: 'c', type: 'message.decided' },
      { ...visit, id: 'd', at: Number.MAX_SAFE_INTEGER - 1 },
      { ...visit, id: 'e', body: { page: 7 } },
      { ...visit, id: 'f', at: 8_640_000_000_000_000 },
      { ...visit, id: 'g', number: undefined, handle: 'shop.1.aa.bb' },
      'no fact at all',
      visit,
    ]);
    expect(outcomes.map(({ outcome, reason, path }) => [outcome, reason ?? '', path ?? ''])).toEqual([
      ['refused', 'unreadable', 'id'],
      ['refused', 'check-digit', 'number'],
      ['refused', 'no-customer', 'number'],
      ['refused', 'unreadable', 'type'],
      ['refused', 'unreadable', 'at'],
      ['refused', 'unreadable', 'body.page'],
      ['refused', 'in-the-future', 'at'],
      ['refused', 'handle', 'handle'],
      ['refused', 'unreadable', ''],
      ['taken', '', ''],
    ]);
    // Mended, it comes under the same id.
    expect(await outcomesOf([{ ...visit, id: 'e' }])).toMatchObject([{ id: 'e', outcome: 'taken' }]);
  });

  test('a text that no database keeps is refused by itself, and holds up neither the others nor what comes after', async () => {
    const about = (id: string, type: string, body: unknown): unknown => ({ ...visit, id, type, body });
    const outcomes = await outcomesOf([
      about('nul', 'custom.usage', { note: 'a\u0000b' }),
      about('half', 'custom.usage', { note: '\ud83d' }),
      about('city', 'customer.changed', { attributes: { city: 'K\u0000ln' } }),
      about('page', 'site.visited', { page: '/\ud83d' }),
      about('whole', 'custom.usage', { note: '\u{1f45f} Schuhe' }),
    ]);
    expect(outcomes.map(({ outcome, path }) => [outcome, path])).toEqual([
      ['refused', 'body.note'],
      ['refused', 'body.note'],
      ['refused', 'body.attributes.city'],
      ['refused', 'body.page'],
      ['taken', undefined],
    ]);
    expect((await ownFacts()).map(({ body }) => body)).toEqual([{ note: '\u{1f45f} Schuhe' }]);
  });

  test('a clock that is ahead outvotes nobody later, and seconds are not taken for milliseconds', async () => {
    const now = Date.now();
    const yes = { ...visit, type: 'consent.changed', body: { purpose: 'email', granted: true } };
    const outcomes = await outcomesOf([
      { ...yes, id: 'ahead', at: now + 500_000 },
      { ...yes, id: 'seconds', at: Math.floor(now / 1_000) },
    ]);
    expect(outcomes.map(({ outcome, path }) => [outcome, path])).toEqual([
      ['taken', undefined],
      ['refused', 'at'],
    ]);
    const [word] = await hq.database.query<{ at: number }>('SELECT at FROM consents');
    expect(word?.at).toBeLessThanOrEqual(Date.now());
  });

  test('a source tells no more than it may, and not more often; strangers and floods are turned away', async () => {
    const scoped = await addSource(hq.database, { name: 'phone', types: ['custom.usage'] }, 0);
    const told = await post(
      { facts: [visit, { ...visit, id: 'u', type: 'custom.usage', body: { minutes: 1 } }] },
      { token: scoped },
    );
    expect(await told.json()).toMatchObject({
      outcomes: [{ outcome: 'refused', reason: 'not-allowed', path: 'type' }, { outcome: 'taken' }],
    });
    expect((await post({ facts: [visit] }, { token: 'shop.wrong' })).status).toBe(401);
    expect((await post({ facts: [visit] }, { token: 'nobody.x' })).status).toBe(401);
    const odd = await post({ fact: visit });
    expect([odd.status, await odd.json()]).toMatchObject([400, { reason: 'unreadable', path: 'facts' }]);
    expect((await post({ facts: Array.from({ length: 501 }, () => visit) })).status).toBe(400);
    const flooding = await addSource(hq.database, { name: 'flooding', types: typesByDefault }, 0);
    const many = await Promise.all(Array.from({ length: 45 }, () => post({ facts: [visit] }, { token: flooding })));
    const turnedAway = many.filter(({ status }) => status === 429);
    expect(turnedAway.length).toBe(5);
    expect(turnedAway[0]?.headers.get('retry-after')).toBe('2');
    monotonic += 1_000;
    expect((await post({ facts: [visit] }, { token: flooding })).status).toBe(200);
  });

  test('of a stranger’s request nothing is read but whose it says it is', async () => {
    const said = { host: '127.0.0.1', port: hq.port, path: '/v1/facts', method: 'POST' };
    const answered = await new Promise<number | undefined>((resolve, reject) => {
      const headers = { 'content-type': 'application/json', authorization: 'Bearer nobody.x' };
      // It begins to send, and never ends.
      const sending = request({ ...said, headers }, ({ statusCode }) => {
        resolve(statusCode);
        sending.destroy();
      });
      sending.on('error', reject);
      sending.write('{"facts": [');
    });
    expect(answered).toBe(401);
  });

  test('who was erased is nobody, and stays so', async () => {
    await hq.database.transaction((sql) => eraseCustomer(sql, { chainId: her, chainKey, origin: 'page', now: 1 }));
    const asked = await addSource(hq.database, { name: 'later', types: typesByDefault }, 0);
    const reply = await post({ facts: [visit] }, { token: asked });
    expect(await reply.json()).toMatchObject({ outcomes: [{ outcome: 'nobody' }] });
    expect(await ownFacts()).toEqual([]);
    expect(await hq.database.query('SELECT chain_id FROM customers')).toEqual([]);
  });
});

test('who sends without end does not keep headquarters from stopping', async () => {
  const waits: { readonly ms: number; readonly deed: () => void }[] = [];
  const after = (ms: number, deed: () => void) => {
    waits.push({ ms, deed });
    return () => undefined;
  };
  const other = await startHq(
    { listen: { host: '127.0.0.1', port: 0 }, database: { folder: null }, chainKey, loyalty },
    { clock: systemPorts.clock, timers: { after } },
  );
  const itsToken = await addSource(other.database, { name: 'shop', types: typesByDefault }, 0);
  const said = { host: '127.0.0.1', port: other.port, path: '/v1/facts', method: 'POST' };
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${itsToken}`, expect: '100-continue' };
  const sending = request({ ...said, headers });
  const isCut = new Promise((resolve) => sending.once('error', resolve));
  // From here on the request is under way.
  const isHeard = new Promise((resolve) => sending.once('continue', resolve));
  sending.flushHeaders();
  await isHeard;
  sending.write('{"facts": [');
  const before = waits.length;
  const stopped = other.stop();
  await expect.poll(() => waits.length).toBeGreaterThan(before);
  waits[before]?.deed();
  await Promise.all([isCut, stopped]);
});

describe('the script on the retailer’s site', () => {
  let page: Page;
  let problems: string[];

  beforeEach(async () => {
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    problems = [];
    page.on('pageerror', (error) => problems.push(String(error)));
    const handle = makeHandle({ token, digestKey: numberKeyOf(chainKey), number, untilMs: Date.now() + handleMs });
    const withScript = (words: string): string => `<!doctype html><html lang="en"><head><title>Shop</title>
<script>window.kairos = window.kairos || [];</script>
<script src="${hqUrl}/kairos.js" data-handle="${handle}"></script></head><body><main><h1>Shop</h1></main>
<script>${words}</script></body></html>`;
    pages = {
      '/quiet': withScript("kairos.visit({ category: 'sandals' }); kairos.ask();"),
      '/sandals': withScript("kairos.push(['consent', true], ['visit', { category: 'sandals' }]);"),
      '/bought': withScript(
        "kairos.push(['consent', true], ['purchase', { receipt: 'w-1', currency: 'EUR', total: 500, lines: [{ id: '1', code: 'shoe', quantity: 1000, unitPrice: 500, amount: 500 }] }]);",
      ),
      '/asks': withScript("kairos.push(['consent', true], ['ask']);"),
      '/own': withScript(
        "kairos.consent(true); kairos.ask((message, deeds) => { document.querySelector('h1').textContent = message.headline; deeds.shown(); deeds.answer('notNow', { why: 'later' }); });",
      ),
    };
  });
  afterEach(async () => {
    await page.close();
    expect(problems).toEqual([]);
  });

  async function speak(): Promise<string> {
    const now = Date.now();
    await setConsent(hq.database, { chainId: her, purpose: 'web', granted: true, origin: 'page', now });
    return addCommand(hq.database, { chainId: her, kind: 'web', madeAt: now - 1_000, until: now + 3_600_000 });
  }
  const keptIn = (tab: Page): Promise<number> => tab.evaluate('Object.keys(localStorage).length');
  const refusedCounts = async (): Promise<Record<string, number>> =>
    ((await (await fetch(`${hqUrl}/health`)).json()) as { outside: { refused: Record<string, number> } }).outside
      .refused;
  const typesOf = async (): Promise<string[]> =>
    (await ownFacts()).map(({ type }) => type).filter((type) => type !== 'consent.changed');

  test('is small, and says nothing without consent', async () => {
    const script = Buffer.from(await (await fetch(`${hqUrl}/kairos.js`)).arrayBuffer());
    expect(brotliCompressSync(script).length).toBeLessThan(5_000);
    const sent: string[] = [];
    page.on('request', (request) => sent.push(request.url()));
    await page.goto(`${shopOrigin}/quiet`);
    // A page that may report has reported by the time that this one, which may not, has not.
    await page.goto(`${shopOrigin}/sandals`);
    await expect.poll(typesOf).toEqual(['site.visited']);
    expect(sent.filter((url) => url.endsWith('/v1/site'))).toHaveLength(1);
    expect(await page.content()).not.toContain(number);
  });

  test('reports visits with their category, and purchases, once', async () => {
    await page.goto(`${shopOrigin}/sandals`);
    await expect.poll(typesOf).toEqual(['site.visited']);
    await page.goto(`${shopOrigin}/bought`);
    await expect.poll(typesOf).toEqual(['sale', 'site.visited']);
    expect((await ownFacts()).map(({ body }) => body)).toMatchObject([
      { till: 'site', receipt: 'w-1', total: 500 },
      { page: '/sandals', category: 'sandals' },
    ]);
  });

  test('keeps what it could not send, bounded, and sends it when the line is back', async () => {
    await page.goto(`${shopOrigin}/sandals`);
    await expect.poll(typesOf).toEqual(['site.visited']);
    await page.context().setOffline(true);
    await page.evaluate("for (let i = 0; i < 80; i += 1) kairos.visit({ page: '/p' + i })");
    await expect.poll(() => page.evaluate('Object.keys(localStorage).length')).toBe(50);
    await page.context().setOffline(false);
    await expect.poll(async () => (await typesOf()).length).toBe(51);
    const bodies = (await ownFacts()).map(({ body }) => body.page);
    expect(bodies).toContain('/p79');
    expect(bodies).not.toContain('/p29');
  });

  test('what two of her tabs could not send is all there when either of them can', async () => {
    const context = await browser.newContext();
    const [one, other] = [await context.newPage(), await context.newPage()];
    for (const tab of [one, other]) await tab.goto(`${shopOrigin}/sandals`);
    await expect.poll(typesOf).toEqual(['site.visited', 'site.visited']);
    // What one tab stores, another that runs in a process of its own sees a moment later.
    const seenByBoth = async (count: number): Promise<void> => {
      for (const tab of [one, other]) await expect.poll(() => keptIn(tab), { timeout: 15_000 }).toBe(count);
    };
    await seenByBoth(0);
    // A line that is cut stays so for what a tab sends while it goes.
    await context.route('**/v1/site', (route) => route.abort());
    const paths = [
      [one, '/first'],
      [other, '/second'],
      [one, '/third'],
    ] as const;
    for (const [index, [tab, path]] of paths.entries()) {
      await tab.evaluate(`kairos.visit({ page: '${path}' })`);
      await seenByBoth(index + 1);
    }
    // What the tab has in its own memory is gone with it, as when a browser is killed.
    await one.evaluate('navigator.sendBeacon = () => false');
    await one.close();
    await context.unroute('**/v1/site');
    await other.evaluate("dispatchEvent(new Event('online'))");
    await expect.poll(async () => (await typesOf()).length, { timeout: 15_000 }).toBe(5);
    const bodies = (await ownFacts()).map(({ body }) => body.page);
    expect(bodies).toEqual(expect.arrayContaining(['/first', '/second', '/third']));
    await context.close();
  });

  test('two of her tabs that write at the same moment overwrite nothing of each other’s', async () => {
    const context = await browser.newContext();
    const tabs = [await context.newPage(), await context.newPage()];
    for (const tab of tabs) await tab.goto(`${shopOrigin}/sandals`);
    await expect.poll(typesOf).toEqual(['site.visited', 'site.visited']);
    await context.route('**/v1/site', (route) => route.abort());
    const hammer = (tab: Page, name: string): Promise<unknown> =>
      tab.evaluate(`(async () => {
        for (let i = 0; i < 24; i += 1) {
          kairos.visit({ page: '/${name}' + i });
          await new Promise((resolve) => setTimeout(resolve));
        }
      })()`);
    await Promise.all(tabs.map((tab, at) => hammer(tab, `tab${at}-`)));
    for (const tab of tabs) await expect.poll(() => keptIn(tab), { timeout: 15_000 }).toBe(48);
    // The control: one list under one key, read by both before either writes, keeps what one of them has added.
    for (const tab of tabs) await tab.evaluate("window.list = JSON.parse(localStorage.getItem('list') ?? '[]')");
    for (const [at, tab] of tabs.entries())
      await tab.evaluate(`localStorage.setItem('list', JSON.stringify([...list, ${at}]))`);
    await expect.poll(() => tabs[0]?.evaluate("localStorage.getItem('list')"), { timeout: 15_000 }).toBe('[1]');
    for (const tab of tabs) await tab.evaluate('navigator.sendBeacon = () => false');
    await tabs[0]?.close();
    await context.unroute('**/v1/site');
    await tabs[1]?.evaluate("dispatchEvent(new Event('online'))");
    await expect.poll(async () => (await typesOf()).length, { timeout: 15_000 }).toBe(50);
    expect(new Set((await ownFacts()).map(({ body }) => body.page))).toHaveLength(49);
    await context.close();
  });

  test('what is more than a request may hold goes in pieces; a report that alone is too large is dropped, and counted', async () => {
    const before = await refusedCounts();
    await page.goto(`${shopOrigin}/sandals`);
    await expect.poll(typesOf).toEqual(['site.visited']);
    await page.context().setOffline(true);
    await page.evaluate(`
      const buy = (receipt, count, name) => kairos.purchase({ receipt, currency: 'EUR', total: count, lines: Array.from(
        { length: count }, (_, id) => ({ id: String(id), code: 'shoe', name, quantity: 1000, unitPrice: 1, amount: 1 })) });
      for (let i = 0; i < 8; i += 1) buy('fits-' + i, 150, 'ß'.repeat(100));
      buy('alone', 450, 'ß'.repeat(100));
      buy('too-large', 500, '靴'.repeat(200));
      const circle = {};
      circle.receipt = circle;
      kairos.purchase(circle);
      kairos.visit({ page: '/after' });`);
    await expect.poll(() => keptIn(page)).toBe(12);
    const bytes = await page.evaluate('new Blob(Object.values(localStorage)).size');
    expect(bytes).toBeGreaterThan(262_144);
    await page.context().setOffline(false);
    await expect.poll(() => keptIn(page), { timeout: 15_000 }).toBe(0);
    const told = (await ownFacts()).map(({ body }) => String(body.receipt ?? body.page));
    expect(told.sort()).toEqual(['/after', '/sandals', 'alone', ...Array.from({ length: 8 }, (_, at) => `fits-${at}`)]);
    const after = await refusedCounts();
    expect([after['too-large'] ?? 0, after.unreadable ?? 0]).toEqual([
      (before['too-large'] ?? 0) + 1,
      (before.unreadable ?? 0) + 1,
    ]);
  });

  test('her word withdrawn in one tab is withdrawn in all of them', async () => {
    const context = await browser.newContext();
    const [one, other] = [await context.newPage(), await context.newPage()];
    for (const tab of [one, other]) await tab.goto(`${shopOrigin}/sandals`);
    await expect.poll(typesOf).toEqual(['site.visited', 'site.visited']);
    await context.route('**/v1/site', (route) => route.abort());
    await other.evaluate("kairos.visit({ page: '/kept' })");
    await expect.poll(() => keptIn(one), { timeout: 15_000 }).toBe(1);
    // A site that says no until it knows withdraws nothing.
    await one.goto(`${shopOrigin}/quiet`);
    await one.evaluate('kairos.consent(false)');
    await expect
      .poll(() => other.evaluate("kairos.visit({ page: '/more' }), Object.keys(localStorage).length"))
      .toBeGreaterThan(0);
    await one.evaluate('kairos.consent(true); kairos.consent(false)');
    await expect
      .poll(() => other.evaluate("kairos.visit({ page: '/none' }), Object.keys(localStorage).length"))
      .toBe(0);
    await context.close();
  });

  test('shows a message in a root of its own, where the page cannot reach it, and tells of paint and answer', async () => {
    const message = await speak();
    await page.goto(`${shopOrigin}/asks`);
    const section = page.getByRole('region', { name: someWords.headline });
    await section.waitFor();
    await expect.poll(typesOf).toEqual(['message.shown']);
    expect(await violations(page)).toEqual([]);
    await picture(page, 'site-message-1280x800');
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await violations(page)).toEqual([]);
    await picture(page, 'site-message-360x740-dark');
    // It goes on with her to the next page, and is not counted again.
    await page.reload();
    await section.getByRole('button', { name: 'Yes, please' }).click();
    await expect.poll(typesOf).toEqual(['message.answered', 'message.shown']);
    expect(await ownFacts()).toContainEqual({
      type: 'message.answered',
      body: { message, answer: 'yes', screen: 'web' },
    });
    expect(await section.count()).toBe(0);
    await page.reload();
    await expect
      .poll(() =>
        page.evaluate("performance.getEntriesByType('resource').some((one) => one.name.endsWith('/v1/site'))"),
      )
      .toBe(true);
    expect(await section.count()).toBe(0);
  });

  test('hands it to the site where that wants to draw it itself; closed, it is noted and answers nothing', async () => {
    await speak();
    await page.goto(`${shopOrigin}/own`);
    await page.getByRole('heading', { name: someWords.headline }).waitFor();
    await expect.poll(typesOf).toEqual(['message.answered', 'message.shown']);
    expect((await ownFacts()).find(({ type }) => type === 'message.answered')?.body).toMatchObject({
      form: { why: 'later' },
    });
    await hq.database.query('TRUNCATE own_facts, commands');
    await speak();
    await page.goto(`${shopOrigin}/asks`);
    await page.getByRole('button', { name: 'Close' }).click();
    const closed = async () =>
      (await hq.database.query<{ outcome: object }>('SELECT outcome FROM commands'))[0]?.outcome;
    await expect.poll(closed).toMatchObject({ silent: expect.any(Number) });
    expect(await typesOf()).not.toContain('message.answered');
  });

  test('is heard from the retailer’s own pages alone, and with a handle that its server made', async () => {
    const say = (origin: string, handle: string): Promise<Response> =>
      fetch(`${hqUrl}/v1/site`, {
        method: 'POST',
        headers: { 'content-type': 'text/plain', origin },
        body: JSON.stringify({ handle, ask: true }),
      });
    const good = { token, digestKey: numberKeyOf(chainKey), number };
    const handle = makeHandle({ ...good, untilMs: Date.now() + handleMs });
    const heard = await say(shopOrigin, handle);
    expect([heard.status, heard.headers.get('access-control-allow-origin')]).toEqual([200, shopOrigin]);
    const elsewhere = await say('https://elsewhere.example', handle);
    expect([elsewhere.status, elsewhere.headers.get('access-control-allow-origin')]).toEqual([403, null]);
    expect((await say(shopOrigin, makeHandle({ ...good, untilMs: Date.now() - 60_000 }))).status).toBe(401);
    expect(
      (await say(shopOrigin, makeHandle({ ...good, token: 'shop.guessed', untilMs: Date.now() + handleMs }))).status,
    ).toBe(401);
    const other = createHash('sha256').update('another').digest('hex');
    expect((await say(shopOrigin, handle.replace(/\.[0-9a-f]{64}\./, `.${other}.`))).status).toBe(401);
  });
});
