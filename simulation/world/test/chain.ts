/**
 * A chain in one process: headquarters and its stores, whole, over the lines they really have (HTTPS between them, SMTP
 * to a server that keeps what it takes), on one clock that whoever plays a story hurries. Nothing in it is told what to
 * decide: facts come in by tills and pages, and months pass.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SourceFile } from '@kairos/dialogue/language/compile.ts';
import { runImport } from '@kairos/hq-sync/customers/import-command.ts';
import { recordOwn } from '@kairos/hq-sync/facts/own-facts.ts';
import { foldedToOne } from '@kairos/hq-sync/folding/folded-to-one.ts';
import { addStore } from '@kairos/hq-sync/intake/store-lines.ts';
import { runPerson } from '@kairos/hq-sync/people/person-command.ts';
import { freePort } from '@kairos/hq-sync/process/free-port.ts';
import { makeReleaseKey, publish, readReleaseKey } from '@kairos/hq-sync/releases/release-book.ts';
import { type RunningHq, startHq } from '@kairos/hq-sync/server/hq.ts';
import { loadHqConfig } from '@kairos/hq-sync/server/hq-config.ts';
import { type MailServer, startMailServer } from '@kairos/hq-sync/test/mail-server.ts';
import { wordsOf } from '@kairos/hq-sync/test/pdf-words.ts';
import { chainIdOf } from '@kairos/protocol/chain-id.ts';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { HurriedTime } from '@kairos/store-server/test/hurried-time.ts';
import { certify, makeAuthority } from '@kairos/store-server/tls/private-ca.ts';
import { stringify } from 'yaml';
import { ChainStore, chainKey, loyalty } from './chain-store.ts';
import { SeverableLine } from './severable-line.ts';

const dayMs = 86_400_000;
/** Longer than headquarters pause between two looks. */
const lookMs = 6_000;
/** Looks until headquarters are quiet; where they never are there is a fault. */
const roundsMax = 5_000;

export interface ChainOptions {
  readonly startMs: number;
  readonly timeZone: string;
  /** Names of the stores. */
  readonly stores: readonly string[];
  /** Of hq.yaml, beside what the house itself says: teams, a folder for letters. */
  readonly teams: Readonly<Record<string, { readonly perDay: number; readonly roles: readonly string[] }>>;
}

export class Chain {
  readonly folder: string;
  readonly time: HurriedTime;
  readonly hq: RunningHq;
  readonly mails: MailServer;
  readonly stores: ReadonlyMap<string, ChainStore>;
  readonly #startMs: number;
  readonly #releaseKey: string;
  readonly #teams: readonly string[];
  readonly #lines: ReadonlyMap<string, SeverableLine>;
  #visits = 0;

  private constructor(parts: Pick<Chain, 'folder' | 'time' | 'hq' | 'mails' | 'stores'>, own: OwnParts) {
    this.folder = parts.folder;
    this.time = parts.time;
    this.hq = parts.hq;
    this.mails = parts.mails;
    this.stores = parts.stores;
    this.#startMs = own.startMs;
    this.#releaseKey = own.releaseKey;
    this.#teams = own.teams;
    this.#lines = own.lines;
  }

  static async open({ startMs, timeZone, stores: names, teams }: ChainOptions): Promise<Chain> {
    const folder = mkdtempSync(join(tmpdir(), 'kairos-chain-'));
    const time = new HurriedTime(startMs);
    const mails = await startMailServer();
    const port = await freePort();
    const file = join(folder, 'hq.yaml');
    const ca = await certifyHq(folder);
    writeFileSync(file, stringify(hqDocument({ port, smtpPort: mails.port, timeZone, teams })));
    const loaded = loadHqConfig(file);
    if (loaded.kind === 'faulty') throw new Error(loaded.faults.join('\n'));
    const hq = await startHq({ ...loaded.config, database: { folder: null } }, time.ports);
    const releaseKey = join(folder, 'release.key');
    const publicKey = makeReleaseKey(releaseKey);
    const stores = new Map<string, ChainStore>();
    const lines = new Map<string, SeverableLine>();
    for (const name of names) {
      const token = await addStore(hq.database, name, time.ports.clock.now());
      const way = await SeverableLine.open(hq.port);
      lines.set(name, way);
      const line = { url: `https://127.0.0.1:${way.port}`, ca, token, releaseKey: publicKey, trickleMinutes: 0 };
      const place = join(folder, name);
      mkdirSync(place);
      stores.set(name, await ChainStore.open({ name, folder: place, timeZone, line, ports: time.ports }));
    }
    return new Chain({ folder, time, hq, mails, stores }, { startMs, releaseKey, teams: Object.keys(teams), lines });
  }

