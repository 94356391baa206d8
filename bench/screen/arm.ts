/**
 * One page under measurement: a store of its own that says when it is told to, the page in a browser context of its own,
 * and the watcher in it. What is done to one arm is done to every arm.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { brotliCompressSync } from 'node:zlib';
import type { TestBrowser, TestTab } from '@kairos/cart-display/test/browser.ts';
import { SmallStore } from '@kairos/cart-display/test/small-store.ts';
import { message, shopping } from '@kairos/cart-display/test/states.ts';
import { seededRandom } from '@kairos/protocol/simulated-ports.ts';
import type { CDPSession } from 'playwright-core';
import { frameTime, takeSeen, watchPaints } from './paint-watch.ts';

/** A message stands, and a page rests, at least so long that Chromium has told of its frame … */
const standMsMin = 50;
/** … and up to this much longer, so that what comes next comes at any point of a frame. */
const standMsMore = 40;
const paintedMaxMs = 10_000;

export interface Heap {
  readonly usedMb: number;
  readonly domNodes: number;
  readonly listeners: number;
}

/** Milliseconds from socket message to presented frame, one a message. */
export interface Paints {
  /** Of messages that came to a page where all was painted, as in a store. */
  readonly atRest: readonly number[];
  /** Of messages that came right behind the withdrawal of the one before, so that one frame may have to be waited for. */
  readonly behind: readonly number[];
}

export class ScreenArm {
  private readonly store: SmallStore;
  private readonly browser: TestBrowser;
  private readonly chance = seededRandom(1);
  private said = 0;
  private tab: TestTab | null = null;
  private inside: CDPSession | null = null;

  private constructor(store: SmallStore, browser: TestBrowser) {
    this.store = store;
    this.browser = browser;
  }

  /** `pages` holds the built page, with an index.html. */
  static async open(pages: string, browser: TestBrowser): Promise<ScreenArm> {
    const store = new SmallStore(pages);
    store.hold(shopping);
    await store.start();
    const arm = new ScreenArm(store, browser);
    await arm.show();
    return arm;
  }

  /** Of so many pairs: one that comes to a page at rest, one right behind it. */
  async paints(pairs: number): Promise<Paints> {
    const { page } = this.opened();
    await takeSeen(page);
    const first = this.said + 1;
    for (let left = pairs; left > 0; left -= 1) {
      await this.aMoment();
      await this.sayOne(() => this.aMoment());
      await this.sayOne(() => this.aMoment());
    }
    const { paints } = await takeSeen(page);
    if (paints.length !== 2 * pairs) throw new Error(`${2 * pairs} messages were said, and ${paints.length} painted`);
    const isAtRest = ({ number }: { number: number }): boolean => (number - first) % 2 === 0;
    return {
      atRest: paints.filter(isAtRest).map(({ ms }) => ms),
      behind: paints.filter((one) => !isAtRest(one)).map(({ ms }) => ms),
    };
  }

  /** Says so many messages, each after the one before has been shown and taken back. */
  async talk(count: number): Promise<void> {
    for (let left = count; left > 0; left -= 1) await this.sayOne();
    await takeSeen(this.opened().page);
  }

  /** From the start of the navigation to list and total on the glass, in a context that has nothing in its caches. */
  async firstUsefulPaint(): Promise<number> {
    const tab = await this.openTab();
    for (const since = performance.now(); performance.now() - since < paintedMaxMs; await pause(20)) {
      const { usefulMs } = await takeSeen(tab.page);
      if (usefulMs === null) continue;
      await tab.context.close();
      return usefulMs;
    }
    throw new Error('the list and its total were never painted');
  }

  /** After a full collection. */
  async heap(): Promise<Heap> {
    const inside = this.inside as CDPSession;
    // Twice: what a finaliser lets go is collected by the second.
    await inside.send('HeapProfiler.collectGarbage');
    await inside.send('HeapProfiler.collectGarbage');
    const { usedSize } = await inside.send('Runtime.getHeapUsage');
    const { nodes, jsEventListeners } = await inside.send('Memory.getDOMCounters');
    return { usedMb: usedSize / 2 ** 20, domNodes: nodes, listeners: jsEventListeners };
  }

  frameMs(): Promise<number> {
    return frameTime(this.opened().page);
  }

  /** Of the scripts and styles that a first load fetches, each compressed by itself as a server would, in KB. */
  async firstLoadBrotliKb(): Promise<number> {
    const { page, context } = await this.browser.open({});
    const loads: Promise<Buffer>[] = [];
    page.on('response', (response) => {
      if (/\.(js|css)$/.test(new URL(response.url()).pathname)) loads.push(response.body());
    });
    await page.goto(this.store.address());
    await page.locator('.ledger-total output').waitFor();
    await page.waitForLoadState('networkidle');
    const bodies = await Promise.all(loads);
    await context.close();
    return bodies.reduce((sum, body) => sum + brotliCompressSync(body).length, 0) / 1024;
  }

  async close(): Promise<void> {
    await this.tab?.context.close();
    await this.store.stop();
  }

  private async show(): Promise<void> {
    this.tab = await this.openTab();
    await this.tab.page.locator('.ledger-total output').waitFor();
    this.inside = await this.tab.context.newCDPSession(this.tab.page);
    await this.inside.send('HeapProfiler.enable');
  }

  private async openTab(): Promise<TestTab> {
    const tab = await this.browser.open({});
    await watchPaints(tab.page);
    await tab.page.goto(this.store.address());
    return tab;
  }

  private opened(): TestTab {
    if (!this.tab) throw new Error('the page has not been opened');
    return this.tab;
  }

  private aMoment(): Promise<void> {
    return pause(standMsMin + this.chance() * standMsMore);
  }

  private async sayOne(stand?: () => Promise<void>): Promise<void> {
    this.said += 1;
    const id = `message-${String(this.said).padStart(6, '0')}`;
    this.store.say({ ...message, id, headline: `Message ${this.said} is for you, and two steps away` });
    await this.store.fact('message.shown', this.said);
    await stand?.();
    this.store.say(null);
  }
}
