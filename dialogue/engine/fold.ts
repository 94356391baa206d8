/**
 * How each fact and each decision changes the state, whoever made it and whenever: the one table that live handling
 * and replay share. Nothing here decides.
 */
import type { Fact, FactBody, FactType } from '@kairos/protocol/facts.ts';
import { capFolds } from './fold-cap.ts';
import { messageFolds } from './fold-message.ts';
import { runFolds } from './fold-run.ts';
import { taskFolds } from './fold-task.ts';
import { visitFolds } from './fold-visit.ts';
import type { Subject } from './subject.ts';
import type { World } from './world.ts';

/** `at`: the person's time, which never runs back; the fact's own is in `world.input`. */
export type Fold<Type extends FactType> = (world: World, subject: Subject, body: FactBody<Type>, at: number) => void;
export type Folds = { readonly [Type in FactType]?: Fold<Type> };

export type AnyFold = (world: World, subject: Subject, body: unknown, at: number) => void;

const folds = new Map<string, AnyFold>(
  Object.entries({ ...visitFolds, ...messageFolds, ...runFolds, ...taskFolds, ...capFolds } satisfies Folds) as [
    string,
    AnyFold,
  ][],
);

/** What only the engine decides: a replay folds it at the time of the fact that led to it. */
const decisionTypes: ReadonlySet<string> = new Set<FactType>([
  'message.decided',
  'message.withdrawn',
  'message.silent',
  'run.entered',
  'run.moved',
  'run.ended',
  'objective.reached',
  'attribute.set',
  'reward.issued',
  'task.offered',
]);
/** What the engine decides as well as devices and people: a decision has a cause. */
const sharedTypes: ReadonlySet<string> = new Set<FactType>(['message.answered', 'task.released']);

export function isDecision(fact: Fact): boolean {
  // Nearly all facts come from devices, and are none.
  if (fact.source !== null) return false;
  return decisionTypes.has(fact.type) || (sharedTypes.has(fact.type) && fact.cause !== null);
}

/** A decision as a fact, for dialogues that wait for one: the same live and in a replay. */
export function decidedFact(
  subject: Subject,
  { type, body, at }: { readonly type: string; readonly body: unknown; readonly at: number },
): Fact {
  return { seq: 0, type, at, subject: subject.id, source: null, cause: 0, late: false, body } as Fact;
}

export const foldedTypes: readonly string[] = [...folds.keys()];

/** undefined: facts of this type change nothing of a person by themselves. */
export function foldOf(type: string): AnyFold | undefined {
  return folds.get(type);
}
