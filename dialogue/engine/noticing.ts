/**
 * What a fact means for dialogues that nobody has entered yet: each entry of its type (and zone) is tried, and what it
 * has noticed so far is kept. In a replay only the noticing happens.
 */
import type { Fact } from '@kairos/protocol/facts.ts';
import { enter, isRunning, type Occasion } from './entering.ts';
import { isMatch, matchingLines } from './matching.ts';
import type { Listener, Listeners } from './release-book.ts';
import type { Subject } from './subject.ts';
import type { World } from './world.ts';

const nothingKnown = Object.freeze({});

export function notice(world: World, subject: Subject, fact: Fact, listeners: Listeners): void {
  const { anywhere, byZone } = listeners;
  const zone = byZone === null ? undefined : (fact.body as { zone?: unknown }).zone;
  const here = typeof zone === 'string' ? byZone?.get(zone) : undefined;
  if (anywhere.length === 0 && here === undefined) return;
  world.look(subject, fact);
  for (let at = 0; at < anywhere.length; at += 1) hearOne(world, subject, fact, anywhere[at] as Listener);
  if (here) for (let at = 0; at < here.length; at += 1) hearOne(world, subject, fact, here[at] as Listener);
}

function hearOne(world: World, subject: Subject, fact: Fact, listener: Listener): void {
  const { plan, pattern, entry } = listener;
  const { scope } = world;
  scope.useMeasures(plan.measures);
  if (!isMatch(world, subject, pattern)) return;
  if (entry.kind === 'fact' && !isRunning(subject, plan)) {
    open(world, subject, fact, listener);
    // Entering looked at other things; the next listener asks about the fact.
    world.look(subject, fact);
  }
}

function open(world: World, subject: Subject, fact: Fact, { plan, pattern }: Listener): void {
  const lines =
    plan.dialogue.key !== null && pattern.anyLine !== null
      ? matchingLines(world, subject, pattern)
      : [world.scope.line];
  const cause = world.cause();
  for (const line of lines) {
    const occasion: Occasion = { fact, line, known: nothingKnown, cause };
    enter(world, subject, plan, occasion);
  }
}
