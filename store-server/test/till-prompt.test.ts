/** The prompt at a till over HTTP, with the example client of the documents against a real store. */
import type { LaneView } from '@kairos/protocol/prompt-events.ts';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLane, openSales } from '../../docs/examples/till-client.mjs';
import { breadCode, card, stranger } from './open-store.ts';
import { openTillShop, type TillShop } from './till-shop.ts';

const token = 'token-of-till-2';
let shop: TillShop;

beforeAll(async () => {
  const devices = [{ id: 'till-2', may: ['till-2'], token }];
  shop = await openTillShop({ devices }, { isPaired: true });
});
afterAll(() => shop?.close());

/** The lane as a till sees it, until it looks as it should. */
function glassOf(lane: ReturnType<typeof openLane>): {
  until(isSo: (view: LaneView | null) => boolean): Promise<LaneView>;
  stop(): void;
} {
  let view: LaneView | null = null;
  const waiting = new Set<() => void>();
  const stop = lane.watch((next: LaneView | null) => {
    view = next;
    for (const look of [...waiting]) look();
  });
  return {
    until: (isSo) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!isSo(view)) return;
          waiting.delete(look);
          resolve(view as LaneView);
        };
        waiting.add(look);
        look();
      }),
    stop,
  };
}

const hasPrompt = (view: LaneView | null): boolean => view?.prompt != null;
const isEmpty = (view: LaneView | null): boolean => view !== null && view.customer === null && view.prompt === null;

function receiptOf(number: string, till = 'till-1') {
  const at = new Date().toISOString();
  const lines = [{ code: breadCode, quantity: 1000, unitPrice: 250, amount: 250 }];
  return {
    kind: 'sale',
    till,
    receipt: number,
    day: at.slice(0, 10),
    at,
    currency: 'EUR',
    number: card,
    total: 250,
    lines,
  };
}

function stored(type: string): number {
  const db = new Database(`${shop.folder}/data/journal.db`, { readonly: true });
  try {
    const sql = 'SELECT count(*) FROM facts WHERE type = (SELECT id FROM words WHERE text = ?)';
    return db.prepare(sql).pluck().get(type) as number;
  } finally {
    db.close();
  }
}

