/**
 * A dialogue as the engine runs it: the compiled one, and what can be known about it before any fact comes.
 */
import type { FactType } from '@kairos/protocol/facts.ts';
import type { CompiledAnswer, CompiledDialogue, CompiledEntry, CompiledSay, FactPattern } from '../compiled.ts';
import { Attempts } from '../moment/chance.ts';
import type { ShareTerms, SurfaceTerms } from '../moment/surface-terms.ts';
import type { KeptMeasure } from './measure-book.ts';

export interface Plan {
  readonly dialogue: CompiledDialogue;
  /** The release that brought this version. */
  readonly from: number;
  /** Its place in the release: what several dialogues lead to at once is decided in this order. */
  order: number;
  /** Types of facts that a run of this dialogue, once entered, may react to. */
  readonly hears: ReadonlySet<string>;
  /** Slots of its entries that one fact opens. */
  readonly openings: number[];
  /** What its conditions see as `measure(index)`. */
  readonly measures: readonly (KeptMeasure | null)[];
  /** What the chance of an answer is learned for; made once for each step. */
  attempts(step: string): Attempts;
  /** What a step that says something asks of its surfaces. */
  terms(step: string): readonly SurfaceTerms[];
  /** Where what an entry has noticed is kept, by its place in `enter`. */
  readonly entryKeys: readonly string[];
}

const noTerms: readonly SurfaceTerms[] = Object.freeze([]);

export function planOf(
  dialogue: CompiledDialogue,
  { from, order, measures, share }: Pick<Plan, 'from' | 'order' | 'measures'> & { readonly share: ShareTerms },
): Plan {
  const hears = new Set<string>();
  for (const pattern of patternsOfRuns(dialogue)) hears.add(pattern.type);
  const entryKeys = dialogue.enter.map((_, index) => `${dialogue.name}/${index}`);
  const attempts = new Map<string, Attempts>();
  const terms = new Map<string, readonly SurfaceTerms[]>();
  return {
    dialogue,
    from,
    order,
    openings: [],
    hears,
    measures,
    entryKeys,
    attempts(step) {
      const known = attempts.get(step);
      if (known) return known;
      const fresh = new Attempts(dialogue.name, step);
      attempts.set(step, fresh);
      return fresh;
    },
    terms(step) {
      const known = terms.get(step);
      if (known) return known;
      const found = dialogue.steps[step];
      const fresh = found?.verb === 'say' ? share(found) : noTerms;
      terms.set(step, fresh);
      return fresh;
    },
  };
}

/** Patterns that facts are tried against while a run is on its way. */
function* patternsOfRuns(dialogue: CompiledDialogue): Generator<FactPattern> {
  if (dialogue.objective) yield dialogue.objective.pattern;
  for (const { pattern } of dialogue.until) yield pattern;
  for (const step of Object.values(dialogue.steps)) {
    if (step.verb === 'wait' && step.for.kind === 'fact') yield step.for.pattern;
    if (step.verb !== 'say') continue;
    for (const { on } of step.answers) if (on) yield on;
  }
}

/** Facts that an entry is tried against at once; `place` is the place in a sequence, -1 its `without`. */
export function* patternsOfEntry(entry: CompiledEntry): Generator<{ pattern: FactPattern; place: number }> {
  switch (entry.kind) {
    case 'fact':
    case 'first':
    case 'count':
    case 'absence':
      yield { pattern: entry.pattern, place: 0 };
      return;
    case 'sequence':
      // What breaks it off comes first: the fact that forbids does not also continue.
      if (entry.without) yield { pattern: entry.without, place: -1 };
      // The last first, so that one fact does not count for two places.
      for (let place = entry.patterns.length - 1; place >= 0; place -= 1) {
        yield { pattern: entry.patterns[place] as FactPattern, place };
      }
      return;
    case 'changes':
      for (const type of ['customer.changed', 'attribute.set'] as const satisfies FactType[]) {
        yield { pattern: { type, zones: null, where: null, anyLine: null }, place: 0 };
      }
      return;
    case 'measure':
    case 'dwell':
    case 'date':
      return;
  }
}

export function sayOf(plan: Plan | null, step: string): CompiledSay | null {
  const found = plan?.dialogue.steps[step];
  return found?.verb === 'say' ? found : null;
}

export function answerOf(say: CompiledSay | null, name: string): CompiledAnswer | null {
  return say?.answers.find((answer) => answer.name === name) ?? null;
}
