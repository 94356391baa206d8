/**
 * Customers at headquarters: taken in from lists and histories of purchases, spoken to as they want, and erased without a
 * trace. One database for all, in a folder, so that its files can be searched.
 */
import { createReadStream, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createGunzip } from 'node:zlib';
import { packChunk } from '@kairos/hq-sync/link/chunk.ts';
import { chainIdOf, tombstoneOf } from '@kairos/protocol/chain-id.ts';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { cleanTraces } from '../customers/clean-traces.ts';
import { setConsent } from '../customers/consent-history.ts';
import { type DialogueFigures, dialogueFigures } from '../customers/dialogue-figures.ts';
import { eraseCustomer } from '../customers/erase-customer.ts';
import { erasedAmong, owedBy, owingStores, takeReceipt } from '../customers/erasure-book.ts';
import { runExport } from '../customers/export-command.ts';
import { identify } from '../customers/identify.ts';
import { type ImportCustomers, importCustomers } from '../customers/import-customers.ts';
import { importPurchases } from '../customers/import-purchases.ts';
import { readPerson } from '../customers/person-file.ts';
import { dayMs, mayContact, setPreferences } from '../customers/preference-book.ts';
import { notGoodsByDefault, readPurchases } from '../customers/purchase-file.ts';
import { runApart, runSame } from '../customers/same-person-command.ts';
import type { Database } from '../database/database.ts';
import { migrate } from '../database/migrate.ts';
import { openPglite } from '../database/pglite.ts';
import { recordOwn } from '../facts/own-facts.ts';
import { mergeIdentities } from '../folding/identities.ts';
import { LineQueue } from '../intake/line-queue.ts';
import { addStore, storeOfToken, welcome } from '../intake/store-lines.ts';
import { takeChunk } from '../intake/take-chunk.ts';

const chainKey = 'the key of this chain';
const identifying = { chainKey, loyalty: { prefixes: ['29'], gsrn: true }, ownNumbers: true };
const her = chainIdOf(chainKey, '2900000000018');
let folder: string;
let database: Database;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kairos-customers-'));
  database = await openPglite(folder);
  await migrate(database);
});
afterAll(async () => {
  await database?.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  const tables = await database.query<{ name: string }>(
    "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migrations'",
  );
  await database.query(`TRUNCATE ${tables.map(({ name }) => name).join(', ')}`);
});

async function* textOf(text: string): AsyncGenerator<string> {
  yield text;
}

