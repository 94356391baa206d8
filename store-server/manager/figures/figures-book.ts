/**
 * The figures' running fold: takes in what is new in the journal, a page at a time and each page in one transaction with
 * the position that it came to, and takes back what has been forgotten since. Works on files alone, beside a running store
 * or after it; `figures-thread.ts` gives it a thread of its own.
 */
import { join } from 'node:path';
import { compileRelease } from '@kairos/dialogue/language/compile.ts';
import type { FactType } from '@kairos/protocol/facts.ts';
import type Database from 'better-sqlite3';
import { openReadOnly } from '../../journal/database.ts';
import { type JournalView, openJournalView } from '../../journal/journal-view.ts';
import { ReleaseShelf } from '../../releases/release-shelf.ts';
import { metaOf, openFiguresTables, putMeta } from './figures-tables.ts';
import { type IsPositive, MessageRows } from './fold-messages.ts';
import { VisitRows } from './fold-visits.ts';
import { settlePlays } from './media.ts';

/** Facts taken in at once: some 20 ms, after which a waiting question gets its turn. */
const pageFacts = 5_000;
/** A visit can be forgotten for a day after its end (conductor/visit-traces.ts), and one does not last longer than this. */
const forgettableMs = 48 * 3_600_000;
/** Kept as long as the journal keeps messages. */
const keptMs = 2 * 365 * 86_400_000;
/** Where a cart stood is kept for a week (facts.ts); its plays are settled before. */
const presencesKeptMs = 6 * 86_400_000;

const counted: readonly FactType[] = [
  'run.entered',
  'run.moved',
  'run.ended',
  'objective.reached',
  'message.decided',
  'message.shown',
  'message.answered',
  'message.silent',
  'message.withdrawn',
  'email.sent',
  'mail.printed',
  'call.logged',
  'task.offered',
  'task.claimed',
  'task.done',
  'task.released',
  'screen.played',
  'reward.issued',
  'reward.redeemed',
  'visit.opened',
  'visit.moved',
  'visit.closed',
  'sale',
  'return',
];
/** Asked for where there are screens in zones: nothing else needs to know where a cart stood. */
const located: readonly FactType[] = ['zone.entered', 'zone.left'];

export interface FiguresPlaces {
  /** The store's data folder: its journal, its releases, and the side table that is kept there. */
  readonly data: string;
  /** Screen to zone. */
  readonly screens: Readonly<Record<string, string>>;
}

export class FiguresBook {
  readonly db: Database.Database;
  readonly screens: Readonly<Record<string, string>>;
  readonly #view: JournalView;
  readonly #journal: Database.Database;
  readonly #visits: VisitRows;
  readonly #messages: MessageRows;
  readonly #types: readonly FactType[];
  #position: number;
  #newestAt = 0;
  #isWhole = false;

