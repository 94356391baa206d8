/**
 * Copies that were put back, of a store's whole folder and of headquarters' database: nothing is lost, nothing is there
 * twice, and who was forgotten meanwhile stays so. Real journals, real databases in folders, the line between them.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eraseCustomer } from '@kairos/hq-sync/customers/erase-customer.ts';
import { addStoreCustomers } from '@kairos/hq-sync/down/store-customers.ts';
import { addStore, storeOfToken } from '@kairos/hq-sync/intake/store-lines.ts';
import { HqClient } from '@kairos/hq-sync/link/hq-client.ts';
import { type RunningHq, startHq } from '@kairos/hq-sync/server/hq.ts';
import { systemPorts as ports } from '@kairos/protocol/system-ports.ts';
import { HqLine } from '@kairos/store-server/headquarters/hq-line.ts';
import { openInlineJournal } from '@kairos/store-server/journal/open-journal.ts';
import { chainIdOfNumber, chainKey, openHqStand } from '@kairos/store-server/test/hq-stand.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';

let root: string;
let hq: RunningHq;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'kairos-put-back-'));
  hq = await openHq();
});
afterAll(async () => {
  await hq.stop();
  rmSync(root, { recursive: true, force: true });
});

/** Without channels, and without folding: it is the line that is tried. */
function openHq(): Promise<RunningHq> {
  const database = { folder: join(root, 'hq') };
  return startHq({ listen: { host: '127.0.0.1', port: 0 }, database, chainKey }, ports);
}

interface Shop {
  readonly name: string;
  readonly folder: string;
  readonly token: string;
}

async function newShop(name: string): Promise<Shop> {
  const folder = join(root, name);
  mkdirSync(folder);
  return { name, folder, token: await addStore(hq.database, name, 0) };
}

/** Headquarters of before do not say what they have: what nobody can look at is not found. */
class SilentClient extends HqClient {
  override async hello(...asked: Parameters<HqClient['hello']>): ReturnType<HqClient['hello']> {
    const answer = await super.hello(...asked);
    if (answer.kind !== 'answered') return answer;
    const { newest: _, ...content } = answer.content;
    return { kind: 'answered', content };
  }
}

/** While a process of the store runs, that then ends. */
async function inShop<Result>(
  { name, folder, token }: Shop,
  run: (store: Awaited<ReturnType<typeof openShop>>) => Promise<Result>,
  Client = HqClient,
): Promise<Result> {
  const store = await openShop({ name, folder, client: new Client({ url: `http://127.0.0.1:${hq.port}`, token }) });
  try {
    return await run(store);
  } finally {
    store.line.close();
    await store.journal.close();
  }
}

async function openShop({ name, folder, client }: { name: string; folder: string; client: HqClient }) {
  const journal = openInlineJournal({ file: join(folder, 'journal.db'), groupMs: 1, ports });
  const { taker, people, conductor } = await openHqStand({ ports, journal, seat: 'store' });
  const said: string[] = [];
  const line = new HqLine({
    ...{ client, taker, journal, ports, clock: ports.clock, releases: null },
    store: { id: name, timeZone: 'UTC' },
    hq: { url: '', trickleMinutes: 0 },
    asked: () => ({ asked: 0, known: 0, unknown: 0, unanswered: 0 }) as never,
    log: { info: () => undefined, warn: (_: unknown, text?: string) => said.push(text ?? '') },
  });
  const sell = (from: number, to: number): void => {
    for (let receipt = from; receipt < to; receipt += 1)
      conductor.observe('sale', null, {
        till: 'till-1',
        receipt: `R-${receipt}`,
        currency: 'EUR',
        lines: [],
        total: 100,
      });
  };
  return { journal, people, line, said, sell };
}

async function receipts(shop: Shop): Promise<string[]> {
  const rows = await hq.database.query<{ ref: string }>(
    `SELECT ref FROM facts JOIN stores ON stores.number = facts.store WHERE stores.store = $1 AND ref LIKE 'R-%'
     ORDER BY substr(ref, 3)::integer`,
    [shop.name],
  );
  return rows.map(({ ref }) => ref);
}

const numbered = (...spans: readonly [number, number][]): string[] =>
  spans.flatMap(([from, to]) => Array.from({ length: to - from }, (_, index) => `R-${from + index}`));