describe('a list of customers', () => {
  const take = async (text: string, more: Partial<ImportCustomers> = {}) => {
    const faults: string[] = [];
    const done = await importCustomers(database, {
      ...{ ...identifying, ownNumbers: false, attributeTypes: { visits: 'number' }, allOrNothing: false, now: 1_000 },
      open: () => textOf(text),
      onFault: ({ line, column, message }) => faults.push(`${line} ${column} ${message}`),
      ...more,
    });
    return { ...done, faults };
  };
  const list = [
    'number,firstName,visits,locale,timeZone,email,phone,consentEmail,remember',
    '2900000000018,Ada,4,de-CH,Europe/Zurich,ada@example.com,+41 44 000 00 00,yes,yes',
    '2900000000025,Bea,,en,,,,no,',
  ].join('\n');

  test('is taken in once: attributes, addresses, and what they agreed to, and the same again changes nothing', async () => {
    expect(await take(list)).toMatchObject({ added: 2, changed: 0, faulty: 0, isTakenIn: true });
    expect(await database.query('SELECT * FROM customers WHERE chain_id = $1', [her])).toEqual([
      {
        ...{ chain_id: her, attributes: { firstName: 'Ada', visits: 4 }, locale: 'de-CH', time_zone: 'Europe/Zurich' },
        ...{ address: { email: 'ada@example.com', phone: '+41 44 000 00 00' }, made_at: 1_000, changed_at: 1_000 },
      },
    ]);
    const facts = await database.query('SELECT * FROM own_facts ORDER BY chain_id, id');
    expect(facts).toHaveLength(5);
    expect(await take(list, { now: 2_000 })).toMatchObject({ added: 0, changed: 0, unchanged: 2 });
    expect(await database.query('SELECT * FROM own_facts ORDER BY chain_id, id')).toEqual(facts);
    expect(await take(list.replace('Ada', 'Adele'), { now: 3_000 })).toMatchObject({ changed: 1, unchanged: 1 });
  });

  test('does not give back what she has withdrawn herself', async () => {
    await take(list);
    await setConsent(database, { chainId: her, purpose: 'email', granted: false, origin: 'page', now: 1_500 });
    expect(await take(list, { now: 2_000 })).toMatchObject({ unchanged: 2 });
    const last = await database.query(
      "SELECT granted, origin FROM consents WHERE chain_id = $1 AND purpose = 'email' ORDER BY at DESC LIMIT 1",
      [her],
    );
    expect(last).toEqual([{ granted: false, origin: 'page' }]);
  });

  test('has every fault named with line and column; the good rows go in, or nothing, as the operator chooses', async () => {
    const faulty = [
      'number,visits,locale,timeZone,email,consentEmail',
      '2900000000018,4,en,,ada@example.com,yes',
      '2900000000019,many,english,Zurich,yes,perhaps',
      '2900000000018,5,,,,',
      '4006381333931,5,,,,',
      'a,b',
    ].join('\n');
    const nothing = await take(faulty, { allOrNothing: true });
    expect(nothing).toMatchObject({ added: 0, faulty: 4, isTakenIn: false });
    expect(await database.query('SELECT * FROM customers')).toEqual([]);
    const good = await take(faulty);
    expect(good).toMatchObject({ added: 1, faulty: 4, isTakenIn: true });
    expect(good.faults).toEqual(nothing.faults);
    expect(good.faults.map((fault) => fault.split(' ').slice(0, 2).join(' '))).toEqual([
      ...['3 number', '3 visits', '3 locale', '3 timeZone', '3 email', '3 consentEmail'],
      ...['4 number', '5 number', '6 '],
    ]);
    expect(good.faults.join()).not.toMatch(/perhaps|many|Zurich/);
  });
});

const recordings = process.env.KAIROS_RECORDINGS ?? fileURLToPath(new URL('../../../shared/data', import.meta.url));
const onlineRetail = join(recordings, 'online-retail', 'onlineretail.csv.gz');
const isAbsent = !existsSync(onlineRetail) && process.env.CI !== 'true';

describe.skipIf(isAbsent)(`a retailer's year of invoices (${onlineRetail}; set KAIROS_RECORDINGS)`, () => {
  const retailText = (): AsyncIterable<string> =>
    createReadStream(onlineRetail).pipe(createGunzip()).setEncoding('utf8');

  test('has each line in a sale, a return, or under one reason why not, and its sums are those of a plain recount', async () => {
    const read: Record<string, number> = {};
    const count = (name: string, by = 1): void => {
      read[name] = (read[name] ?? 0) + by;
    };
    for await (const row of readPurchases(retailText(), { notGoods: notGoodsByDefault })) {
      if (row.kind === 'left-out') count(row.reason);
      else {
        // A long invoice is several facts.
        if (!row.purchase.id.includes('/')) count(`${row.purchase.type}s`);
        count(`${row.purchase.type} lines`, row.purchase.body.lines.length);
        count(`${row.purchase.type} total`, row.purchase.body.total);
      }
    }
    expect(read).toEqual(await plainRecount(retailText()));
    // As the donors of the data count them.
    expect(
      Object.entries(read).reduce((sum, [name, n]) => sum + (/total|^sales$|^returns$/.test(name) ? 0 : n), 0),
    ).toBe(541_909);
    expect(read.duplicate).toBe(5_268);
  });

  test('is taken in once, however often it comes', async () => {
    let lines = 0;
    async function* begin(): AsyncGenerator<string> {
      for await (const part of retailText()) {
        yield part;
        lines += part.split('\n').length;
        if (lines > 15_000) return;
      }
    }
    const take = () =>
      importPurchases(database, {
        ...{ ...identifying, text: begin(), currency: 'GBP', notGoods: notGoodsByDefault, now: 1 },
        onFault: () => undefined,
      });
    const first = await take();
    expect(first.sales).toBeGreaterThan(400);
    expect(first.returns).toBeGreaterThan(50);
    const rows = await database.query(
      "SELECT type, count(*) AS count, sum((body ->> 'total')::bigint)::bigint AS total FROM own_facts GROUP BY type ORDER BY type",
    );
    expect(rows).toEqual([
      { type: 'return', count: first.returns, total: first.returnsTotal },
      { type: 'sale', count: first.sales, total: first.salesTotal },
    ]);
    lines = 0;
    expect(await take()).toMatchObject({ sales: 0, returns: 0, known: first.sales + first.returns, different: 0 });
    const known = identify('17850', identifying);
    const hers = await database.query('SELECT id FROM own_facts WHERE chain_id = $1', [
      known.kind === 'known' && known.chainId,
    ]);
    expect(hers.length).toBeGreaterThan(1);
  });
});

