/**
 * Builds of two times on one line, seen from headquarters (reliability, goal G18): what a released version's store said,
 * as bytes, and what its headquarters had in their tables, on today's code; and a store that is newer than headquarters.
 */
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { readState } from '@kairos/dialogue/engine/state-codec.ts';
import { factColumns } from '@kairos/protocol/fact-rows/fact-columns.ts';
import { simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import type { ChunkHeader } from '@kairos/protocol/sync-messages.ts';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { CommandBook, leaseMs } from '../channels/command-book.ts';
import { dialogueFigures } from '../customers/dialogue-figures.ts';
import type { Database } from '../database/database.ts';
import { migrate } from '../database/migrate.ts';
import { migrations } from '../database/migrations/all.ts';
import { openPglite } from '../database/pglite.ts';
import { recordOwn } from '../facts/own-facts.ts';
import { readCustomerState } from '../folding/customer-state.ts';
import { addStore, standings } from '../intake/store-lines.ts';
import { chunkType } from '../link/hq-client.ts';
import { upload } from '../link/upload.ts';
import { publish } from '../releases/release-book.ts';
import { type RunningHq, startHq } from '../server/hq.ts';
import { FoldHouse } from './fold-house.ts';
import { PaperJournal } from './paper-journal.ts';
import { acts, chainKey, foldAll, regular } from './released/acts.ts';
import {
  type Conversation,
  type Exchange,
  loadRows,
  readReleased,
  releasedFolder,
  releasedVersions,
  rowsOf,
  shapeOf,
  type Tables,
} from './released/conversation.ts';

test('the first version is among them', () => {
  expect(releasedVersions()).toContain('0.1.0');
});

describe.each(releasedVersions())('the tables of headquarters of %s', (version) => {
  const conversation = readReleased<Conversation>(version, 'line.json');
  const frozen = readReleased<Tables>(version, 'tables.json');
  const { now } = conversation;
  let database: Database;
  beforeAll(async () => {
    database = await openPglite(null);
    await migrate(
      database,
      migrations.filter((one) => conversation.migrations.includes(one.version)),
    );
  });
  afterAll(() => database?.close());

  it('are made to the letter as then; one that was changed since would be noticed', async () => {
    const shape = readFileSync(join(releasedFolder(version), 'tables.txt'), 'utf8');
    expect(await shapeOf(database)).toBe(shape);
    await database.query('ALTER TABLE quarantine ADD COLUMN planted text');
    expect(await shapeOf(database)).not.toBe(shape);
    await database.query('ALTER TABLE quarantine DROP COLUMN planted');
  });

  it('are brought up to today, and every figure and state is what it was', async () => {
    await loadRows(database, frozen);
    await migrate(database);
    const expected = readReleased<{ figures: object; stores: object[] }>(version, 'figures.json');
    expect(await dialogueFigures(database)).toEqual(expected.figures);
    expect(await standings(database)).toMatchObject(expected.stores);
    await foldAll({ database, now });
    expect(await statesOf(database)).toMatchObject(frozenStates(frozen));
  });

  it('fold to the same from everybody’s first fact, decide nothing a second time, and a fact less is noticed', async () => {
    const made = await database.query('SELECT chain_id, id FROM own_facts ORDER BY 1, 2');
    await foldAnew(database, now);
    expect(await statesOf(database)).toMatchObject(frozenStates(frozen));
    expect(await database.query('SELECT chain_id, id FROM own_facts ORDER BY 1, 2')).toEqual(made);
    expect(ordered(await rowsOf(database), frozen, 'commands')).toMatchObject(ordered(frozen, frozen, 'commands'));
    const planted = await database.query<Record<string, unknown>>(
      "DELETE FROM own_facts WHERE chain_id = $1 AND type = 'run.entered' RETURNING *",
      [regular],
    );
    await foldAnew(database, now);
    expect(await statesOf(database)).not.toMatchObject(frozenStates(frozen));
    for (const row of planted)
      await database.query('INSERT INTO own_facts SELECT * FROM jsonb_populate_record(NULL::own_facts, $1::jsonb)', [
        JSON.stringify(row),
      ]);
    await foldAnew(database, now);
    expect(await statesOf(database)).toMatchObject(frozenStates(frozen));
  });

  it('go on: a purchase answers the mail that was sent then; one that was on its way keeps its name', async () => {
    const before = runsOf(await statesOf(database), regular);
    expect(before).toHaveLength(1);
    const line = {
      id: 'R-1:0',
      code: '1',
      name: '',
      department: '',
      tags: [],
      quantity: 1_000,
      unitPrice: 1,
      amount: 1,
    };
    const body = { till: 'till-1', receipt: 'R-1', currency: 'EUR', lines: [line], total: 1 };
    await database.transaction((sql) =>
      recordOwn(sql, { id: 'later', chainId: regular, type: 'sale', at: now + 1, body }, now + 1),
    );
    await foldAll({ database, now: now + 1 });
    expect(runsOf(await statesOf(database), regular)).toEqual([]);
    const book = new CommandBook({ database, who: 'hq-2', tagKey: 'another key' });
    const [claimed] = await book.claim(['email'], { now: now + leaseMs + 1, max: 9 });
    const carried = frozen.carriage?.find(({ command }) => command === claimed?.command.command);
    const [row] = await database.query<{ tag: string }>('SELECT tag FROM carriage WHERE command = $1', [
      claimed?.command.command,
    ]);
    expect(row?.tag).toBe(carried?.tag);
    expect(carried?.tag).toBeDefined();
  });
});

describe.each(releasedVersions())('the line of a store of %s', (version) => {
  const conversation = readReleased<Conversation>(version, 'line.json');
  const frozen = readReleased<Tables>(version, 'tables.json');
  const exchanges = conversation.turns.filter((one): one is Exchange => one.kind === 'exchange');
  const { now } = conversation;
  let hq: RunningHq;
  let token: string;
  beforeAll(async () => {
    const listen = { host: '127.0.0.1', port: 0 };
    const ports = simulatedPorts({ startMs: now, seed: 1 });
    hq = await startHq({ listen, database: { folder: null }, chainKey }, ports);
    token = await addStore(hq.database, 'riverside', now);
    await addStore(hq.database, 'lakeside', now);
    await hq.database.query('INSERT INTO feeds (store, name) VALUES (1, $1)', [conversation.feed]);
  });
  afterAll(() => hq?.stop());

  async function say(path: string, type: string, body: Buffer, as = token): Promise<{ status: number; said: unknown }> {
    const answer = await fetch(`http://127.0.0.1:${hq.port}${path}`, {
      method: 'POST',
      // A connection that waits is closed after five seconds, and a question that goes out just then is lost.
      headers: { 'content-type': type, authorization: `Bearer ${as}`, connection: 'close' },
      body: new Uint8Array(body),
    });
    return { status: answer.status, said: await answer.json() };
  }

  it('is answered as it was then, question by question', async () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    for (const turn of conversation.turns) {
      if (turn.kind === 'deed') {
        await acts[turn.name]?.({ database: hq.database, now, releaseKey: privateKey });
        continue;
      }
      const body = Buffer.from(turn.said, turn.type === chunkType ? 'base64' : 'utf8');
      const { status, said } = await say(turn.path, turn.type, body, turn.as === 'store' ? token : 'riverside.nothing');
      const { signature, ...then } = JSON.parse(turn.answered) as Record<string, unknown>;
      expect(status, turn.path).toBe(turn.status);
      // A limit may have grown: a store keeps to its own where that is less.
      if ('chunkFactsMax' in then)
        expect(said).toMatchObject({
          chunkFactsMax: expect.toSatisfy((max: number) => max >= Number(then.chunkFactsMax)),
        });
      const { chunkFactsMax: _, ...same } = then;
      // Words for people may be others today; the reason is not.
      const expected = status === 200 ? same : { reason: then.reason };
      expect(said, turn.path).toMatchObject(expected);
      if (signature !== undefined) expect(said).toHaveProperty('signature', expect.stringMatching(/^[\w+/]{86}==$/));
    }
  });

  it('and what it said stands in the tables as it did', async () => {
    const today = await rowsOf(hq.database);
    for (const table of ['facts', 'words', 'sources', 'subjects', 'notes', 'appearances', 'consents', 'commands'])
      expect(ordered(today, frozen, table), table).toMatchObject(ordered(frozen, frozen, table));
    for (const table of ['erasures', 'erased_subjects', 'erasure_receipts', 'identities', 'lines'])
      expect(ordered(today, frozen, table), table).toMatchObject(ordered(frozen, frozen, table));
    // Those who were erased count in them.
    const { figures } = readReleased<{ figures: object }>(version, 'figures.json');
    expect(await dialogueFigures(hq.database)).toEqual(figures);
    // What was decided then anew may have been reckoned otherwise: where everybody is, is the same.
    expect(placesOf(await statesOf(hq.database))).toEqual(placesOf(frozenStates(frozen)));
    const one = today.facts?.[0] as Record<string, unknown>;
    const bent = { ...today, facts: [{ ...one, ref: 'planted' }, ...(today.facts ?? []).slice(1)] };
    expect(ordered(bent, frozen, 'facts')).not.toMatchObject(ordered(frozen, frozen, 'facts'));
  });

  describe('and of one that is newer', () => {
    const epoch = 'a-newer-life';
    const first = exchanges.find(({ type }) => type === chunkType) as Exchange;
    const { header, columns } = opened(Buffer.from(first.said, 'base64'));
    const mood = (index: number): string => (index % 3 === 0 ? '\\N' : `a\\tmood\\\\${index}`);
    const subjects = (columns.get('subject') as string[]).map(Number);
    /** Of each fact a column more, of one a type and of another a field that nobody here knows. */
    const newer = (more: object = {}): Buffer => {
      const types = columns.get('type') as string[];
      const sale = header.words.find(([, text]) => text === 'consent.changed')?.[0];
      const bent = types.indexOf(String(sale));
      const shownType = String(header.words.find(([, text]) => text === 'message.shown')?.[0]);
      const shown = types.findIndex((type, index) => type === shownType && subjects[index] === 2);
      const said = new Map(columns);
      said.set('type', types.with(shown, '5000'));
      const rest = columns.get('rest') as string[];
      said.set('rest', rest.with(bent, `${(rest[bent] as string).slice(0, -1)},null,"of later"]`));
      said.set(
        'mood',
        types.map((_, index) => mood(index)),
      );
      const words = [...header.words, [5_000, 'goods.weighed'] as const];
      return packed({ ...header, epoch, words, weather: 'rain', ...more }, said);
    };
    const hello = (versions: number[]): Promise<{ status: number; said: unknown }> => {
      const asked = { versions, epoch, lastSeq: header.to, now, weather: 'rain' };
      return say('/v1/line/hello', 'application/json', Buffer.from(JSON.stringify(asked)));
    };

    it('a version that is too new is refused with what to update, and takes nothing with it', async () => {
      expect(await hello([7])).toMatchObject({
        status: 426,
        said: { reason: 'unknown-version', message: expect.stringContaining('update them') },
      });
      expect(await hello([7, 1])).toMatchObject({ status: 200, said: { version: 1, upTo: 0 } });
      const refused = await say(first.path, chunkType, newer({ version: 7, words: 'of another form' }));
      expect(refused).toMatchObject({
        status: 426,
        said: { reason: 'unknown-version', message: expect.stringMatching(/versions 1 .* 7.*update them/) },
      });
      expect(await hello([1])).toMatchObject({ said: { upTo: 0 } });
    });

    it('what it says beyond this build stays with its facts, whole', async () => {
      expect(await say(first.path, chunkType, newer())).toMatchObject({
        status: 200,
        said: { upTo: header.to, quarantinedCount: 0 },
      });
      expect(await hello([1])).toMatchObject({ said: { upTo: header.to } });
      const rows = await hq.database.query<{ seq: number; mood: string | null; rest: string | null; type: string }>(
        `SELECT facts.seq, more ->> 'mood' AS mood, rest, words.text AS type FROM facts
           JOIN lines USING (store, epoch) LEFT JOIN notes USING (store, epoch, seq)
           JOIN words ON words.store = facts.store AND words.epoch = facts.epoch AND words.id = facts.type
         WHERE lines.name = $1 ORDER BY seq`,
        [epoch],
      );
      expect(rows).toHaveLength(header.facts);
      // Who was erased, before or with this chunk: what nobody here can judge is not kept of her.
      const gone = new Set([3, ...header.erased]);
      expect(rows.map((row) => row.mood)).toEqual(
        rows.map((_, index) => (index % 3 === 0 || gone.has(subjects[index] ?? 0) ? null : `a\tmood\\${index}`)),
      );
      expect(subjects).toContain(3);
      expect(rows.filter(({ type }) => type === 'goods.weighed')).toHaveLength(1);
      expect(rows.filter(({ rest }) => rest?.endsWith('"of later"]'))).toHaveLength(1);
    });

    it('folding passes over it, and says in whose facts it was', async () => {
      await foldAll({ database: hq.database, now });
      const beyond = await hq.database.query<{ what: string }>('SELECT DISTINCT what FROM not_understood ORDER BY 1');
      expect(beyond.map(({ what }) => what)).toEqual(['consent.changed+3', 'goods.weighed']);
    });

    it('is forgotten with whom it may be about', async () => {
      const more = async (): Promise<number[]> => {
        const rows = await hq.database.query<{ seq: number }>(
          'SELECT seq FROM notes JOIN lines USING (store, epoch) WHERE lines.name = $1 AND more IS NOT NULL ORDER BY seq',
          [epoch],
        );
        return rows.map(({ seq }) => seq);
      };
      const [removed = 0, kept = 0] = await more();
      const bare = {
        ...header,
        ...{ epoch, after: header.to, words: [], sources: [], people: [], notes: [], facts: 0 },
      };
      const gone = packed({ ...bare, to: header.to, removed: [removed], nobodys: [kept], erased: [] }, new Map());
      expect(await say(first.path, chunkType, gone)).toMatchObject({ status: 200 });
      expect(await more()).not.toContain(removed);
      expect(await more()).not.toContain(kept);
      const hers = (columns.get('seq') as string[]).map(Number).filter((_, index) => subjects[index] === 2);
      expect((await more()).some((seq) => hers.includes(seq))).toBe(true);
      const erasing = packed({ ...bare, to: header.to, removed: [], nobodys: [], erased: [2] }, new Map());
      expect(await say(first.path, chunkType, erasing)).toMatchObject({ status: 200 });
      expect((await more()).some((seq) => hers.includes(seq))).toBe(false);
    });

    it('and the migration that knows the column finds what was said', async () => {
      const later = {
        version: 9_999,
        sql: `ALTER TABLE facts ADD COLUMN mood text;
          UPDATE facts SET mood = more ->> 'mood' FROM notes
          WHERE notes.store = facts.store AND notes.epoch = facts.epoch AND notes.seq = facts.seq AND more ? 'mood'`,
      };
      await migrate(hq.database, [...migrations, later]);
      const [row] = await hq.database.query<{ moods: number }>('SELECT count(mood) AS moods FROM facts');
      expect(row?.moods).toBeGreaterThan(10);
    });
  });
});

