/**
 * Names, titles, messages and addresses that would like to be more than text: every payload in every field, painted as
 * it stands, run by nobody. The cart's page under the store's policy, the same page in its shell under the shell's, and
 * a screen in a zone, against one small store. (Against a real one: simulation/test/hostile-store.test.ts.)
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SaleLine } from '@kairos/protocol/facts.ts';
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import { hostileTexts } from '@kairos/protocol/test/hostile-text.ts';
import { type StrikeWatch, watchForStrikes } from '@kairos/protocol/test/strike-watch.ts';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { contentSecurityPolicy } from '../shell/app-files.ts';
import { buildPage, openBrowser, type TestBrowser } from './browser.ts';
import { SmallStore } from './small-store.ts';
import { basket, message, pinView, plan, shopping } from './states.ts';

let pages: string;
let browser: TestBrowser;

beforeAll(async () => {
  pages = mkdtempSync(join(tmpdir(), 'kairos-cart-'));
  await buildPage(pages);
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  rmSync(pages, { recursive: true, force: true });
});
interface Scene {
  readonly store: SmallStore;
  readonly page: Page;
  readonly watch: StrikeWatch;
  /** Nothing was run, led away or fetched, and nothing stands on the page that is none of its own. */
  nothingStruck(): Promise<void>;
}

/** A store and a page for one test; gone when it has finished. */
async function open({ onTestFinished }: TestContext): Promise<Scene> {
  const store = new SmallStore(pages);
  await store.start();
  const { page, context } = await browser.open({});
  onTestFinished(async () => {
    await context.close();
    await store.stop();
  });
  const watch = await watchForStrikes(page, new URL(store.address()).origin);
  return {
    store,
    page,
    watch,
    async nothingStruck() {
      expect(watch.strikes).toEqual([]);
      expect(await watch.foreignElements()).toEqual([]);
      expect(store.faults).toEqual([]);
    },
  };
}

/** As HTML and JSON leave it: nothing is lost on the way from the store to the glass. */
const cut = (payload: string, length: number): string => payload.slice(0, length);

function line(id: string, name: string): SaleLine {
  return { ...basket.lines[0]!, id, name, department: cut(name, 80), tags: [cut(name, 40)] };
}

const total = (lines: readonly SaleLine[]): number => lines.reduce((sum, { amount }) => sum + amount, 0);

function hostilePlan(): FloorPlan {
  const zones = hostileTexts.map((payload, at) => ({ ...plan.zones[0]!, id: `zone-${at}`, name: cut(payload, 60) }));
  return { ...plan, name: cut(hostileTexts[0] ?? '', 80), zones: [...plan.zones, ...zones], shelves: [] };
}

/** Resolves when each selector finds an element whose text is this, to the letter; the test's time limit ends a wait in vain. */
const paints = (page: Page, texts: Readonly<Record<string, string>>): Promise<void> =>
  page.evaluate(
    (wanted) =>
      new Promise<void>((done) => {
        const look = (): void => {
          const isThere = ([where, text]: [string, string]): boolean =>
            [...document.querySelectorAll(where)].some((one) => one.textContent === text);
          if (!Object.entries(wanted).every(isThere)) return;
          observer.disconnect();
          done();
        };
        const observer = new MutationObserver(look);
        observer.observe(document, { subtree: true, childList: true, characterData: true });
        look();
      }),
    texts,
  );

/** What the page shows of a message in the order in which she gets to see it, touching what she touches. */
const readMessage = (page: Page): Promise<Record<string, string[]>> =>
  page.evaluate(async () => {
    const texts = (selector: string): string[] =>
      [...document.querySelectorAll(selector)].map((one) => one.textContent ?? '');
    const settled = (): Promise<void> => new Promise((done) => requestAnimationFrame(() => done()));
    const press = async (selector: string): Promise<void> => {
      document.querySelector<HTMLElement>(selector)?.click();
      await settled();
    };
    await press('.message-ask');
    const card = document.querySelector('.message')?.getBoundingClientRect();
    const found = {
      said: texts('#message-headline, .message-words p'),
      answers: texts('.answers bdi'),
      outside: card && card.right <= innerWidth && document.documentElement.scrollWidth <= innerWidth ? [] : ['card'],
    };
    await press('.answers button:last-of-type');
    return { ...found, thanks: texts('.message-thanks p') };
  });

async function saysThemAll({ store, page }: Scene): Promise<void> {
  for (const [index, payload] of hostileTexts.entries()) {
    const said = { headline: cut(payload, 200), body: `${cut(payload, 490)}`, why: cut(payload, 200) };
    const id = `message-${String(index).padStart(4, '0')}`;
    const label = cut(payload, 80);
    const picture = cut(payload, 200);
    store.say({ ...message, ...said, id, zone: `zone-${index}`, answers: [{ id: 'later', label }], picture });
    await paints(page, { '#message-headline': said.headline });
    expect(await readMessage(page), JSON.stringify(payload)).toEqual({
      said: [said.headline, said.body, said.why],
      answers: [label],
      outside: [],
      thanks: [expect.stringContaining(label)],
    });
  }
}