describe('a till that shows the prompt itself', () => {
  it('learns what to know and what to say, answers once, and forgets her when the sale is over', async () => {
    const lane = openLane({ store: shop.url, lane: 'till-1', withinMs: 5_000 });
    const glass = glassOf(lane);
    await glass.until(isEmpty);
    expect(await lane.identify('card', card)).toEqual({ outcome: 'known', strength: 'strong' });
    const { customer, prompt } = await glass.until(hasPrompt);
    expect(customer).toMatchObject({ strength: 'strong', name: 'Ada' });
    expect(prompt).toMatchObject({
      say: 'How is the stroller? Do you need the rain cover?',
      know: 'Ada bought the Nomad here.',
      coupon: { value: 150, unit: 'percent', code: expect.stringMatching(/^[a-z0-9-]{8,40}$/) },
    });
    expect(prompt?.answers.map(({ id }) => id)).toEqual(['wants', 'trouble', 'no', 'not-reached']);
    const id = prompt?.id ?? '';
    expect(await lane.shown(id)).toHaveProperty('storeTime');
    expect(await lane.answer(id, 'never-heard-of')).toMatchObject({ outcome: 'refused' });
    expect(await lane.answer(id, 'wants')).toEqual({ outcome: 'taken' });
    // Another waits, and her card is shown again: it is the same sale, and has had its prompt.
    expect(await lane.identify('card', card)).toEqual({ outcome: 'known', strength: 'strong' });
    const after = await glass.until((view) => view?.prompt === null);
    expect(after.customer?.name).toBe('Ada');
    expect(await lane.answer(id, 'no')).toEqual({ outcome: 'late' });
    await lane.end('voided');
    const empty = await glass.until(isEmpty);
    expect(JSON.stringify(empty)).not.toContain('Ada');
    expect(empty.told).toEqual([]);
    glass.stop();
  });

  it('hears at the next sale what she was told, by her card; by a number that is typed neither name nor history', async () => {
    const lane = openLane({ store: shop.url, lane: 'till-1', withinMs: 5_000 });
    const glass = glassOf(lane);
    await lane.identify('card', card);
    const known = await glass.until((view) => hasPrompt(view) && (view?.told.length ?? 0) > 0);
    expect(known.told[0]).toMatchObject({
      headline: 'How is the stroller? Do you need the rain cover?',
      channel: 'pos',
      answer: 'She wants it',
    });
    // Seen, so that it is over with this sale and may be asked again at the next.
    await lane.shown(known.prompt?.id ?? '');
    await lane.end('voided');
    await glass.until(isEmpty);
    expect(await lane.identify('typed', card)).toEqual({ outcome: 'known', strength: 'weak' });
    const weak = await glass.until(hasPrompt);
    expect(weak.customer).toMatchObject({ strength: 'weak', name: null });
    expect(weak.told).toEqual([]);
    // Whom nobody knows takes the lane all the same.
    expect(await lane.identify('card', stranger)).toEqual({ outcome: 'nobody', strength: 'guest' });
    await glass.until(isEmpty);
    glass.stop();
  });

  it('is asked for nothing while its queue is long', async () => {
    const lane = openLane({ store: shop.url, lane: 'till-1', withinMs: 5_000 });
    const glass = glassOf(lane);
    await lane.queue(9);
    await lane.identify('card', card);
    expect((await glass.until((view) => view?.customer != null)).prompt).toBeNull();
    await lane.queue(1);
    const { prompt } = await glass.until(hasPrompt);
    await lane.shown(prompt?.id ?? '');
    await lane.end('voided');
    await glass.until(isEmpty);
    glass.stop();
  });

  it('shows its own token, names a lane that there is, and says what can be read', async () => {
    const status = async (path: string, body?: object, bearer?: string): Promise<number> => {
      const headers = { 'content-type': 'application/json', ...(bearer ? { authorization: `Bearer ${bearer}` } : {}) };
      const init = body === undefined ? { headers } : { headers, method: 'POST', body: JSON.stringify(body) };
      return (await fetch(`${shop.url}/v1/lanes/${path}`, init)).status;
    };
    expect(await status('till-2/prompt')).toBe(401);
    expect(await status('till-2/prompt', undefined, 'another-token')).toBe(401);
    expect(await status('till-2/prompt', undefined, token)).toBe(200);
    expect(await status('till-2/end', { reason: 'ended' })).toBe(401);
    expect(await status('till-9/prompt')).toBe(404);
    expect(await status('till-1/identity', { means: 'card', number: '123' })).toBe(400);
    expect(await status('till-1/identity', { means: 'guess', number: card })).toBe(400);
    expect(await status('till-1/prompts/x/answer', { answer: 'yes' })).toBe(400);
    expect(await status('till-1/prompt?after=x')).toBe(400);
    expect(await status('till-1/prompts/a-message-of-nobody/answer', { answer: 'yes' })).toBe(200);
  });
});

it('a store that is gone in the middle of a sale holds nobody up: each call comes back, and the receipt comes later', async () => {
  const within = 1_500;
  const lane = openLane({ store: shop.url, lane: 'till-1', withinMs: within });
  const sales = openSales({ store: shop.url });
  const glass = glassOf(lane);
  await lane.identify('card', card);
  const { prompt } = await glass.until(hasPrompt);
  const before = stored('sale');
  await shop.restart(async () => {
    await glass.until((view) => view === null);
    const calls = [lane.answer(prompt?.id ?? '', 'wants'), lane.end('ended'), lane.identify('card', card)];
    sales.put(receiptOf('R-while-gone'));
    const late = new Promise((resolve) => setTimeout(() => resolve('late'), within * 4).unref());
    expect(await Promise.race([Promise.all(calls), late])).toEqual(calls.map(() => ({ outcome: 'no-store' })));
    expect(sales.waiting).toBe(1);
  });
  await expect.poll(() => sales.waiting).toBe(0);
  expect(stored('sale')).toBe(before + 1);
  // No printer is there: what the receipt would have carried stands on the glass, until the next is presented.
  const { coupon } = await glass.until((view) => view?.coupon != null);
  expect(coupon?.coupon).toMatchObject({ value: 100, unit: 'percent' });
  expect(JSON.stringify(await glass.until(isEmpty))).not.toContain('Ada');
  const shown = stored('message.shown');
  await lane.shown(coupon?.id ?? '');
  await expect.poll(() => stored('message.shown')).toBe(shown + 1);
  await lane.identify('card', stranger);
  await glass.until((view) => view?.coupon === null);
  glass.stop();
});
