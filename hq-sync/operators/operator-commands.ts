/**
 * The commands of whoever is on call: how headquarters stand, who may come in, and ending that. They need the database
 * alone; what each does stands beside this file.
 */
import { readFileSync } from 'node:fs';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { Command } from 'commander';
import type { Database } from '../database/database.ts';
import { FolderTakenError } from '../database/folder-lock.ts';
import { assertCurrent } from '../database/migrate.ts';
import { connectDatabase, openDatabase } from '../server/hq.ts';
import type { HqConfig } from '../server/hq-config.ts';
import { type AccessSetting, accessKinds, runRemove, runRevoke } from './access-commands.ts';
import { type Listed, peopleList, sourceList } from './access-lists.ts';
import { readStatus } from './status.ts';
import { attention, statusText } from './status-text.ts';

/** What all commands of headquarters have in common. */
export interface CommandHouse {
  /** With the option that names the configuration. */
  readonly configured: (command: Command) => Command;
  /** Ends the process where it is faulty. */
  readonly configOf: (file: string) => HqConfig;
  /** Says what is wrong, and ends the process with 1. */
  readonly end: (error: unknown) => never;
}

interface Given {
  readonly config: string;
}

export function operatorCommands(house: CommandHouse): Command[] {
  const { configured } = house;
  const list = (name: string, says: string, read: (database: Database) => Promise<Listed>): Command =>
    configured(new Command(name).description(says))
      .option('--json', 'one object', false)
      .action((given: Given & { json: boolean }) => tell(house, given, read));
  const end = (name: string, says: string): Command =>
    configured(new Command(name).description(says))
      .argument('<kind>', accessKinds.join(', '))
      .argument('<name>', 'as it is listed');
  return [
    configured(
      new Command('status').description('how headquarters stand, in one screen; ends with 1 where nothing can be said'),
    )
      .option('--json', 'one object', false)
      .action((given: Given & { json: boolean }) => status(house, given)),
    list('sources', 'systems outside that may tell facts', sourceList),
    list('people', 'who may sign in at headquarters', (database) => peopleList(database, systemPorts.clock.now())),
    end('revoke', 'ends what opens for it, at once; it stays listed, and can be given a new one').action(
      (kind: string, name: string, given: Given) =>
        change(house, given, (database, setting) => runRevoke(database, { kind, name }, setting)),
    ),
    end('remove', 'takes it off the list; what it has told or done stays')
      .option('--anyway', 'a store that owes facts or erasure receipts as well', false)
      .action((kind: string, name: string, { anyway, ...given }: Given & { anyway: boolean }) =>
        change(house, given, (database, setting) => runRemove(database, { kind, name, anyway }, setting)),
      ),
  ];
}

async function tell(
  { configOf, end }: CommandHouse,
  { config: file, json }: Given & { readonly json: boolean },
  read: (database: Database) => Promise<Listed>,
): Promise<void> {
  const database = await openDatabase(configOf(file)).catch(end);
  const list = await read(database).catch(end);
  await database.close();
  process.stdout.write(json ? `${JSON.stringify(list.json)}\n` : list.text);
}

async function change(
  { configOf, end }: CommandHouse,
  { config: file }: Given,
  run: (database: Database, setting: AccessSetting) => Promise<string>,
): Promise<void> {
  const { timeZone, ...config } = configOf(file);
  const database = await openDatabase(config).catch(end);
  const said = await run(database, { timeZone, now: systemPorts.clock.now() }).catch(end);
  await database.close();
  process.stdout.write(said);
}

/** Changes nothing, not even tables of an earlier build. */
async function status(
  { configOf }: CommandHouse,
  { config: file, json }: Given & { readonly json: boolean },
): Promise<void> {
  const { listen, ...config } = configOf(file);
  try {
    const database = await connectDatabase(config);
    try {
      await assertCurrent(database);
      const standing = await readStatus(database, { now: systemPorts.clock.now(), version: versionHere() });
      const said = { reachable: true, attention: attention(standing), ...standing };
      process.stdout.write(json ? `${JSON.stringify(said)}\n` : statusText(standing));
    } finally {
      await database.close();
    }
  } catch (error) {
    const health = `${listen.tls ? 'https' : 'http'}://${listen.host}:${listen.port}/health`;
    // A database in a folder has one process: that one knows.
    const hint = error instanceof FolderTakenError ? `. Meanwhile ${health} says how it stands` : '';
    const reason = `${reasonOf(error)}${hint}`;
    if (json) process.stdout.write(`${JSON.stringify({ reachable: false, reason })}\n`);
    else process.stderr.write(`Nothing can be said of headquarters: ${reason}.\n`);
    process.exitCode = 1;
  }
}

/** A server that is not there is an error of several, without words of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}

function versionHere(): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return version;
}