/** By other means than the import: whole file, plain splitting, sums in thousandths of a penny. */
async function plainRecount(text: AsyncIterable<string>): Promise<Record<string, number>> {
  let whole = '';
  for await (const part of text) whole += part;
  const counts: Record<string, number> = {};
  const invoices = new Set<string>();
  const seen = new Set<string>();
  for (const line of whole.split('\n').slice(1)) {
    if (line === '') continue;
    const add = (name: string, by = 1): void => {
      counts[name] = (counts[name] ?? 0) + by;
    };
    if (seen.has(line)) {
      add('duplicate');
      continue;
    }
    seen.add(line);
    const bare = line.replace(/"(?:[^"]|"")*"/g, 'QUOTED').split(',');
    const [invoice = '', code = '', , quantity = '', , price = '', customer = ''] = bare.map((field) => field.trim());
    if (customer === '') add('no-customer');
    else if (/^(POST|DOT|C2|M|D|S|B|CRUK|AMAZONFEE|BANK CHARGES|gift_.*)$/i.test(code)) add('not-goods');
    else if (Number(quantity) < 0 !== invoice.startsWith('C')) add('adjustment');
    else {
      const type = invoice.startsWith('C') ? 'return' : 'sale';
      add(`${type} lines`);
      add(`${type} total`, Math.round((Math.abs(Number(quantity)) * Math.round(Number(price) * 10_000)) / 100));
      if (!invoices.has(invoice)) add(`${type}s`);
      invoices.add(invoice);
    }
  }
  return counts;
}

test('she is spoken to by a channel that she granted, not while she pauses, and not more often than she wants', async () => {
  const ask = (now: number) => mayContact(database, { chainId: her, channel: 'email', now });
  const consent = (now: number, granted: boolean): Promise<void> =>
    setConsent(database, { chainId: her, purpose: 'email', granted, origin: 'page', now });
  expect(await ask(1)).toEqual({ kind: 'no', why: 'consent', from: null });
  await consent(1, true);
  expect(await ask(2)).toEqual({ kind: 'yes' });
  await setPreferences(database, her, { frequency: 'weekly', pausedUntil: 100 }, 2);
  expect(await ask(50)).toEqual({ kind: 'no', why: 'paused', from: 100 });
  expect(await ask(100)).toEqual({ kind: 'yes' });
  await recordOwn(database, { id: 'e-1', chainId: her, type: 'email.sent', at: 100, body: { message: 'm' } }, 100);
  expect(await ask(101)).toEqual({ kind: 'no', why: 'frequency', from: 100 + 7 * dayMs });
  expect(await ask(100 + 7 * dayMs)).toEqual({ kind: 'yes' });
  await consent(200, false);
  expect(await ask(100 + 8 * dayMs)).toEqual({ kind: 'no', why: 'consent', from: null });
});

