/**
 * A store that keeps going away, skipping versions and changing its mind, and pages that are reloaded in between, by a
 * seed: in the end the glass shows what the store holds, nothing was reported shown twice, and nothing stood on the
 * glass after its time. For a cart's screen and a screen in a zone. KAIROS_DROPS=1000 makes it a thousand rounds each,
 * KAIROS_SEED another story. (A thousand stories of the page's model alone run in view/cart-page.test.ts; a real store
 * dies under the real page in simulation/test/glass-under-kills.test.ts.)
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ScreenMessage } from '@kairos/protocol/screen-events.ts';
import { seededRandom } from '@kairos/protocol/simulated-ports.ts';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPage, openBrowser, type TestBrowser } from './browser.ts';
import { SmallStore } from './small-store.ts';
import { basket, message, shopping } from './states.ts';

const rounds = Number(process.env.KAIROS_DROPS ?? 200);
const seed = Number(process.env.KAIROS_SEED ?? 20261122);
const patienceMs = 60_000 + rounds * 600;
/** Every other message lives so short that it runs out in the middle of the story. */
const shortLifeMs = 400;
/** From the last happening to the end that follows from it, on the busiest machine. */
const endsWithinMs = 90_000;
/** A page may be so late, beside what its machine withheld from it: its timer has to come, and then a frame. */
const lateMsMax = 1_000;

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

/** What stood on the glass, as the page's own elements say: the headline bears the message's number. */
interface Stood {
  readonly number: number;
  /** How long after its time it left, by the page's own clock, less what the page could not run; 0: in time, or by a reload. */
  lateMs: number;
}

class Story {
  readonly store = new SmallStore(pages);
  readonly stood: Stood[] = [];
  readonly faults: string[] = [];
  readonly next = seededRandom(seed);
  private said = 0;

  pick<Value>(values: readonly Value[]): Value {
    return values[Math.floor(this.next() * values.length)] as Value;
  }

  aMessage(): ScreenMessage {
    this.said += 1;
    const validForMs = this.next() < 0.5 ? shortLifeMs : 300_000;
    return { ...message, id: idOf(this.said), headline: `Message ${this.said}`, validForMs };
  }

  async open(query: string, selector: string, before: () => void = () => undefined): Promise<Page> {
    await this.store.start();
    const { page, faults } = await browser.open({});
    page.on('close', () => this.faults.push(...faults));
    await page.exposeFunction('stoodNow', (number: number | null, lateMs: number) => this.note(number, lateMs));
    await page.addInitScript(before);
    await page.addInitScript(watchHeadline, selector);
    await page.goto(this.store.address(query));
    return page;
  }

  /** No message stood on the glass after its time, and none came back after another had taken its place. */
  judge(): void {
    for (const { number, lateMs } of this.stood) {
      expect(lateMs, `message ${number} stood after its time`).toBeLessThan(lateMsMax);
    }
    const shown = new Map<string, string>();
    for (const { epoch, fact } of this.store.factsOf('message.shown')) {
      const { message: id } = fact.body as { message: string };
      const source = `${epoch}/${fact.sequence}`;
      expect(shown.get(id) ?? source, `${id} is one fact, however often it is sent`).toBe(source);
      shown.set(id, source);
    }
    // A story in which nothing was said proves nothing.
    expect(shown.size).toBeGreaterThan(rounds / 50);
    expect(this.stood.length).toBeGreaterThan(rounds / 50);
    expect(this.store.faults).toEqual([]);
    expect(this.faults).toEqual([]);
  }

  private note(number: number | null, lateMs: number): void {
    const last = this.stood.at(-1);
    if (last) last.lateMs = Math.max(last.lateMs, lateMs);
    if (number !== null) this.stood.push({ number, lateMs: 0 });
  }
}