describe.concurrent(`${hostileTexts.length} payloads`, { timeout: 300_000 }, () => {
  it('are all different, at least 200, and most of them fit into the shortest field', () => {
    expect(hostileTexts.length).toBeGreaterThanOrEqual(200);
    expect(new Set(hostileTexts.map((payload) => cut(payload, 80))).size).toBe(hostileTexts.length);
    expect(hostileTexts.filter((payload) => payload.length <= 60).length).toBeGreaterThan(200);
  });

  it('are text in the store’s name, hers, and those of goods and zones', async (context) => {
    const { store, page, nothingStruck } = await open(context);
    store.plan = hostilePlan();
    await page.goto(store.address());
    await page.locator('.idle-store').waitFor();
    for (const payload of hostileTexts) {
      store.change({ store: cut(payload, 80) });
      await paints(page, { '.idle-store': cut(payload, 80) });
    }
    const lines = hostileTexts.map((payload, index) => line(`line-${index}`, cut(payload, 200)));
    store.change({ ...shopping, basket: { lines, total: total(lines) } });
    await page.locator('.line-name').first().waitFor();
    expect(await page.locator('.line-name bdi').allTextContents()).toEqual(lines.map(({ name }) => name));
    // A name that has no room on the map is left out; the line above the map says every one.
    const names = new Set([...plan.zones.map(({ name }) => name), ...hostileTexts.map((payload) => cut(payload, 60))]);
    const onMap = await page.locator('.floor-plan text').allTextContents();
    expect(onMap.length).toBeGreaterThan(plan.zones.length);
    expect(onMap.filter((name) => !names.has(name))).toEqual([]);
    for (const [index, payload] of hostileTexts.entries()) {
      const name = cut(payload, 80);
      store.change({ shopper: { strength: 'strong', name }, zone: `zone-${index}` });
      await paints(page, {
        '.greeting': `Hello, ${name}`,
        '.store-map figcaption': `You are at ${cut(payload, 60)}`,
      });
    }
    await nothingStruck();
  });

  it('are text when a line is taken off the list, in what is said of it', async (context) => {
    const { store, page, nothingStruck } = await open(context);
    store.hold(shopping);
    await page.goto(store.address());
    for (const [index, payload] of hostileTexts.entries()) {
      const gone = line(`line-${index}`, cut(payload, 200));
      store.change({ basket: { lines: [gone], total: gone.amount } });
      await paints(page, { '.line-name bdi': gone.name });
      const word = await page.evaluate(async () => {
        const press = async (selector: string): Promise<void> => {
          document.querySelector<HTMLElement>(selector)?.click();
          await new Promise((done) => requestAnimationFrame(done));
        };
        await press('button.line-face');
        await press('.line-open > button:last-child');
        return document.querySelector('.words')?.textContent;
      });
      expect(word).toContain(gone.name);
    }
    await nothingStruck();
  });

  it('are text in a message: headline, body, reason, answers, and the word of thanks', async (context) => {
    const scene = await open(context);
    const { store, page, nothingStruck } = scene;
    store.plan = hostilePlan();
    store.hold(shopping);
    await page.goto(store.address());
    await page.locator('.ledger').waitFor();
    await saysThemAll(scene);
    await nothingStruck();
  });

  it('are text in the page inside its shell, under the shell’s own policy', async (context) => {
    const scene = await open(context);
    const { store, page, nothingStruck } = scene;
    const address = new URL(store.address());
    store.policy = contentSecurityPolicy(address.origin);
    store.plan = hostilePlan();
    store.hold(shopping);
    await page.addInitScript((origin) => {
      const settings = async (): Promise<unknown> => ({ screen: 'cart-13', store: origin, token: null });
      Object.assign(globalThis, {
        kairosShell: { settings, leave: async () => ({ kind: 'off' }), alive: () => undefined },
      });
    }, address.origin);
    await page.goto(`${address.origin}${address.pathname}?cart=${encodeURIComponent(hostileTexts[0] ?? '')}`);
    await page.locator('.ledger').waitFor();
    await saysThemAll(scene);
    await nothingStruck();
  });

  it('are text or nothing where the protocol has words of its own: a call, a sign, a notice, what a PIN comes to', async (context) => {
    const { store, page, nothingStruck } = await open(context);
    store.plan = plan;
    await page.goto(store.address());
    await page.locator('.idle-store').waitFor();
    for (const payload of hostileTexts.filter((_, index) => index % 60 === 0)) {
      // The store never sends these; what the page would make of them all the same.
      const wrong = payload as never;
      store.judgePin = () => ({ kind: 'wrong', triesLeft: wrong });
      store.hold({
        ...pinView,
        help: { id: wrong, state: wrong },
        sign: { shape: wrong, colour: wrong },
        notice: wrong,
      });
      await page.goto(store.address());
      await page.getByRole('button', { name: 'More', exact: true }).click();
      await page.getByRole('button', { name: 'Add your PIN' }).click();
      for (const digit of '2468') await page.getByRole('button', { name: digit, exact: true }).click();
      await page.getByRole('button', { name: 'Go on', exact: true }).click();
      await page.getByText('That PIN isn’t right').waitFor();
      expect(await page.locator('.pin-word').textContent()).toContain(payload);
    }
    await nothingStruck();
  });

  it('are text on a screen in a zone: its message, its loop, the names of zone and store', async (context) => {
    const { store, page, nothingStruck } = await open(context);
    const { zones } = store;
    store.plan = hostilePlan();
    await page.goto(store.address('screen=screen-1'));
    await page.locator('.zone-thought').waitFor();
    const slotMs = 1_000_000_000;
    for (const [index, payload] of hostileTexts.entries()) {
      const loop = [{ id: 'one', headline: cut(payload, 80) }];
      const zone = { id: `zone-${index}`, name: cut(payload, 60) };
      zones.show({ store: cut(payload, 80), zone, loop, message: null }, 2 * slotMs + 1);
      await paints(page, { '.zone-place .zone-thought': zone.name, '.zone-store': cut(payload, 80) });
      zones.show({}, 3 * slotMs + 1);
      await paints(page, { '.zone-line .zone-thought': cut(payload, 80) });
      const id = `message-${String(index).padStart(4, '0')}`;
      const said = { headline: cut(payload, 200), body: `Body ${cut(payload, 490)}` };
      zones.show({ message: { ...message, ...said, id, picture: cut(payload, 200), why: cut(payload, 200) } });
      await paints(page, { '.zone-message .zone-thought': said.headline, '.zone-body': said.body });
    }
    await nothingStruck();
  });

  it('do nothing in the page’s own address, in any parameter', async (context) => {
    const { store, page, nothingStruck } = await open(context);
    // Each tenth, and each in every place; what the address means is judged for all of them beside the file.
    for (const payload of hostileTexts.filter((_, index) => index % 10 === 0)) {
      const said = encodeURIComponent(payload.toWellFormed());
      await page.goto(
        store.address(`cart=${said}&screen=${said}&watch=${said}&agent=${said}&agentToken=${said}#${said}`),
      );
      await page.locator('main').waitFor();
      await page.goto(store.address(`cart=cart-13&scheme=${said}&watch=${said}&${said}=${said}#${said}`));
      await page.locator('.idle-store').waitFor();
      expect(await page.evaluate(() => document.documentElement.dataset.scheme)).toBeUndefined();
    }
    await nothingStruck();
  });
});

