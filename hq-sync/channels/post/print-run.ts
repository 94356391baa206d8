/**
 * Letters to be printed: a folder for each day with a PDF for each letter and `addresses.csv`, which names those that
 * count (a PDF that it does not name was not finished). A letter is in her hands after its transit; until then nothing
 * is told to the engine, and one that comes back before never arrived.
 */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ports } from '@kairos/protocol/ports.ts';
import type { Database } from '../../database/database.ts';
import type { Carried, Channel } from '../carrier.ts';
import { reportReached } from '../channel-facts.ts';
import { ChannelFault } from '../channel-faults.ts';
import { commandColumns, commandTables, readCommand } from '../command.ts';
import { type Claimed, holdCommands } from '../command-book.ts';
import { dayIn } from '../quiet-hours.ts';
import { linksOf, type WebPlace } from '../web/links.ts';
import { addressList } from './address-list.ts';
import { NoFaceError } from './letter-faces.ts';
import { printLetter } from './letter-pdf.ts';

export interface PrintConfig {
  readonly folder: string;
  readonly transitDays: number;
  readonly sender: readonly string[];
  /** Files, for what the house's own faces do not have. */
  readonly fonts: readonly string[];
  /** Days are counted on this wall. */
  readonly timeZone: string;
}

export interface PrintRunOptions {
  readonly config: PrintConfig;
  readonly database: Database;
  readonly ports: Pick<Ports, 'clock'>;
  /** Null where she has no page of her own. */
  readonly web: WebPlace | null;
}

const dayMs = 86_400_000;
/** Whose lists are kept up: today's, and that of a day that has just ended. */
const daysKept = 2;
const arrivalsMax = 1_000;

export class PrintRun implements Channel {
  readonly isHarmless = true;
  readonly #options: PrintRunOptions;
  /** Of each day: how many its list names. */
  readonly #listed = new Map<string, number>();

  constructor(options: PrintRunOptions) {
    this.#options = options;
  }

  async carry({ command, tag, unsettledSince }: Claimed): Promise<Carried> {
    const { config, ports, web } = this.#options;
    const now = ports.clock.now();
    const day = dayIn(now, config.timeZone);
    const link = web === null ? null : linksOf(command, web).page();
    const signedBy = await this.#signerOf(command);
    const pdf = await printLetter(command, { ...config, printedAt: now, signedBy, link }).catch((error: unknown) => {
      throw error instanceof NoFaceError ? new ChannelFault('font-missing', error) : error;
    });
    writeWhole(join(config.folder, day), `${tag}.pdf`, pdf);
    // Of a process that died before it could say so.
    const begun = unsettledSince === null ? day : dayIn(unsettledSince, config.timeZone);
    if (begun !== day) rmSync(join(config.folder, begun, `${tag}.pdf`), { force: true });
    return { kind: 'accepted', said: `${day}/${tag}.pdf`, arrivesAt: now + config.transitDays * dayMs };
  }

  /** The name of who has signed it; null where nobody did. */
  async #signerOf({ chainId, message }: Claimed['command']): Promise<string | null> {
    const [row] = await this.#options.database.query<{ name: string }>(
      `SELECT p.name FROM commands s JOIN people p ON p.person = s.outcome->>'by'
       WHERE s.chain_id = $1 AND s.message = $2 AND s.kind = 'sign' AND s.outcome->>'answered' = 'approved'`,
      [chainId, message],
    );
    return row?.name ?? null;
  }

  /** The lists of the last days, and what has arrived meanwhile. */
  async carryOn(): Promise<void> {
    const now = this.#options.ports.clock.now();
    for (let ago = 0; ago < daysKept; ago += 1)
      await this.#list(dayIn(now - ago * dayMs, this.#options.config.timeZone));
    await this.#reportArrived(now);
  }

  /** One process at a time: a list that is older never takes the place of a newer one. */
  async #list(day: string): Promise<void> {
    const { config, database } = this.#options;
    await database.transaction(async (sql) => {
      await sql.query(`SELECT pg_advisory_xact_lock(hashtext('kairos letters'))`);
      const rows = await sql.query<{ said: string }>(
        `SELECT ${commandColumns}, c.outcome->>'said' AS said FROM ${commandTables}
         WHERE c.kind = 'mail' AND c.state = 'done' AND c.outcome->>'said' LIKE $1 ORDER BY c.outcome->>'said'`,
        [`${day}/%`],
      );
      if (rows.length === (this.#listed.get(day) ?? 0)) return;
      const letters = rows.map((row) => {
        const file = row.said.slice(day.length + 1);
        return { letter: file.replace(/\.pdf$/, ''), file, lines: readCommand(row).to.post };
      });
      writeWhole(join(config.folder, day), 'addresses.csv', Buffer.from(`\uFEFF${addressList(letters)}`));
      this.#listed.set(day, rows.length);
    });
  }

  async #reportArrived(now: number): Promise<void> {
    await this.#options.database.transaction(async (sql) => {
      const due = await sql.query<{ chainId: string; command: string; at: number }>(
        `SELECT chain_id AS "chainId", command, arrives_at AS at FROM carriage WHERE arrives_at <= $1
         ORDER BY arrives_at LIMIT ${arrivalsMax}`,
        [now],
      );
      const arrivals = new Map(due.map(({ chainId, command, at }) => [`${chainId} ${command}`, at]));
      const where = `EXISTS (SELECT FROM carriage g WHERE g.chain_id = c.chain_id AND g.command = c.command
        AND g.arrives_at <= $3)`;
      for (const letter of await holdCommands(sql, due, { where, values: [now], others: 'skip', now })) {
        const at = arrivals.get(`${letter.chainId} ${letter.command}`) ?? now;
        await reportReached(sql, letter, { at, now });
        await sql.query('UPDATE carriage SET arrives_at = NULL WHERE chain_id = $1 AND command = $2', [
          letter.chainId,
          letter.command,
        ]);
      }
    });
  }
}

/** There in one piece or not at all. */
function writeWhole(folder: string, name: string, bytes: Buffer): void {
  try {
    mkdirSync(folder, { recursive: true });
    const part = join(folder, `.${name}.${process.pid}`);
    writeFileSync(part, bytes);
    renameSync(part, join(folder, name));
  } catch (error) {
    throw new ChannelFault('letters-folder', error);
  }
}
