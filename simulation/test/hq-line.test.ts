/**
 * A store and its headquarters as they are installed, two processes and a line: a day goes up on demand, a kill on
 * either side between, and both ends tell the same of it.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { HqProcess } from '../process/hq-process.ts';
import { StoreProcess } from '../process/store-process.ts';

const root = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'kairos-hq-line-'));
const chain = { chainKey: 'sixteen-characters-and-more', loyalty: { prefixes: ['29'] } };
const hq = new HqProcess(folder, 'hq', { folder: 'hq-data' }, chain);
const config = join(folder, 'store.yaml');
const store = new StoreProcess({ config, data: join(folder, 'data') });
let http = 0;

const hqCommand = (...args: string[]): string =>
  execFileSync(process.execPath, [join(root, 'hq-sync/main.ts'), ...args, '--config', hq.config], { encoding: 'utf8' });
const ask = async (path: string, method = 'GET'): Promise<Record<string, unknown>> =>
  (await (await fetch(`http://127.0.0.1:${http}${path}`, { method })).json()) as Record<string, unknown>;
const standing = async (): Promise<{ facts: number; pending: number; quarantined: number }> => {
  const health = (await (await fetch(`${hq.url}/health`)).json()) as {
    stores: [{ facts: number; pending: number; quarantined: number }];
  };
  return health.stores[0];
};

beforeAll(async () => {
  mkdirSync(join(folder, 'dialogues'));
  writeFileSync(join(folder, 'dialogues/house.yaml'), 'defaultLocale: en\n');
  writeFileSync(join(folder, 'goods.csv'), 'code,name,department,price\n2000000000008,Bread,bakery,250\n');
  writeFileSync(join(folder, 'floor-plan.yaml'), readFileSync(join(root, 'simulation/demo-store/floor-plan.yaml')));
  const [token = ''] = hqCommand('store', 'riverside').split('\n');
  const [releaseKey = ''] = hqCommand('key').split('\n');
  await hq.start();
  writeFileSync(
    config,
    stringify({
      store: { id: 'riverside', title: 'Riverside', currency: 'EUR' },
      listen: { http: 0, mqtt: 0 },
      ...chain,
      data: 'data',
      floorPlan: 'floor-plan.yaml',
      goods: 'goods.csv',
      dialogues: 'dialogues',
      hq: { url: hq.url, token, releaseKey, trickleMinutes: 0 },
    }),
  );
  ({ http } = await store.start());
});
afterAll(async () => {
  await store.stop();
  await hq.kill('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
});

async function sell(count: number, from: number): Promise<void> {
  for (let index = from; index < from + count; index += 1) {
    const at = '2026-11-20T10:00:00+01:00';
    const head = { kind: 'sale', till: 'till-1', receipt: `R-${index}`, day: '2026-11-20', at };
    const line = { code: '2000000000008', quantity: 1_000, unitPrice: 250, amount: 250 };
    const body = { ...head, currency: 'EUR', lines: [line], total: 250 };
    const answer = await fetch(`http://127.0.0.1:${http}/v1/sales`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(await answer.json()).toMatchObject({ answers: [{ outcome: 'taken' }] });
  }
}

it('what was sold is at headquarters after a sync, and a second sync sends nothing', async () => {
  await sell(20, 1);
  const first = await ask('/api/hq/sync', 'POST');
  expect(first).toMatchObject({ kind: 'done', quarantined: 0 });
  const there = await standing();
  expect(there).toMatchObject({ pending: 0, quarantined: 0 });
  expect(there.facts).toBeGreaterThanOrEqual(20);
  expect(await ask('/api/hq/sync', 'POST')).toMatchObject({ kind: 'done', facts: 0 });
  expect(await standing()).toMatchObject({ facts: there.facts });
  expect(await ask('/api/hq')).toMatchObject({ hq: { reason: null, needsPerson: false, pending: 0 } });
});

it('both sides compare their days by night, or when somebody asks: what is the same here and there is named by nobody', async () => {
  expect(await ask('/api/hq')).toMatchObject({ hq: { auditedAt: null } });
  expect(await ask('/api/hq/audit', 'POST')).toMatchObject({ kind: 'done', differingDays: [] });
  expect(await ask('/api/hq')).toMatchObject({ hq: { auditedAt: expect.any(Number), differingDays: [] } });
});

it('a store whose headquarters are away goes on selling, says so, and sends it later', async () => {
  const before = await standing();
  await hq.kill();
  await sell(5, 100);
  expect(await ask('/api/hq/sync', 'POST')).toMatchObject({ kind: 'away' });
  expect(await ask('/api/hq')).toMatchObject({ hq: { needsPerson: false, reason: expect.stringMatching(/./) } });
  await store.kill();
  ({ http } = await store.start());
  await hq.start();
  expect(await ask('/api/hq/sync', 'POST')).toMatchObject({ kind: 'done' });
  const after = await standing();
  expect(after.facts).toBeGreaterThanOrEqual(before.facts + 5);
  expect(after.pending).toBe(0);
});

const dialogue = (title: string): string => `dialogue: bread
title: ${title}
type: III
objective: { on: sale, within: 7d, value: 40 }
holdout: 0%
limits: { perVisit: 1 }
enter:
  - { on: sale }
steps:
  thank:
    say:
      receipt: { text: { en: "Fresh bread at four" } }
      validFor: 2m
      answers:
        bought: { on: sale, then: end }
      silence: { never-shown: end, ignored: { after: 1h, then: end }, walked-away: end, acted-elsewhere: end }
`;

it('dialogues that headquarters publish come into force with the next word, and can be taken back', async () => {
  const draft = join(folder, 'draft');
  mkdirSync(draft);
  writeFileSync(join(draft, 'house.yaml'), 'defaultLocale: en\n');
  writeFileSync(join(draft, 'bread.yaml'), dialogue('Bread'));
  const publish = async (...args: string[]): Promise<void> => {
    // One process at a time has the database inside it.
    await hq.kill('SIGTERM');
    hqCommand(...args);
    await hq.start();
  };
  const inForce = async (): Promise<unknown> => (await ask('/api/hq')).hq;
  await publish('publish', draft);
  const before = (await ask('/health')).release as number;
  await ask('/api/hq/sync', 'POST');
  expect(await inForce()).toMatchObject({ release: 1, releaseFault: null });
  expect((await ask('/health')).release).toBe(before + 1);
  // After a crash, without headquarters: what was published stands.
  await store.kill();
  const restarted = store.start();
  // A zone that this store has not: headquarters cannot know.
  writeFileSync(
    join(draft, 'bread.yaml'),
    dialogue('Bread').replace('- { on: sale }', '- { dwell: conservatory, for: 20s }'),
  );
  await publish('publish', draft);
  ({ http } = await restarted);
  expect(await inForce()).toMatchObject({ release: 1, lastDoneAt: null });
  expect((await ask('/health')).release).toBe(before + 1);
  await ask('/api/hq/sync', 'POST');
  expect(await inForce()).toMatchObject({ release: 1, releaseFault: expect.stringContaining('conservatory') });
  expect((await ask('/health')).complaints).toEqual([expect.stringContaining('conservatory')]);
  await ask('/api/hq/sync', 'POST');
  expect((await (await fetch(`${hq.url}/health`)).json()) as object).toMatchObject({
    stores: [{ release: 1, releaseFault: expect.stringContaining('conservatory') }],
  });
  const list = join(folder, 'customers.csv');
  writeFileSync(list, 'number,homeStore,firstName\n2960104132718,riverside,Ada\n');
  await hq.kill('SIGTERM');
  hqCommand('back');
  hqCommand('import', list);
  await hq.start();
  await ask('/api/hq/sync', 'POST');
  expect(await inForce()).toMatchObject({ release: 3, releaseFault: null });
  // … and the customers of this store with them.
  const { down } = (await inForce()) as { down: { customers: number } };
  expect(down.customers).toBeGreaterThan(0);
  expect(await inForce()).toMatchObject({ reason: null, down: { remaining: 0 }, passedOver: 0 });
}, 240_000);

it('a store whose secret was renewed is told that a person has to look', async () => {
  await hq.kill('SIGTERM');
  hqCommand('store', 'riverside');
  await hq.start();
  expect(await ask('/api/hq/sync', 'POST')).toMatchObject({ kind: 'refused' });
  expect(await ask('/api/hq')).toMatchObject({ hq: { needsPerson: true } });
});

it('a configuration that would show the secret to the street is refused', () => {
  const bare = parse(readFileSync(config, 'utf8')) as { hq: { url: string } };
  const file = join(folder, 'street.yaml');
  writeFileSync(file, stringify({ ...bare, hq: { ...bare.hq, url: 'http://hq.example:8480' } }));
  let said = '';
  try {
    execFileSync(process.execPath, [join(root, 'store-server/main.ts'), '--config', file, '--check'], {
      encoding: 'utf8',
    });
  } catch (error) {
    said = (error as { stdout: string }).stdout;
  }
  expect(said).toContain('https');
});