/** Runs in the page: in a frame, which may be led away. */
async function inFrame({ html, forMs }: { html: string; forMs: number }): Promise<void> {
  const frame = document.createElement('iframe');
  frame.srcdoc = `<body>${html}`;
  document.body.append(frame);
  await new Promise((done) => setTimeout(done, forMs));
  frame.remove();
}

describe('negative controls', { timeout: 300_000 }, () => {
  it('most of the markup strikes where a page takes it for markup and has no policy', async (context) => {
    const { store, page, watch } = await open(context);
    store.policy = "default-src * 'unsafe-inline' 'unsafe-eval' data: blob:";
    await page.route(/invalid/, (route) => route.abort());
    await page.goto(store.address('nobody'));
    let left = hostileTexts.slice(0, 95);
    const all = left.length;
    const scripts = (): number => watch.strikes.filter((strike) => strike === 'a script was run').length;
    // What has not struck is given more time where too little has: a machine may be busy.
    for (const forMs of [30, 200, 1_000]) {
      const calm: string[] = [];
      for (const payload of left) {
        const before = watch.strikes.length;
        await page.evaluate(inFrame, { html: payload, forMs });
        // The frame's own way to its text is no strike.
        if (!watch.strikes.slice(before).some((strike) => !strike.endsWith('about:srcdoc'))) calm.push(payload);
      }
      left = calm;
      if (all - left.length > 25 && scripts() > 15) break;
    }
    expect(all - left.length).toBeGreaterThan(25);
    expect(scripts()).toBeGreaterThan(15);
  });

  it('the real page with markup pushed into it breaks its policy, and that is noticed', async (context) => {
    const { store, page, watch } = await open(context);
    store.hold(shopping);
    await page.goto(store.address());
    await page.locator('.ledger').waitFor();
    await page.evaluate(() => {
      const title = document.querySelector('#list-title') as HTMLElement;
      title.innerHTML = '<img src=//example.invalid/i.png onerror=struck()>';
    });
    await context.expect
      .poll(() => watch.strikes.some((strike) => strike.startsWith('the policy was broken')))
      .toBe(true);
    expect(watch.strikes).not.toContain('a script was run');
  });
});