test('every store owes a receipt until it has shown one, and again when its journal was put back', async () => {
  const tombstone = tombstoneOf(chainKey, her);
  const begin = (store: number, epoch: number, name: string): Promise<unknown> =>
    database.query('INSERT INTO lines (store, epoch, name) VALUES ($1, $2, $3)', [store, epoch, name]);
  await addStore(database, 'harbour', 0);
  await addStore(database, 'riverside', 0);
  await begin(1, 1, 'life-1');
  await database.transaction((sql) => eraseCustomer(sql, { chainId: her, chainKey, origin: 'page', now: 5 }));
  expect(await erasedAmong(database, chainKey, [her, 'b'.repeat(32)])).toEqual(new Set([her]));
  expect(await erasedAmong(database, 'the key of another chain', [her])).toEqual(new Set());
  const harbour = { store: 'harbour', epoch: 'life-1' };
  expect(await owedBy(database, harbour)).toEqual([tombstone]);
  const receipt = { ...harbour, tombstones: [tombstone, 'of nobody'], erasedAt: 7, now: 8 };
  await takeReceipt(database, receipt);
  await takeReceipt(database, { ...receipt, erasedAt: 9 });
  expect(await database.query('SELECT tombstone, erased_at FROM erasure_receipts')).toEqual([
    { tombstone, erased_at: 7 },
  ]);
  expect(await owedBy(database, harbour)).toEqual([]);
  expect(await owingStores(database)).toEqual([{ store: 'riverside', owed: 1, since: 5 }]);
  await begin(1, 2, 'life-2');
  expect((await owingStores(database)).map(({ store }) => store)).toEqual(['harbour', 'riverside']);
});

