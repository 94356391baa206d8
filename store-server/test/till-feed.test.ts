/** Receipts of tills through a real store: over HTTP, MQTT and a watched folder; each once, whatever comes twice. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { SaleAnswer } from '@kairos/protocol/till-sale.ts';
import Database from 'better-sqlite3';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { breadCode, card, type OpenStore, openStore } from './open-store.ts';

let store: OpenStore;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kairos-sales-'));
  const tillFeed = { folder, pollSeconds: 1, workstations: { 34: 'till-1' } };
  store = await openStore({ tillFeed });
});
afterAll(async () => {
  await store?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What stands in the journal: facts of a type, by receipt. */
function booked(type: 'sale' | 'return', receipt: string): { subject: number | null; rest: string; amount: number }[] {
  const db = new Database(join(store.folder, 'data', 'journal.db'), { readonly: true });
  try {
    const sql =
      'SELECT subject, rest, amount FROM facts WHERE type = (SELECT id FROM words WHERE text = ?) AND ref = ?';
    return db.prepare(sql).all(type, receipt) as { subject: number | null; rest: string; amount: number }[];
  } finally {
    db.close();
  }
}

async function post(
  body: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; answers: SaleAnswer[]; fault?: object }> {
  const url = `http://127.0.0.1:${store.running.httpPort}/v1/sales`;
  const response = await fetch(url, { method: 'POST', body, headers });
  return { status: response.status, ...((await response.json()) as { answers: SaleAnswer[] }) };
}

async function until<Value>(what: string, look: () => Value | Promise<Value>): Promise<NonNullable<Value>> {
  for (let tries = 0; tries < 2_000; tries += 1) {
    const found = await look();
    if (found) return found;
    await delay(25);
  }
  throw new Error(`waited in vain for ${what}`);
}

const rejectedReasons = async (): Promise<string[]> =>
  ((await store.get('/api/rejected?limit=1000')) as { rejected: { reason: string }[] }).rejected.map(
    ({ reason }) => reason,
  );

const plain = (receipt: string, more: object = {}): Record<string, unknown> => ({
  kind: 'sale',
  till: 'till-1',
  receipt,
  day: '2026-11-21',
  at: '2026-11-21T18:03:11+01:00',
  currency: 'EUR',
  lines: [{ code: breadCode, quantity: 2000, unitPrice: 250, amount: 500 }],
  total: 500,
  ...more,
});

function poslog(sequence: string, more = ''): string {
  return `<POSLog><Transaction><WorkstationID>34</WorkstationID><SequenceNumber>${sequence}</SequenceNumber><BusinessDayDate>2026-11-20</BusinessDayDate>
    <EndDateTime>2026-11-20T21:00:00</EndDateTime><CurrencyCode>EUR</CurrencyCode><RetailTransaction>
    <LineItem><SequenceNumber>1</SequenceNumber><Sale><ItemID>00${breadCode}</ItemID><ExtendedAmount>2.50</ExtendedAmount><Quantity>1</Quantity></Sale></LineItem>
    <LineItem><LoyaltyAccount><LoyaltyAccountID>${card}</LoyaltyAccountID></LoyaltyAccount></LineItem>${more}
    <Total TotalType="TransactionGrandAmount">2.50</Total></RetailTransaction></Transaction></POSLog>`;
}

