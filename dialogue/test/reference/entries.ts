/**
 * Which entries what has happened, or the time that has passed, has reached: looked up in all that is remembered (see
 * `reference.ts`).
 */
import type { Fact, Scalar } from '@kairos/protocol/facts.ts';
import type { CompiledDialogue, CompiledRelease } from '../../compiled.ts';
import { causeOf } from '../../engine/ids.ts';
import type { Memory } from './memory.ts';
import { isMatch, type Visit } from './past.ts';

export interface Reached {
  readonly dialogue: CompiledDialogue;
  readonly cause: string;
  readonly known: Readonly<Record<string, Scalar>>;
  /** null: a clock led here. */
  readonly fact: Fact | null;
}

/** Dwells and absences whose time has come: in the order of their time, or of the release. */
export function reachedByTime(memory: Memory, { dialogues }: CompiledRelease, visit: Visit | null): Reached[] {
  const { now, toldDwells, toldAbsences, facts } = memory;
  const found: Reached[] = [];
  const all = dialogues.flatMap((dialogue) => dialogue.enter.map((entry, at) => ({ dialogue, entry, at })));
  const dwells = all.flatMap(({ dialogue, entry }) => (entry.kind === 'dwell' ? [{ dialogue, entry }] : []));
  for (const { dialogue, entry } of dwells.sort((one, other) => one.entry.forMs - other.entry.forMs)) {
    const none = { zone: null, since: 0, fact: null, isLate: false, by: '' };
    const { zone, since, fact, isLate, by: stood } = visit?.place ?? none;
    const by = fact === null ? stood : causeOf(facts[fact] as Fact);
    const mark = `${visit?.id}/${by}/${entry.forMs}/${dialogue.name}`;
    if (
      zone === null ||
      isLate ||
      !entry.zones.includes(zone) ||
      since + entry.forMs > now ||
      toldDwells.includes(mark)
    )
      continue;
    toldDwells.push(mark);
    found.push({ dialogue, cause: `${by}/dwell/${entry.forMs}`, known: { zone, at: since }, fact: null });
  }
  for (const { dialogue, entry, at } of all) {
    if (entry.kind !== 'absence' || entry.after === 'unusual' || !('ms' in entry.after)) continue;
    const last = Math.max(...facts.filter((fact) => isMatch(entry.pattern, fact)).map((fact) => fact.at));
    const mark = `${dialogue.name}/${at}/${last}`;
    if (last + entry.after.ms > now || !Number.isFinite(last) || toldAbsences.includes(mark)) continue;
    toldAbsences.push(mark);
    found.push({ dialogue, cause: `absence/${dialogue.name}/${at}/${last}`, known: { at: last }, fact: null });
  }
  return found;
}

/** Entries that look back: the first of its kind, so many, one after the other. */
export function reachedByFact(memory: Memory, { dialogues }: CompiledRelease, fact: Fact): Reached[] {
  const { facts, now, completed } = memory;
  const found: Reached[] = [];
  for (const dialogue of dialogues) {
    dialogue.enter.forEach((entry, at) => {
      const key = `${dialogue.name}/${at}`;
      if (entry.kind === 'first' && isMatch(entry.pattern, fact)) {
        if (facts.filter((one) => isMatch(entry.pattern, one)).length === 1)
          found.push({ dialogue, cause: causeOf(fact), known: {}, fact });
      } else if (entry.kind === 'count' && isMatch(entry.pattern, fact)) {
        const from = entry.within === null ? 0 : now - (entry.within as { ms: number }).ms;
        const matched = facts.filter((one) => isMatch(entry.pattern, one) && one.at > from);
        if (fact.at > from && matched.length === entry.reaches)
          found.push({ dialogue, cause: causeOf(fact), known: {}, fact });
      } else if (entry.kind === 'sequence') {
        // Two patterns; what was used for one that is complete, or forbidden since, does not count.
        const [first, second] = entry.patterns;
        if (entry.without && isMatch(entry.without, fact)) completed[key] = facts.length - 1;
        if (!first || !second || !isMatch(second, fact)) return;
        const from = fact.at - (entry.within as { ms: number }).ms;
        const begun = facts
          .slice(completed[key] ?? 0, -1)
          .filter((one) => isMatch(first, one))
          // So many that have begun are remembered.
          .slice(-8)
          .some((one) => one.at >= from && one.at <= fact.at);
        if (!begun) return;
        completed[key] = facts.length - 1;
        found.push({ dialogue, cause: causeOf(fact), known: {}, fact });
      }
    });
  }
  return found;
}

/** Each fact that matches is an occasion. */
export function openedBy({ dialogues }: CompiledRelease, fact: Fact): Reached[] {
  return dialogues.flatMap((dialogue) =>
    dialogue.enter
      .filter((entry) => entry.kind === 'fact' && isMatch(entry.pattern, fact))
      .map(() => ({ dialogue, cause: causeOf(fact), known: {}, fact })),
  );
}
