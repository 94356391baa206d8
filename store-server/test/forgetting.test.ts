/**
 * "Forget this visit" (DESIGN section 7): nothing of it is left in the store, in memory, in the database's file, in its
 * log or in what the store logs; what money needs stays, nobody's. Found by planted words, looked for byte by byte.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { connectAsync } from 'mqtt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { breadCode, card, type OpenStore, openStore, TestScreen } from './open-store.ts';

/** What she wrote on the cart, and nowhere else. */
const planted = 'zyxwv-planted-words';
const dialogue = `dialogue: bread
title: Bread
type: III
objective: { on: sale, within: 7d, value: 40 }
holdout: 0%
limits: { perCustomer: 1 per 90d }
enter:
  - { on: basket.added, where: 'fact.line.department == "bakery"' }
steps:
  ask:
    say:
      cart: { moment: any, leaving: keep, text: { en: "{{ customer.firstName }}, which bread is missing?" } }
      validFor: 10m
      answers:
        tell: { label: { en: "Tell us" }, form: { wish: text }, then: thanks }
      silence: { never-shown: end, ignored: { after: 5m, then: end }, walked-away: end, acted-elsewhere: end }
  thanks: { wait: { for: 30d, then: end } }
`;

let store: OpenStore;
let screen: TestScreen;
let epochs = 0;
let logged = '';
beforeEach(async () => {
  logged = '';
  const note = (...said: unknown[]): void => {
    logged += JSON.stringify(said);
  };
  store = await openStore({}, { log: { info: note, warn: note, error: note, debug: note } });
  writeFileSync(join(store.folder, 'dialogues', 'bread.yaml'), dialogue);
  expect(store.running.reload({})).toMatchObject({ faults: 0, release: 2 });
  screen = await openScreen();
});
afterEach(async () => {
  screen.close();
  await store.close();
});

async function openScreen(): Promise<TestScreen> {
  epochs += 1;
  const opened = new TestScreen(store.running.httpPort, { screen: 'cart-1', epoch: `epoch-${epochs}` });
  await opened.until(() => opened.view !== null);
  return opened;
}

/** She comes with her card, takes bread, is asked, and answers in words of her own. Returns ids of the visit. */
async function visit(): Promise<string[]> {
  screen.say('identity.presented', { cart: 'cart-1', means: 'scanned', number: card });
  screen.say('basket.added', { cart: 'cart-1', code: breadCode });
  await screen.until(() => screen.view?.message != null);
  const message = screen.view?.message?.id as string;
  screen.say('message.shown', { message, screen: 'cart-1' });
  const last = screen.say('message.answered', { message, answer: 'tell', screen: 'cart-1', form: { wish: planted } });
  await acknowledged(last);
  const rows = query<{ ref: string }>('SELECT DISTINCT ref FROM facts WHERE subject IS NOT NULL AND ref IS NOT NULL');
  return [planted, ...rows.map(({ ref }) => ref)];
}
const acknowledged = (sequence: number): Promise<void> =>
  screen.until(() => screen.acks.some(({ upTo }) => upTo >= sequence));

function query<Row>(sql: string): Row[] {
  const db = new Database(join(store.folder, 'data', 'journal.db'), { readonly: true });
  try {
    return db.prepare(sql).all() as Row[];
  } finally {
    db.close();
  }
}
/** Which of the words stand anywhere in the store's files, or in what it logged. */
function found(words: readonly string[]): string[] {
  const files = readdirSync(join(store.folder, 'data'), { recursive: true, withFileTypes: true }).filter((file) =>
    file.isFile(),
  );
  const bytes = Buffer.concat(files.map((file) => readFileSync(join(file.parentPath, file.name))));
  return words.filter((word) => bytes.includes(word) || logged.includes(word));
}
const stateOf = (): string[] =>
  query<{ state: string }>("SELECT state FROM states WHERE kind = 'engine' AND subject > 0").map(({ state }) => state);
const hers = (): unknown[] => query('SELECT seq FROM facts WHERE subject IS NOT NULL');
const why = async (): Promise<string> => JSON.stringify(await store.get('/api/why'));
async function forget(ageMs = 0): Promise<void> {
  const said = screen.say('forget.requested', { cart: 'cart-1' }, ageMs);
  await acknowledged(said);
}

