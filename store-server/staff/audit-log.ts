/**
 * What people did: who, what, to what, when, from where. Only added to; the table itself refuses anything else. Kept
 * for 400 days, so that a year can be compared with the one before.
 */
import { toIso } from '@kairos/protocol/time.ts';
import type { StaffDatabase } from './staff-database.ts';

const auditKeptMs = 400 * 24 * 60 * 60_000;
const textMax = 200;

export interface Deed {
  readonly associate: string;
  /** "dialogue.paused", "pin.set" */
  readonly deed: string;
  readonly subject: string;
  /** An address; empty where none is known. */
  readonly from: string;
}

export interface AuditLine extends Deed {
  readonly id: number;
  readonly at: number;
}

export class AuditLog {
  readonly #db: StaffDatabase;
  readonly #now: () => number;

  constructor({ db, now }: { db: StaffDatabase; now: () => number }) {
    this.#db = db;
    this.#now = now;
  }

  write({ associate, deed, subject, from }: Deed): void {
    // A line that was put off may come when the store has closed.
    if (!this.#db.open) return;
    this.#db
      .prepare('INSERT INTO audit (at, associate, deed, subject, address) VALUES (?, ?, ?, ?, ?)')
      .run(this.#now(), ...[associate, deed, subject, from].map((text) => text.slice(0, textMax)));
  }

  /** Newest first; `before` is the id of a line. */
  read({ limit, before = Number.MAX_SAFE_INTEGER }: { limit: number; before?: number }): AuditLine[] {
    return this.#db
      .prepare(
        'SELECT id, at, associate, deed, subject, address AS "from" FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?',
      )
      .all(before, limit) as AuditLine[];
  }

  /** The newest of one kind, newest first. */
  readDeeds(deed: string, limit: number): AuditLine[] {
    return this.#db
      .prepare(
        'SELECT id, at, associate, deed, subject, address AS "from" FROM audit WHERE deed = ? ORDER BY id DESC LIMIT ?',
      )
      .all(deed, limit) as AuditLine[];
  }

  /** All of it, oldest first, RFC 4180. A text that a spreadsheet would compute is led by an apostrophe. */
  *csv(): Generator<string> {
    yield 'id,at,who,what,to,from\r\n';
    const rows = this.#db.prepare('SELECT id, at, associate, deed, subject, address AS "from" FROM audit ORDER BY id');
    for (const line of rows.all() as AuditLine[]) {
      const { id, at, associate, deed, subject, from } = line;
      yield `${id},${toIso(at)},${[associate, deed, subject, from].map(field).join(',')}\r\n`;
    }
  }

  /** Forgets what is older than it is kept. */
  prune(): void {
    const since = this.#now() - auditKeptMs;
    this.#db.transaction(() => {
      this.#db.prepare('UPDATE audit_kept SET since = ?').run(since);
      this.#db.prepare('DELETE FROM audit WHERE at < ?').run(since);
    })();
  }
}

function field(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