describe('a type of facts that headquarters do not know yet', () => {
  const known = factColumns['site.visited'];
  const table = factColumns as Record<string, unknown>;
  let database: Database;
  beforeAll(async () => {
    database = await openPglite(null);
    await migrate(database);
  });
  afterAll(async () => {
    table['site.visited'] = known;
    await database?.close();
  });

  it('counts for nothing, and for all that it is once the build that knows it folds', async () => {
    const house = new FoldHouse(database);
    const clicks = `dialogue: clicks
type: II
objective: { on: sale, within: 60d, value: 10 }
holdout: 0%
enter: [{ on: sale, where: 'clicks >= 2' }]
steps:
  later: { wait: { for: next-visit, within: 60d, then: end, else: end } }
`;
    const measured = 'house: test\nmeasures:\n  clicks: { count: site.visited, where: fact.category == "shoes" }\n';
    const { privateKey: key } = generateKeyPairSync('ed25519');
    const files = Object.entries({ house: measured, clicks }).map(([name, text]) => ({ path: `${name}.yaml`, text }));
    expect(await publish(database, { files, key, now: 0 })).toMatchObject({ kind: 'published' });
    const store = await house.store('riverside');
    const her = 'c'.repeat(32);
    const now = house.ports.clock.now();
    store.know(1, her);
    store.hear('site.visited', now - 2_000, 1, { page: '/one', category: 'shoes' });
    store.hear('site.visited', now - 1_000, 1, { page: '/two', category: 'shoes' });
    delete table['site.visited'];
    await store.sync();
    await house.folder.foldDue();
    const before = (await house.state(her))?.engine ?? '';
    expect(await database.query('SELECT * FROM not_understood')).toEqual([{ chain_id: her, what: 'site.visited' }]);
    // Another process of the same build finds nothing to do.
    await house.newFolder().foldDue();
    expect((await house.state(her))?.engine ?? '').toBe(before);
    table['site.visited'] = known;
    await house.newFolder().foldDue();
    const after = (await house.state(her))?.engine ?? '';
    expect(after).toContain('clicks');
    expect(before).not.toContain('clicks');
    expect(await database.query('SELECT * FROM not_understood')).toEqual([]);
  });
});

