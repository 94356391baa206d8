/// <reference lib="dom" />
/**
 * A second pair of eyes on one page: which message cards a person could see on the glass, from when to when, and what
 * went over the page's own line (offers with their deadlines, facts sent, acknowledgements that came). Sees pixels and
 * wire alone; knows nothing of the page's inside.
 */
import type { Ack, DeviceBatch } from '@kairos/protocol/device-facts.ts';
import type { CartView } from '@kairos/protocol/screen-events.ts';
import type { Page } from 'playwright-core';

export interface SeenCard {
  readonly headline: string;
  /** The shopper of the script who stood there. */
  readonly shopper: number;
  readonly fromMs: number;
  /** Null while it is still there. */
  untilMs: number | null;
}

export interface Offer {
  readonly id: string;
  readonly headline: string;
  readonly atMs: number;
  /** By the store's clock, which is this machine's. */
  readonly deadlineMs: number;
}

const namespace = '/screens,';

export class GlassWatch {
  readonly cards: SeenCard[] = [];
  readonly offers: Offer[] = [];
  /** Epoch → the highest sequence that the page has sent, and that was acknowledged to it. */
  readonly #sent = new Map<string, number>();
  readonly #acked = new Map<string, number>();
  #inTouch = 0;

  readonly #options: { readonly shopper: () => number; readonly onAck: (ack: Ack) => void };

  constructor(options: { readonly shopper: () => number; readonly onAck: (ack: Ack) => void }) {
    this.#options = options;
  }

  /** Call before the page goes anywhere. */
  async attach(page: Page): Promise<void> {
    await page.exposeBinding('kairosSeen', (_, kind: 'shown' | 'gone', headline: string, atMs: number) =>
      this.#see(kind, headline, atMs),
    );
    await page.addInitScript(watchCards);
    page.on('websocket', (socket) => {
      let isGreeted = false;
      socket.on('framereceived', ({ payload }) => {
        const event = eventOf(payload);
        if (event?.name === 'snapshot' && !isGreeted) {
          isGreeted = true;
          this.#inTouch += 1;
        }
        if (event) this.#hear(event);
      });
      socket.on('framesent', ({ payload }) => {
        const event = eventOf(payload);
        if (event?.name === 'facts') this.#noteSent(event.value as DeviceBatch);
      });
      socket.on('close', () => {
        if (isGreeted) this.#inTouch -= 1;
      });
    });
  }

  get isInTouch(): boolean {
    return this.#inTouch > 0;
  }

  /** Epochs of which the page has sent more than was acknowledged. */
  get unacknowledged(): number {
    return [...this.#sent].filter(([epoch, upTo]) => (this.#acked.get(epoch) ?? 0) < upTo).length;
  }

  /** The offer behind a card: the last one of its words before it was seen. */
  offerOf({ headline, fromMs }: SeenCard): Offer | null {
    return this.offers.filter((offer) => offer.headline === headline && offer.atMs <= fromMs + 50).at(-1) ?? null;
  }

  #see(kind: 'shown' | 'gone', headline: string, atMs: number): void {
    if (kind === 'shown') {
      this.cards.push({ headline, shopper: this.#options.shopper(), fromMs: atMs, untilMs: null });
      return;
    }
    const card = this.cards.findLast((one) => one.headline === headline && one.untilMs === null);
    if (card) card.untilMs = atMs;
  }

  #hear({ name, value }: SocketEvent): void {
    if (name === 'acks') {
      const ack = value as Ack;
      this.#acked.set(ack.epoch, Math.max(this.#acked.get(ack.epoch) ?? 0, ack.upTo));
      this.#options.onAck(ack);
    }
    if (name !== 'snapshot' && name !== 'update') return;
    const { storeTime, view, changes } = value as { storeTime: number; view?: CartView; changes?: Partial<CartView> };
    const message = (view ?? changes)?.message;
    if (!message) return;
    const { id, headline, validForMs } = message;
    this.offers.push({ id, headline, atMs: storeTime, deadlineMs: storeTime + validForMs });
  }

  #noteSent({ epoch, facts }: DeviceBatch): void {
    const last = facts.at(-1)?.sequence ?? 0;
    this.#sent.set(epoch, Math.max(this.#sent.get(epoch) ?? 0, last));
  }
}

interface SocketEvent {
  readonly name: string;
  readonly value: unknown;
}

/** "42/screens,["acks",{…}]" */
function eventOf(payload: string | Buffer): SocketEvent | null {
  const text = payload.toString();
  if (!text.startsWith(`42${namespace}`)) return null;
  const [name, value] = JSON.parse(text.slice(2 + namespace.length)) as [string, unknown];
  return { name, value };
}

/**
 * Runs in the page. A card was seen when a frame that holds it has gone to the screen, which the frame after it
 * proves; a card that she has answered is a word of thanks and no message any more.
 */
function watchCards(): void {
  const say = (window as unknown as { kairosSeen: (kind: string, headline: string, atMs: number) => void }).kairosSeen;
  const cardNow = (): Element | null => document.querySelector('.message:not([data-state="answered"])');
  const wordsOf = (card: Element): string => card.querySelector('h2')?.textContent ?? '';
  let seen: { card: Element; headline: string } | null = null;
  new MutationObserver(() => {
    const card = cardNow();
    if (seen && (card !== seen.card || wordsOf(card) !== seen.headline)) {
      say('gone', seen.headline, Date.now());
      seen = null;
    }
    if (!card || seen) return;
    requestAnimationFrame(() => {
      const paintedAt = Date.now();
      requestAnimationFrame(() => {
        if (seen || cardNow() !== card || document.visibilityState !== 'visible') return;
        seen = { card, headline: wordsOf(card) };
        say('shown', seen.headline, paintedAt);
      });
    });
  }).observe(document, { subtree: true, childList: true, characterData: true, attributeFilter: ['data-state'] });
}