/** Sales 0 to 19 went up; then the folder as it was after 9 is there again. */
async function putBackShop(name: string): Promise<Shop> {
  const shop = await newShop(name);
  for (const [from, to] of [
    [0, 10],
    [10, 20],
  ] as const) {
    await inShop(shop, async ({ sell, line }) => {
      sell(from, to);
      expect(await line.sync()).toMatchObject({ kind: 'done' });
    });
    if (to === 10) cpSync(shop.folder, `${shop.folder}-copy`, { recursive: true });
  }
  rmSync(shop.folder, { recursive: true });
  cpSync(`${shop.folder}-copy`, shop.folder, { recursive: true });
  return shop;
}

test('a store whose whole folder was put back goes on in another life: what it sells from then on arrives, all of it and once', async () => {
  const shop = await putBackShop('harbour');
  await inShop(shop, async ({ journal, sell, line, said }) => {
    // Its own mark is as old as its journal: by itself it notices nothing.
    expect(journal.health().setBack).toBeNull();
    sell(100, 105);
    expect(await line.sync()).toMatchObject({ kind: 'done' });
    expect(await receipts(shop)).toEqual(numbered([0, 20], [100, 105]));
    expect(said).toHaveLength(1);
    expect(journal.health().setBack).toMatch(/^headquarters have facts \d+ to \d+ of this store, .* new epoch$/);
    sell(105, 130);
    await line.sync();
  });
  await inShop(shop, async ({ journal, sell, line, said }) => {
    sell(130, 135);
    expect(await line.sync()).toMatchObject({ kind: 'done' });
    expect(said).toEqual([]);
    expect(journal.health().setBack).toBeNull();
  });
  expect(await receipts(shop)).toEqual(numbered([0, 20], [100, 135]));
});

test('with headquarters that do not say what they have, sales of such a store are taken for those that they have', async () => {
  const shop = await putBackShop('station');
  await inShop(
    shop,
    async ({ sell, line }) => {
      sell(100, 130);
      expect(await line.sync()).toMatchObject({ kind: 'done' });
    },
    SilentClient,
  );
  expect((await receipts(shop)).length).toBeLessThan(50);
});

test('headquarters that were put back hear everything again, once, and who was forgotten since is forgotten again', async () => {
  const shop = await newShop('riverside');
  const [her, other] = [chainIdOfNumber(71), chainIdOfNumber(72)];
  for (const id of [her, other])
    await hq.database.query(
      `INSERT INTO customers (chain_id, attributes, locale, made_at, changed_at) VALUES ($1, '{"tier": "gold"}', 'en', 1, 1)`,
      [id],
    );
  const { number } = (await storeOfToken(hq.database, shop.token)) as { number: number };
  await addStoreCustomers(hq.database, number, [her, other]);
  await inShop(shop, async ({ sell, line, people }) => {
    sell(0, 5);
    await line.sync();
    expect(people.subjectOf(her)).not.toBeNull();
  });
  await hq.stop();
  cpSync(join(root, 'hq'), join(root, 'hq-copy'), { recursive: true });
  hq = await openHq();
  await hq.database.transaction((sql) =>
    eraseCustomer(sql, { chainId: her, chainKey, origin: 'operator', now: ports.clock.now() }),
  );
  await hq.database.query(`UPDATE customers SET locale = 'de' WHERE chain_id = $1`, [other]);
  await inShop(shop, async ({ sell, line, people }) => {
    sell(5, 10);
    await line.sync();
    expect(people.subjectOf(her)).toBeNull();
  });
  await hq.stop();
  rmSync(join(root, 'hq'), { recursive: true });
  cpSync(join(root, 'hq-copy'), join(root, 'hq'), { recursive: true });
  hq = await openHq();
  const known = (): Promise<unknown[]> => hq.database.query('SELECT chain_id FROM customers ORDER BY chain_id');
  expect(await known()).toEqual([{ chain_id: her }, { chain_id: other }]);
  expect(await receipts(shop)).toEqual(numbered([0, 5]));

  await inShop(shop, async ({ line, said, people }) => {
    expect(await line.sync()).toMatchObject({ kind: 'done' });
    expect(said).toEqual([]);
    expect(people.subjectOf(her)).toBeNull();
  });
  expect(await receipts(shop)).toEqual(numbered([0, 10]));
  expect(await known()).toEqual([{ chain_id: other }]);
  expect(await hq.database.query('SELECT store FROM erasure_receipts')).toEqual([{ store: 'riverside' }]);
});