it('a store that is older than headquarters is told so, and sends everything once it is updated', async () => {
  const journal = new PaperJournal();
  journal.write(40);
  const ports = simulatedPorts({ startMs: 0, seed: 1 });
  let version = 2;
  let taken = 0;
  const client = {
    hello: () => {
      const content = { version, upTo: taken, wordsTo: 0, sourcesTo: 0, chunkFactsMax: 1_000, now: 0, release: 0 };
      return Promise.resolve({ kind: 'answered' as const, content });
    },
    chunk: (bytes: Buffer) => {
      const { header } = opened(bytes);
      expect(header.version).toBe(1);
      taken = header.to;
      const content = { upTo: taken, quarantined: [], quarantinedCount: 0 };
      return Promise.resolve({ kind: 'answered' as const, content });
    },
  };
  const refused = await upload({ client, facts: journal, ports });
  expect(refused).toMatchObject({ kind: 'refused', reason: expect.stringContaining('update the store') });
  expect(taken).toBe(0);
  version = 1;
  expect(await upload({ client, facts: journal, ports })).toMatchObject({ kind: 'done', upTo: journal.lastSeq() });
});

/** What the engine keeps of everybody, as it is in memory. */
async function statesOf(database: Database): Promise<Record<string, unknown>> {
  const rows = await database.query<{ chain_id: string; state: unknown }>(
    'SELECT chain_id, state FROM customer_states',
  );
  return decoded(rows);
}

