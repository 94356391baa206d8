/**
 * Dialogues with their funnels, by step and variant: runs that entered in the range, messages that were decided, seen,
 * answered or met with silence in it, goals reached in it, and who waits at its end. Held-out runs stand apart.
 */
import { type Silence, silences } from '@kairos/protocol/facts.ts';
import type {
  DialogueFigures,
  FigureRange,
  StepFigures,
  Talk,
  VariantFigures,
} from '@kairos/protocol/manager-figures.ts';
import type Database from 'better-sqlite3';
import { liftByDialogue, noLift } from './lift.ts';

/** Where a message stands: of which dialogue, step and variant. */
interface Place {
  readonly dialogue: string;
  readonly step: string;
  readonly arm: string | null;
}

interface Tally {
  decided: number;
  shown: number;
  answered: number;
  readonly answers: Map<string, { answer: string; count: number; isWanted: boolean }>;
  readonly silences: Record<Silence, number>;
}

interface RunCounts {
  entered: number;
  waiting: number;
  reached: number;
  value: number;
}

/** In order of name. `titleOf`: as its author calls it. */
export function dialogueFigures(
  db: Database.Database,
  range: FigureRange,
  titleOf: (dialogue: string) => string,
): DialogueFigures[] {
  const talks = new Talks(db, range);
  const runs = new Runs(db, range);
  const lifts = liftByDialogue(db, range);
  const rewards = rewardsByDialogue(db, range);
  const names = [...new Set([...talks.dialogues, ...runs.dialogues])].sort();
  return names.map((dialogue) => ({
    dialogue,
    title: titleOf(dialogue),
    ...talkOf(talks.all({ dialogue })),
    ...runs.counts(dialogue, 0),
    held: heldCounts(runs.counts(dialogue, 1)),
    rewards: rewards.get(dialogue) ?? { issued: 0, redeemed: 0 },
    steps: stepsOf(dialogue, talks, runs),
    variants: variantsOf(dialogue, talks, runs),
    lift: lifts.get(dialogue) ?? noLift,
  }));
}

/** Those that this store gave, and those of them that were taken at a till; each in its own time. */
function rewardsByDialogue(db: Database.Database, { from, to }: FigureRange): Map<string, DialogueFigures['rewards']> {
  const found = db
    .prepare(
      `SELECT dialogue, sum(issued_at >= @from AND issued_at < @to) AS issued,
         sum(redeemed_at IS NOT NULL AND redeemed_at >= @from AND redeemed_at < @to) AS redeemed
       FROM rewards JOIN runs USING (run)
       WHERE (issued_at >= @from AND issued_at < @to) OR (redeemed_at >= @from AND redeemed_at < @to) GROUP BY dialogue`,
    )
    .all({ from, to }) as { dialogue: string; issued: number; redeemed: number }[];
  return new Map(found.map(({ dialogue, issued, redeemed }) => [dialogue, { issued, redeemed }]));
}

function heldCounts({ entered, waiting, reached }: RunCounts): DialogueFigures['held'] {
  return { entered, waiting, reached };
}

function stepsOf(dialogue: string, talks: Talks, runs: Runs): StepFigures[] {
  const waiting = runs.waitingBySteps(dialogue);
  const steps = new Set([...talks.steps(dialogue), ...waiting.keys()]);
  return [...steps]
    .sort()
    .map((step) => ({ step, waiting: waiting.get(step) ?? 0, ...talkOf(talks.all({ dialogue, step })) }));
}

function variantsOf(dialogue: string, talks: Talks, runs: Runs): VariantFigures[] {
  return runs.variants(dialogue).map(({ variant, entered, reached }) => ({
    variant,
    entered,
    reached,
    ...talkOf(talks.all({ dialogue, arm: variant })),
  }));
}

function emptyTally(): Tally {
  const none = Object.fromEntries(silences.map((silence) => [silence, 0])) as Record<Silence, number>;
  return { decided: 0, shown: 0, answered: 0, answers: new Map(), silences: none };
}

function talkOf({ decided, shown, answered, answers, silences: silent }: Tally): Talk {
  const sorted = [...answers.values()].sort(
    (one, other) => other.count - one.count || (one.answer < other.answer ? -1 : 1),
  );
  return { decided, shown, answered, answers: sorted, silences: silent };
}

/** What was said, by dialogue, step and variant. */
class Talks {
  readonly #tallies = new Map<string, { readonly place: Place; readonly tally: Tally }>();

  constructor(db: Database.Database, { from, to }: FigureRange) {
    const counted = (column: string): (Place & { count: number })[] =>
      db
        .prepare(
          `SELECT dialogue, step, arm, count(*) AS count FROM messages WHERE ${column} >= ? AND ${column} < ?
           GROUP BY dialogue, step, arm`,
        )
        .all(from, to) as (Place & { count: number })[];
    for (const row of counted('at')) this.#of(row).decided += row.count;
    for (const row of counted('shown_at')) this.#of(row).shown += row.count;
    const answers = db
      .prepare(
        `SELECT dialogue, step, arm, answer, max(positive) AS positive, count(*) AS count FROM messages
         WHERE answered_at >= ? AND answered_at < ? GROUP BY dialogue, step, arm, answer`,
      )
      .all(from, to) as (Place & { answer: string; positive: number; count: number })[];
    for (const row of answers) {
      const tally = this.#of(row);
      tally.answered += row.count;
      tally.answers.set(row.answer, { answer: row.answer, count: row.count, isWanted: row.positive === 1 });
    }
    const silent = db
      .prepare(
        `SELECT dialogue, step, arm, silence, count(*) AS count FROM messages WHERE silent_at >= ? AND silent_at < ?
         GROUP BY dialogue, step, arm, silence`,
      )
      .all(from, to) as (Place & { silence: Silence; count: number })[];
    for (const row of silent) this.#of(row).silences[row.silence] += row.count;
  }

