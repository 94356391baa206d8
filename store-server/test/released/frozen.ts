/** What a released version has left behind, opened with today's store: its journal, its releases, its states. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngine } from '@kairos/dialogue/engine/create-engine.ts';
import type { Engine } from '@kairos/dialogue/engine/engine.ts';
import { readState } from '@kairos/dialogue/engine/state-codec.ts';
import { compileRelease } from '@kairos/dialogue/language/compile.ts';
import type { Fact } from '@kairos/protocol/facts.ts';
import { floorPlan } from '@kairos/protocol/floor-plan.ts';
import { simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import Database from 'better-sqlite3';
import { parse } from 'yaml';
import { type OpenedJournal, openInlineJournal } from '../../journal/open-journal.ts';
import { ReleaseShelf } from '../../releases/release-shelf.ts';
import { placesOf, readStoreCard, type StoreCard } from '../../store-card.ts';
import { Visits } from '../../visits/visits.ts';
import { chainKey } from '../small-day.ts';

const planFile = new URL('../../../simulation/demo-store/floor-plan.yaml', import.meta.url);
const here = new URL('./versions/', import.meta.url).pathname;

/** States as they are in memory, by subject; 0 is the store itself. */
export interface Folded {
  readonly states: Readonly<Record<string, unknown>>;
  readonly visits: Readonly<Record<string, unknown>>;
  readonly due: Readonly<Record<string, number | null>>;
}

export interface Frozen extends Folded {
  readonly version: string;
  /** Of facts, as the version knew them. */
  readonly types: readonly string[];
  readonly subjects: readonly number[];
}

/** A copy of a frozen store, in a folder of its own. */
export interface FrozenStore {
  readonly data: string;
  readonly file: string;
  readonly journal: OpenedJournal;
  facts(): Promise<Fact[]>;
  subjects(facts: readonly Fact[]): number[];
  /** A fresh engine and fresh visits, as a start of the store makes them. */
  mind(): { readonly engine: Engine; readonly visits: Visits };
  close(): Promise<void>;
}

export function frozenVersions(): string[] {
  return readdirSync(here, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
}

export function frozenFolder(version: string): string {
  return join(here, version);
}

export function readFrozen(version: string): Frozen {
  return JSON.parse(readFileSync(join(frozenFolder(version), 'expected.json'), 'utf8')) as Frozen;
}

export function openFrozen(version: string): FrozenStore {
  const folder = mkdtempSync(join(tmpdir(), 'kairos-released-'));
  const data = join(folder, 'data');
  cpSync(frozenFolder(version), data, { recursive: true });
  const file = join(data, 'journal.db');
  const journal = openInlineJournal({ file, groupMs: 0, ports: simulatedPorts({ startMs: 0, seed: 1 }) });
  const card = readStoreCard(data) as StoreCard;
  const { releases } = new ReleaseShelf(join(data, 'releases')).read();
  const zones = card.zones.map(({ id }) => id);
  const compiled = releases.map(({ number, files }) => {
    const { release, problems } = compileRelease(files, { number, zones, departments: card.departments });
    if (release === null) throw new Error(`release ${number} compiles no more: ${JSON.stringify(problems)}`);
    return release;
  });
  return {
    data,
    file,
    journal,
    facts: () => journal.facts({ limit: 10_000 }),
    subjects: (facts) => [...new Set([0, ...facts.flatMap(({ subject }) => (subject === null ? [] : [subject]))])],
    mind: () => ({
      engine: createEngine({
        release: compiled.at(-1) as (typeof compiled)[number],
        earlier: compiled.slice(0, -1),
        chainKey,
        store: { name: card.title, currency: card.currency, timeZone: card.timeZone },
        person: (subject) => journal.person(subject),
        places: placesOf(card),
      }),
      visits: new Visits(floorPlan.parse(parse(readFileSync(planFile, 'utf8')))),
    }),
    close: async () => {
      await journal.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Everything from the first fact on. */
export function foldAll(store: FrozenStore, facts: readonly Fact[]): Folded {
  const { engine, visits } = store.mind();
  return foldOn({ engine, visits, facts, subjects: store.subjects(facts) });
}

/** The states that the version had written down, and what followed. */
export function foldFromSnapshot(store: FrozenStore, facts: readonly Fact[]): Folded {
  const { engine, visits } = store.mind();
  const subjects = store.subjects(facts);
  const { foldFrom, states } = store.journal.start;
  for (const { subject, kind, state } of states) if (kind === 'visit') visits.load(subject, state);
  for (const subject of subjects) {
    const stored = store.journal.state(subject, 'engine');
    if (stored) engine.load(subject, stored.state);
  }
  return foldOn({ engine, visits, facts: facts.filter(({ seq }) => seq >= foldFrom), subjects });
}

function foldOn({
  engine,
  visits,
  facts,
  subjects,
}: {
  engine: Engine;
  visits: Visits;
  facts: readonly Fact[];
  subjects: readonly number[];
}): Folded {
  for (const fact of facts) {
    visits.fold(fact);
    engine.fold(fact);
  }
  const of = <Value>(each: (subject: number) => Value): Record<string, Value> =>
    Object.fromEntries(subjects.map((subject) => [subject, each(subject)]));
  return {
    states: of((subject) => {
      const text = engine.save(subject);
      if (text === null) return null;
      return subject === 0 ? JSON.parse(text) : JSON.parse(JSON.stringify(readState(text)));
    }),
    // 0 is where the carts are. Of closed ones the conductor keeps what forgetting them needs, and no fold makes it.
    visits: of((subject) =>
      subject === 0 || visits.visitOf(subject) ? JSON.parse(visits.save(subject) ?? 'null') : null,
    ),
    due: of((subject) => engine.nextDue(subject)),
  };
}

/** The tables as SQL, one statement a line, in order of their names. */
export function tablesOf(file: string): string {
  const db = new Database(file, { readonly: true });
  try {
    const rows = db.prepare('SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name').pluck().all();
    const version = db.pragma('user_version', { simple: true });
    return [`-- user_version ${version}`, ...(rows as string[]).map((sql) => `${sql.replace(/\s+/g, ' ')};`), ''].join(
      '\n',
    );
  } finally {
    db.close();
  }
}