function frozenStates(tables: Tables): Record<string, unknown> {
  return decoded((tables.customer_states ?? []) as unknown as { chain_id: string; state: unknown }[]);
}

function decoded(rows: readonly { chain_id: string; state: unknown }[]): Record<string, unknown> {
  return Object.fromEntries(
    rows.map(({ chain_id: chainId, state }) => {
      const read = readCustomerState(state);
      const engine = read?.engine == null ? null : JSON.parse(JSON.stringify(readState(read.engine)));
      return [chainId, { engine, ended: read?.ended, doubled: read?.doubled }];
    }),
  );
}

function runsOf(states: Record<string, unknown>, chainId: string): unknown[] {
  const { engine } = states[chainId] as { engine: { runs: { dialogue: string }[] } | null };
  return (engine?.runs ?? []).filter(({ dialogue }) => dialogue === 'shoes');
}

/** Of everybody, the runs by what they are and how far they have come. */
function placesOf(states: Record<string, unknown>): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(states).map(([chainId, state]) => {
      const { engine } = state as { engine: { runs: { id: string; dialogue: string; step: string }[] } | null };
      return [chainId, (engine?.runs ?? []).map(({ id, dialogue, step }) => `${id} ${dialogue} ${step}`).sort()];
    }),
  );
}

async function foldAnew(database: Database, now: number): Promise<void> {
  await database.query("UPDATE customer_states SET state = jsonb_set(state, '{release}', '-1')");
  await database.query('INSERT INTO to_fold SELECT chain_id, 0 FROM customer_states ON CONFLICT DO NOTHING');
  await foldAll({ database, now });
}

