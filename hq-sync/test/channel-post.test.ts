/** Letters to be printed: a day's folder, its list, what is in transit and what comes back; and a faulty configuration. */

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SimulatedPorts, simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import { fromIso } from '@kairos/protocol/time.ts';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { Carrier } from '../channels/carrier.ts';
import { CommandBook, leaseMs } from '../channels/command-book.ts';
import { PrintRun } from '../channels/post/print-run.ts';
import { takeReturned } from '../channels/post/returned-command.ts';
import type { Database } from '../database/database.ts';
import { migrate } from '../database/migrate.ts';
import { openPglite } from '../database/pglite.ts';
import { loadHqConfig } from '../server/hq-config.ts';
import { addCommand, addPerson, commandRow, day, factsOf } from './channel-stand.ts';
import { wordsOf } from './pdf-words.ts';

const noon = fromIso('2026-11-22T12:00:00Z') ?? 0;
let database: Database;
let folder: string;
let ports: SimulatedPorts;

beforeAll(async () => {
  database = await openPglite(null);
  await migrate(database);
});
afterAll(() => database?.close());
beforeEach(async () => {
  await database.query('TRUNCATE commands, carriage, tags, own_facts, customers, consents, to_fold, people');
  folder = mkdtempSync(join(tmpdir(), 'kairos-post-'));
  ports = simulatedPorts({ startMs: noon, seed: 1 });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function carrier(
  who = 'hq-1',
  onStep: () => void = () => undefined,
  { fonts = [], onFault }: { fonts?: readonly string[]; onFault?: (error: Error) => void } = {},
): Carrier {
  const config = { folder, transitDays: 3, sender: ['The Shop'], fonts, timeZone: 'UTC' };
  const printing = new PrintRun({ config, database, ports, web: null });
  return new Carrier({
    database,
    book: new CommandBook({ database, who, tagKey: 'secret' }),
    ports,
    rules: { quietHours: { from: 0, to: 0 }, timeZone: 'UTC' },
    channels: { mail: printing },
    without: [],
    alsoDue: () => printing.carryOn(),
    onStep: (step) => (step === 'accepted' ? onStep() : undefined),
    ...(onFault ? { onFault } : {}),
  });
}

async function letter(name: string, post?: string): Promise<string> {
  const address = post === undefined ? {} : { address: { post } };
  const chainId = await addPerson(database, { name, ...address });
  return addCommand(database, { chainId, kind: 'mail', madeAt: noon, until: noon + 30 * day });
}

const list = (of: string): string[] =>
  readFileSync(join(folder, of, 'addresses.csv'), 'utf8')
    .replace('\uFEFF', '')
    .trimEnd()
    .split('\r\n');

it('a letter that somebody has signed bears her name, and no other', async () => {
  await database.query(
    `INSERT INTO people (person, name, role, team, locale, password, made_at) VALUES ('helen', 'Helen Keller', '', '', 'en', '', 0)`,
  );
  const [signed] = [await letter('Ada'), await letter('Ben')];
  await database.query(
    `INSERT INTO commands (chain_id, command, kind, message, dialogue, step, made_at, until, state, words, outcome)
     SELECT chain_id, command || '-a1', 'sign', message, dialogue, step, made_at, until, 'done', words, $2
     FROM commands WHERE command = $1`,
    [signed, JSON.stringify({ answered: 'approved', by: 'helen' })],
  );
  await carrier().carryDue();
  const day = join(folder, '2026-11-22');
  const words = readdirSync(day)
    .filter((name) => name.endsWith('.pdf'))
    .map((name) => wordsOf(readFileSync(join(day, name))));
  expect(words.filter((one) => one.includes('Helen Keller'))).toEqual([expect.stringContaining('Hello Ada')]);
});

it('a name is written in the letters of its country, and a picture that no font has is left out', async () => {
  await letter('Иван', 'Иван Тургенев\nΟδός Ερμού 12\nNguyễn Thị Hồng 😀\nΆγιος Łódź');
  await carrier().carryDue();
  const day = join(folder, '2026-11-22');
  const [file = ''] = readdirSync(day).filter((name) => name.endsWith('.pdf'));
  const words = wordsOf(readFileSync(join(day, file)));
  // Where the face changes a word is in pieces.
  for (const written of ['Иван', 'Тургенев', 'Οδός', 'Ερμού', 'Nguyễn', 'Hồng', 'Άγιος', 'Łódź'])
    expect(words.replaceAll(' ', ''), written).toContain(written);
});

it('a letter that no font can write waits, somebody is told, and it goes out when there is one', async () => {
  const command = await letter('आशा', 'आशा देवी\nदिल्ली');
  const faults: Error[] = [];
  await carrier('hq-1', undefined, { onFault: (error) => faults.push(error) }).carryDue();
  expect(faults).toMatchObject([
    { kind: 'font-missing', message: expect.stringMatching(/^no font has the character U\+09/) },
  ]);
  // It quotes one sign of hers, not her name.
  expect(faults.join()).not.toContain('आशा');
  expect(await commandRow(database, command)).toMatchObject({ state: 'open' });
  ports.advance(60_000);
  const font = createRequire(import.meta.url).resolve(
    '@fontsource/noto-sans/files/noto-sans-devanagari-400-normal.woff',
  );
  await carrier('hq-1', undefined, { fonts: [font] }).carryDue();
  expect(await commandRow(database, command)).toMatchObject({ state: 'done' });
});

it('a day has a folder with a PDF for each letter and a list of them; she has it when it has travelled', async () => {
  const first = await letter('Ada', '=Ada Lovelace\n1 Main Street');
  await letter('Grace');
  await carrier().carryDue();
  const files = readdirSync(join(folder, '2026-11-22'));
  expect(files.filter((name) => name.endsWith('.pdf'))).toHaveLength(2);
  for (const name of files.filter((one) => one.endsWith('.pdf')))
    expect(
      readFileSync(join(folder, '2026-11-22', name))
        .subarray(0, 5)
        .toString(),
    ).toBe('%PDF-');
  expect(list('2026-11-22')).toHaveLength(3);
  expect(list('2026-11-22').join()).toContain(`"'=Ada Lovelace","1 Main Street"`);
  expect(await factsOf(database, first)).toEqual([]);
  ports.advance(3 * day - 1);
  await carrier().carryDue();
  expect(await factsOf(database, first)).toEqual([]);
  ports.advance(1);
  await carrier().carryDue();
  expect(await factsOf(database, first)).toEqual([
    { type: 'mail.printed', at: noon + 3 * day, body: { message: first } },
  ]);
});

it('a letter that comes back never reached her, once, by the line of the list', async () => {
  const command = await letter('Ada');
  await carrier().carryDue();
  const file = join(folder, 'returned.csv');
  writeFileSync(file, `${list('2026-11-22').join('\n')}\n"nobody","x"\n`);
  expect(await takeReturned(database, file, noon)).toEqual({ taken: 1, again: 0, unknown: 1 });
  expect(await takeReturned(database, file, noon)).toEqual({ taken: 0, again: 1, unknown: 1 });
  ports.advance(4 * day);
  await carrier().carryDue();
  expect(await factsOf(database, command)).toMatchObject([{ type: 'email.bounced', body: { reason: 'returned' } }]);
});

it('a process that dies over a letter leaves it to another day’s list, and in one list alone', async () => {
  const command = await letter('Ada');
  const dying = carrier('hq-1', () => {
    throw new Error('killed');
  });
  await expect(dying.carryDue()).rejects.toThrow('killed');
  ports.advance(day + leaseMs);
  await carrier('hq-2').carryDue();
  expect(readdirSync(join(folder, '2026-11-22'))).toEqual([]);
  expect(list('2026-11-23')).toHaveLength(2);
  expect(await commandRow(database, command)).toMatchObject({ state: 'done' });
});

it('a faulty configuration of the channels is told all at once', () => {
  const file = join(folder, 'hq.yaml');
  const faultsOf = (yaml: string): readonly string[] => {
    writeFileSync(file, yaml);
    const loaded = loadHqConfig(file);
    return loaded.kind === 'faulty' ? loaded.faults.map((fault) => fault.slice(file.length + 2)) : [];
  };
  const email = 'email: { smtp: { host: mx }, from: a@example.com, domain: example.com }';
  const faults = faultsOf(`channels:
  email: { smtp: { host: mx, port: 99999 }, from: nobody, domain: Example }
  calls: { teams: { service: { perDay: 0 } } }
  quietHours: { from: 25:00, to: 8 }
`);
  for (const place of [
    'email.smtp.port',
    'email.from',
    'email.domain',
    'calls.teams.service.perDay',
    'quietHours.from',
  ])
    expect(faults.join('\n')).toContain(`channels.${place}: `);
  expect(faultsOf(`channels: { ${email} }`)).toEqual([expect.stringMatching(/^channels\.web: email needs it/)]);
  const web = 'web: { origin: https://hello.example.com }';
  expect(faultsOf(`channels: { ${email}, ${web} }`)).toEqual([expect.stringMatching(/^chainKey: channels need it/)]);
  const secret = '{ file: nowhere.txt }';
  const signed = email.replace('host: mx', `host: mx, user: u, password: ${secret}`);
  const key = 'chainKey: the key of this chain';
  expect(faultsOf(`${key}\nchannels: { ${signed}, ${web} }`)).toEqual([
    `channels.email.smtp.password: there is no file ${join(folder, 'nowhere.txt')}`,
  ]);
  expect(faultsOf(`${key}\nchannels: { ${email}, ${web} }`)).toEqual([]);
});
