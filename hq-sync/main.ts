/**
 * `npm run hq -- --config FILE`: headquarters as a process. `npm run hq -- store NAME --config FILE` adds a store, or
 * renews its secret, and prints the token that the store's configuration needs; `-- status` says in one screen how
 * headquarters stand, `-- stores` how far each
 * has come; `-- key`, `-- publish DIR` and `-- back` sign and publish dialogues; `-- import FILE` takes in customers, or with
 * `--purchases` what they bought; `-- same NUMBER OTHER` makes two numbers one person’s, and `-- apart OTHER` undoes it;
 * `-- export NUMBER` prints what is known of somebody, `-- erase NUMBER` forgets her, `-- clean` takes her out of the database’s files. `-- person NAME`
 * lets somebody sign in, `-- returned FILE` takes in letters that came back; `-- sources` and `-- people` list who may
 * come in, `-- revoke KIND NAME` and `-- remove KIND NAME` end that. Ends in order on SIGTERM and SIGINT.
 */
import type { KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { numberKeyOf } from '@kairos/protocol/number-digest.ts';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { toIso } from '@kairos/protocol/time.ts';
import { Command } from 'commander';
import { pino } from 'pino';
import type { FaultStanding } from './channels/channel-faults.ts';
import { takeReturned } from './channels/post/returned-command.ts';
import { cleanTraces } from './customers/clean-traces.ts';
import { eraseCustomer } from './customers/erase-customer.ts';
import { owingStores } from './customers/erasure-book.ts';
import { runExport } from './customers/export-command.ts';
import { identify } from './customers/identify.ts';
import { runImport } from './customers/import-command.ts';
import { isKnown } from './customers/person-file.ts';
import { runApart, runSame, type SamePersonOptions } from './customers/same-person-command.ts';
import type { Database } from './database/database.ts';
import { addStore, standings } from './intake/store-lines.ts';
import { operatorCommands } from './operators/operator-commands.ts';
import { removedStores } from './operators/store-access.ts';
import { addSource, typesByDefault } from './outside/source-book.ts';
import { type PersonCommand, runPerson } from './people/person-command.ts';
import { readDialogueFolder } from './releases/dialogue-folder.ts';
import { makeReleaseKey, publish, readReleaseKey, takeBack } from './releases/release-book.ts';
import type { FailedRequest } from './server/failed-requests.ts';
import { openDatabase, startHq } from './server/hq.ts';
import { type HqConfig, loadHqConfig } from './server/hq-config.ts';
import { keepHeapLean } from './server/lean-heap.ts';

const program = new Command('hq').description('headquarters');
const configured = (command: Command): Command =>
  command.requiredOption('--config <file>', 'the configuration of headquarters, YAML');
program.addCommand(configured(new Command('run').description('runs it (the default)')).action(run), {
  isDefault: true,
});
program.addCommand(
  configured(new Command('store').description('adds a store, or renews its secret'))
    .argument('<name>', 'the store’s id, as in its configuration')
    .action(add),
);
program.addCommand(
  configured(new Command('stores').description('how far each store has come'))
    .option('--json', 'one object', false)
    .action(list),
);
program.addCommand(
  configured(
    new Command('key').description('makes the key that signs releases, once, and prints its public half'),
  ).action(key),
);
program.addCommand(
  configured(new Command('publish').description('checks dialogues, numbers and signs them, for the stores to take'))
    .argument('<folder>', 'the folder of dialogues')
    .action(publishFolder),
);
program.addCommand(
  configured(new Command('back').description('publishes again what was in force before the newest release')).action(
    back,
  ),
);
program.addCommand(
  configured(new Command('import').description('takes in customers, or purchases of theirs, from a CSV file'))
    .argument('<file>', 'CSV, or a gzip of it (.gz)')
    .option('--purchases', 'a history of purchases: invoice, code, name, quantity, at, unitPrice, number', false)
    .option('--all-or-nothing', 'takes in no customer where a row is faulty', false)
    .option('--own-numbers', 'numbers that are no cards of the chain are its own numbers for customers', false)
    .option('--currency <code>', 'of the prices; else that of the configuration')
    .option('--not-goods <codes>', 'codes that are no goods, with commas between')
    .action(importFile),
);
program.addCommand(
  configured(new Command('same').description('makes two numbers one person’s; what is listed of the first counts'))
    .argument('<number>', 'her card, or the chain’s own number for her')
    .argument('<other>', 'another of hers')
    .action(same),
);
program.addCommand(
  configured(new Command('apart').description('undoes that, where it was wrong'))
    .argument('<other>', 'the number that was named second')
    .action(apart),
);
program.addCommand(
  configured(
    new Command('export').description(
      'everything that is known of a customer, as JSON; that it was asked for is written down',
    ),
  )
    .argument('<number>', 'her card, or the chain’s own number for her')
    .action(exportPerson),
);
program.addCommand(
  configured(new Command('erase').description('forgets a customer, here and in every store'))
    .argument('<number>', 'her card, or the chain’s own number for her')
    .action(erase),
);
program.addCommand(
  configured(
    new Command('clean').description('takes what was erased out of the database’s files and its log, now'),
  ).action(clean),
);
program.addCommand(
  configured(new Command('person').description('lets somebody sign in at headquarters, or renews her password'))
    .argument('<person>', 'what she signs in with: her badge, or a name')
    .option('--name <name>', 'what she is called')
    .option('--role <role>', 'representative (at first) or operator')
    .option('--team <team>', 'of a representative: whose calls she makes')
    .option('--locale <locale>', 'what she reads (at first en)')
    .action(person),
);
program.addCommand(
  configured(new Command('returned').description('takes in letters that came back'))
    .argument('<file>', 'CSV: the lines of addresses.csv that came back')
    .action(returned),
);
program.addCommand(
  configured(new Command('source').description('lets a system outside tell facts, or renews its secret'))
    .argument('<name>', 'what it is called: lower-case letters, digits and hyphens')
    .option('--types <types>', `kinds of facts, with commas between (at first ${typesByDefault.join(',')})`)
    .action(source),
);
for (const command of operatorCommands({ configured, configOf, end })) program.addCommand(command);
await program.parseAsync();

async function run({ config: file }: { config: string }): Promise<void> {
  keepHeapLean();
  const log = pino({ level: process.env.KAIROS_LOG ?? 'info', base: null, timestamp: pino.stdTimeFunctions.isoTime });
  const onFault = ({ advice, ...fault }: FaultStanding): void => log.warn(fault, advice);
  const onFailed = (failed: FailedRequest): void =>
    log.error(failed, 'A request failed here. Whoever asked comes again; if this goes on, look at the database.');
  const hq = await startHq(configOf(file), systemPorts, { onFault, onFailed }).catch(end);
  log.info({ port: hq.port, database: hq.database.kind }, 'headquarters are open');
  let isStopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (isStopping) return;
      isStopping = true;
      hq.stop().then(() => process.exit(0), end);
    });
  }
}