/** The last waits of a story: what hangs says where, instead of sitting there until the test's own time is over. */
async function ends(story: Story, page: Page, wait: () => Promise<unknown>): Promise<void> {
  let cancel = (): void => undefined;
  const late = new Promise<'late'>((done) => {
    const timer = setTimeout(() => done('late'), endsWithinMs);
    cancel = () => clearTimeout(timer);
  });
  const outcome = await Promise.race([wait(), late]);
  cancel();
  if (outcome !== 'late') return;
  const glass = await page.locator('body').innerText({ timeout: 5_000 }).catch(String);
  const { screens, zones } = story.store;
  const told = story.store.received.slice(-5).map(({ epoch, fact }) => `${epoch}/${fact.sequence} ${fact.type}`);
  throw new Error(`the story does not end: ${screens} carts, ${zones.screens} screens; told ${told}; glass: ${glass}`);
}

const idOf = (number: number): string => `message-${String(number).padStart(6, '0')}`;

/**
 * Runs in the page, before its own scripts: tells which message's headline stands there now, at each change and after
 * each load, and how late the one before it has left. Its time is what the store's word on the socket gives it, by the
 * page's clock; what a busy machine withholds from the page, its own heartbeat tells.
 */
function watchHeadline(selector: string): void {
  const tell = (window as unknown as { stoodNow(number: number | null, lateMs: number): void }).stoodNow;
  const deadlines = new Map<number, number>();
  const { WebSocket: PlainSocket } = window;
  window.WebSocket = class extends PlainSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      this.addEventListener('message', ({ data }) => {
        const said = /"headline":"Message (\d+)".*?"validForMs":(\d+)/.exec(String(data));
        if (!said) return;
        const [number, deadline] = [Number(said[1]), performance.now() + Number(said[2])];
        deadlines.set(number, Math.min(deadline, deadlines.get(number) ?? Number.POSITIVE_INFINITY));
      });
    }
  };
  const beatMs = 20;
  let beatAt = performance.now();
  let stalls: { at: number; ms: number }[] = [];
  setInterval(() => {
    const now = performance.now();
    if (now - beatAt > 2 * beatMs) stalls.push({ at: now, ms: now - beatAt });
    beatAt = now;
  }, beatMs);
  let before: number | null = null;
  tell(null, 0);
  new MutationObserver(() => {
    const headline = /^Message (\d+)$/.exec(document.querySelector(selector)?.textContent ?? '')?.[1];
    const now = headline === undefined ? null : Number(headline);
    if (now === before) return;
    const at = performance.now();
    const deadline = before === null ? at : (deadlines.get(before) ?? at);
    const stalled = stalls.reduce((sum, stall) => sum + (stall.at > deadline ? stall.ms : 0), at - beatAt);
    tell(now, Math.max(0, at - deadline - stalled));
    stalls = [];
    before = now;
  }).observe(document, { subtree: true, childList: true, characterData: true });
}

type Happening = () => Promise<void>;

async function tell(
  story: Story,
  happenings: Readonly<Record<string, Happening>>,
  often: readonly string[],
): Promise<void> {
  const names = [...Object.keys(happenings), ...often];
  for (let round = 0; round < rounds; round += 1) await (happenings[story.pick(names)] as Happening)();
}

