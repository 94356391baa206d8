/**
 * Taking away who may come in: stores, systems outside and people, by the commands of whoever is on call, while two
 * processes of headquarters serve one PostgreSQL. Each way in is open before, so that what closes it is seen to.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { chainIdOf } from '@kairos/protocol/chain-id.ts';
import { numberKeyOf } from '@kairos/protocol/number-digest.ts';
import { syncPaths } from '@kairos/protocol/sync-messages.ts';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { makeHandle } from '../../docs/examples/site-handle.mjs';
import { CallList, callLeaseMs } from '../channels/calls/call-list.ts';
import { dialogueFigures } from '../customers/dialogue-figures.ts';
import { eraseCustomer } from '../customers/erase-customer.ts';
import { owingStores } from '../customers/erasure-book.ts';
import { assertCurrent, migrate } from '../database/migrate.ts';
import { migrations } from '../database/migrations/all.ts';
import { openPostgres } from '../database/postgres.ts';
import { readLineStandings } from '../folding/page-people.ts';
import { addStore, standings } from '../intake/store-lines.ts';
import { runRemove, runRevoke } from '../operators/access-commands.ts';
import { peopleList, sourceList } from '../operators/access-lists.ts';
import { readStatus } from '../operators/status.ts';
import { attention } from '../operators/status-text.ts';
import { removedStores } from '../operators/store-access.ts';
import { addSource } from '../outside/source-book.ts';
import { addPerson, findPerson, signIn } from '../people/people-book.ts';
import { runPerson } from '../people/person-command.ts';
import { type Postgres, startPostgres } from '../process/postgres.ts';
import { type RunningHq, startHq } from '../server/hq.ts';
import { loadHqConfig } from '../server/hq-config.ts';
import { addCommand, addPerson as addCustomer } from './channel-stand.ts';

const chainKey = 'the key of this chain';
const number = '2900000000018';
const shop = 'https://shop.example.com';
const day = 86_400_000;
/** Midday of a day that is no edge of anything. */
const now = Date.UTC(2026, 8, 3, 12);
const setting = { timeZone: 'UTC', now };
const teams = { service: { perDay: 40, roles: ['representative'] } };

let folder: string;
let postgres: Postgres;
let both: readonly [RunningHq, RunningHq];

beforeAll(async () => {
  postgres = await startPostgres();
  folder = mkdtempSync(join(tmpdir(), 'kairos-access-'));
  const url = await postgres.createDatabase('hq');
  writeFileSync(
    join(folder, 'hq.yaml'),
    [
      'listen: { port: 0 }',
      `chainKey: ${chainKey}`,
      'loyalty: { prefixes: ["29"] }',
      `database: { url: "${url}" }`,
      `outside: { origins: ["${shop}"] }`,
      'channels: { calls: { teams: { service: { perDay: 40, roles: [representative] } } } }',
    ].join('\n'),
  );
  const loaded = loadHqConfig(join(folder, 'hq.yaml'));
  if (loaded.kind === 'faulty') throw new Error(loaded.faults.join('\n'));
  // The hour stands still, so that no lease ends; nothing here waits for it.
  const ports = { ...systemPorts, clock: { now: () => now, monotonic: () => systemPorts.clock.monotonic() } };
  both = [await startHq(loaded.config, ports), await startHq(loaded.config, ports)];
});
afterAll(async () => {
  await Promise.all((both ?? []).map((hq) => hq.stop()));
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  await both[0].database.query(
    `TRUNCATE stores, lines, feeds, traces_owed, erasures, erasure_receipts, erased_ids, outside_sources, outside_seen, people, sessions,
       tries, commands, carriage, call_days, customers, consents, own_facts, to_fold, dialogue_figures`,
  );
});

/** What each process answers. */
const ofBoth = (ask: (url: string) => Promise<Response>): Promise<number[]> =>
  Promise.all(both.map(async ({ port }) => (await ask(`http://127.0.0.1:${port}`)).status));

