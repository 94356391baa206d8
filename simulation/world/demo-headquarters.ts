/**
 * The headquarters of `npm start`, a process of its own with its database in a folder. At its first start it takes up the
 * demo store's line, publishes the store's dialogues with the win-back beside them, and knows some customers who came
 * every other week and have stopped; three people may sign in. It tells its parent the line to it as soon as the store
 * may use it, and that it is ready once its pages have something to show.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import type { SourceFile } from '@kairos/dialogue/language/compile.ts';
import { runImport } from '@kairos/hq-sync/customers/import-command.ts';
import { FolderTakenError } from '@kairos/hq-sync/database/folder-lock.ts';
import { LaterTablesError } from '@kairos/hq-sync/database/migrate.ts';
import { addStore } from '@kairos/hq-sync/intake/store-lines.ts';
import { runPerson } from '@kairos/hq-sync/people/person-command.ts';
import { freePort } from '@kairos/hq-sync/process/free-port.ts';
import { makeReleaseKey, publish, readReleaseKey } from '@kairos/hq-sync/releases/release-book.ts';
import { type RunningHq, startHq } from '@kairos/hq-sync/server/hq.ts';
import { type HqConfig, loadHqConfig } from '@kairos/hq-sync/server/hq-config.ts';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { toIso } from '@kairos/protocol/time.ts';
import { parse, stringify } from 'yaml';
import { demoStore, demoStoreConfig } from '../demo-store.ts';
import type { HeadquartersLine, HeadquartersPerson } from '../start/headquarters.ts';
import { readShop } from '../store-files.ts';

const dayMs = 86_400_000;
/** Of the end of the store's list: they came every other week, and have not come for two months. */
const lapsedCount = 8;
const purchasesEach = 8;
const everyDays = 14;
const awayDays = 60;
const library = new URL('../../dialogue/library/', import.meta.url);

const people = [
  { person: 'grace', name: 'Grace', team: 'service', page: '/calls', shows: 'who has stopped coming, to be called' },
  { person: 'helen', name: 'Helen', team: 'managers', page: '/letters', shows: 'what waits for a signature' },
  { person: 'olga', name: 'Olga', team: '', page: '/hq', shows: 'stores, customers, results' },
] as const;

/** What is found again at the next start. */
interface Kept {
  readonly token: string;
  readonly releaseKey: string;
  readonly people: readonly HeadquartersPerson[];
}

const [, , folder = '', wished = '0'] = process.argv;
mkdirSync(folder, { recursive: true });
const keptFile = join(folder, 'kept.json');
const kept = existsSync(keptFile) ? (JSON.parse(readFileSync(keptFile, 'utf8')) as Kept) : null;
const port = await portOf(Number(wished));
if (kept) tellLine(kept);
const config = configOf(port);
const hq = await startHq(config, systemPorts).catch((error: unknown): never => {
  if (!(error instanceof LaterTablesError || error instanceof FolderTakenError)) throw error;
  // What a person can mend is said in words alone.
  process.stderr.write(`${folder}: ${error.message}\n`);
  return process.exit(1);
});
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void hq.stop().then(() => process.exit(0)));
const known = kept ?? (await setUp(hq, config));
process.send?.({ kind: 'ready', people: known.people });

function tellLine({ token, releaseKey }: Pick<Kept, 'token' | 'releaseKey'>): void {
  const line: HeadquartersLine = { kind: 'line', url: `http://127.0.0.1:${port}`, token, releaseKey };
  process.send?.(line);
}

/** The wished one where nobody has it; 0: any. */
async function portOf(number: number): Promise<number> {
  const isFree = await new Promise<boolean>((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(number, '127.0.0.1', () => server.close(() => resolve(true)));
  });
  return number !== 0 && isFree ? number : freePort();
}

/** Nothing in it is secret: everybody can read the store's key. Calls are made at any hour, for whoever tries it at night. */
function configOf(number: number): HqConfig {
  const { chainKey, loyalty, store } = parse(readFileSync(demoStoreConfig, 'utf8')) as {
    chainKey: string;
    loyalty: object;
    store: { timeZone: string };
  };
  const file = join(folder, 'hq.yaml');
  const document = {
    listen: { port: number },
    database: { folder: 'database' },
    ...{ chainKey, loyalty, timeZone: store.timeZone },
    channels: {
      calls: {
        teams: {
          service: { perDay: 40, roles: ['representative'] },
          managers: { perDay: 8, roles: ['manager', 'executive'] },
        },
      },
      mail: { folder: 'letters', transitDays: 3, sender: ['Riverside', '1 Mill Lane'] },
      web: { origin: `http://127.0.0.1:${number}` },
      quietHours: { from: '00:00', to: '00:00' },
    },
  };
  writeFileSync(file, stringify(document));
  const loaded = loadHqConfig(file);
  if (loaded.kind === 'faulty') throw new Error(loaded.faults.join('\n'));
  return loaded.config;
}

