/// <reference lib="dom" />
/**
 * The manager's page under measurement, as its manager meets it: this machine's Chromium, 1440 × 900, on the store's own
 * address. Tells the times between frames while it is open, and its heap.
 */
import { openBrowser, type TestBrowser, type TestTab } from '@kairos/cart-display/test/browser.ts';
import type { CDPSession } from 'playwright-core';

const size = { width: 1440, height: 900 };

interface Watched {
  kairosFrames: number[];
}

export class FloorPage {
  private readonly browser: TestBrowser;
  private readonly url: string;
  private tab: TestTab | null = null;
  private inside: CDPSession | null = null;

  private constructor(browser: TestBrowser, url: string) {
    this.browser = browser;
    this.url = url;
  }

  static async launch(httpPort: number): Promise<FloorPage> {
    return new FloorPage(await openBrowser(), `http://127.0.0.1:${httpPort}/manager/`);
  }

  async open(): Promise<void> {
    this.tab = await this.browser.open({ size });
    await this.tab.page.goto(this.url);
    await this.tab.page.locator('canvas').nth(1).waitFor();
    await this.watch();
  }

  /** The same browser with a page on which nothing stands and nothing moves: what the machine alone makes of frames. */
  async openEmpty(): Promise<void> {
    this.tab = await this.browser.open({ size });
    await this.watch();
  }

  private async watch(): Promise<void> {
    this.inside = await this.page.context().newCDPSession(this.page);
    await this.inside.send('Performance.enable');
  }

  /** Milliseconds between one frame and the next, of all since it was last asked. */
  async takeFrames(): Promise<number[]> {
    const times = await this.page.evaluate(() => {
      const watched = window as unknown as Partial<Watched>;
      if (watched.kairosFrames === undefined) {
        const frames: number[] = [];
        watched.kairosFrames = frames;
        const next = (at: number): void => {
          frames.push(at);
          requestAnimationFrame(next);
        };
        requestAnimationFrame(next);
      }
      return watched.kairosFrames.splice(0);
    });
    return times.slice(1).map((time, index) => time - (times[index] as number));
  }

  /** Of the page's own scripts, after a full collection. */
  async heapMb(): Promise<number> {
    const inside = this.inside as CDPSession;
    await inside.send('HeapProfiler.enable');
    await inside.send('HeapProfiler.collectGarbage');
    await inside.send('HeapProfiler.collectGarbage');
    const { usedSize } = await inside.send('Runtime.getHeapUsage');
    await inside.send('HeapProfiler.disable');
    return usedSize / 2 ** 20;
  }

  /** Seconds that the page's main thread has worked since it was opened. */
  async workedSeconds(): Promise<number> {
    const { metrics } = await (this.inside as CDPSession).send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0;
  }

  /** Shoppers that the page counts on its floor. */
  async shoppers(): Promise<number> {
    return Number(await this.page.locator('.floor-words summary .figures').innerText());
  }

  async leave(): Promise<void> {
    await this.tab?.context.close();
    this.tab = null;
  }

  async close(): Promise<void> {
    await this.leave();
    await this.browser.close();
  }

  private get page(): TestTab['page'] {
    if (!this.tab) throw new Error('the page is not open');
    return this.tab.page;
  }
}
