/**
 * A store that keeps going away, skipping versions and changing its mind, and pages that are reloaded in between, by a
 * seed: in the end the glass shows what the store holds, nothing was reported shown twice, and nothing stood on the
 * glass after its time. For a cart's screen and a screen in a zone. KAIROS_DROPS=1000 makes it a thousand rounds each,
 * KAIROS_SEED another story. (A thousand stories of the page's model alone run in view/cart-page.test.ts; a real store
 * dies under the real page in simulation/test/glass-under-kills.test.ts.)
 */
import { mkdtempSync, rmSync } from 'node:fs';
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
/** A page may be so late on a busy machine: its timer has to come, and then a frame. */
const lateMsMax = 1_000;

let pages: string;
let browser: TestBrowser;

beforeAll(async () => {
  pages = mkdtempSync(join(tmpdir(), 'kairos-cart-'));
  await buildPage(pages);
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  rmSync(pages, { recursive: true, force: true });
});

/** What stood on the glass, as the page's own elements say: the headline bears the message's number. */
interface Stood {
  readonly number: number;
  /** Wall clock of this machine. */
  readonly fromMs: number;
  untilMs: number;
}

class Story {
  readonly store = new SmallStore(pages);
  readonly stood: Stood[] = [];
  readonly faults: string[] = [];
  readonly next = seededRandom(seed);
  /** By number: when the store last said it, at the latest, may it stand there. */
  readonly deadlines = new Map<number, number>();
  private said = 0;

  pick<Value>(values: readonly Value[]): Value {
    return values[Math.floor(this.next() * values.length)] as Value;
  }

  aMessage(): ScreenMessage {
    this.said += 1;
    const validForMs = this.next() < 0.5 ? shortLifeMs : 300_000;
    this.deadlines.set(this.said, Date.now() + validForMs);
    return { ...message, id: idOf(this.said), headline: `Message ${this.said}`, validForMs };
  }

  async open(query: string, selector: string): Promise<Page> {
    await this.store.start();
    const { page, faults } = await browser.open({});
    page.on('close', () => this.faults.push(...faults));
    await page.exposeFunction('stoodNow', (number: number | null) => this.note(number));
    await page.addInitScript(watchHeadline, selector);
    await page.goto(this.store.address(query));
    return page;
  }

  /** No message stood on the glass after its time, and none came back after another had taken its place. */
  judge(): void {
    for (const { number, untilMs } of this.stood) {
      const deadline = this.deadlines.get(number) ?? 0;
      expect(untilMs - deadline, `message ${number} stood after its time`).toBeLessThan(lateMsMax);
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

  private note(number: number | null): void {
    const last = this.stood.at(-1);
    const now = Date.now();
    if (last && last.untilMs === Number.POSITIVE_INFINITY) last.untilMs = now;
    if (number !== null) this.stood.push({ number, fromMs: now, untilMs: Number.POSITIVE_INFINITY });
  }
}

const idOf = (number: number): string => `message-${String(number).padStart(6, '0')}`;

/** Runs in the page: tells which message's headline stands there now, at each change and after each load. */
function watchHeadline(selector: string): void {
  const tell = (window as unknown as { stoodNow(number: number | null): void }).stoodNow;
  let before: number | null = null;
  tell(null);
  new MutationObserver(() => {
    const said = /^Message (\d+)$/.exec(document.querySelector(selector)?.textContent ?? '')?.[1];
    const now = said === undefined ? null : Number(said);
    if (now !== before) tell(now);
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
    await store.until(() => store.screens > 0);
    store.change({ basket, message: { ...message, id: 'message-last', headline: 'The last word' } });
    await page.getByRole('heading', { name: 'The last word' }).waitFor();
    await page.locator('.ledger-total').getByText('€80.50').waitFor();
    await store.until(() => tellsOf(store, 'message-last'));
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
    await store.until(() => zones.screens > 0);
    zones.show({ message: { ...message, id: 'message-last', headline: 'The last word' } });
    await page.getByRole('heading', { name: 'The last word' }).waitFor();
    await store.until(() => tellsOf(store, 'message-last'));
    await page.context().close();
    story.judge();
    await store.stop();
  });
});

it('a message that stays past its time, and one that is told twice, are noticed (negative control)', () => {
  const late = new Story();
  late.deadlines.set(1, 1_000);
  late.stood.push({ number: 1, fromMs: 900, untilMs: 5_000 });
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