describe('erasing somebody', () => {
  const planted = 'Plantagenet-Zwölf';

  /** A journal of a store that speaks of her and of a guest. */
  async function tellFromStore(
    facts: readonly StoreFact[],
    at: { after: number; people: readonly [number, string][] },
  ): Promise<void> {
    const store = (await storeOfToken(database, storeToken)) as NonNullable<Awaited<ReturnType<typeof storeOfToken>>>;
    const clock = systemPorts.clock;
    await welcome(
      database,
      store,
      { versions: [1], epoch: 'life-1', lastSeq: 0, now: 0, release: 0, releaseFault: null },
      clock,
    );
    const texts = [...new Set(facts.flatMap(({ type, thing }) => [type, thing ?? 'none']))];
    for (const text of texts) if (!words.includes(text)) words.push(text);
    const idOf = (text: string): number => words.indexOf(text) + 1;
    const columns = [
      facts.map((_, index) => at.after + index + 1),
      facts.map(({ type }) => idOf(type)),
      facts.map(() => 1_000),
      facts.map(({ subject }) => subject),
      ...[...Array(3)].map(() => facts.map(() => '\\N')),
      facts.map(() => 0),
      facts.map(() => '\\N'),
      facts.map(({ thing }) => (thing === undefined ? '\\N' : idOf(thing))),
      facts.map(({ ref }) => ref ?? '\\N'),
      facts.map(({ amount }) => amount ?? '\\N'),
      facts.map(({ rest }) => (rest === undefined ? '\\N' : JSON.stringify(rest))),
    ].map((values) => values.map((value) => `${value}\n`).join(''));
    const bytes = packChunk({
      ...{ epoch: 'life-1', after: at.after, to: at.after + facts.length, facts: facts.length, columns, givenUp: [] },
      words: words.map((text, index) => [index + 1, text]),
      ...{ sources: [], people: at.people.map(([subject, id]) => [subject, id]), removed: [], nobodys: [], erased: [] },
      notes: facts.flatMap(({ note, subject }, index) =>
        note === undefined ? [] : [[at.after + index + 1, subject, note]],
      ) as [number, number, string][],
    });
    const taken = await takeChunk({
      database,
      store,
      bytes,
      clock,
      queue: new LineQueue(systemPorts.timers),
      chainKey,
    });
    expect(taken).toMatchObject({ kind: 'taken', answer: { quarantinedCount: 0 } });
  }

  interface StoreFact {
    readonly type: string;
    readonly subject: number;
    readonly thing?: string;
    readonly ref?: string;
    readonly amount?: number;
    readonly rest?: readonly unknown[];
    readonly note?: string;
  }

  let storeToken: string;
  let words: string[];

  const told = (subject: number, one: string, note: string): StoreFact[] => [
    {
      type: 'run.entered',
      subject,
      thing: 'winBack',
      ref: `run-${one}`,
      rest: [1, false],
      note: JSON.stringify({ key: note }),
    },
    { type: 'message.decided', subject, thing: 'winBack', ref: `message-${one}`, rest: [`run-${one}`, 0] },
    { type: 'message.shown', subject, ref: `message-${one}` },
    {
      type: 'message.answered',
      subject,
      thing: 'yes',
      ref: `message-${one}`,
      note: JSON.stringify({ form: { say: note } }),
    },
    { type: 'objective.reached', subject, thing: 'winBack', ref: `run-${one}`, amount: 700, rest: [false] },
    { type: 'sale', subject, ref: `receipt-${one}`, amount: 700 },
  ];

  async function plant(): Promise<void> {
    storeToken = await addStore(database, 'riverside', 0);
    words = [];
    await tellFromStore([...told(1, 'hers', planted), ...told(2, 'another', 'unharmed')], {
      after: 0,
      people: [[1, her]],
    });
    const text = `number,firstName,email,post,consentEmail\n2900000000018,${planted},${planted}@example.com,${planted} Road 1,yes\n`;
    await importCustomers(database, {
      ...{ ...identifying, attributeTypes: {}, allOrNothing: false, now: 1_000, onFault: () => undefined },
      open: () => textOf(text),
    });
    await database.transaction(async (sql) => {
      const own = { chainId: her, at: 5, id: `order of ${planted}` };
      const line = { id: '1', code: '1', quantity: 1_000, unitPrice: 500, amount: 500 };
      await recordOwn(
        sql,
        { ...own, type: 'sale', body: { till: 'web', receipt: 'w-1', currency: 'EUR', lines: [line], total: 500 } },
        5,
      );
      await recordOwn(
        sql,
        {
          ...own,
          id: 'r',
          type: 'run.entered',
          body: { run: 'run-own', dialogue: 'winBack', held: true, release: 1, entry: { name: planted } },
        },
        5,
      );
      await recordOwn(
        sql,
        {
          ...own,
          id: 'o',
          type: 'objective.reached',
          body: { run: 'run-own', dialogue: 'winBack', held: true, value: 9 },
        },
        5,
      );
      await sql.query('INSERT INTO customer_states (chain_id, state, folded_at) VALUES ($1, $2, 1)', [
        her,
        JSON.stringify({ planted }),
      ]);
      await sql.query(
        "INSERT INTO commands (chain_id, command, kind, message, dialogue, step, made_at, until, state, words) VALUES ($1, 'c-1', 'email', 'm-1', 'winBack', 'mail', 1, 2, 'open', $2)",
        [her, JSON.stringify({ body: `Dear ${planted}` })],
      );
      await setPreferences(sql, her, { frequency: 'weekly', pausedUntil: null }, 1);
    });
  }

  /** What stands in any file of the database, its log among them. */
  function findInFiles(text: string): string[] {
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    return files
      .map(({ parentPath, name }) => join(parentPath, name))
      .filter((path) => readFileSync(path).includes(text));
  }

  const sums = async (): Promise<unknown> => [
    (await dialogueFigures(database)) satisfies DialogueFigures[],
    await database.query(
      `SELECT (SELECT sum((body ->> 'total')::bigint)::bigint FROM own_facts WHERE type = 'sale') AS own,
         (SELECT sum(amount) FROM facts JOIN words USING (store, epoch) WHERE words.id = facts.type AND text = 'sale') AS stores`,
    ),
  ];

  test('leaves her in no table, keeps what was published as it was, and each store owes a receipt', async () => {
    await plant();
    const before = await sums();
    expect(before).toMatchObject([
      [
        { dialogue: 'winBack', held: false, figures: { entered: 2, shown: 2, answered: 2, reached: 2, value: 1_400 } },
        { dialogue: 'winBack', held: true, figures: { entered: 1, reached: 1, value: 9 } },
      ],
      [{ own: 500, stores: 1_400 }],
    ]);
    expect(
      await database.transaction((sql) => eraseCustomer(sql, { chainId: her, chainKey, origin: 'page', now: 2_000 })),
    ).toBe(true);
    expect(await sums()).toEqual(before);
    const everything = async (): Promise<string> => {
      const tables = await database.query<{ name: string }>(
        "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'",
      );
      const rows = await Promise.all(tables.map(({ name }) => database.query(`SELECT * FROM ${name}`)));
      return JSON.stringify(rows);
    };
    expect(await everything()).not.toContain(planted);
    expect(await everything()).toContain('unharmed');
    expect(await database.query('SELECT chain_id FROM customers')).toEqual([]);
    expect(await database.query('SELECT chain_id, type FROM own_facts')).toEqual([{ chain_id: '', type: 'sale' }]);
    expect(await owingStores(database)).toEqual([{ store: 'riverside', owed: 1, since: 2_000 }]);
    // What is known of her by others later is nobody's.
    await tellFromStore(told(3, 'later', planted), { after: 12, people: [[3, her]] });
    expect(await everything()).not.toContain(planted);
    expect(await sums()).toEqual([(before as unknown[])[0], [{ own: 500, stores: 2_100 }]]);
    const again = await importCustomers(database, {
      ...{ ...identifying, attributeTypes: {}, allOrNothing: false, now: 3_000, onFault: () => undefined },
      open: () => textOf(`number,firstName\n2900000000018,${planted}\n`),
    });
    expect(again).toMatchObject({ added: 0, erased: 1 });
    expect(await everything()).not.toContain(planted);
  });

  test('takes what is known under other ids of hers with it, whichever of them she comes by', async () => {
    const [first, second] = ['1'.repeat(32), '2'.repeat(32)];
    for (const chainId of [her, first, second]) {
      await recordOwn(database, { id: 'v', chainId, type: 'site.visited', at: 1, body: { page: planted } }, 1);
      await database.query('INSERT INTO customers (chain_id, made_at, changed_at) VALUES ($1, 1, 1)', [chainId]);
    }
    await mergeIdentities(database, { chainId: her, other: first, now: 2 });
    await mergeIdentities(database, { chainId: her, other: second, now: 2 });
    await database.transaction((sql) => eraseCustomer(sql, { chainId: first, chainKey, origin: 'page', now: 3 }));
    for (const table of ['own_facts', 'customers', 'identities'])
      expect(await database.query(`SELECT chain_id FROM ${table}`)).toEqual([]);
    expect((await erasedAmong(database, chainKey, [her, first, second])).size).toBe(3);
  });

  test('leaves her in no file of the database and not in its log, once both are cleaned', async () => {
    await plant();
    await database.query('CHECKPOINT');
    expect(findInFiles(planted)).not.toEqual([]);
    await cleanTraces(database, 2_000);
    // A control: cleaning alone takes nothing away.
    expect(findInFiles(planted)).not.toEqual([]);
    await database.transaction((sql) => eraseCustomer(sql, { chainId: her, chainKey, origin: 'page', now: 2_000 }));
    await cleanTraces(database, 2_000);
    expect(findInFiles(planted)).toEqual([]);
    expect(findInFiles('unharmed')).not.toEqual([]);
  });
});

