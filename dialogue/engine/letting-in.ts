/**
 * Whom a fact lets into which dialogues: entries it opens by itself, and those that had noticed enough before it.
 */
import type { Fact } from '@kairos/protocol/facts.ts';
import { enter, isRunning } from './entering.ts';
import { causeOf } from './ids.ts';
import { isMatch, matchingLines } from './matching.ts';
import type { Reached } from './noticing.ts';
import type { ByPlace, Listener } from './release-book.ts';
import type { Subject } from './subject.ts';
import type { World } from './world.ts';

const nothingKnown = Object.freeze({});

export function letIn(world: World, subject: Subject, fact: Fact, opening: ByPlace): void {
  const { anywhere, byZone } = opening;
  const zone = byZone === null ? undefined : (fact.body as { zone?: string }).zone;
  const here = zone === undefined ? undefined : byZone?.get(zone);
  if (anywhere.length === 0 && here === undefined) return;
  world.look(subject, fact);
  for (let at = 0; at < anywhere.length; at += 1) tryOne(world, subject, fact, anywhere[at] as Listener);
  if (here) for (let at = 0; at < here.length; at += 1) tryOne(world, subject, fact, here[at] as Listener);
}

/** `fact`: the one in hand, for conditions; null where a clock led here. */
export function letInReached(world: World, subject: Subject, fact: Fact | null, reached: readonly Reached[]): void {
  for (const { plan, line, known, cause, where } of reached) {
    if (isRunning(subject, plan)) continue;
    const scope = world.look(subject, fact);
    scope.useMeasures(plan.measures);
    scope.line = line;
    if (where === null || where(scope)) enter(world, subject, plan, { fact, line, known, cause });
  }
}

function tryOne(world: World, subject: Subject, fact: Fact, listener: Listener): void {
  const { plan, pattern, entry } = listener;
  const { scope } = world;
  scope.useMeasures(plan.measures);
  if (!isMatch(world, subject, pattern) || isRunning(subject, plan)) return;
  if (entry.kind === 'changes' && !(isChange(fact, entry.attribute) && (entry.where === null || entry.where(scope))))
    return;
  const lines =
    plan.dialogue.key !== null && pattern.anyLine !== null ? matchingLines(world, subject, pattern) : [scope.line];
  for (const line of lines) enter(world, subject, plan, { fact, line, known: nothingKnown, cause: causeOf(fact) });
  // Entering looked at other things; the next listener asks about the fact again.
  world.look(subject, fact);
}

function isChange({ type, body }: Fact, attribute: string): boolean {
  if (type === 'customer.changed') return (body as { attributes: string[] }).attributes.includes(attribute);
  return type === 'attribute.set' && (body as { name: string }).name === attribute;
}