async function add(name: string, { config: file }: { config: string }): Promise<void> {
  const database = await openDatabase(configOf(file)).catch(end);
  const token = await addStore(database, name, systemPorts.clock.now()).catch(end);
  await database.close();
  process.stdout.write(`${token}\nPut it into the store’s configuration as hq.token. It is not shown again.\n`);
}

async function person(
  name: string,
  { config: file, ...asked }: Omit<PersonCommand, 'person'> & { config: string },
): Promise<void> {
  const config = configOf(file);
  const database = await openDatabase(config).catch(end);
  const teams = Object.keys(config.channels.calls?.teams ?? {});
  const now = systemPorts.clock.now();
  const said = await runPerson(database, { ...asked, person: name }, { teams, now }).catch(end);
  await database.close();
  process.stdout.write(said);
}

async function returned(letters: string, { config: file }: { config: string }): Promise<void> {
  const database = await openDatabase(configOf(file)).catch(end);
  const { taken, again, unknown } = await takeReturned(database, letters, systemPorts.clock.now()).catch(end);
  await database.close();
  process.stdout.write(`${taken} letters came back, ${again} were known, ${unknown} lines name no letter.\n`);
}

async function list({ config: file, json }: { config: string; json: boolean }): Promise<void> {
  const database = await openDatabase(configOf(file)).catch(end);
  const stores = await standings(database);
  const removed = await removedStores(database);
  await database.close();
  if (json) process.stdout.write(`${JSON.stringify({ stores, removed })}\n`);
  else if (stores.length === 0) process.stdout.write('There is no store yet: npm run hq -- store NAME --config FILE\n');
  for (const { store, facts, pending, quarantined, heardAt, revokedAt, ...down } of json ? [] : stores) {
    const last = heardAt === 0 ? 'never heard' : `heard ${toIso(heardAt)}`;
    const heard = revokedAt === null ? last : `${last}, revoked ${toIso(revokedAt)}`;
    const { askedAt, cursor, customersToCome } = down;
    const minutes = Math.floor((systemPorts.clock.now() - askedAt) / 60_000);
    const told = askedAt === 0 ? 'told nothing yet' : `told up to ${cursor} ${minutes} min ago`;
    process.stdout.write(
      `${store}: ${facts} facts, ${pending} to come, ${quarantined} in quarantine, ${heard}; ${told}, ${customersToCome} customers wait to go down\n`,
    );
  }
  for (const { store, removedAt, facts } of json ? [] : removed)
    process.stdout.write(`${store}: removed ${toIso(removedAt)}; its ${facts} facts stay\n`);
}