describe('a visit that is forgotten', () => {
  it('without being forgotten it is all there: what is looked for can be found', async () => {
    const words = await visit();
    expect(words.length).toBeGreaterThan(3);
    expect(found(words)).toEqual(words);
    expect(await why()).toContain('bread');
  });

  it('leaves the page at once, and no trace in memory, database, log file or log', async () => {
    const words = await visit();
    await forget();
    await screen.until(() => screen.view?.shopper === null && screen.view.message === null);
    expect(screen.view?.basket.lines).toEqual([]);
    expect(hers()).toEqual([]);
    expect(await why()).not.toContain('bread');
    // The database's own log is cut as soon as nobody waits.
    await expect.poll(() => found(words)).toEqual([]);
    expect(query('SELECT * FROM notes')).toEqual([]);
    await store.restart();
    expect(found(words)).toEqual([]);
    expect(hers()).toEqual([]);
  });

  it('leaves what the store knew of her before, and no more: the dialogue may speak to her anew', async () => {
    await visit();
    await forget();
    screen.close();
    await store.restart();
    screen = await openScreen();
    screen.say('identity.presented', { cart: 'cart-1', means: 'scanned', number: card });
    await screen.until(() => screen.view?.shopper?.name === 'Ada');
    screen.say('basket.added', { cart: 'cart-1', code: breadCode });
    await screen.until(() => screen.view?.message != null);
  });

  it('else the dialogue has spoken, and does not speak again', async () => {
    await visit();
    await acknowledged(screen.say('identity.dropped', { cart: 'cart-1', reason: 'logout' }));
    screen.close();
    await store.restart();
    screen = await openScreen();
    screen.say('identity.presented', { cart: 'cart-1', means: 'scanned', number: card });
    const last = screen.say('basket.added', { cart: 'cart-1', code: breadCode });
    await acknowledged(last);
    expect(screen.view).toMatchObject({ shopper: { name: 'Ada' }, message: null });
    expect(stateOf()).not.toEqual([]);
  });

  it('also when she asked out of touch and the store hears of it after she has paid; the sale stays, nobody’s', async () => {
    const began = Date.now();
    const words = await visit();
    // In the middle of her visit, however slow the machine.
    const asked = (began + Date.now()) / 2;
    await pay();
    await screen.until(() => screen.view?.phase === 'goodbye');
    // The goodbye does not wait for the disk.
    await expect.poll(() => query('SELECT 1 FROM facts WHERE subject IS NOT NULL AND amount = 250')).toHaveLength(1);
    await forget(Math.round(Date.now() - asked));
    expect(hers()).toEqual([]);
    expect(query('SELECT 1 FROM facts WHERE subject IS NULL AND amount = 250')).toHaveLength(1);
    await expect.poll(() => found(words)).toEqual([]);
  });

  it('of somebody who had said no name before: the guest’s part as well', async () => {
    screen.say('identity.presented', { cart: 'cart-1', means: 'guest' });
    screen.say('basket.added', { cart: 'cart-1', code: breadCode });
    await screen.until(() => screen.view?.message != null);
    const guestMessage = screen.view?.message?.id as string;
    await acknowledged(screen.say('message.shown', { message: guestMessage, screen: 'cart-1' }));
    const words = [guestMessage, ...(await visitOn())];
    expect(found(words)).toEqual(words);
    await forget();
    expect(hers()).toEqual([]);
    await expect.poll(() => found(words)).toEqual([]);
  });

  it('goes once although the request comes twice, and nobody else’s visit goes with it', async () => {
    await visit();
    await forget();
    screen.say('identity.presented', { cart: 'cart-1', means: 'guest' });
    screen.say('basket.added', { cart: 'cart-1', code: breadCode });
    await screen.until(() => (screen.view?.basket.lines.length ?? 0) > 0);
    await store.restart();
    expect(hers().length).toBeGreaterThan(0);
  });
});

/** At the till, with her card. */
async function pay(): Promise<void> {
  const till = await connectAsync(`mqtt://127.0.0.1:${store.running.mqttPort}`, {
    username: 'till-1',
    clientId: 'till-1',
    protocolVersion: 4,
  });
  const line = { code: breadCode, quantity: 1000, unitPrice: 250, amount: 250 };
  const body = {
    till: 'till-1',
    cart: 'cart-1',
    number: card,
    receipt: 'r-1',
    currency: 'EUR',
    lines: [line],
    total: 250,
  };
  const facts = [{ sequence: 1, ageMs: 0, type: 'sale', body }];
  await till.publishAsync('kairos/devices/till-1/facts', JSON.stringify({ epoch: 'epoch-till', oldest: 1, facts }), {
    qos: 1,
  });
  await till.endAsync();
}

/** A card over whoever is on the cart. */
async function visitOn(): Promise<string[]> {
  await acknowledged(screen.say('identity.presented', { cart: 'cart-1', means: 'scanned', number: card }));
  return query<{ ref: string }>('SELECT DISTINCT ref FROM facts WHERE subject IS NOT NULL AND ref IS NOT NULL').map(
    ({ ref }) => ref,
  );
}
