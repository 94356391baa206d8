/**
 * A dialogue as the engine runs it: the compiled one, and what can be known about it before any fact comes.
 */
import type { FactType } from '@kairos/protocol/facts.ts';
import type { CompiledAnswer, CompiledDialogue, CompiledEntry, CompiledSay, FactPattern } from '../compiled.ts';
import { Attempts } from '../moment/chance.ts';
import type { ShareTerms, SurfaceTerms } from '../moment/surface-terms.ts';
import type { KeptMeasure } from './measure-book.ts';
import { isInStore } from './runs.ts';

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
  /** Made when they are first asked for (`speechOf`). */
  readonly speeches: Speech[];
  readonly share: ShareTerms;
  /** Whoever enters may be spoken to in the store at once: nothing has to be waited for first. */
  readonly speaksAtOnce: boolean;
  /** Where what an entry has noticed is kept, by its place in `enter`. */
  readonly entryKeys: readonly string[];
}

/** A step that says something. */
export interface Speech {
  readonly step: string;
  readonly say: CompiledSay;
  /** What it asks of its surfaces. */
  readonly terms: readonly SurfaceTerms[];
  /** What the chance of an answer is learned for. */
  readonly attempts: Attempts;
}

export function planOf(
  dialogue: CompiledDialogue,
  { from, order, measures, share }: Pick<Plan, 'from' | 'order' | 'measures' | 'share'>,
): Plan {
  const hears = new Set<string>();
  for (const pattern of patternsOfRuns(dialogue)) hears.add(pattern.type);
  const entryKeys = dialogue.enter.map((_, index) => `${dialogue.name}/${index}`);
  return {
    dialogue,
    from,
    order,
    openings: [],
    hears,
    measures,
    speaksAtOnce: mayComeToSpeech(dialogue),
    entryKeys,
    speeches: [],
    share,
  };
}

/** From its first step to one that a surface of the store says, through what needs no waiting. */
function mayComeToSpeech({ first, steps }: CompiledDialogue): boolean {
  const seen = new Set<string>();
  const open = [first];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const step = steps[name];
    if (step === undefined || seen.has(name)) continue;
    seen.add(name);
    if (step.verb === 'say' && step.surfaces.some(({ channel }) => isInStore(channel))) return true;
    if (step.verb === 'choose') open.push(...step.branches.map(({ then }) => then));
    if (step.verb === 'set' || step.verb === 'reward') open.push(step.then);
  }
  return false;
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

/** A dialogue says a few things: going through them is faster than any index. */
export function speechOf(plan: Plan | null, step: string): Speech | null {
  if (plan === null) return null;
  for (const speech of plan.speeches) if (speech.step === step) return speech;
  const say = plan.dialogue.steps[step];
  if (say?.verb !== 'say') return null;
  const fresh = { step, say, terms: plan.share(say), attempts: new Attempts(plan.dialogue.name, step) };
  plan.speeches.push(fresh);
  return fresh;
}

export function sayOf(plan: Plan | null, step: string): CompiledSay | null {
  return speechOf(plan, step)?.say ?? null;
}

export function answerOf(say: CompiledSay | null, name: string): CompiledAnswer | null {
  return say?.answers.find((answer) => answer.name === name) ?? null;
}