  get dialogues(): string[] {
    return [...this.#tallies.values()].map(({ place }) => place.dialogue);
  }

  steps(dialogue: string): string[] {
    return [...this.#tallies.values()].flatMap(({ place }) => (place.dialogue === dialogue ? [place.step] : []));
  }

  /** All that fit, in one. */
  all(wanted: Partial<Place>): Tally {
    const sum = emptyTally();
    for (const { place, tally } of this.#tallies.values()) {
      const isWanted = Object.entries(wanted).every(([key, value]) => place[key as keyof Place] === value);
      if (isWanted) addTo(sum, tally);
    }
    return sum;
  }

  #of({ dialogue, step, arm }: Place): Tally {
    const key = JSON.stringify([dialogue, step, arm]);
    const known = this.#tallies.get(key);
    if (known) return known.tally;
    const tally = emptyTally();
    this.#tallies.set(key, { place: { dialogue, step, arm }, tally });
    return tally;
  }
}

function addTo(sum: Tally, { decided, shown, answered, answers, silences: silent }: Tally): void {
  sum.decided += decided;
  sum.shown += shown;
  sum.answered += answered;
  for (const { answer, count, isWanted } of answers.values()) {
    const known = sum.answers.get(answer);
    sum.answers.set(answer, {
      answer,
      count: (known?.count ?? 0) + count,
      isWanted: isWanted || (known?.isWanted ?? false),
    });
  }
  for (const silence of silences) sum.silences[silence] += silent[silence];
}

/** Who entered, reached the goal, and waits at the end. */
class Runs {
  readonly #counts = new Map<string, RunCounts>();
  readonly #waiting = new Map<string, Map<string, number>>();
  readonly #variants: { dialogue: string; variant: string; entered: number; reached: number }[];

  constructor(db: Database.Database, { from, to }: FigureRange) {
    type Row = { dialogue: string; held: 0 | 1; count: number; value: number };
    const of = (row: Row): RunCounts => this.#of(row.dialogue, row.held);
    const entered = db.prepare(
      'SELECT dialogue, held, count(*) AS count FROM runs WHERE at >= ? AND at < ? GROUP BY dialogue, held',
    );
    for (const row of entered.all(from, to) as Row[]) of(row).entered = row.count;
    const reached = db.prepare(
      `SELECT dialogue, held, count(*) AS count, sum(value) AS value FROM runs
       WHERE reached_at >= ? AND reached_at < ? GROUP BY dialogue, held`,
    );
    for (const row of reached.all(from, to) as Row[]) Object.assign(of(row), { reached: row.count, value: row.value });
    const waiting = db.prepare(
      `SELECT dialogue, held, step, count(*) AS count FROM (
         SELECT dialogue, held, (SELECT step FROM moves WHERE moves.run = runs.run AND moves.at < @to
           ORDER BY moves.seq DESC LIMIT 1) AS step
         FROM runs WHERE at < @to AND (ended_at IS NULL OR ended_at >= @to))
       GROUP BY dialogue, held, step`,
    );
    for (const row of waiting.all({ to }) as (Row & { step: string | null })[]) {
      of(row).waiting += row.count;
      if (row.held === 1 || row.step === null) continue;
      const steps = this.#waiting.get(row.dialogue) ?? new Map<string, number>();
      this.#waiting.set(row.dialogue, steps.set(row.step, row.count));
    }
    this.#variants = db
      .prepare(
        `SELECT dialogue, arm AS variant, sum(at >= @from AND at < @to) AS entered,
           sum(coalesce(reached_at >= @from AND reached_at < @to, 0)) AS reached
         FROM runs WHERE arm IS NOT NULL AND held = 0 AND ((at >= @from AND at < @to) OR
           (reached_at >= @from AND reached_at < @to)) GROUP BY dialogue, arm ORDER BY arm`,
      )
      .all({ from, to }) as { dialogue: string; variant: string; entered: number; reached: number }[];
  }

  get dialogues(): string[] {
    return [...this.#counts.keys()].map((key) => key.slice(2));
  }

  counts(dialogue: string, held: 0 | 1): RunCounts {
    return this.#counts.get(`${held} ${dialogue}`) ?? { entered: 0, waiting: 0, reached: 0, value: 0 };
  }

  waitingBySteps(dialogue: string): ReadonlyMap<string, number> {
    return this.#waiting.get(dialogue) ?? new Map();
  }

  variants(dialogue: string): { variant: string; entered: number; reached: number }[] {
    return this.#variants.filter((one) => one.dialogue === dialogue);
  }

  #of(dialogue: string, held: 0 | 1): RunCounts {
    const key = `${held} ${dialogue}`;
    const counts = this.#counts.get(key) ?? { entered: 0, waiting: 0, reached: 0, value: 0 };
    this.#counts.set(key, counts);
    return counts;
  }
}
