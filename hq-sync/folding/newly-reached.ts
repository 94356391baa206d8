/**
 * What late facts let her reach. What came late may be what was missing to an entry: of what facts reach now, whatever
 * came when, that which is more than they reached without it. Her facts are folded twice for it.
 */
import type { Engine } from '@kairos/dialogue/engine/engine.ts';
import { isDecision } from '@kairos/dialogue/engine/fold.ts';
import type { Reached } from '@kairos/dialogue/engine/noticing.ts';
import type { Fact } from '@kairos/protocol/facts.ts';
import type { PersonFact } from './person-fact.ts';
import { Terms } from './terms.ts';

/** Of facts that were folded, what they reach of what entries had noticed before. */
interface ReachedBy {
  readonly one: PersonFact;
  readonly reached: Reached;
}
export type NewlyReached = ReadonlyMap<PersonFact, readonly Reached[]>;
export const nothingReached: NewlyReached = new Map();

interface Refolding {
  /** Forgets her before and after. */
  readonly engine: Engine;
  readonly subject: number;
  readonly isOnce: (dialogue: string) => boolean;
  readonly numbered: (fact: Fact) => Fact;
}

/** `past`: her facts in order, as far as any had been folded before. */
export function findNewlyReached(refolding: Refolding, past: readonly PersonFact[]): NewlyReached {
  const before = reachedBy(
    refolding,
    past.filter(({ isNew }) => !isNew),
  );
  const now = reachedBy(refolding, past);
  refolding.engine.forget(refolding.subject);
  return additional(before, now);
}

function reachedBy({ engine, subject, isOnce, numbered }: Refolding, facts: readonly PersonFact[]): ReachedBy[] {
  engine.forget(subject);
  const terms = new Terms({ isOnce, ended: [], once: [], movers: {}, doubled: 0 });
  return facts.flatMap((one) => {
    const fact = numbered(one.fact);
    if (isDecision(fact)) {
      if (terms.accept(fact, engine.runs(subject), one.store)) engine.fold({ ...fact, cause: fact.seq });
      return [];
    }
    engine.fold(fact);
    return engine.reached.map((reached) => ({ one, reached }));
  });
}

/** By dialogue: as many as there are more now, the newest of those that were not there before. */
function additional(before: readonly ReachedBy[], now: readonly ReachedBy[]): NewlyReached {
  const ofDialogue = ({ reached }: ReachedBy): string => reached.plan.dialogue.name;
  const had = Map.groupBy(before, ofDialogue);
  const found = new Map<PersonFact, Reached[]>();
  for (const [dialogue, all] of Map.groupBy(now, ofDialogue)) {
    const known = had.get(dialogue) ?? [];
    const causes = new Set(known.map(({ reached }) => reached.cause));
    const more = all.length - known.length;
    const fresh = all.filter(({ reached }) => !causes.has(reached.cause));
    for (const { one, reached } of more > 0 ? fresh.slice(-more) : [])
      found.set(one, [...(found.get(one) ?? []), reached]);
  }
  return found;
}