describe(`through ${rounds} drops, gaps and reloads (seed ${seed})`, { timeout: patienceMs }, () => {
  it('a cart’s screen ends in the state the store holds, and shows nothing twice or late', async () => {
    const story = new Story();
    const { store } = story;
    store.hold(shopping);
    const page = await story.open('cart=cart-13', '#message-headline');
    await page.locator('.ledger').waitFor();
    const aBasket = () => {
      const lines = basket.lines.slice(0, 1 + Math.floor(story.next() * basket.lines.length));
      return { lines, total: lines.reduce((sum, { amount }) => sum + amount, 0) };
    };
    const happenings: Record<string, Happening> = {
      change: async () => store.change({ basket: aBasket() }),
      gap: async () => store.changeUnseen({ basket: aBasket() }),
      say: async () => store.say(story.aMessage()),
      sayAway: async () => store.changeUnseen({ message: story.aMessage() }),
      withdraw: async () => store.say(null),
      cut: async () => store.cut(),
      away: async () => {
        await store.goAway();
        store.hold({ basket: aBasket() });
        await store.comeBack();
      },
      reload: async () => void (await page.reload()),
      rest: () => page.waitForTimeout(story.next() * shortLifeMs),
      answer: async () => {
        const button = page.getByRole('button', { name: 'Not today' });
        await button.click({ timeout: 100 }).catch(() => 'there was nothing to answer just then');
      },
    };
    await tell(story, happenings, ['change', 'say', 'cut']);
    await ends(story, page, async () => {
      await store.until(() => store.screens > 0);
      store.change({ basket, message: { ...message, id: 'message-last', headline: 'The last word' } });
      await page.getByRole('heading', { name: 'The last word' }).waitFor();
      await page.locator('.ledger-total').getByText('€80.50').waitFor();
      await store.until(() => tellsOf(store, 'message-last'));
    });
    await page.context().close();
    story.judge();
    await store.stop();
  });

  it('a screen in a zone ends in the state the store holds, and shows nothing twice or late', async () => {
    const story = new Story();
    const { store } = story;
    const { zones } = store;
    const page = await story.open('screen=screen-1', '.zone-message .zone-thought');
    await page.locator('.zone-thought').waitFor();
    const happenings: Record<string, Happening> = {
      loop: async () => zones.show({ loop: [{ id: 'line', headline: `Line ${Math.floor(story.next() * 9)}` }] }),
      say: async () => zones.show({ message: story.aMessage() }),
      sayAway: async () => zones.hold({ message: story.aMessage() }),
      withdraw: async () => zones.show({ message: null }),
      cut: async () => zones.cut(),
      away: async () => {
        await store.goAway();
        await store.comeBack();
      },
      reload: async () => void (await page.reload()),
      rest: () => page.waitForTimeout(story.next() * shortLifeMs),
    };
    await tell(story, happenings, ['say', 'cut']);
    await ends(story, page, async () => {
      await store.until(() => zones.screens > 0);
      zones.show({ message: { ...message, id: 'message-last', headline: 'The last word' } });
      await page.getByRole('heading', { name: 'The last word' }).waitFor();
      await store.until(() => tellsOf(store, 'message-last'));
    });
    await page.context().close();
    story.judge();
    await store.stop();
  });
});

it('a page whose own timers come late is noticed (negative control)', async () => {
  const story = new Story();
  story.store.hold(shopping);
  const page = await story.open('cart=cart-13', '#message-headline', () => {
    const { setTimeout: plain } = window;
    window.setTimeout = ((run: () => void, ms = 0) => plain(run, ms > 200 ? ms * 6 : ms)) as typeof setTimeout;
  });
  await page.locator('.ledger').waitFor();
  story.store.say({ ...message, id: idOf(1), headline: 'Message 1', validForMs: shortLifeMs });
  await page.getByRole('heading', { name: 'Message 1' }).waitFor();
  await page.locator('.message').waitFor({ state: 'detached' });
  await page.context().close();
  expect(story.stood.map(({ lateMs }) => lateMs > lateMsMax)).toEqual([true]);
  await story.store.stop();
});

it('the small store comes back when its port was taken meanwhile, as soon as it is free', async () => {
  const store = new SmallStore(pages);
  await store.start();
  const { port } = new URL(store.address());
  await store.goAway();
  const other = createServer();
  await new Promise<void>((done) => other.listen(Number(port), '127.0.0.1', done));
  const back = store.comeBack();
  expect(await Promise.race([back.then(() => 'back'), new Promise((done) => setImmediate(done, 'waiting'))])).toBe(
    'waiting',
  );
  await new Promise((done) => other.close(done));
  await back;
  await store.stop();
});

it('a message that stays past its time, and one that is told twice, are noticed (negative control)', () => {
  const late = new Story();
  late.stood.push({ number: 1, lateMs: 4_000 });
  expect(() => late.judge()).toThrow('message 1 stood after its time');
  const twice = new Story();
  for (const sequence of [1, 2]) {
    const body = { message: idOf(1), screen: 'cart-13' };
    twice.store.received.push({ epoch: 'one', fact: { sequence, ageMs: 0, type: 'message.shown', body }, atMs: 0 });
  }
  expect(() => twice.judge()).toThrow('is one fact');
});

function tellsOf(store: SmallStore, id: string): boolean {
  return store.factsOf('message.shown').some(({ fact }) => JSON.stringify(fact.body).includes(id));
}
