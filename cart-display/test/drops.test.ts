/**
 * A store that keeps going away, skipping versions and changing its mind, and a page that is reloaded in between, by a
 * seed: in the end the glass shows what the store holds, and no message was reported shown twice or after its end.
 * (A thousand stories of the page's model alone run in view/cart-page.test.ts.)
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '@kairos/protocol/simulated-ports.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPage, openBrowser, type TestBrowser } from './browser.ts';
import { SmallStore } from './small-store.ts';
import { basket, message, shopping } from './states.ts';

const rounds = 250;
const seed = Number(process.env.KAIROS_SEED ?? 20261122);

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

describe('through drops, gaps and reloads', () => {
  it(`the screen ends in the state the store holds, and shows nothing twice (seed ${seed})`, async () => {
    const next = seededRandom(seed);
    const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(next() * values.length)] as Value;
    const store = new SmallStore(pages);
    store.hold(shopping);
    await store.start();
    const { page, context, faults } = await browser.open({});
    await page.goto(store.address());
    await page.locator('.ledger').waitFor();
    let said = 0;
    const aBasket = () => {
      const lines = basket.lines.slice(0, 1 + Math.floor(next() * basket.lines.length));
      return { lines, total: lines.reduce((sum, { amount }) => sum + amount, 0) };
    };
    const happenings = {
      change: async () => store.change({ basket: aBasket() }),
      gap: async () => store.changeUnseen({ basket: aBasket() }),
      say: async () => {
        said += 1;
        store.say({ ...message, id: `message-${String(said).padStart(4, '0')}` });
      },
      withdraw: async () => store.say(null),
      cut: async () => store.cut(),
      away: async () => {
        await store.goAway();
        store.hold({ basket: aBasket() });
        await store.comeBack();
      },
      reload: async () => void (await page.reload()),
      answer: async () => {
        const button = page.getByRole('button', { name: 'Not today' });
        await button.click({ timeout: 300 }).catch(() => 'there was nothing to answer just then');
      },
    };
    for (let round = 0; round < rounds; round += 1) {
      const names = Object.keys(happenings) as (keyof typeof happenings)[];
      await happenings[pick([...names, 'change', 'say', 'cut'] as const)]();
    }
    const last = `message-last`;
    await store.until(() => store.screens > 0);
    store.change({ basket, message: { ...message, id: last, headline: 'The last word' } });
    await page.getByRole('heading', { name: 'The last word' }).waitFor();
    await page.locator('.ledger-total').getByText('€80.50').waitFor();
    await store.until(() =>
      store.factsOf('message.shown').some(({ fact }) => JSON.stringify(fact.body).includes(last)),
    );

    const shown = new Map<string, string>();
    for (const { epoch, fact } of store.factsOf('message.shown')) {
      const { message: id } = fact.body as { message: string };
      const source = `${epoch}/${fact.sequence}`;
      expect(shown.get(id) ?? source, `${id} is one fact, however often it is sent`).toBe(source);
      shown.set(id, source);
    }
    expect(shown.size).toBeGreaterThan(2);
    expect(store.faults).toEqual([]);
    expect(faults).toEqual([]);
    await context.close();
    await store.stop();
  });
});
