/**
 * The line, with a journal on paper on one side and headquarters with a real database on the other: on PostgreSQL, and
 * on the PGlite that stands in for it, the same.
 */
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { differingDays } from '../audit/hq-days.ts';
import { type Database, SqlRefusedError } from '../database/database.ts';
import { openPostgres } from '../database/postgres.ts';
import { addStore, standings } from '../intake/store-lines.ts';
import { packChunk } from '../link/chunk.ts';
import type { UpwardRow } from '../link/day-digest.ts';
import { HqClient } from '../link/hq-client.ts';
import { upload } from '../link/upload.ts';
import { type Postgres, startPostgres } from '../process/postgres.ts';
import { type RunningHq, startHq } from '../server/hq.ts';
import { PaperJournal } from './paper-journal.ts';

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres?.stop());

describe.each(['postgres', 'pglite'] as const)('on %s', (kind) => {
  let hqs: RunningHq[] = [];
  let database: Database;
  let stores = 0;

  beforeAll(async () => {
    const listen = { host: '127.0.0.1', port: 0 };
    if (kind === 'postgres') {
      const url = await postgres.createDatabase('line');
      // Three processes would not be more of them: they share nothing but the database.
      hqs = await Promise.all([1, 2, 3].map(() => startHq({ listen, database: { url } }, systemPorts)));
    } else {
      hqs = [await startHq({ listen, database: { folder: null } }, systemPorts)];
    }
    database = (hqs[0] as RunningHq).database;
  });
  afterAll(() => Promise.all(hqs.map((hq) => hq.stop())));

  async function newStore(): Promise<{ name: string; token: string; client: HqClient; clients: HqClient[] }> {
    stores += 1;
    const name = `store-${stores}`;
    const token = await addStore(database, name, 0);
    const clients = hqs.map(({ port }) => new HqClient({ url: `http://127.0.0.1:${port}`, token }));
    return { name, token, clients, client: clients[0] as HqClient };
  }

  const standing = async (name: string) => (await standings(database)).find(({ store }) => store === name);
  const seqsOf = async (name: string): Promise<number[]> => {
    const rows = await database.query<{ seq: number }>(
      'SELECT seq FROM facts JOIN stores ON stores.number = facts.store WHERE stores.store = $1 ORDER BY seq',
      [name],
    );
    return rows.map(({ seq }) => seq);
  };

  it('what a store has is there afterwards, once, and nothing is sent a second time', async () => {
    const { name, client } = await newStore();
    const journal = new PaperJournal();
    journal.write(5_000);
    const first = await upload({ client, facts: journal, ports: systemPorts });
    expect(first).toMatchObject({ kind: 'done', facts: 5_000, quarantined: 0, upTo: journal.lastSeq() });
    const again = await upload({ client, facts: journal, ports: systemPorts });
    expect(again).toMatchObject({ kind: 'done', facts: 0 });
    journal.write(10);
    expect(await upload({ client, facts: journal, ports: systemPorts })).toMatchObject({ kind: 'done', facts: 10 });
    expect(await seqsOf(name)).toEqual(journal.rows.map(([seq]) => seq));
    expect(await standing(name)).toMatchObject({ pending: 0, facts: 5_010, quarantined: 0 });
  });

  it('answers that are lost after the commit, and lines that break before it, double nothing and lose nothing', async () => {
    const { name, client } = await newStore();
    const journal = new PaperJournal();
    journal.write(4_000);
    let calls = 0;
    const cut: Pick<HqClient, 'hello' | 'chunk'> = {
      hello: (hello) => client.hello(hello),
      chunk: async (bytes) => {
        calls += 1;
        if (calls % 4 === 1) return { kind: 'away', reason: 'cut before it went out' };
        const answer = await client.chunk(bytes);
        return calls % 4 === 3 ? { kind: 'away', reason: 'its answer was lost' } : answer;
      },
    };
    let tries = 0;
    for (; tries < 100; tries += 1) {
      const ending = await upload({ client: cut, facts: journal, ports: systemPorts, factsMax: 300 });
      if (ending.kind === 'done') break;
      expect(ending.kind).toBe('away');
    }
    expect(tries).toBeGreaterThan(3);
    expect(await seqsOf(name)).toEqual(journal.rows.map(([seq]) => seq));
    expect((await standing(name))?.facts).toBe(4_000);
  });

  it('several headquarters at once on one database take a store’s chunks once', async () => {
    const { name, clients } = await newStore();
    const journal = new PaperJournal();
    journal.write(3_000);
    const all = [...clients, ...clients];
    for (let round = 0; round < 20; round += 1) {
      const endings = await Promise.all(
        all.map((client) => upload({ client, facts: journal, ports: systemPorts, factsMax: 250 })),
      );
      if (endings.every(({ kind: ending }) => ending === 'done')) break;
    }
    expect(await seqsOf(name)).toEqual(journal.rows.map(([seq]) => seq));
  });

  it('a life of a journal that is told of several times at once is one line', async () => {
    const { token } = await newStore();
    const clients = hqs.flatMap(({ port }) =>
      [1, 2, 3].map(() => new HqClient({ url: `http://127.0.0.1:${port}`, token })),
    );
    for (const epoch of ['first', 'second', 'third']) {
      const hello = { versions: [1], epoch, lastSeq: 0, now: 0, release: 0, releaseFault: null };
      const answers = await Promise.all(clients.map((client) => client.hello(hello)));
      expect(answers.map(({ kind }) => kind)).toEqual(clients.map(() => 'answered'));
    }
    for (const client of clients) client.close();
  });

  it('a fact that the database will not have is put aside with the reason, and the rest of its chunk goes on', async () => {
    const { name, client } = await newStore();
    const journal = new PaperJournal();
    journal.write(3_000);
    const bad = [500, 1_500, 2_500].map((index) => {
      const row = journal.rows[index]!;
      journal.rows[index] = [...row.slice(0, 10), 'a\0b', ...row.slice(11)] as unknown as typeof row;
      return row[0];
    });
    const ending = await upload({ client, facts: journal, ports: systemPorts });
    expect(ending).toMatchObject({ kind: 'done', quarantined: 3, upTo: journal.lastSeq() });
    expect(await seqsOf(name)).toEqual(journal.rows.map(([seq]) => seq).filter((seq) => !bad.includes(seq)));
    const kept = await database.query<{ seq: number; reason: string; sample: string }>(
      'SELECT seq, reason, sample FROM quarantine JOIN stores ON number = quarantine.store WHERE stores.store = $1 ORDER BY seq',
      [name],
    );
    expect(kept.map(({ seq }) => seq)).toEqual(bad);
    for (const { reason, sample } of kept) {
      expect(reason).toContain('0x00');
      expect(sample).toContain('a␀b');
    }
  });

  it('a chunk whose columns are uneven is cut down to the fact that bends them', async () => {
    const { name, client } = await newStore();
    const journal = new PaperJournal();
    journal.write(600);
    const bent = journal.rows[333]![0];
    const asked = journal.chunk.bind(journal);
    // Its value holds a line feed that nobody has escaped: a mistake of the store's.
    journal.chunk = async (query) => {
      const content = await asked(query);
      const ref = content?.columns[10]?.toString().replace(`r-${bent}\n`, `r-${bent}\n\n`);
      return content && { ...content, columns: content.columns.map((column, index) => (index === 10 ? ref! : column)) };
    };
    const ending = await upload({ client, facts: journal, ports: systemPorts });
    expect(ending.kind).toBe('done');
    const there = await seqsOf(name);
    expect(there.length).toBeGreaterThanOrEqual(599 - 1);
    expect(ending.quarantined).toBe(600 - there.length);
  });

  it('what the store has forgotten is forgotten here, and what money needs stays without a person', async () => {
    const { name, client } = await newStore();
    const journal = new PaperJournal();
    journal.write(200);
    await upload({ client, facts: journal, ports: systemPorts });
    journal.gone.removed.push(50, 51);
    journal.gone.nobodys.push(52);
    expect((await upload({ client, facts: journal, ports: systemPorts })).kind).toBe('done');
    expect(journal.heard).toEqual([50, 51, 52]);
    const there = await seqsOf(name);
    expect(there).not.toContain(50);
    const [kept] = await database.query<{ subject: number | null }>(
      'SELECT subject FROM facts JOIN stores ON number = facts.store WHERE stores.store = $1 AND seq = 52',
      [name],
    );
    expect(kept?.subject).toBeNull();
    const notes = await database.query(
      'SELECT 1 FROM notes JOIN stores ON number = notes.store WHERE stores.store = $1 AND seq = 50',
      [name],
    );
    expect(notes).toEqual([]);
  });

  it('the audit names each day on which one side was altered, and no other', async () => {
    const { name, client } = await newStore();
    const journal = new PaperJournal();
    journal.write(3_000);
    await upload({ client, facts: journal, ports: systemPorts });
    const [life] = await journal.lives();
    const asked = async () => {
      const days = await journal.days({ life: life!, sinceDay: '2026-09-01', upTo: journal.lastSeq() });
      const answer = await client.days({ epoch: journal.epoch, upTo: journal.lastSeq(), days });
      if (answer.kind !== 'answered') throw new Error(JSON.stringify(answer));
      return answer.content.differing.map(({ day }) => day);
    };
    expect(await asked()).toEqual([]);
    const dayOf = (index: number): string => new Date(journal.rows[index]![2]).toISOString().slice(0, 10);
    const at = `(SELECT number FROM stores WHERE store = '${name}')`;
    for (const [index, change] of [
      [100, 'UPDATE facts SET amount = amount + 1'],
      [900, "UPDATE facts SET ref = ref || 'x'"],
      [1_700, 'DELETE FROM facts'],
      [2_500, 'UPDATE facts SET place = NULL'],
    ] as const) {
      await database.query(`${change} WHERE store = ${at} AND seq = $1`, [journal.rows[index]![0]]);
    }
    expect(await asked()).toEqual([100, 900, 1_700, 2_500].map(dayOf));
  });

  it('the audit names a day of which the store itself knows nothing any more, and looks at no day that was not asked for', async () => {
    const { client } = await newStore();
    const journal = new PaperJournal();
    journal.write(1_000);
    await upload({ client, facts: journal, ports: systemPorts });
    const { epoch, rows } = journal;
    const upTo = journal.lastSeq();
    const dayOf = (row: UpwardRow | undefined): string => new Date(row![2]).toISOString().slice(0, 10);
    const first = dayOf(rows[0]);
    const second = dayOf(rows.find((row) => dayOf(row) !== first));
    const last = dayOf(rows.at(-1));
    // The disk has lost a page: the oldest day is gone, and the newest.
    rows.splice(0, rows.length, ...rows.filter((row) => ![first, last].includes(dayOf(row))));
    const asked = async (since: string, until?: string) => {
      const range = { since, ...(until ? { until } : {}) };
      const days = await journal.days({ life: { epoch, from: 1, to: null }, sinceDay: since, upTo });
      const within = until ? days.filter(({ day }) => day < until) : days;
      const answer = await client.days({ epoch, upTo, days: within, ...range });
      if (answer.kind !== 'answered') throw new Error(JSON.stringify(answer));
      return answer.content.differing.map(({ day }) => day);
    };
    expect(await asked('2026-09-01')).toEqual([first, last]);
    expect(await asked(second)).toEqual([last]);
    expect(await asked('2026-09-01', last)).toEqual([first]);
    expect(await asked(second, last)).toEqual([]);
    rows.splice(0, rows.length);
    expect(await asked('2026-09-01', second)).toEqual([first]);
  });

  it('nobody gets in with another’s credentials, and a line that bends bytes is found out', async () => {
    const { token, client } = await newStore();
    const { name: other } = await newStore();
    const stranger = new HqClient({
      url: `http://127.0.0.1:${hqs[0]!.port}`,
      token: `${other}.${token.split('.')[1]}`,
    });
    const journal = new PaperJournal();
    journal.write(100);
    expect(await upload({ client: stranger, facts: journal, ports: systemPorts })).toMatchObject({ kind: 'refused' });
    await client.hello({ versions: [1], epoch: journal.epoch, lastSeq: 100, now: 0, release: 0, releaseFault: null });
    const [life] = await journal.lives();
    const content = await journal.chunk({ life: life!, after: 0, factsMax: 100, wordsTo: 0, sourcesTo: 0 });
    const bytes = packChunk(content!);
    bytes[bytes.length >> 1]! ^= 0xff;
    expect(await client.chunk(bytes)).toMatchObject({ kind: 'refused', refusal: { reason: 'damaged' } });
    expect(await client.chunk(Buffer.from('no chunk'))).toMatchObject({ refusal: { reason: 'damaged' } });
  });

  it('an idle connection is kept longer than a store keeps it', async () => {
    const reply = await fetch(`http://127.0.0.1:${hqs[0]?.port}/health`);
    expect([await reply.text(), reply.headers.get('keep-alive')]).toEqual([expect.any(String), 'timeout=72']);
  });

  it('a store of another time is told which versions are spoken here', async () => {
    const { client } = await newStore();
    const hello = { epoch: 'life-1', lastSeq: 0, now: 0, release: 0, releaseFault: null };
    expect(await client.hello({ ...hello, versions: [1, 99] })).toMatchObject({ content: { version: 1 } });
    const refused = await client.hello({ ...hello, versions: [99] });
    expect(refused).toMatchObject({ refusal: { reason: 'unknown-version', message: expect.stringContaining('99') } });
  });
});

