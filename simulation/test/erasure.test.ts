/**
 * Two customers ask to be forgotten, one of headquarters and one of a store, in a chain of two stores and headquarters as
 * they are installed: three processes, their databases with logs, the copy that an upgrade has made, documents of a till,
 * what was refused at the door. One store is away meanwhile, with words of theirs that nobody has heard yet. After the
 * sync that carries it, no byte of any process's folder and nothing that it printed holds a word of theirs, nor their ids.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chainIdOf } from '@kairos/protocol/chain-id.ts';
import { checkDigit } from '@kairos/protocol/check-digit.ts';
import type { CartView } from '@kairos/protocol/screen-events.ts';
import { findPlanted, plantedWord } from '@kairos/protocol/test/planted-text.ts';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { ScreenLine } from '../devices/screen-line.ts';
import { HqProcess } from '../process/hq-process.ts';
import { StoreProcess } from '../process/store-process.ts';

const root = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'kairos-erasure-'));
const chain = { chainKey: 'sixteen-characters-and-more', loyalty: { prefixes: ['29'] } };
const cleaning = { afterMinutes: 0 };
const hq = new HqProcess(folder, 'hq', { folder: 'hq-data' }, { ...chain, cleaning });

interface Customer {
  readonly number: string;
  readonly chainId: string;
  /** Stands in everything that she is, has said, or was told. */
  readonly word: string;
}
function customer(at: number): Customer {
  const start = `29000000000${at}`;
  const number = `${start}${checkDigit(start)}`;
  return { number, chainId: chainIdOf(chain.chainKey, number), word: plantedWord() };
}
/** Forgotten by headquarters, by a store, by nobody. */
const ada = customer(1);
const bea = customer(2);
const cleo = customer(3);
const forgotten = [ada, bea];

const dialogue = `dialogue: bread
title: Bread
type: III
objective: { on: sale, within: 7d, value: 40 }
holdout: 0%
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

/** Over a line of its own: one that was kept may be closed while files are searched. */
async function askOnce(url: string, method = 'GET', body?: object): Promise<Record<string, unknown>> {
  const headers = { connection: 'close', ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
  const answer = await fetch(url, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  return (await answer.json()) as Record<string, unknown>;
}

class Store {
  readonly data: string;
  readonly documents: string;
  readonly process: StoreProcess;
  http = 0;
  #epochs = 0;
  #receipts = 0;

  constructor(name: string, token: string) {
    const config = join(folder, `${name}.yaml`);
    this.data = join(folder, name);
    this.documents = join(folder, `${name}-tills`);
    mkdirSync(this.documents);
    writeFileSync(
      config,
      stringify({
        ...{ store: { id: name, title: name, currency: 'EUR' }, listen: { http: 0, mqtt: 0 }, ...chain },
        ...{
          data: name,
          floorPlan: 'floor-plan.yaml',
          goods: 'goods.csv',
          customers: 'customers.csv',
          dialogues: 'dialogues',
          carts: [{ id: 'cart-1' }],
        },
        tillFeed: { folder: `${name}-tills`, pollSeconds: 1 },
        hq: { url: hq.url, token, trickleMinutes: 0 },
      }),
    );
    this.process = new StoreProcess({ config, data: this.data });
  }

  async start(): Promise<void> {
    ({ http: this.http } = await this.process.start());
  }

  ask(path: string, method = 'GET', body?: object): Promise<Record<string, unknown>> {
    return askOnce(`http://127.0.0.1:${this.http}${path}`, method, body);
  }

  async sync(): Promise<void> {
    expect(await this.ask('/api/hq/sync', 'POST')).toMatchObject({ kind: 'done' });
  }

  /** She shows her card at the cart, is asked by name, answers in her own words, says what no store takes, and pays. */
  async visit({ number, word }: Customer): Promise<void> {
    this.#epochs += 1;
    const epoch = `epoch-${this.#epochs}`;
    const seen: { view: CartView | null; acked: number } = { view: null, acked: 0 };
    const line = new ScreenLine({
      ...{ url: `http://127.0.0.1:${this.http}`, cart: 'cart-1', epoch, watching: false },
      onView: (view) => {
        seen.view = view;
      },
      onAck: ({ upTo }) => {
        seen.acked = Math.max(seen.acked, upTo);
      },
    });
    let sequence = 0;
    const say = async (type: string, body: object): Promise<void> => {
      sequence += 1;
      line.send({ epoch, oldest: 1, facts: [{ sequence, ageMs: 0, type, body }] } as never);
      await expect.poll(() => seen.acked).toBe(sequence);
    };
    await expect.poll(() => seen.view !== null).toBe(true);
    await say('identity.presented', { cart: 'cart-1', means: 'scanned', number });
    await say('basket.added', { cart: 'cart-1', code: '2000000000008' });
    await expect.poll(() => JSON.stringify(seen.view?.message ?? '')).toContain(word);
    const message = seen.view?.message?.id;
    await say('message.shown', { message, screen: 'cart-1' });
    await say('message.answered', { message, answer: 'tell', screen: 'cart-1', form: { wish: `${word}-wish` } });
    await say('message.answered', { message, answer: 'tell', screen: 'cart-1', form: [`${word}-refused`] });
    await say('identity.dropped', { cart: 'cart-1', reason: 'logout' });
    line.close();
    this.#pay(number);
  }

  /** Her till drops a document with her number in it. */
  #pay(number: string): void {
    this.#receipts += 1;
    const head = { kind: 'sale', till: 'till-1', receipt: `R-${this.#receipts}`, day: '2026-11-20' };
    const lines = [{ code: '2000000000008', quantity: 1_000, unitPrice: 250, amount: 250 }];
    const paid = { ...head, at: '2026-11-20T10:00:00+01:00', currency: 'EUR', number, lines, total: 250 };
    writeFileSync(join(this.documents, `${this.#receipts}.json`), JSON.stringify(paid));
  }

  async isAllPaid(): Promise<void> {
    const done = join(this.documents, 'done');
    await expect.poll(() => (existsSync(done) ? readdirSync(done).length : 0)).toBe(this.#receipts);
  }

  /** What its manager reads; but for how many wait just now, which is no figure of what was. */
  async figures(): Promise<unknown> {
    const { dialogues } = await this.ask('/api/manager/figures/dialogues');
    expect(dialogues).toMatchObject([{ dialogue: 'bread' }]);
    return JSON.parse(JSON.stringify(dialogues, (name, value) => (name === 'waiting' ? undefined : value)));
  }

  get folders(): string[] {
    return [this.data, this.documents];
  }

  /** Files, and what was printed, with a word of hers, her id, or her number. */
  traces(of: Customer): unknown[] {
    const log = join(folder, 'printed.txt');
    writeFileSync(log, this.process.output);
    return [of.word, of.chainId, of.number].flatMap((word) => findPlanted([...this.folders, log], word));
  }
}