const greet =
  (token: string, lastSeq = 0) =>
  (url: string): Promise<Response> =>
    fetch(`${url}${syncPaths.hello}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ versions: [1], epoch: 'life-1', lastSeq, now }),
    });

test('a store’s token that is revoked opens nothing at once, in every process, and a new one goes on where it was', async () => {
  const { database } = both[0];
  const token = await addStore(database, 'riverside', now);
  expect(await ofBoth(greet(token, 7))).toEqual([200, 200]);
  expect(await runRevoke(database, { kind: 'store', name: 'riverside' }, setting)).toContain('opens nothing any more');
  expect(await ofBoth(greet(token, 7))).toEqual([403, 403]);
  expect(await standings(database)).toMatchObject([{ store: 'riverside', pending: 7, revokedAt: now }]);
  const renewed = await addStore(database, 'riverside', now);
  expect(await ofBoth(greet(renewed, 7))).toEqual([200, 200]);
  expect(await ofBoth(greet(token, 7))).toEqual([403, 403]);
  expect(await standings(database)).toMatchObject([{ store: 'riverside', pending: 7, revokedAt: null }]);
  await expect(runRevoke(database, { kind: 'store', name: 'harbour' }, setting)).rejects.toThrow(
    'There is no store "harbour": npm run hq -- stores names all.',
  );
  await expect(runRevoke(database, { kind: 'shop', name: 'harbour' }, setting)).rejects.toThrow(
    'store, source, person',
  );
});

test('a store that owes facts or an erasure receipt is removed only anyway; what it has told stays', async () => {
  const { database } = both[0];
  const token = await addStore(database, 'riverside', now);
  await addStore(database, 'harbour', now);
  expect(await ofBoth(greet(token, 7))).toEqual([200, 200]);
  const remove = (anyway = false): Promise<string> =>
    runRemove(database, { kind: 'store', name: 'riverside', anyway }, setting);
  await expect(remove()).rejects.toThrow(
    /^riverside owes 7 facts that it has not sent\. Nothing was removed\..*--anyway/,
  );
  await database.query('UPDATE lines SET up_to = 7, facts = 7, synced_at = $1', [now]);
  await database.transaction((sql) =>
    eraseCustomer(sql, { chainId: chainIdOf(chainKey, number), chainKey, origin: 'operator', now }),
  );
  await expect(remove()).rejects.toThrow(/^riverside owes 1 erasure receipts \(the oldest since 2026-09-03/);
  expect(await ofBoth(greet(token, 7))).toEqual([200, 200]);
  const [{ number: numbered = 0 } = {}] = await database.query<{ number: number }>(
    `SELECT number FROM stores WHERE store = 'riverside'`,
  );
  await database.query('INSERT INTO feeds (store, name, takes_caps) VALUES ($1, $2, true)', [numbered, 'feed']);
  await database.query(
    `INSERT INTO dialogue_figures (dialogue, held, figure, count) VALUES ('winBack', false, 'entered', 3)`,
  );
  const figures = await dialogueFigures(database);
  expect(figures).toHaveLength(1);

  expect(await remove(true)).toContain('The 7 facts that it has told stay');
  expect(await ofBoth(greet(token, 7))).toEqual([403, 403]);
  expect((await standings(database)).map(({ store }) => store)).toEqual(['harbour']);
  expect((await owingStores(database)).map(({ store }) => store)).toEqual(['harbour']);
  expect(await removedStores(database)).toEqual([{ store: 'riverside', removedAt: now, facts: 7 }]);
  expect(await database.query('SELECT up_to FROM lines WHERE store = $1', [numbered])).toEqual([{ up_to: 7 }]);
  expect(await dialogueFigures(database)).toEqual(figures);
  // Nobody's clock waits for it, and nothing is lent to it.
  expect((await readLineStandings(database)).syncedAt.get(numbered)).toBe(Number.MAX_SAFE_INTEGER);
  expect(await database.query('SELECT store FROM feeds WHERE takes_caps')).toEqual([]);
  await expect(remove(true)).rejects.toThrow('There is no store "riverside"');

  // Taken up again it is who it was, and owes again.
  const again = await addStore(database, 'riverside', now);
  expect(await ofBoth(greet(again, 7))).toEqual([200, 200]);
  expect((await owingStores(database)).map(({ store }) => store)).toEqual(['harbour', 'riverside']);
  expect((await readLineStandings(database)).syncedAt.get(numbered)).toBe(now);
  expect(await database.query(`SELECT number FROM stores WHERE store = 'riverside'`)).toEqual([{ number: numbered }]);
});

test('a source’s token and every handle sealed with it end at once; renewed, it may tell what it might before', async () => {
  const { database } = both[0];
  const tell =
    (token: string, type = 'custom.usage') =>
    (url: string): Promise<Response> =>
      fetch(`${url}/v1/facts`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ facts: [{ id: 'usage-1', number, type, at: now, body: { minutes: 1 } }] }),
      });
  const visit =
    (handle: string) =>
    (url: string): Promise<Response> =>
      fetch(`${url}/v1/site`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: shop },
        body: JSON.stringify({ handle, reports: [], ask: false }),
      });
  const handleOf = (token: string): string =>
    makeHandle({ token, digestKey: numberKeyOf(chainKey), number, untilMs: now + day });
  const token = await addSource(database, { name: 'shop', types: ['custom.usage'] }, now);
  expect(await ofBoth(tell(token))).toEqual([200, 200]);
  expect(await ofBoth(visit(handleOf(token)))).toEqual([200, 200]);

  await runRevoke(database, { kind: 'source', name: 'shop' }, setting);
  expect(await ofBoth(tell(token))).toEqual([401, 401]);
  expect(await ofBoth(visit(handleOf(token)))).toEqual([401, 401]);
  expect((await sourceList(database)).text).toMatch(/^shop: custom\.usage; since .*; revoked 2026-09-03/);

  const renewed = await addSource(database, { name: 'shop', types: null }, now);
  expect(await ofBoth(tell(renewed))).toEqual([200, 200]);
  expect(await ofBoth(visit(handleOf(token)))).toEqual([401, 401]);
  expect((await sourceList(database)).json).toMatchObject({ sources: [{ types: ['custom.usage'], revokedAt: null }] });

  const told = await database.query('SELECT id FROM own_facts');
  expect(told).toHaveLength(1);
  await runRemove(database, { kind: 'source', name: 'shop', anyway: false }, setting);
  expect(await ofBoth(tell(renewed))).toEqual([401, 401]);
  expect(await ofBoth(visit(handleOf(renewed)))).toEqual([401, 401]);
  expect((await sourceList(database)).text).toContain('There is no source yet');
  expect(await database.query('SELECT id FROM own_facts')).toEqual(told);
});

/** Signed in, at both, with a call that is hers. */
async function withCall(person: string): Promise<{ cookie: string; calls: CallList }> {
  const { database } = both[0];
  const who = { person, name: person, role: 'representative', team: 'service', locale: 'en' } as const;
  const password = await addPerson(database, who, now);
  const signedIn = await signIn(database, { person, password }, now);
  if (signedIn.kind !== 'in') throw new Error(signedIn.kind);
  const chainId = await addCustomer(database, { name: 'Ada' });
  await addCommand(database, { chainId, kind: 'call', madeAt: now, until: now + day });
  const rules = { quietHours: { from: 0, to: 0 }, timeZone: 'UTC' };
  const calls = new CallList({ database, config: { teams, timeZone: 'UTC' }, rules });
  expect(await calls.takeNext({ person, team: 'service', now })).toMatchObject({ kind: 'call' });
  return { cookie: `kairos-hq=${signedIn.token}`, calls };
}

const open =
  (cookie: string) =>
  (url: string): Promise<Response> =>
    fetch(`${url}/calls`, { headers: { cookie }, redirect: 'manual' });

test('who leaves is signed out everywhere at once, and her call is the next one’s, as if she had never had it', async () => {
  const { database } = both[0];
  for (const run of [runRevoke, runRemove]) {
    await database.query('TRUNCATE people, sessions, commands, customers, consents, call_days');
    const { cookie, calls } = await withCall('grace');
    expect(await ofBoth(open(cookie))).toEqual([200, 200]);
    expect((await peopleList(database, now)).text).toBe(
      'grace (grace): representative of service, signed in, one call\n',
    );
    expect(await calls.today('service', now)).toEqual({ waiting: 0, taken: 1 });
    const said = await run(database, { kind: 'person', name: 'Grace ', anyway: false }, setting);
    expect(said).toContain('signed out (1 sessions), and one call of hers is back on the list');
    expect(await ofBoth(open(cookie))).toEqual([303, 303]);
    expect(await calls.ofHers('grace', now)).toBeNull();
    expect(await calls.today('service', now)).toEqual({ waiting: 1, taken: 0 });
    expect(await calls.takeNext({ person: 'helen', team: 'service', now })).toMatchObject({ kind: 'call' });
  }
  expect(await findPerson(database, 'grace')).toBeNull();
});

test('a call whose lease is over is no call of today that she gives back', async () => {
  const { database } = both[0];
  const { calls } = await withCall('grace');
  const later = now + callLeaseMs;
  await runRemove(database, { kind: 'person', name: 'grace', anyway: false }, { ...setting, now: later });
  expect(await calls.today('service', later)).toEqual({ waiting: 1, taken: 1 });
});

test('a password that is taken away while somebody signs in with it leaves her no session', async () => {
  const { database } = both[0];
  const who = { person: 'grace', name: 'Grace', role: 'operator', team: '', locale: 'en' } as const;
  const password = await addPerson(database, who, now);
  let signingIn: ReturnType<typeof signIn> | undefined;
  await database.transaction(async (sql) => {
    await sql.query(`UPDATE people SET password = '' WHERE person = 'grace'`);
    signingIn = signIn(both[1].database, { person: 'grace', password }, now);
    // Her password was right when it was compared: she waits for this.
    await expect
      .poll(() => database.query(`SELECT pid FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'`))
      .not.toHaveLength(0);
    await sql.query(`DELETE FROM sessions WHERE person = 'grace'`);
  });
  expect(await signingIn).toEqual({ kind: 'wrong' });
  expect(await database.query('SELECT person FROM sessions')).toEqual([]);
});

