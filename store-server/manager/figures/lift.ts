/**
 * What a dialogue brought: customers whom it could speak to against those it left alone, by intention to treat. Everybody
 * counts on the side that the lot gave her when she first entered in the range, whether or not anything was said; once,
 * however many runs she has. Guests are never left alone, so they stand on neither side.
 */
import type { Effect, FigureRange, Lift, LiftSide, ManagerFigures, Verdict } from '@kairos/protocol/manager-figures.ts';
import type Database from 'better-sqlite3';
import { type Amounts, meanDifference, pooledDifference, type Share, shareDifference } from './intervals.ts';

/** What she spends counts for so long after she entered. */
const spendingDays = 30;
const spendingMs = spendingDays * 86_400_000;
/** With fewer customers on a side nothing is said: a single one would move it by more than three points. */
const customersMin = 30;

interface Side extends Amounts {
  readonly dialogue: string;
  readonly held: 0 | 1;
  readonly reached: number;
}

const nobody: LiftSide = { customers: 0, reached: 0, spent: 0 };
export const noLift: Lift = {
  spoken: nobody,
  held: nobody,
  goal: null,
  goalVerdict: 'no-holdout',
  spending: null,
  spendingVerdict: 'no-holdout',
};

export function liftByDialogue(db: Database.Database, range: FigureRange): ReadonlyMap<string, Lift> {
  const byDialogue = new Map<string, Lift>();
  const sides = sidesIn(db, range);
  for (const dialogue of new Set(sides.map((side) => side.dialogue))) {
    const of = (held: 0 | 1): Side | undefined => sides.find((one) => one.dialogue === dialogue && one.held === held);
    byDialogue.set(dialogue, compare(of(0), of(1)));
  }
  return byDialogue;
}

/** Over all of them; each customer of a dialogue against those whom the same one left alone. */
export function overallLift(lifts: Iterable<Lift>): ManagerFigures['lift'] {
  const strata = [...lifts]
    .filter(({ held }) => held.customers > 0)
    .map(({ spoken, held }) => ({ spoken: shareOf(spoken), held: shareOf(held) }));
  const effect = pooledDifference(strata);
  const count = (side: 'spoken' | 'held'): number => strata.reduce((sum, stratum) => sum + stratum[side].of, 0);
  return { effect, verdict: verdictOf(effect, { spoken: count('spoken'), held: count('held') }) };
}

function compare(spoken: Side | undefined, held: Side | undefined): Lift {
  const [one, other] = [sideOf(spoken), sideOf(held)];
  const counts = { spoken: one.customers, held: other.customers };
  const goal = shareDifference(shareOf(one), shareOf(other));
  const spending = spoken && held ? meanDifference(spoken, held) : null;
  return {
    spoken: one,
    held: other,
    goal,
    goalVerdict: verdictOf(goal, counts),
    spending,
    spendingVerdict: verdictOf(spending, counts),
  };
}

function verdictOf(effect: Effect | null, { spoken, held }: { spoken: number; held: number }): Verdict {
  if (held === 0) return 'no-holdout';
  if (effect === null || Math.min(spoken, held) < customersMin) return 'too-few';
  if (effect.low > 0) return 'more';
  return effect.high < 0 ? 'less' : 'unclear';
}

function sideOf(side: Side | undefined): LiftSide {
  return side ? { customers: side.of, reached: side.reached, spent: side.sum } : nobody;
}

function shareOf({ customers, reached }: LiftSide): Share {
  return { of: customers, count: reached };
}

/** The goal counts whenever it was reached since; a sale that let her in does not. */
function sidesIn(db: Database.Database, { from, to }: FigureRange): Side[] {
  return db
    .prepare(
      `WITH mine AS MATERIALIZED (
         SELECT dialogue, subject, min(seq) AS seq, max(reached_at IS NOT NULL) AS reached
         FROM runs WHERE at >= @from AND at < @to AND guest = 0 AND subject IS NOT NULL GROUP BY dialogue, subject),
       customers AS MATERIALIZED (
         SELECT mine.dialogue, runs.held, mine.reached, coalesce((
           SELECT sum(total) FROM spendings
           WHERE spendings.subject = mine.subject AND spendings.seq > mine.seq AND spendings.at < runs.at + @spendingMs
         ), 0) AS spent
         FROM mine JOIN runs ON runs.subject = mine.subject AND runs.seq = mine.seq)
       SELECT dialogue, held, count(*) AS "of", sum(reached) AS reached, sum(spent) AS sum,
         sum(CAST(spent AS REAL) * spent) AS squares
       FROM customers GROUP BY dialogue, held`,
    )
    .all({ from, to, spendingMs }) as Side[];
}