function key({ config: file }: { config: string }): void {
  const { releaseKey } = configOf(file);
  const publicText = orEnd(() =>
    existsSync(releaseKey) ? readReleaseKey(releaseKey).publicText : makeReleaseKey(releaseKey),
  );
  process.stdout.write(
    `${publicText}\nPut it into each store’s configuration as hq.releaseKey. Keep ${releaseKey} to yourself.\n`,
  );
}

async function publishFolder(folder: string, { config: file }: { config: string }): Promise<void> {
  const config = configOf(file);
  const signing = signingKey(config);
  const files = orEnd(() => readDialogueFolder(folder));
  const database = await openDatabase(config).catch(end);
  const published = await publish(database, { files, key: signing, now: systemPorts.clock.now() }).catch(end);
  await database.close();
  if (published.kind === 'faulty') end(new Error(`Nothing was published:\n${published.problems}`));
  if (published.warnings !== '') process.stderr.write(`${published.warnings}\n`);
  process.stdout.write(`Release ${published.number} is published: ${published.dialogues} dialogues.\n`);
}

async function back({ config: file }: { config: string }): Promise<void> {
  const config = configOf(file);
  const signing = signingKey(config);
  const database = await openDatabase(config).catch(end);
  const taken = await takeBack(database, { key: signing, now: systemPorts.clock.now() }).catch(end);
  await database.close();
  if (taken === null) end(new Error('There is no release before the newest: nothing was taken back.'));
  process.stdout.write(`Release ${taken.number} is published: the dialogues of release ${taken.of} again.\n`);
}

interface ImportOptions {
  readonly config: string;
  readonly purchases: boolean;
  readonly allOrNothing: boolean;
  readonly ownNumbers: boolean;
  readonly currency?: string;
  readonly notGoods?: string;
}

async function importFile(path: string, options: ImportOptions): Promise<void> {
  const { chainKey, loyalty, currency, ...config } = configOf(options.config);
  const notGoods = (options.notGoods ?? '').split(',').filter((code) => code !== '');
  const command = { ...options, file: path, currency: options.currency ?? currency, notGoods };
  const database = await openDatabase(config).catch(end);
  const say = (line: string): unknown => process.stdout.write(`${line}\n`);
  const now = systemPorts.clock.now();
  process.exitCode = await runImport(command, { database, chainKey: keyed(chainKey), loyalty, now, say }).catch(end);
  await database.close();
}