describe('receipts over HTTP', () => {
  it('are booked once, to her whose card they carry, with the goods’ own name', async () => {
    expect(await post(poslog('7'))).toMatchObject({ status: 200, answers: [{ outcome: 'taken' }] });
    const [sale, ...more] = booked('sale', 'till-1/2026-11-20/7');
    expect(more).toEqual([]);
    expect(sale).toMatchObject({ subject: expect.any(Number), amount: 250 });
  });

  it('are known when they come again, at once and after a restart', async () => {
    const [one, other] = await Promise.all([post(poslog('8')), post(poslog('8'))]);
    const outcomes = [one, other].map(({ answers }) => answers[0]?.outcome).sort();
    expect(outcomes).toEqual(['known', 'taken']);
    await store.restart();
    expect(await post(poslog('0008'))).toMatchObject({ answers: [{ outcome: 'known' }] });
    expect(booked('sale', 'till-1/2026-11-20/8')).toHaveLength(1);
  });

  it('come in any order: a receipt that was held up counts as well', async () => {
    for (const sequence of ['30', '29', '31', '28']) {
      expect((await post(poslog(sequence))).answers[0]?.outcome).toBe('taken');
    }
  });

  it('may be plain JSON, one or many', async () => {
    const { answers } = await post(JSON.stringify([plain('R-1'), plain('R-2', { kind: 'return' })]));
    expect(answers.map(({ outcome }) => outcome)).toEqual(['taken', 'taken']);
    expect(booked('sale', 'till-1/2026-11-21/R-1')).toHaveLength(1);
    expect(booked('return', 'till-1/2026-11-21/R-2')).toMatchObject([{ amount: 500 }]);
  });

  it('are taken back as a whole by a void, once, with the lines of then', async () => {
    const head = { kind: 'void', till: 'till-1', day: '2026-11-21', at: '2026-11-21T18:10:00+01:00', receipt: 'R-9' };
    await post(JSON.stringify(plain('R-3')));
    const back = JSON.stringify({ ...head, of: { receipt: 'R-3', day: '2026-11-21' } });
    expect((await post(back)).answers[0]?.outcome).toBe('taken');
    expect((await post(back)).answers[0]?.outcome).toBe('known');
    const [found, ...more] = booked('return', 'till-1/2026-11-21/R-9');
    expect(more).toEqual([]);
    expect(found?.amount).toBe(500);
    const unseen = JSON.stringify({ ...head, receipt: 'R-10', of: { receipt: 'R-99', day: '2026-11-21' } });
    expect((await post(unseen)).answers[0]).toMatchObject({ outcome: 'refused', reason: 'unknown-receipt' });
  });

  it.each([
    ['no XML', poslog('50').replace('</POSLog>', ''), 'not-xml'],
    ['no JSON', '{"till":', 'not-json'],
    ['XML without a transaction', '<html></html>', 'sale-shape'],
    ['a sale without lines', JSON.stringify(plain('R-4', { lines: [] })), 'sale-shape'],
    ['a till nobody knows', JSON.stringify(plain('R-4', { till: 'till-9' })), 'unknown-till'],
    [
      'tenders that do not add up',
      poslog('51', '<LineItem><Tender><Amount>9.99</Amount></Tender></LineItem>'),
      'sale-totals',
    ],
  ])('%s: a reason, kept for inspection, and the next is taken', async (_, body, reason) => {
    const { answers, fault } = await post(body);
    expect(JSON.stringify([answers, fault])).toContain(reason);
    await until(`${reason} among what was rejected`, async () => (await rejectedReasons()).includes(reason));
    const next = await post(JSON.stringify(plain(`after ${reason} ${body.length}`)));
    expect(next.answers[0]?.outcome).toBe('taken');
  });
});

describe('receipts over MQTT', () => {
  it('are answered when they are on disk, and a till speaks for itself alone', async () => {
    const client = await connectAsync(`mqtt://127.0.0.1:${store.running.mqttPort}`, {
      protocolVersion: 4,
      clientId: 'till-1',
      username: 'till-1',
    });
    try {
      const answers: SaleAnswer[] = [];
      client.on('message', (_, payload) => answers.push(JSON.parse(payload.toString()) as SaleAnswer));
      await client.subscribeAsync('kairos/devices/till-1/answers', { qos: 1 });
      const say = (body: object): Promise<unknown> =>
        client.publishAsync('kairos/devices/till-1/sales', JSON.stringify(body), { qos: 1 });
      await say(plain('M-1'));
      await say(plain('M-1'));
      await say(plain('M-2', { till: 'till-2' }));
      await client.publishAsync('kairos/devices/till-1/sales', '{', { qos: 1 });
      await until('four answers', () => answers.length === 4);
      expect(answers.map(({ outcome, reason }) => reason ?? outcome).sort()).toEqual([
        'known',
        'not-json',
        'not-yours',
        'taken',
      ]);
      expect(booked('sale', 'till-1/2026-11-21/M-1')).toHaveLength(1);
    } finally {
      await client.endAsync();
    }
  });
});