const hqCommand = (...args: string[]): string =>
  execFileSync(process.execPath, [join(root, 'hq-sync/main.ts'), ...args, '--config', hq.config], { encoding: 'utf8' });
/** One process at a time has the database inside it. */
async function whileHqIsShut(...commands: string[][]): Promise<string> {
  await hq.kill('SIGTERM');
  const said = commands.map((args) => hqCommand(...args)).join('');
  await hq.start();
  return said;
}
function hqTraces(of: Customer): unknown[] {
  const log = join(folder, 'printed.txt');
  writeFileSync(log, hq.output);
  return [of.word, of.chainId, of.number].flatMap((word) => findPlanted([join(folder, 'hq-data'), log], word));
}
const hqErasures = async (): Promise<unknown> => (await askOnce(`${hq.url}/health`)).erasures;
const list = join(folder, 'customers.csv');

let harbour: Store;
let riverside: Store;

beforeAll(async () => {
  mkdirSync(join(folder, 'dialogues'));
  writeFileSync(join(folder, 'dialogues/bread.yaml'), dialogue);
  writeFileSync(
    join(folder, 'dialogues/house.yaml'),
    'attributes: { firstName: { type: text, sensitivity: near, default: "you" } }\ndefaultLocale: en\n',
  );
  writeFileSync(join(folder, 'goods.csv'), 'code,name,department,price\n2000000000008,Bread,bakery,250\n');
  writeFileSync(join(folder, 'floor-plan.yaml'), readFileSync(join(root, 'simulation/demo-store/floor-plan.yaml')));
  const rows = [ada, bea, cleo].map(({ number, word }) => `${number},${word}-name,${word}-street,yes,yes`);
  writeFileSync(list, `number,firstName,street,remember,inStore\n${rows.join('\n')}\n`);
  const [first = ''] = hqCommand('store', 'harbour').split('\n');
  const [second = ''] = hqCommand('store', 'riverside').split('\n');
  await hq.start();
  harbour = new Store('harbour', first);
  riverside = new Store('riverside', second);
  await Promise.all([harbour.start(), riverside.start()]);
});
afterAll(async () => {
  await Promise.allSettled([harbour?.process.stop(), riverside?.process.stop(), hq?.kill('SIGTERM')]);
  rmSync(folder, { recursive: true, force: true });
});