  /** Throws where there is no journal. */
  constructor({ data, screens }: FiguresPlaces) {
    const view = openJournalView(data);
    if (typeof view === 'string') throw new Error(view);
    this.#view = view;
    this.#journal = openReadOnly(join(data, 'journal.db'));
    this.screens = screens;
    this.db = openFiguresTables(join(data, 'figures.db'), epochOf(this.#journal));
    this.#visits = new VisitRows(this.db, Object.values(screens));
    this.#messages = new MessageRows(this.db, this.#visits, positivesOf(join(data, 'releases')));
    this.#types = Object.keys(screens).length === 0 ? counted : [...counted, ...located];
    this.#position = Number(metaOf(this.db, 'position') ?? 0);
    this.#newestAt = Number(metaOf(this.db, 'newestAt') ?? 0);
  }

  /** The time of the newest fact that is counted; 0 before the first. */
  get newestAt(): number {
    return this.#newestAt;
  }

  /** All that was in the journal when it was last looked at. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** Takes in the next page; false once there is nothing more. */
  catchUp(): boolean {
    const facts = this.#view.facts({ from: this.#position + 1, types: this.#types, limit: pageFacts });
    const last = facts.at(-1);
    if (last) {
      this.db.transaction(() => {
        for (const fact of facts) {
          this.#visits.note(fact);
          this.#messages.note(fact);
          if (fact.at > this.#newestAt) this.#newestAt = fact.at;
        }
        this.#visits.flush();
        this.#position = last.seq;
        putMeta(this.db, 'position', String(this.#position));
        putMeta(this.db, 'newestAt', String(this.#newestAt));
      })();
    }
    this.#isWhole = facts.length < pageFacts;
    if (!this.#isWhole) return true;
    const hasForgotten = this.db.transaction(() => this.#tidy())();
    // Nor may it stand in the log.
    if (hasForgotten) this.db.pragma('wal_checkpoint(TRUNCATE)');
    return false;
  }

  catchUpWhole(): void {
    while (this.catchUp());
  }

  close(): void {
    this.#view.close();
    this.#journal.close();
    this.db.close();
  }

  /** Whether somebody has been forgotten. */
  #tidy(): boolean {
    const hasForgotten = this.#forgetVisits();
    settlePlays(this.db, this.screens, this.#newestAt - presencesKeptMs);
    this.db.prepare('DELETE FROM presences WHERE to_at < ?').run(this.#newestAt - presencesKeptMs - 86_400_000);
    const before = this.#newestAt - keptMs;
    this.db.prepare('DELETE FROM messages WHERE at < ?').run(before);
    this.db.prepare('DELETE FROM plays WHERE started_at < ?').run(before);
    this.db.prepare('DELETE FROM rewards WHERE issued_at < ?').run(before);
    this.db.prepare('DELETE FROM tasks WHERE offered_at < ?').run(before);
    this.db.prepare('DELETE FROM visits WHERE opened_at < ?').run(before);
    return hasForgotten;
  }

  /**
   * A forgotten visit's facts are gone from the journal, and no fact says so: what is counted is held against what still
   * stands there. What else is known of the same person is counted anew.
   */
  #forgetVisits(): boolean {
    const stands = this.#journal.prepare('SELECT 1 FROM facts WHERE seq = ?').pluck();
    const recent = this.db
      .prepare('SELECT visit, seq FROM visits WHERE opened_at >= ?')
      .all(this.#newestAt - forgettableMs) as { visit: string; seq: number }[];
    const gone = recent.filter(({ seq }) => stands.get(seq) === undefined);
    for (const { visit } of gone) {
      const shoppers = this.#visits.shoppersOf(visit);
      this.#visits.forget(visit);
      for (const subject of shoppers) this.#countAnew(subject);
    }
    return gone.length > 0;
  }

  #countAnew(subject: number): void {
    // In which visit each was said was known when it was said; the visits of back then are closed by now.
    const said = this.db.prepare('SELECT message, visit FROM messages WHERE subject = ?').all(subject);
    const runs = this.db.prepare('SELECT run FROM runs WHERE subject = ?').pluck().all(subject) as string[];
    for (const run of runs) {
      const messages = this.db.prepare('SELECT message FROM messages WHERE run = ?').pluck().all(run) as string[];
      for (const message of messages) {
        this.db.prepare('DELETE FROM plays WHERE message = ?').run(message);
        this.db.prepare('DELETE FROM tasks WHERE message = ?').run(message);
      }
      for (const table of ['messages', 'moves', 'rewards', 'runs'])
        this.db.prepare(`DELETE FROM ${table} WHERE run = ?`).run(run);
    }
    this.db.prepare('DELETE FROM spendings WHERE subject = ?').run(subject);
    const mine = { subject, to: this.#position, types: counted };
    for (const fact of this.#view.allFacts(mine)) {
      // Where her cart stood is as it was; only what she was told, asked and sold is made anew.
      if (fact.type === 'sale' || fact.type === 'return') this.#visits.note(fact);
      this.#messages.note(fact);
    }
    const visitOf = this.db.prepare('UPDATE messages SET visit = @visit WHERE message = @message');
    for (const place of said) visitOf.run(place);
  }
}

function epochOf(journal: Database.Database): string {
  return String(journal.prepare("SELECT value FROM meta WHERE key = 'storeEpoch'").pluck().get());
}

/** By the release that a run is on; what can be read no longer wanted nothing. */
function positivesOf(folder: string): IsPositive {
  const known = new Map<number, ReadonlySet<string>>();
  return ({ release, dialogue, step, answer }) => {
    let wanted = known.get(release);
    if (!wanted) {
      wanted = wantedIn(folder, release);
      known.set(release, wanted);
    }
    return wanted.has(`${dialogue}/${step}/${answer}`);
  };
}

function wantedIn(folder: string, number: number): ReadonlySet<string> {
  const kept = new ReleaseShelf(folder).read().releases.find((one) => one.number === number);
  const release = kept && compileRelease(kept.files, { number }).release;
  const wanted = new Set<string>();
  for (const { name, steps } of release?.dialogues ?? []) {
    for (const [step, body] of Object.entries(steps)) {
      if (body.verb !== 'say') continue;
      for (const answer of body.answers) if (answer.positive) wanted.add(`${name}/${step}/${answer.name}`);
    }
  }
  return wanted;
}