/** Cut off half way it is done again: nothing in it is harmed by being done twice. */
async function setUp({ database }: RunningHq, { releaseKey: keyFile, chainKey, loyalty }: HqConfig): Promise<Kept> {
  const now = systemPorts.clock.now();
  const token = await addStore(database, 'riverside', now);
  const releaseKey = existsSync(keyFile) ? readReleaseKey(keyFile).publicText : makeReleaseKey(keyFile);
  tellLine({ token, releaseKey });
  const published = await publish(database, { files: dialogues(), key: readReleaseKey(keyFile).key, now });
  if (published.kind === 'faulty') throw new Error(published.problems);
  const lapsed = readShop(demoStore).members.slice(-lapsedCount);
  const take = async (name: string, csv: string, purchases: boolean): Promise<void> => {
    const file = join(folder, name);
    writeFileSync(file, csv);
    const command = {
      file,
      purchases,
      allOrNothing: true,
      ownNumbers: false,
      currency: demoStore.currency,
      notGoods: [],
    };
    const said: string[] = [];
    const code = await runImport(command, {
      ...{ database, chainKey: chainKey ?? '', loyalty, now },
      say: (line) => said.push(line),
    });
    if (code !== 0) throw new Error(said.join('\n'));
  };
  await take('customers.csv', customersOf(lapsed), false);
  await take('purchases.csv', purchasesOf(lapsed, now), true);
  const signedIn: HeadquartersPerson[] = [];
  for (const { page, shows, ...one } of people) {
    const role = one.team === '' ? 'operator' : 'representative';
    const said = await runPerson(database, { ...one, role, locale: 'en' }, { teams: ['service', 'managers'], now });
    signedIn.push({ person: one.person, page, shows, password: said.split('\n')[0] ?? '' });
  }
  const all = { token, releaseKey, people: signedIn };
  writeFileSync(keptFile, JSON.stringify(all), { mode: 0o600 });
  return all;
}

/** The store's own, under a house that also counts what the win-back asks. */
function dialogues(): SourceFile[] {
  const own = new URL('in-store/', library);
  const files = readdirSync(own)
    .filter((name) => name.endsWith('.yaml') && name !== 'house.yaml')
    .map((name) => ({ path: name, text: readFileSync(new URL(name, own), 'utf8') }));
  const house = parse(readFileSync(new URL('house.yaml', own), 'utf8')) as House;
  const all = parse(readFileSync(new URL('house.yaml', library), 'utf8')) as House;
  const { salesInAYear, spentInAYear } = all.measures;
  const { salesperson } = all.attributes;
  const joint = {
    ...house,
    attributes: { ...house.attributes, salesperson },
    measures: { ...house.measures, salesInAYear, spentInAYear },
  };
  const winBack = readFileSync(new URL('foundation/win-back.yaml', library), 'utf8');
  return [{ path: 'house.yaml', text: stringify(joint) }, ...files, { path: 'win-back.yaml', text: winBack }];
}

interface House {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly measures: Readonly<Record<string, unknown>>;
}

type Listed = readonly { readonly number: string; readonly firstName: string }[];

/** Telephone numbers and addresses that nobody has. */
function customersOf(lapsed: Listed): string {
  const rows = lapsed.map(
    ({ number, firstName }, at) =>
      `${number},${firstName},riverside,+49 30 23125 0${10 + at},"${firstName}\n${at + 1} Mill Lane\n12345 Springfield",yes,yes,yes,yes`,
  );
  return ['number,firstName,homeStore,phone,post,remember,inStore,consentCall,consentMail', ...rows, ''].join('\n');
}

function purchasesOf(lapsed: Listed, now: number): string {
  const rows = lapsed.flatMap(({ number }) =>
    Array.from({ length: purchasesEach }, (_, bought) => {
      const at = now - (awayDays + everyDays * (purchasesEach - 1 - bought)) * dayMs;
      return `${number}-${bought},2000000000008,Suit,1,${toIso(at).replace(/\.\d+/, '')},90.00,${number}`;
    }),
  );
  return ['invoice,code,name,quantity,at,unitPrice,number', ...rows, ''].join('\n');
}
