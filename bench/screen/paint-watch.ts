/// <reference lib="dom" />
/**
 * What a page of `bench -- screen` is watched by, from inside and before its own scripts: when the message came in at
 * the WebSocket, and when the frame that holds it was presented, by Chromium's own Element Timing. The same watcher sits
 * in every arm; it looks for the same elements.
 */
import type { Page } from 'playwright-core';

export interface PaintSample {
  /** The number in the headline. */
  readonly number: number;
  /** From the socket's message event to the presentation of the frame that holds the headline. */
  readonly ms: number;
}

export interface Seen {
  readonly paints: PaintSample[];
  /** From the start of the navigation to the presentation of list and total; null: not yet. */
  readonly usefulMs: number | null;
}

interface Watched {
  kairosSeen: Seen;
}

export async function watchPaints(page: Page): Promise<void> {
  await page.addInitScript(watch);
}

/** What was seen since the page was loaded, or since it was last asked. */
export function takeSeen(page: Page): Promise<Seen> {
  return page.evaluate(() => {
    const { kairosSeen } = window as unknown as Watched;
    return { paints: kairosSeen.paints.splice(0), usefulMs: kairosSeen.usefulMs };
  });
}

/** The median time between two frames, in ms. */
export function frameTime(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((done) => {
        const times: number[] = [];
        const next = (at: number): void => {
          times.push(at);
          if (times.length < 61) requestAnimationFrame(next);
          else
            done(
              times
                .slice(1)
                .map((time, index) => time - (times[index] as number))
                .sort((a, b) => a - b)[30] as number,
            );
        };
        requestAnimationFrame(next);
      }),
  );
}

/** Runs in the page. */
function watch(): void {
  const seen: { paints: PaintSample[]; usefulMs: number | null } = { paints: [], usefulMs: null };
  (window as unknown as Watched).kairosSeen = seen;
  const arrivedAt = new Map<string, number>();
  const { WebSocket: PlainSocket } = window;
  window.WebSocket = class extends PlainSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      // Registered before the page's own: the clock starts when the message is there, not when it has been read.
      this.addEventListener('message', ({ data }) => {
        const at = performance.now();
        const number = /"headline":"Message (\d+) /.exec(data as string)?.[1];
        if (number) arrivedAt.set(number, at);
      });
    }
  };
  new PerformanceObserver((entries) => {
    for (const { identifier, renderTime } of entries.getEntries() as (PerformanceEntry & {
      identifier: string;
      renderTime: number;
    })[]) {
      if (identifier === 'useful') seen.usefulMs ??= renderTime;
      const at = arrivedAt.get(identifier);
      if (at !== undefined) seen.paints.push({ number: Number(identifier), ms: renderTime - at });
    }
  }).observe({ type: 'element', buffered: true });
  const name = (element: Element | null, identifier: string | undefined): void => {
    if (element && identifier && element.getAttribute('elementtiming') !== identifier)
      element.setAttribute('elementtiming', identifier);
  };
  new MutationObserver(() => {
    const headline = document.querySelector('#message-headline');
    name(headline, /^Message (\d+) /.exec(headline?.textContent ?? '')?.[1]);
    const total = document.querySelector('.ledger-total output');
    if (total?.textContent) name(total, 'useful');
  }).observe(document, { subtree: true, childList: true, characterData: true });
}