it('a connection that the server cuts in a transaction, at work or between two statements, ends that and not the process', async () => {
  const cut = await openPostgres(await postgres.createDatabase('cut'));
  for (const next of ['SELECT 1', 'SELECT pg_sleep(60)']) {
    const begun = Promise.withResolvers<number>();
    const gate = Promise.withResolvers<void>();
    const underWay = cut.transaction(async (sql) => {
      const [row] = await sql.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      begun.resolve(row?.pid ?? 0);
      if (next === 'SELECT 1') await gate.promise;
      await sql.query(next);
    });
    const ending = expect(underWay).rejects.toBeInstanceOf(SqlRefusedError);
    const pid = await begun.promise;
    // An error of which nobody hears would be one of the whole run.
    await cut.query('SELECT pg_terminate_backend($1, 60000)', [pid]);
    gate.resolve();
    await ending;
    expect(await cut.transaction((sql) => sql.query('SELECT 1 AS one'))).toEqual([{ one: 1 }]);
  }
  await cut.close();
});

it('days that only one side knows differ', () => {
  const day = { day: '2026-09-01', facts: 1, hash: '0'.repeat(16) };
  expect(differingDays([day], [])).toEqual([{ day: day.day, store: day, hq: null }]);
  expect(differingDays([], [day])).toEqual([{ day: day.day, store: null, hq: day }]);
  expect(differingDays([day], [day])).toEqual([]);
});