  get url(): string {
    return `https://127.0.0.1:${this.hq.port}`;
  }

  get now(): number {
    return this.time.ports.clock.now();
  }

  /** What was printed: the words of each letter, and the lists of addresses that go with them. */
  get letters(): { readonly words: readonly string[]; readonly lists: readonly string[] } {
    const folder = join(this.folder, 'letters');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));
    const endingIn = (ending: string): Buffer[] =>
      files.filter((name) => name.endsWith(ending)).map((name) => readFileSync(name));
    return { words: endingIn('.pdf').map(wordsOf), lists: endingIn('.csv').map(String) };
  }

  /** Rejects with what is wrong with it. */
  store(name: string): ChainStore {
    const store = this.stores.get(name);
    if (!store) throw new Error(`there is no store "${name}" in this chain`);
    return store;
  }

  /** The line between a store and headquarters; cut, the store is left out of what all of them do. */
  line(name: string): SeverableLine {
    const line = this.#lines.get(name);
    if (!line) throw new Error(`there is no store "${name}" in this chain`);
    return line;
  }

  /** On the retailer's own site, of which headquarters alone hear. */
  async browses(card: string): Promise<void> {
    const { database } = this.hq;
    this.#visits += 1;
    const seen = { id: `site:${this.#visits}`, type: 'site.visited', at: this.now, body: { page: '/' } } as const;
    await database.transaction((sql) => recordOwn(sql, { ...seen, chainId: chainIdOf(chainKey, card) }, this.now));
  }

  /** As operators see it on `/hq`. */
  foldedToOne(): Promise<number> {
    return foldedToOne(this.hq.database, this.now);
  }

  /** As `npm run hq -- publish` does. */
  async publish(files: readonly SourceFile[]): Promise<void> {
    const { key } = readReleaseKey(this.#releaseKey);
    const published = await publish(this.hq.database, { files, key, now: this.now });
    if (published.kind === 'faulty') throw new Error(published.problems);
  }

  /** As `npm run hq -- import` does. */
  async import(csv: string): Promise<void> {
    const file = join(this.folder, 'customers.csv');
    writeFileSync(file, csv);
    const said: string[] = [];
    const command = {
      ...{ file, purchases: false, allOrNothing: true, ownNumbers: false, currency: 'EUR', notGoods: [] },
    };
    const say = (line: string): unknown => said.push(line);
    const { database } = this.hq;
    const scheme = { ...loyalty, gsrn: true };
    const code = await runImport(command, { database, chainKey, loyalty: scheme, now: this.now, say });
    if (code !== 0) throw new Error(said.join('\n'));
  }

  /** As `npm run hq -- person` does; returns her password. Without a team she is an operator. */
  async person(
    person: string,
    { name, team = '' }: { readonly name: string; readonly team?: string },
  ): Promise<string> {
    const asked = { person, name, team, role: team === '' ? 'operator' : 'representative', locale: 'en' };
    const said = await runPerson(this.hq.database, asked, { teams: this.#teams, now: this.now });
    return said.split('\n')[0] as string;
  }

  /**
   * Days pass, each until the hour at which the story began; on each all stores sync, and headquarters do what is due.
   * `atOnce`: so many days between two syncs, where nobody waits for anything.
   */
  async passDays(days: number, atOnce = 1): Promise<void> {
    for (let passed = 0; passed < days; passed += atOnce) {
      // Settling takes some of the story's time as well: a day is what is left of it.
      this.time.pass(Math.min(atOnce, days - passed) * dayMs - ((this.now - this.#startMs) % dayMs));
      await this.settle();
    }
  }

  /** Until it holds, looked at every so many days; rejects with what was waited for in vain. */
  async passUntil(
    what: string,
    holds: () => boolean | Promise<boolean>,
    { atMost, every }: { readonly atMost: number; readonly every: number },
  ): Promise<void> {
    await this.settle();
    for (let passed = 0; !(await holds()); passed += every) {
      if (passed >= atMost) throw new Error(`in ${atMost} days there was not: ${what}`);
      await this.passDays(every, every);
    }
  }

  /** What the stores have goes up and is folded, what follows is carried out, and what has changed comes down. */
  async settle(): Promise<void> {
    await this.#sync();
    await this.#untilQuiet();
    await this.#sync();
  }

  async stop(): Promise<void> {
    for (const store of this.stores.values()) await store.stop();
    for (const line of this.#lines.values()) line.close();
    await this.hq.stop();
    await this.mails.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #sync(): Promise<void> {
    for (const [name, store] of this.stores) if (!this.line(name).isCut) await store.sync();
  }

  /** Headquarters look every few seconds; what is under way to a server takes the time that it takes. */
  async #untilQuiet(): Promise<void> {
    for (let round = 0; round < roundsMax; round += 1) {
      const [row] = await this.hq.database.query<{ waiting: number; sent: number }>(waitingWork, [this.now]);
      if (row?.waiting === 0 && row.sent === 0) return;
      if (row?.sent === 0) this.time.pass(lookMs);
      await new Promise<void>((resolve) => systemPorts.timers.after(1, resolve));
    }
    throw new Error('headquarters do not become quiet');
  }
}

interface OwnParts {
  readonly startMs: number;
  readonly releaseKey: string;
  readonly teams: readonly string[];
  readonly lines: ReadonlyMap<string, SeverableLine>;
}

/**
 * Chunks to open, people to fold, timers that are due, what channels may carry by themselves, calls whose time is over,
 * letters that arrive; and what is on its way to a server.
 */
const waitingWork = `SELECT (SELECT count(*) FROM arrivals) + (SELECT count(*) FROM to_fold)
    + (SELECT count(*) FROM customer_states WHERE due <= $1)
    + (SELECT count(*) FROM commands c LEFT JOIN carriage g ON g.chain_id = c.chain_id AND g.command = c.command
       WHERE c.kind IN ('email', 'mail') AND c.state = 'open' AND coalesce(g.not_before, 0) <= $1)
    + (SELECT count(*) FROM commands WHERE kind = 'call' AND state = 'open'
         AND (until <= $1 OR (words->>'claimBy')::bigint <= $1))
    + (SELECT count(*) FROM carriage WHERE arrives_at <= $1) AS waiting,
  (SELECT count(*) FROM commands WHERE kind IN ('email', 'mail') AND state = 'claimed') AS sent`;

/** By an authority of the chain's own, whose certificate the stores are given. TLS knows the machine's time alone. */
async function certifyHq(folder: string): Promise<string> {
  const named = { names: ['127.0.0.1'], nowMs: systemPorts.clock.now() };
  const authority = await makeAuthority({ title: 'Chain', ...named });
  const { certificate, key } = await certify(authority, { ...named, lifeMs: dayMs });
  const ca = join(folder, 'authority.pem');
  writeFileSync(ca, authority.certificate);
  writeFileSync(join(folder, 'hq.pem'), certificate);
  writeFileSync(join(folder, 'hq.key'), key);
  return ca;
}

function hqDocument({
  port,
  smtpPort,
  timeZone,
  teams,
}: Pick<ChainOptions, 'timeZone' | 'teams'> & { readonly port: number; readonly smtpPort: number }): object {
  return {
    listen: { port, tls: { certificate: 'hq.pem', key: 'hq.key' } },
    ...{ chainKey, loyalty, timeZone },
    channels: {
      email: {
        smtp: { host: '127.0.0.1', port: smtpPort, requireTls: false },
        from: 'The Shop <hello@example.com>',
        domain: 'example.com',
      },
      calls: { teams },
      mail: { folder: 'letters', transitDays: 3, sender: ['The Shop', '1 High Street', '12345 Springfield'] },
      web: { origin: `https://127.0.0.1:${port}`, linkDays: 60 },
    },
  };
}
