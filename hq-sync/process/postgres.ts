/**
 * Debian's PostgreSQL for tests and benchmarks: on a free port of loopback, as a user that is not root, in a folder of its own, one for
 * the tests of a file. Without `isDurable` it does not wait for the disk: those tests kill processes, not power.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import pg from 'pg';
import { freePort } from './free-port.ts';

const versionsFolder = '/usr/lib/postgresql';
/** Fifty milliseconds apart: a minute, which a busy machine may need. */
const triesMax = 1_200;
const portsMax = 5;

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
  const settings = [
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${folder}`,
    `fsync=${isDurable ? 'on' : 'off'}`,
    'max_connections=120',
    ...more,
  ];
  const urlOn = (port: number, name: string): string => `postgresql://kairos@127.0.0.1:${port}/${name}`;
  const open = async (): Promise<Server> => {
    const port = await freePort();
    const given = [...settings, `port=${port}`].flatMap((one) => ['-c', one]);
    const child = spawn(join(bin, 'postgres'), ['-D', data, ...given], options);
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    const isThere = await untilThere(child, { url: urlOn(port, 'postgres'), data });
    return { child, port, ended, isThere };
  };
  let server = await open();
  // Another server may have been quicker to take the port.
  for (let others = 0; !server.isThere && others < portsMax; others += 1) server = await open();
  const { port, child, ended, isThere } = server;
  if (!isThere) throw new Error(`PostgreSQL ended with ${child.exitCode} before it was there; its data is in ${data}`);
  const urlOf = (name: string): string => urlOn(port, name);
  return {
    folder,
    createDatabase: async (name) => {
      await withClient(urlOf('postgres'), (client) => client.query(`CREATE DATABASE ${name}`));
      return urlOf(name);
    },
    stop: async () => {
      child.kill('SIGINT');
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

interface Server {
  readonly child: ChildProcess;
  readonly port: number;
  readonly ended: Promise<void>;
  readonly isThere: boolean;
}

/** False where it has ended instead. Whoever answers there has to be this one, by its `data`. */
async function untilThere(child: ChildProcess, { url, data }: { url: string; data: string }): Promise<boolean> {
  for (let tries = 0; child.exitCode === null && child.signalCode === null; tries += 1) {
    try {
      let found = '';
      await withClient(url, async (client) => {
        const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
        found = rows[0]?.data_directory ?? '';
      });
      if (found === data) return true;
    } catch (error) {
      if (tries >= triesMax) throw error;
    }
    await new Promise<void>((resolve) => systemPorts.timers.after(50, resolve));
  }
  return false;
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
