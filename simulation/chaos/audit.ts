/**
 * Holds the journal to the ledger, with SQL of its own on the closed file: independent of the code that wrote it.
 */
import Database from 'better-sqlite3';
import type { Ledger } from './ledger.ts';

export interface Audit {
  /** Facts that were acknowledged and are not there. */
  readonly ackedLost: number;
  /** Facts, messages or endings that are there more than once. */
  readonly doubled: number;
  /** A dialogue that spoke to the same shopper twice in one visit, on the glass. */
  readonly shownTwice: number;
  /** Timers whose moment is over and that nothing came of. */
  readonly timersOverdue: number;
  readonly facts: number;
  readonly messages: number;
  readonly silences: number;
  readonly complaints: readonly string[];
}

interface Row {
  readonly type: string;
  readonly ref: string | null;
  readonly device: string | null;
  readonly epoch: string | null;
  readonly sequence: number | null;
}

const complaintsMax = 20;

export function audit(file: string, ledger: Ledger, nowMs: number): Audit {
  const database = new Database(file, { readonly: true });
  try {
    const rows = database
      .prepare(
        `SELECT type.text AS type, facts.ref, sources.device, sources.epoch, facts.source_seq AS sequence
         FROM facts JOIN words AS type ON type.id = facts.type LEFT JOIN sources ON sources.id = facts.source`,
      )
      .all() as Row[];
    const overdue = database.prepare('SELECT count(*) AS count FROM timers WHERE due < ?').get(nowMs - 5000) as {
      count: number;
    };
    const complaints: string[] = [];
    const complain = (text: string): void => {
      if (complaints.length < complaintsMax) complaints.push(text);
    };
    return {
      ackedLost: countLost(rows, ledger, complain),
      doubled: countDoubled(rows, complain),
      shownTwice: countShownTwice(ledger, complain),
      timersOverdue: overdue.count,
      facts: rows.length,
      messages: rows.filter(({ type }) => type === 'message.decided').length,
      silences: rows.filter(({ type }) => type === 'message.silent').length,
      complaints,
    };
  } finally {
    database.close();
  }
}

function countLost(rows: readonly Row[], ledger: Ledger, complain: (text: string) => void): number {
  const stored = new Set(
    rows.filter(({ device }) => device !== null).map(({ device, epoch, sequence }) => `${device}/${epoch}/${sequence}`),
  );
  let lost = 0;
  for (const { device, epoch, upTo, rejected } of ledger.promises()) {
    for (let sequence = 1; sequence <= upTo; sequence += 1) {
      if (rejected.has(sequence) || stored.has(`${device}/${epoch}/${sequence}`)) continue;
      lost += 1;
      complain(`acknowledged and lost: ${device}/${epoch}/${sequence}`);
    }
  }
  return lost;
}

function countDoubled(rows: readonly Row[], complain: (text: string) => void): number {
  const seen = new Map<string, number>();
  const note = (key: string): void => {
    seen.set(key, (seen.get(key) ?? 0) + 1);
  };
  for (const { type, ref, device, epoch, sequence } of rows) {
    if (device !== null) note(`${device}/${epoch}/${sequence}`);
    // One decision, one ending: a message falls silent at most once, and its withdrawal is said once.
    if (ref !== null && (type === 'message.decided' || type === 'message.silent' || type === 'message.withdrawn'))
      note(`${type} ${ref}`);
  }
  let doubled = 0;
  for (const [key, count] of seen) {
    if (count === 1) continue;
    doubled += count - 1;
    complain(`there ${count} times: ${key}`);
  }
  return doubled;
}

function countShownTwice(ledger: Ledger, complain: (text: string) => void): number {
  const seen = new Map<string, string>();
  let twice = 0;
  for (const { screen, shopper, headline, message } of ledger.painted) {
    const key = `${screen}/${shopper}/${headline}`;
    const before = seen.get(key);
    if (before === undefined) seen.set(key, message);
    else {
      twice += 1;
      complain(`shown twice: ${key} as ${before} and ${message}`);
    }
  }
  return twice;
}