describe('two numbers of one person', () => {
  const options = { ...identifying, now: 1_000 };
  const [number, other, third] = ['2900000000018', '2900000000025', 'web-7'];
  const idOf = (text: string): string => (identify(text, identifying) as { readonly chainId: string }).chainId;
  const mayMail = async (text: string): Promise<string> =>
    (await mayContact(database, { chainId: idOf(text), channel: 'email', now: 5_000 })).kind;

  test('are one by a command: her last word counts under either, and what is known of her is told whole', async () => {
    await importCustomers(database, {
      ...{ ...identifying, attributeTypes: {}, allOrNothing: false, now: 1, onFault: () => undefined },
      open: () => textOf(`number,firstName,consentEmail\n${number},Ada,yes\n${other},Ada L.,yes\n`),
    });
    const visit = { type: 'site.visited', body: { page: '/shoes' } } as const;
    await recordOwn(database, { ...visit, id: 'v', chainId: idOf(other), at: 2 }, 2);
    await database.query(
      `INSERT INTO replies (chain_id, id, command, at, sender, subject, words)
       VALUES ($1, '1:1', 'c', 3, 'ada@example.com', 'Re: shoes', 'Please ring me')`,
      [idOf(other)],
    );
    expect(await runSame(database, { number, other }, options)).toContain('one person');
    await setConsent(database, {
      chainId: idOf(other),
      purpose: 'email',
      granted: false,
      origin: 'unsubscribe',
      now: 4,
    });
    expect([await mayMail(number), await mayMail(other)]).toEqual(['no', 'no']);
    for (const asked of [number, other]) {
      const file = await readPerson(database, idOf(asked), 5_000);
      expect([file.customer?.attributes, file.others.map(({ attributes }) => attributes)]).toEqual([
        { firstName: 'Ada' },
        [{ firstName: 'Ada L.' }],
      ]);
      expect(file.facts.map(({ type }) => type)).toContain('site.visited');
      expect(file.facts).toContainEqual({
        ...{ at: 3, store: null, type: 'mail.received' },
        body: { subject: 'Re: shoes', words: 'Please ring me' },
      });
      expect(file.consents[0]).toMatchObject({ granted: false, origin: 'unsubscribe' });
    }
    // Who asks for it at a desk is given the same, by any number of hers, and that it was asked for is written down.
    const whole = await readPerson(database, idOf(number), options.now);
    expect(JSON.parse(await runExport(database, other, options))).toEqual(JSON.parse(JSON.stringify(whole)));
    expect(await database.query('SELECT operator, person, found FROM look_ups')).toEqual([
      { operator: '(command line)', person: tombstoneOf(chainKey, idOf(other)), found: true },
    ]);
    expect(await runApart(database, other, options)).toContain('two people again');
    expect([await mayMail(number), await mayMail(other)]).toEqual(['yes', 'no']);
    expect((await readPerson(database, idOf(number), 5_000)).facts.map(({ type }) => type)).not.toContain(
      'site.visited',
    );
  });

  test('a number that nobody knows, that was forgotten or is in use already is told, with what to do', async () => {
    for (const text of [number, other, third])
      await database.query('INSERT INTO customers (chain_id, made_at, changed_at) VALUES ($1, 1, 1)', [idOf(text)]);
    const same = (one: string, two: string): Promise<string> => runSame(database, { number: one, other: two }, options);
    await expect(same(number, 'web-8')).rejects.toThrow('Nothing is known of web-8');
    await expect(runExport(database, 'web-8', options)).rejects.toThrow('Nothing is known of web-8');
    await expect(same(number, '2900000000019')).rejects.toThrow('check-digit');
    await expect(same(number, number)).rejects.toThrow('given twice');
    await same(number, other);
    await expect(same(third, other)).rejects.toThrow('already');
    await expect(runApart(database, third, options)).rejects.toThrow('part of nobody');
    await database.transaction((sql) => eraseCustomer(sql, { chainId: idOf(third), chainKey, origin: 'page', now: 2 }));
    await expect(same(number, third)).rejects.toThrow('forgotten');
  });
});