async function source(name: string, { config: file, types }: { config: string; types?: string }): Promise<void> {
  const { chainKey, ...config } = configOf(file);
  const key = keyed(chainKey);
  const database = await openDatabase(config).catch(end);
  const asked = { name, types: types?.split(',') ?? null };
  const token = await addSource(database, asked, systemPorts.clock.now()).catch(end);
  await database.close();
  process.stdout.write(
    `token: ${token}\ndigestKey: ${numberKeyOf(key)}\nFor the server of that system alone: neither belongs into a page. They are not shown again.\n`,
  );
}

async function same(number: string, other: string, { config: file }: { config: string }): Promise<void> {
  await told(file, (database, options) => runSame(database, { number, other }, options));
}

async function apart(other: string, { config: file }: { config: string }): Promise<void> {
  await told(file, (database, options) => runApart(database, other, options));
}

async function exportPerson(number: string, { config: file }: { config: string }): Promise<void> {
  await told(file, (database, options) => runExport(database, number, options));
}

async function told(
  file: string,
  run: (database: Database, options: SamePersonOptions) => Promise<string>,
): Promise<void> {
  const { chainKey, loyalty, ...config } = configOf(file);
  const options = { chainKey: keyed(chainKey), loyalty, now: systemPorts.clock.now() };
  const database = await openDatabase(config).catch(end);
  const said = await run(database, options).catch(end);
  await database.close();
  process.stdout.write(said);
}

async function erase(number: string, { config: file }: { config: string }): Promise<void> {
  const { chainKey, loyalty, ...config } = configOf(file);
  const key = keyed(chainKey);
  const identified = identify(number, { chainKey: key, loyalty, ownNumbers: true });
  if (identified.kind === 'refused') end(new Error(`${number} is no number of a customer (${identified.reason}).`));
  const database = await openDatabase(config).catch(end);
  const now = systemPorts.clock.now();
  const wasKnown = await isKnown(database, identified.chainId).catch(end);
  const isNew = await database
    .transaction((sql) => eraseCustomer(sql, { chainId: identified.chainId, chainKey: key, origin: 'operator', now }))
    .catch(end);
  const owing = await owingStores(database);
  await database.close();
  process.stdout.write(isNew ? 'She is forgotten here.\n' : 'She was forgotten before.\n');
  if (isNew && !wasKnown)
    process.stdout.write(
      `Nothing was known of ${number} here. Was it mistyped? If not: the stores are told as well.\n`,
    );
  process.stdout.write(`Stores that owe receipts: ${owing.map(({ store }) => store).join(', ') || 'none'}.\n`);
}

async function clean({ config: file }: { config: string }): Promise<void> {
  const database = await openDatabase(configOf(file)).catch(end);
  const cleaned = await cleanTraces(database, systemPorts.clock.now()).catch(end);
  await database.close();
  if (cleaned.kind === 'elsewhere') end(new Error('Another process is at it.'));
  if (cleaned.kind === 'busy') end(new Error(`Not now: ${cleaned.reason}. It is tried again by itself.`));
  process.stdout.write(`${cleaned.tables} tables were written anew.\n`);
  if (!cleaned.isLogClean) process.stdout.write(`Left to do, ${cleaned.reason}.\n`);
}

function keyed(chainKey: string | null): string {
  return (
    chainKey ?? end(new Error('The configuration names no chainKey: customers are known by it. It is the stores’ own.'))
  );
}

function signingKey({ releaseKey }: HqConfig): KeyObject {
  if (!existsSync(releaseKey))
    end(new Error(`There is no ${releaseKey}: make it with npm run hq -- key --config FILE`));
  return orEnd(() => readReleaseKey(releaseKey).key);
}

function configOf(file: string): HqConfig {
  const loaded = loadHqConfig(file);
  if (loaded.kind === 'config') return loaded.config;
  process.stderr.write(`${loaded.faults.join('\n')}\n`);
  process.exit(1);
}

function orEnd<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    return end(error);
  }
}

function end(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