/** Rows of a table by the columns that it had then, in one order; what came since, in values as well, may stand beside. */
function ordered(today: Tables, then: Tables, table: string): Record<string, unknown>[] {
  const columns = Object.keys(then[table]?.[0] ?? {});
  const key = (row: Record<string, unknown>): string =>
    JSON.stringify(columns.map((column) => (typeof row[column] === 'object' ? null : row[column])));
  const rows = (today[table] ?? []).map((row) => Object.fromEntries(columns.map((column) => [column, row[column]])));
  return rows.sort((one, other) => (key(one) < key(other) ? -1 : 1));
}

function opened(bytes: Buffer): { header: ChunkHeader; columns: Map<string, string[]> } {
  const plain = zstdDecompressSync(bytes);
  const end = plain.indexOf(0x0a);
  const header = JSON.parse(plain.subarray(0, end).toString()) as ChunkHeader;
  const columns = new Map<string, string[]>();
  let at = end + 1;
  for (const [name, length] of header.columns) {
    const text = plain.subarray(at, at + length).toString();
    columns.set(name, text === '' ? [] : text.slice(0, -1).split('\n'));
    at += length;
  }
  return { header, columns };
}

/** As any version may write one; a column that is not given is empty. */
function packed(header: object, columns: ReadonlyMap<string, readonly string[]>): Buffer {
  const names = new Set([...(header as ChunkHeader).columns.map(([name]) => name), ...columns.keys()]);
  const bodies = [...names].map((name) => Buffer.from((columns.get(name) ?? []).map((value) => `${value}\n`).join('')));
  const lengths = [...names].map((name, index) => [name, bodies[index]?.length ?? 0]);
  const first = Buffer.from(`${JSON.stringify({ ...header, columns: lengths })}\n`);
  return zstdCompressSync(Buffer.concat([first, ...bodies]));
}