test('a new password leaves her what she was, unless something else is said', async () => {
  const { database } = both[0];
  const options = { teams: ['service'], now };
  await runPerson(database, { person: 'olga', name: 'Olga Petrova', role: 'operator', locale: 'de' }, options);
  await runPerson(database, { person: 'olga' }, options);
  const olga = { person: 'olga', name: 'Olga Petrova', role: 'operator', team: '', locale: 'de' };
  expect(await findPerson(database, 'olga')).toEqual(olga);
  await runPerson(database, { person: 'olga', role: 'representative', team: 'service' }, options);
  expect(await findPerson(database, 'olga')).toEqual({ ...olga, role: 'representative', team: 'service' });
  await runPerson(database, { person: 'olga', role: 'operator' }, options);
  expect(await findPerson(database, 'olga')).toEqual(olga);
  await expect(runPerson(database, { person: 'nobody-yet' }, options)).rejects.toThrow('needs a --team');
  expect(await runRemove(database, { kind: 'person', name: 'olga', anyway: false }, setting)).toContain(
    'Nobody is an operator now',
  );
});

test('how headquarters stand is read from the database alone: stores, queues with what lies longest, erasures, its size', async () => {
  const { database } = both[0];
  const token = await addStore(database, 'riverside', now);
  await addStore(database, 'harbour', now);
  expect(await ofBoth(greet(token, 7))).toEqual([200, 200]);
  const chainId = await addCustomer(database, { name: 'Ada' });
  const command = (kind: string, madeAt: number) =>
    addCommand(database, { chainId, kind, madeAt, until: now + day, id: `${kind}-${madeAt}` });
  const last = now - 7_200_000;
  await command('email', now);
  await command('email', last);
  // Put off to the morning: it lies for no reason of ours.
  const later = await command('email', last - day);
  await database.query('INSERT INTO carriage (chain_id, command, tag, not_before, tries) VALUES ($1, $2, $3, $4, 2)', [
    chainId,
    later,
    '',
    now + 1,
  ]);
  await command('call', now - day);
  await database.transaction((sql) =>
    eraseCustomer(sql, { chainId: chainIdOf(chainKey, number), chainKey, origin: 'operator', now }),
  );
  const status = await readStatus(database, { now, version: '0.1.0' });
  expect(status).toMatchObject({
    database: { kind: 'postgres', tables: migrations.at(-1)?.version },
    stores: { all: 2, needs: 1, fine: 1, never: 1, owing: 2 },
    named: ['harbour'],
    quarantine: { facts: 0, newestAt: null },
    release: { number: 0, storesBehind: 0 },
    queues: [
      { kind: 'call', waiting: 1, due: 1, oldestAt: now - day, tried: 0 },
      { kind: 'email', waiting: 3, due: 2, oldestAt: last, tried: 1 },
    ],
    replies: { unread: 0, oldestAt: null },
    erasures: { stores: 2, receipts: 2, oldestAt: now, tracesSince: now },
    archive: null,
  });
  expect(status.database.bytes).toBeGreaterThan(1_000_000);
  expect(attention(status)).toEqual([
    expect.stringContaining('harbour'),
    expect.stringMatching(/^2 mails lie here, the oldest for 2 h/),
  ]);
  await runRemove(database, { kind: 'store', name: 'harbour', anyway: true }, setting);
  expect((await readStatus(database, { now, version: '0.1.0' })).stores).toMatchObject({ all: 1, needs: 0 });
});

