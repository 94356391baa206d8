/**
 * The process that carries out mails is killed at every step of a mail, and at random moments, over and over, on a real
 * PostgreSQL and a real SMTP server. Every command becomes one mail; where a kill fell between the server's word and
 * ours, it goes out once more under the same name, and is counted.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { seededRandom } from '@kairos/protocol/simulated-ports.ts';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { CallList } from '../channels/calls/call-list.ts';
import { carrierSteps } from '../channels/carrier.ts';
import type { Database } from '../database/database.ts';
import { migrate } from '../database/migrate.ts';
import { openPostgres } from '../database/postgres.ts';
import { type Postgres, startPostgres } from '../process/postgres.ts';
import { addCommand, addPerson, day } from './channel-stand.ts';
import { type MailServer, startMailServer } from './mail-server.ts';

const base = 1_800_000_000_000;
/** Random kills; KAIROS_KILLS asks for more. */
const kills = Number(process.env.KAIROS_KILLS ?? 4);

let postgres: Postgres;
let database: Database;
let server: MailServer;
let url: string;
let lives: number;
const children = new Set<ChildProcess>();

beforeAll(async () => {
  postgres = await startPostgres();
  url = await postgres.createDatabase('channels');
  database = await openPostgres(url);
  await migrate(database);
  server = await startMailServer();
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await server?.stop();
  await database?.close();
  await postgres?.stop();
});
beforeEach(async () => {
  await database.query('TRUNCATE commands, carriage, tags, own_facts, customers, consents, to_fold');
  server.taken.length = 0;
  lives = 0;
});

async function given(count: number): Promise<void> {
  for (let at = 0; at < count; at += 1) {
    const chainId = await addPerson(database, { name: `Ada${at}` });
    await addCommand(database, { chainId, kind: 'email', madeAt: base, until: base + 300 * day });
  }
}

/** In a time of its own, when every lease before it has ended; `isBeside`: in the time of the one before. */
function live(dieAt: string, nth: number, isBeside = false): ChildProcess {
  if (!isBeside) lives += 1;
  const args = [url, server.port, dieAt, nth, lives, base].map(String);
  const child = spawn(process.execPath, [join(import.meta.dirname, 'mortal-carrier.ts'), ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

const ended = (child: ChildProcess): Promise<void> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => child.once('exit', () => resolve()));

/** Distinct names delivered are the commands; what came twice was uncertain; the engine was told of each once. */
async function expectEachOnce(count: number): Promise<{ repeated: number; uncertain: number }> {
  const last = live('never', 1);
  await ended(last);
  expect(last.exitCode).toBe(0);
  const times = new Map<string, number>();
  for (const { mail } of server.taken) times.set(mail.messageId ?? '', (times.get(mail.messageId ?? '') ?? 0) + 1);
  const repeated = [...times.values()].filter((time) => time > 1).length;
  expect(times.size).toBe(count);
  expect(Math.max(...times.values())).toBeLessThanOrEqual(2);
  const rows = await database.query<{ state: string; uncertain: boolean; repeats: number }>(
    `SELECT c.state, coalesce((c.outcome->>'uncertain')::boolean, false) AS uncertain, g.repeats
     FROM commands c JOIN carriage g ON g.chain_id = c.chain_id AND g.command = c.command`,
  );
  expect(rows.filter(({ state }) => state === 'done' || state === 'uncertain')).toHaveLength(count);
  const uncertain = rows.filter((row) => row.uncertain).length;
  expect(repeated).toBeLessThanOrEqual(uncertain);
  const facts = await database.query(`SELECT DISTINCT chain_id FROM own_facts WHERE type = 'email.sent'`);
  expect(facts).toHaveLength(count);
  return { repeated, uncertain };
}

it.each(carrierSteps)('killed at the step "%s", every mail goes out, and at most one of them twice', async (step) => {
  await given(4);
  const mortal = live(step, step === 'claimed' ? 1 : 2);
  await ended(mortal);
  expect(mortal.signalCode).toBe('SIGKILL');
  const { repeated, uncertain } = await expectEachOnce(4);
  // Between the server's word and ours lies one step; before it nothing has gone out, after it everything is written.
  expect(repeated).toBe(step === 'accepted' ? 1 : 0);
  expect(uncertain).toBe(step === 'begun' || step === 'accepted' ? 1 : 0);
});

it('killed at random moments, every mail goes out, and a repeat is the same mail and counted', async () => {
  const chance = seededRandom(7);
  const count = kills * 8;
  await given(count);
  for (let kill = 0; kill < kills; kill += 1) {
    const before = server.taken.length;
    const victim = live('never', 1);
    // In the midst of its work, however slow the machine: some mails after its first.
    await Promise.race([server.untilTaken(Math.min(count, before + 1 + Math.floor(chance() * 6))), ended(victim)]);
    victim.kill('SIGKILL');
    await ended(victim);
  }
  const { uncertain } = await expectEachOnce(count);
  expect(uncertain).toBeLessThanOrEqual(kills);
});

it('three processes at once send each mail once', async () => {
  await given(30);
  await Promise.all([live('never', 1), live('never', 1, true), live('never', 1, true)].map(ended));
  expect(server.taken).toHaveLength(30);
  expect(await expectEachOnce(30)).toEqual({ repeated: 0, uncertain: 0 });
});

it('five who take a call at once get one each, of PostgreSQL as well', async () => {
  const people = ['a', 'b', 'c', 'd', 'e'];
  for (const name of people) {
    const chainId = await addPerson(database, { name });
    await addCommand(database, { chainId, kind: 'call', madeAt: base, until: base + day });
  }
  const calls = new CallList({
    database,
    config: { teams: { service: { perDay: 4, roles: [] } }, timeZone: 'UTC' },
    rules: { quietHours: { from: 0, to: 0 }, timeZone: 'UTC' },
  });
  const got = await Promise.all(people.map((person) => calls.takeNext({ person, team: 'service', now: base })));
  const taken = got.flatMap((one) => (one.kind === 'call' ? [one.call.command] : []));
  expect(new Set(taken).size).toBe(4);
  expect(got.filter(({ kind }) => kind === 'day-is-full')).toHaveLength(1);
});