it('words of theirs are in every folder, in the copy of an upgrade and on the way: what is looked for can be found', async () => {
  const visits = [harbour, riverside].map(async (store) => {
    for (const one of [ada, bea, cleo]) await store.visit(one);
    await store.isAllPaid();
  });
  await Promise.all(visits);
  // The other one is out of touch from here on, with all that they have said there.
  await harbour.sync();
  // Another version has written last: the start makes a copy.
  await harbour.process.stop();
  const journal = new Database(join(harbour.data, 'journal.db'));
  journal.prepare("UPDATE meta SET value = 'of another version' WHERE key = 'kairos'").run();
  journal.close();
  await harbour.start();
  expect(readdirSync(harbour.data).filter((name) => name.startsWith('journal-before-'))).toHaveLength(1);
  for (const one of forgotten) {
    for (const traces of [harbour.traces(one), riverside.traces(one), hqTraces(one)]) expect(traces).not.toEqual([]);
    expect(
      findPlanted(
        [join(harbour.data, readdirSync(harbour.data).find((name) => name.startsWith('journal-before-'))!)],
        one.word,
      ),
    ).not.toEqual([]);
  }
});

it('after the sync that carries it nothing of them is left in the store and at headquarters; what was published stays', async () => {
  await riverside.process.kill();
  const published = await harbour.figures();
  expect(await whileHqIsShut(['erase', ada.number])).toContain('harbour, riverside');
  expect(await harbour.ask('/api/customers/erase', 'POST', { number: bea.number })).toMatchObject({
    erased: 'now',
    order: { headquarters: 'waits' },
  });
  expect(await harbour.ask('/api/customers/erase', 'POST', { number: bea.number })).toEqual({ erased: 'before' });
  expect(await harbour.ask('/api/customers/erasures')).toMatchObject({ orders: [{ headquarters: 'waits' }] });
  await harbour.sync();
  // What was asked for here is told, and stands so: one order, however often it was asked.
  expect(await harbour.ask('/api/customers/erasures')).toMatchObject({ orders: [{ headquarters: 'told' }] });
  // What the store has kept for headquarters' sake goes when they know.
  for (const one of forgotten) await expect.poll(() => harbour.traces(one)).toEqual([]);
  await expect
    .poll(hqErasures)
    .toMatchObject({ owedSince: null, isLogClean: true, owing: [{ store: 'riverside', owed: 2 }] });
  for (const one of forgotten) expect(hqTraces(one)).toEqual([]);
  expect(await harbour.figures()).toEqual(published);
  // Whoever has not asked for it is where she was.
  for (const traces of [harbour.traces(cleo), hqTraces(cleo)]) expect(traces).not.toEqual([]);
});

it('a store that was away forgets them before it says anything of theirs, and they do not come back', async () => {
  for (const one of forgotten) expect(riverside.traces(one)).not.toEqual([]);
  await riverside.start();
  const published = await riverside.figures();
  await riverside.sync();
  // What it had to tell of them has never been at headquarters: nothing has cleaned up since.
  for (const one of forgotten) expect(hqTraces(one)).toEqual([]);
  for (const one of forgotten) await expect.poll(() => riverside.traces(one)).toEqual([]);
  expect(await hqErasures()).toMatchObject({ owing: [] });
  expect(await riverside.figures()).toEqual(published);
  // Lists and tills that know them still.
  for (const store of [harbour, riverside]) {
    for (const one of forgotten)
      expect(await store.ask('/v1/sales', 'POST', sale(one.number))).toMatchObject({ answers: [{ outcome: 'taken' }] });
    await store.sync();
  }
  // … and the chain's list, read anew.
  await harbour.process.kill();
  await harbour.start();
  for (const one of forgotten)
    for (const traces of [harbour.traces(one), riverside.traces(one), hqTraces(one)]) expect(traces).toEqual([]);
});

let sold = 0;
function sale(number: string): object {
  sold += 1;
  const head = {
    kind: 'sale',
    till: 'till-1',
    receipt: `L-${sold}`,
    day: '2026-11-21',
    at: '2026-11-21T10:00:00+01:00',
  };
  const lines = [{ code: '2000000000008', quantity: 1_000, unitPrice: 250, amount: 250 }];
  return { ...head, currency: 'EUR', number, lines, total: 250 };
}