test('whoever asks how headquarters stand changes no tables, and is told where there are none, or none of this build', async () => {
  const empty = await openPostgres(await postgres.createDatabase('empty'));
  try {
    await expect(assertCurrent(empty)).rejects.toThrow('no tables of headquarters');
    await migrate(empty, migrations.slice(0, -1));
    await expect(assertCurrent(empty)).rejects.toThrow(/are of version \d+, those of this build of \d+/);
    await migrate(empty);
    await assertCurrent(empty);
  } finally {
    await empty.close();
  }
});

test('the commands say what they did, and end with 1 and what to do where they did nothing', async () => {
  const { database } = both[0];
  const token = await addStore(database, 'riverside', now);
  const main = join(import.meta.dirname, '../main.ts');
  const hq = async (...args: string[]): Promise<{ code: number; said: string }> => {
    const run = promisify(execFile)(process.execPath, [main, ...args, '--config', join(folder, 'hq.yaml')]);
    return run.then(
      ({ stdout }) => ({ code: 0, said: stdout }),
      ({ code, stderr }: { code: number; stderr: string }) => ({ code, said: stderr }),
    );
  };
  expect(await ofBoth(greet(token, 2))).toEqual([200, 200]);
  const refused = await hq('remove', 'store', 'riverside');
  expect(refused.code).toBe(1);
  expect(refused.said).toContain('riverside owes 2 facts');
  expect(await hq('remove', 'store', 'riverside', '--anyway')).toMatchObject({ code: 0 });
  expect(await ofBoth(greet(token, 2))).toEqual([403, 403]);
  const { said } = await hq('status', '--json');
  expect(JSON.parse(said)).toMatchObject({ reachable: true, attention: [], stores: { all: 0 } });
});
