/**
 * What released versions recorded, on today's code (reliability, goal G9): their journals read as they were written, fold
 * to the states that they had, from the first fact as from the states they had written down; and before a version writes
 * into another's journal, it copies it.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fact } from '@kairos/protocol/facts.ts';
import { simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { openDatabase } from '../journal/database.ts';
import { migrations } from '../journal/migrations/all.ts';
import { openInlineJournal } from '../journal/open-journal.ts';
import { kairosVersion } from '../version.ts';
import {
  type Folded,
  type FrozenStore,
  foldAll,
  foldFromSnapshot,
  frozenFolder,
  frozenVersions,
  openFrozen,
  readFrozen,
  tablesOf,
} from './released/frozen.ts';

const versions = frozenVersions();

function writtenFacts(version: string): Fact[] {
  const lines = readFileSync(join(frozenFolder(version), 'facts.ndjson'), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => JSON.parse(line) as Fact);
}

async function withFrozen<Result>(version: string, look: (store: FrozenStore) => Promise<Result>): Promise<Result> {
  const store = openFrozen(version);
  try {
    return await look(store);
  } finally {
    await store.close();
  }
}

/** Fields that came since may stand beside what was frozen. */
function expectAsFrozen(version: string, { states, visits, due }: Folded): void {
  const frozen = readFrozen(version);
  expect({ states, visits, due }).toMatchObject({ states: frozen.states, visits: frozen.visits, due: frozen.due });
}

function isAsFrozen(version: string, folded: Folded): boolean {
  try {
    expectAsFrozen(version, folded);
    return true;
  } catch {
    return false;
  }
}

test('the first version is among them', () => {
  expect(versions).toContain('0.1.0');
});

describe.each(versions)('the journal of %s', (version) => {
  test('reads as it was written', async () => {
    await withFrozen(version, async (store) => expect(await store.facts()).toEqual(writtenFacts(version)));
  });

  test('holds something of every type of fact that the version knew', () => {
    const found = new Set<string>(writtenFacts(version).map(({ type }) => type));
    expect(readFrozen(version).types.filter((type) => !found.has(type))).toEqual([]);
  });

  test('folds to the states that it had, from its first fact', async () => {
    await withFrozen(version, async (store) => expectAsFrozen(version, foldAll(store, writtenFacts(version))));
  });

  test('folds to the same from the states that it had written down', async () => {
    await withFrozen(version, async (store) => {
      expect(store.journal.start.foldFrom).toBeGreaterThan(1);
      expect(store.journal.start.foldFrom).toBeLessThan(store.journal.start.lastSeq);
      expectAsFrozen(version, foldFromSnapshot(store, writtenFacts(version)));
    });
  });

  test('and a fold that takes one kind of decision for nothing is noticed, whichever it is', async () => {
    const facts = writtenFacts(version);
    const decided = new Set(
      facts.filter(({ cause, type }) => cause !== null && !isVisit(type)).map(({ type }) => type),
    );
    expect(decided.size).toBeGreaterThan(8);
    await withFrozen(version, async (store) => {
      const unnoticed = [...decided].filter((type) => {
        const folded = foldAll(
          store,
          facts.filter((fact) => fact.type !== type || fact.cause === null),
        );
        return isAsFrozen(version, folded);
      });
      // What these two changed has gone with runs that have ended.
      expect(['task.released', 'reward.issued']).toEqual(expect.arrayContaining(unnoticed));
    });
  });

  test('has the tables that the migrations up to then make, to the letter', async () => {
    await withFrozen(version, async (store) => {
      const frozen = readFileSync(join(frozenFolder(version), 'tables.sql'), 'utf8');
      const made = Number(/user_version (\d+)/.exec(frozen)?.[1]);
      const fresh = join(store.data, 'fresh.db');
      openDatabase({ file: fresh, migrations: migrations.slice(0, made) }).db.close();
      expect(tablesOf(fresh)).toBe(frozen);
      expect(tablesOf(join(frozenFolder(version), 'journal.db'))).toBe(frozen);
    });
  });

  test('is copied before another version writes into it: the copy is what was there, and can be put back', async () => {
    await withFrozen(version, async (store) => {
      await store.journal.close();
      const ports = simulatedPorts({ startMs: 0, seed: 1 });
      const before = readAll(store.file);
      const later = {
        version: migrations.length + 1,
        sql: 'DROP TABLE states; CREATE TABLE spoilt (a INTEGER) STRICT;',
      };
      const { db, snapshot } = openDatabase({
        file: store.file,
        migrations: [...migrations, later],
        version: '99.0.0',
      });
      db.close();
      expect(readAll(store.file)).not.toEqual(before);
      expect(readAll(snapshot as string)).toEqual(before);
      const copy = openInlineJournal({ file: snapshot as string, groupMs: 0, ports });
      expect(await copy.facts({ limit: 10_000 })).toEqual(writtenFacts(version));
      await copy.close();
    });
  });
});

describe('a version that changes no table', () => {
  const [version = ''] = versions;

  test('copies the file all the same when another one wrote last, once; the same version does not', async () => {
    await withFrozen(version, async (store) => {
      await store.journal.close();
      const open = (as: string): string | null => {
        const { db, snapshot } = openDatabase({ file: store.file, version: as });
        db.close();
        return snapshot;
      };
      expect(open(kairosVersion)).toBeNull();
      const copy = open('99.0.0');
      expect(copy).toBe(join(store.data, `journal-before-99.0.0-from-${kairosVersion}.db`));
      expect(existsSync(copy as string)).toBe(true);
      expect(open('99.0.0')).toBeNull();
    });
  });
});

function isVisit(type: string): boolean {
  return type.startsWith('visit.') || type === 'customer.erased';
}

function readAll(file: string): unknown {
  const db = new Database(file, { readonly: true });
  try {
    const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").pluck().all();
    return (tables as string[]).map((table) => [table, db.prepare(`SELECT * FROM ${table}`).all()]);
  } finally {
    db.close();
  }
}