describe('documents in a watched folder', () => {
  const drop = (name: string, text: string): void => {
    writeFileSync(join(folder, `.${name}.part`), text);
    renameSync(join(folder, `.${name}.part`), join(folder, name));
  };
  const at = (where: string, name: string): boolean => existsSync(join(folder, where, name));

  it('are booked and put away', async () => {
    drop('one.xml', poslog('70'));
    await until('done/one.xml', () => at('done', 'one.xml'));
    expect(booked('sale', 'till-1/2026-11-20/70')).toHaveLength(1);
  });

  it('are not read while they grow', async () => {
    const whole = poslog('71');
    const file = join(folder, 'slow.xml');
    const steps = 6;
    for (let step = 1; step <= steps; step += 1) {
      writeFileSync(file, whole.slice(0, Math.ceil((whole.length * step) / steps)));
      await delay(400);
    }
    await until('done/slow.xml', () => at('done', 'slow.xml'));
    expect(readdirSync(join(folder, 'refused'))).not.toContain('slow.xml');
  });

  it('are put aside where something is wrong, with a note that says what to do; the rest of it is booked', async () => {
    drop('two.json', JSON.stringify([plain('F-1'), plain('F-2', { total: -1 })]));
    await until('refused/two.json', () => at('refused', 'two.json'));
    expect(readFileSync(join(folder, 'refused', 'two.json.txt'), 'utf8')).toMatch(/F-2: sale-shape[\s\S]*/);
    expect(booked('sale', 'till-1/2026-11-21/F-1')).toHaveLength(1);
    drop('two.json', JSON.stringify([plain('F-1'), plain('F-2')]));
    await until('done/two.json', () => at('done', 'two.json'));
    expect(booked('sale', 'till-1/2026-11-21/F-1')).toHaveLength(1);
    expect(booked('sale', 'till-1/2026-11-21/F-2')).toHaveLength(1);
  });

  it('say so on /health where the folder is gone, and go on when it is back', async () => {
    const health = async (): Promise<{ tillFolder: { fault: string | null } }> =>
      (await store.get('/health')) as { tillFolder: { fault: string | null } };
    renameSync(folder, `${folder}-away`);
    writeFileSync(folder, 'a file where the folder was');
    await until('a fault', async () => (await health()).tillFolder.fault);
    rmSync(folder);
    renameSync(`${folder}-away`, folder);
    mkdirSync(folder, { recursive: true });
    drop('three.xml', poslog('72'));
    await until('done/three.xml', () => at('done', 'three.xml'));
    expect((await health()).tillFolder.fault).toBeNull();
  });
});

describe('with a token', () => {
  it('nobody posts without it', async () => {
    const guarded = await openStore({ tillFeed: { token: 'secret-of-the-tills' } });
    try {
      const url = `http://127.0.0.1:${guarded.running.httpPort}/v1/sales`;
      const body = JSON.stringify(plain('T-1'));
      const status = async (headers: Record<string, string>): Promise<number> =>
        (await fetch(url, { method: 'POST', body, headers })).status;
      expect(await status({})).toBe(401);
      expect(await status({ authorization: 'Bearer secret-of-the-till' })).toBe(401);
      expect(await status({ authorization: 'Bearer secret-of-the-tills' })).toBe(200);
    } finally {
      await guarded.close();
    }
  });
});
