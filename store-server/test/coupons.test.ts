/** A purchase at a till, and the coupon that follows from it: the store decides, the till's agent prints, the store hears of it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Agent, startAgent } from '@kairos/edge-agent/agent.ts';
import { readAgentConfig } from '@kairos/edge-agent/config.ts';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { breadCode, card, type OpenStore, openStore } from './open-store.ts';

const dialogue = `dialogue: thanks
title: Thanks for the bread
type: II
objective: { on: sale, within: 30d, value: 5 }
holdout: 0%
enter: [{ on: sale, anyLine: line.department == "bakery" }]
steps:
  gift: { reward: { percent: 15, validFor: 30d, then: thanks } }
  thanks:
    say:
      receipt: { text: { en: "Thank you for baking day", de: "Danke für den Backtag" } }
      with: gift
      validFor: 10m
      answers:
        bought: { on: sale, then: end }
      silence: { never-shown: end, ignored: { after: 14d, then: end }, acted-elsewhere: end }
`;

let store: OpenStore;
let server: Server;
let port: number;
let folder: string;
let agent: Agent | null = null;
const printed: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kairos-coupons-'));
  mkdirSync(join(folder, 'dialogues'));
  writeFileSync(join(folder, 'dialogues', 'thanks.yaml'), dialogue);
  writeFileSync(
    join(folder, 'dialogues', 'house.yaml'),
    'attributes: { firstName: { type: text, sensitivity: near, default: "you" } }\ndefaultLocale: en\n',
  );
  server = createServer((socket) => {
    const parts: Buffer[] = [];
    socket.on('data', (bytes) => parts.push(bytes));
    socket.on('end', () => printed.push(Buffer.concat(parts).toString('latin1')));
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as { port: number }).port;
  store = await openStore({ dialogues: join(folder, 'dialogues') });
});
afterAll(async () => {
  await agent?.stop();
  await store?.close();
  if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
  rmSync(folder, { recursive: true, force: true });
});

function openAgent(): Agent {
  const file = join(folder, 'edge.yaml');
  const settings = {
    device: 'till-1',
    till: 'till-1',
    state: 'agent',
    store: { url: `mqtt://127.0.0.1:${store.running.mqttPort}` },
    printer: { address: `tcp://127.0.0.1:${port}` },
  };
  const read = readAgentConfig(stringify(settings), { file, env: {} });
  if (read.kind !== 'config') throw new Error(JSON.stringify(read));
  const started = startAgent(read.config, systemPorts);
  if (started.kind !== 'started') throw new Error(started.message);
  return started.agent;
}

async function buy(receipt: string, coupons?: readonly string[]): Promise<object> {
  const at = new Date().toISOString();
  const body = {
    ...{ kind: 'sale', till: 'till-1', receipt, day: at.slice(0, 10), at, currency: 'EUR', number: card, total: 250 },
    lines: [{ code: breadCode, quantity: 1000, unitPrice: 250, amount: 250 }],
    ...(coupons === undefined ? {} : { coupons }),
  };
  const url = `http://127.0.0.1:${store.running.httpPort}/v1/sales`;
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  const { answers } = (await response.json()) as { answers: [{ outcome: string }] };
  return answers[0];
}

function facts(type: string): number {
  const db = new Database(join(store.folder, 'data', 'journal.db'), { readonly: true });
  try {
    const sql = 'SELECT count(*) FROM facts WHERE type = (SELECT id FROM words WHERE text = ?)';
    return db.prepare(sql).pluck().get(type) as number;
  } finally {
    db.close();
  }
}

async function until(what: string, isSo: () => boolean): Promise<void> {
  for (let tries = 0; tries < 2_000 && !isSo(); tries += 1) await delay(25);
  expect(isSo(), what).toBe(true);
}

it('is kept while the till’s agent is away and the store restarts, printed once with its reward, and told as shown', async () => {
  expect(await buy('R-1')).toMatchObject({ outcome: 'taken' });
  await until('a message for the receipt', () => facts('message.decided') === 1);
  expect(facts('reward.issued')).toBe(1);
  await store.restart();
  agent = openAgent();
  await until('the coupon on paper', () => printed.length === 1);
  expect(printed[0]).toMatch(/15.?.?%/);
  expect(printed[0]).toContain('Danke f');
  expect(printed[0]).toMatch(/KAIROS:[a-z0-9-]{8,}/);
  await until('that it was shown', () => facts('message.shown') === 1);
  // It reports how it is every now and then, and the store offers what still waits: nothing does.
  await agent.stop();
  agent = openAgent();
  await until('a connection', () => agent?.isConnected === true);
  await delay(1_000);
  expect(printed).toHaveLength(1);
});

it('is taken once, whichever receipt says it and however often, also after a restart; and is counted', async () => {
  const [coupon = ''] = /KAIROS:[a-z0-9-]{8,}/.exec(printed[0] ?? '') ?? [];
  const reward = coupon.replace('KAIROS:', '');
  const redeemed = { coupons: [{ reward, outcome: 'redeemed' }] };
  const before = { coupons: [{ reward, outcome: 'redeemed-before' }] };
  // Coupons of others are passed over; the same one twice on a receipt is one.
  expect(await buy('R-2', ['MANUFACTURER-50-CENT', coupon, reward])).toEqual({
    receipt: expect.any(String),
    outcome: 'taken',
    ...redeemed,
  });
  expect(await buy('R-2', [coupon])).toMatchObject({ outcome: 'known', ...before });
  expect(await buy('R-3', [reward])).toMatchObject({ outcome: 'taken', ...before });
  await store.restart();
  expect(await buy('R-4', [coupon])).toMatchObject({ outcome: 'taken', ...before });
  expect([facts('reward.redeemed'), facts('sale')]).toEqual([1, 4]);
  const { dialogues } = (await store.get('/api/manager/figures/dialogues')) as { dialogues: { rewards: object }[] };
  expect(dialogues.map(({ rewards }) => rewards)).toMatchObject([{ redeemed: 1 }]);
});
