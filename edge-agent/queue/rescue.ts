/**
 * What can still be read of a broken queue, taken over into a new one: facts from the front until the first page that
 * cannot be read, and from the back until the last; each with the epoch and the sequence that it had, so that what the
 * store knows already is known again. What lies between is lost, and counted.
 */
import Database from 'better-sqlite3';
import { type EpochRow, prepareQueue, type QueuedRow } from './queue-tables.ts';
import { isWhole, rowSum } from './row-sum.ts';

export interface Rescued {
  /** Facts taken over. */
  readonly rescued: number;
  /** Facts that it held and that are gone; 0 where nobody can say. */
  readonly lost: number;
}

type FullRow = QueuedRow & { readonly rank: number; readonly bytes: number };

/** Never throws for what is wrong with the old file. */
export function takeOver(broken: string, into: Database.Database, newName: string): Rescued {
  let from: Database.Database | null = null;
  try {
    from = new Database(broken, { timeout: 0 });
    return copy(from, into, newName);
  } catch {
    return { rescued: 0, lost: 0 };
  } finally {
    from?.close();
  }
}

function copy(from: Database.Database, into: Database.Database, newName: string): Rescued {
  const sql = prepareQueue(into);
  const epochs = new Map(
    readable<EpochRow>(from, 'SELECT * FROM epochs NOT INDEXED ORDER BY number').map((row) => [row.number, { ...row }]),
  );
  const extent = { depth: 0, bytes: 0 };
  const keep = (row: FullRow): void => {
    const { id, sequence, at, rank, type, body, bytes } = row;
    // One that is half read is worse than none, and so is one that the store may have, but nobody can say as what.
    if (!isWhole(row) || (sequence !== null && !epochs.has(row.epoch))) return;
    const epoch = epochs.get(row.epoch) ?? nameless(row.epoch, newName);
    epochs.set(row.epoch, {
      ...epoch,
      alive: Math.max(epoch.alive, at),
      assigned: Math.max(epoch.assigned, sequence ?? 0),
    });
    sql.add.run(id, row.epoch, sequence, at, rank, type, body, bytes, row.sum ?? rowSum(row));
    extent.depth += 1;
    extent.bytes += bytes;
  };
  into.transaction(() => {
    const reached = walk(from, 'id > ? ORDER BY id', 0, keep);
    if (!reached.isComplete) walk(from, 'id > ? ORDER BY id DESC', reached.lastId, keep);
    const add = into.prepare('INSERT INTO epochs VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
    for (const { number, name, started, alive, later, assigned, anchorStore, anchorAt } of epochs.values()) {
      add.run(number, name, started, alive, later, assigned, anchorStore ?? null, anchorAt ?? null);
    }
    for (const { name, value } of readable<{ name: string; value: number }>(from, 'SELECT name, value FROM counters')) {
      sql.count.run(name, value);
    }
    sql.setExtent.run(extent.depth, extent.bytes);
  })();
  const [held] = readable<{ depth: number }>(from, 'SELECT depth FROM extent');
  return { rescued: extent.depth, lost: Math.max(0, (held?.depth ?? 0) - extent.depth) };
}

/** An epoch of which only facts are left that were never sent: they may as well be of a new one. */
function nameless(number: number, newName: string): EpochRow {
  const times = { started: 0, alive: 0, later: 0, anchorStore: null, anchorAt: null };
  return { number, name: `${newName}-${number}`, assigned: 0, ...times };
}

/** All rows up to the first that cannot be read. */
function readable<Row>(db: Database.Database, query: string): Row[] {
  const rows: Row[] = [];
  try {
    for (const row of db.prepare(query).iterate()) rows.push(row as Row);
  } catch {
    // As far as it went.
  }
  return rows;
}

function walk(
  db: Database.Database,
  where: string,
  fromId: number,
  keep: (row: FullRow) => void,
): { readonly lastId: number; readonly isComplete: boolean } {
  let lastId = fromId;
  try {
    for (const row of db.prepare(`SELECT * FROM facts NOT INDEXED WHERE ${where}`).iterate(fromId)) {
      keep(row as FullRow);
      lastId = (row as FullRow).id;
    }
    return { lastId, isComplete: true };
  } catch {
    return { lastId, isComplete: false };
  }
}
