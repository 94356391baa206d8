/**
 * Debian's PostgreSQL for tests and benchmarks: on a free port of loopback, as a user that is not root, in a folder of its own, one for
 * the tests of a file. Without `isDurable` it does not wait for the disk: those tests kill processes, not power.
 */
import { execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import pg from 'pg';
import { freePort } from './free-port.ts';

const versionsFolder = '/usr/lib/postgresql';

export interface Postgres {
  /** All that it keeps on disk. */
  readonly folder: string;
  /** A new, empty database. */
  createDatabase(name: string): Promise<string>;
  stop(): Promise<void>;
}

/** `more`: settings of the server, "name=value". */
export async function startPostgres({
  isDurable = false,
  more = [],
}: {
  readonly isDurable?: boolean;
  readonly more?: readonly string[];
} = {}): Promise<Postgres> {
  const bin = programs();
  const folder = mkdtempSync(join(tmpdir(), 'kairos-postgres-'));
  const identity = plainUser();
  if (identity) chownSync(folder, identity.uid, identity.gid);
  const data = join(folder, 'data');
  const options = { ...identity, cwd: folder, stdio: 'ignore' as const };
  execFileSync(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'kairos', '-A', 'trust', '-E', 'UTF8', '--no-locale', '-N'],
    options,
  );
  const port = await freePort();
  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${folder}`,
    `fsync=${isDurable ? 'on' : 'off'}`,
    'max_connections=120',
    ...more,
  ];
  const server = spawn(join(bin, 'postgres'), ['-D', data, ...settings.flatMap((one) => ['-c', one])], options);
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  const urlOf = (name: string): string => `postgresql://kairos@127.0.0.1:${port}/${name}`;
  await untilThere(urlOf('postgres'));
  return {
    folder,
    createDatabase: async (name) => {
      await withClient(urlOf('postgres'), (client) => client.query(`CREATE DATABASE ${name}`));
      return urlOf(name);
    },
    stop: async () => {
      server.kill('SIGINT');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function programs(): string {
  const versions = existsSync(versionsFolder) ? readdirSync(versionsFolder).sort().reverse() : [];
  // A folder may hold the client alone.
  const newest = versions.find((version) => existsSync(join(versionsFolder, version, 'bin', 'initdb')));
  if (newest === undefined) throw new Error('PostgreSQL is missing. To install it: sudo apt-get install postgresql');
  return join(versionsFolder, newest, 'bin');
}

/** PostgreSQL will not run as root; Debian has made a user for it. Null where we are nobody special. */
function plainUser(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

async function untilThere(url: string): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      await withClient(url, (client) => client.query('SELECT 1'));
      return;
    } catch (error) {
      if (tries === 300) throw error;
      await new Promise<void>((resolve) => systemPorts.timers.after(50, resolve));
    }
  }
}

async function withClient(url: string, use: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  // A server that is just starting cuts the line after its answer.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await use(client);
  } finally {
    await client.end();
  }
}
