/**
 * Whom a fact lets into which dialogues: entries it opens by itself, and those that had noticed enough before it.
 */
import type { Fact } from '@kairos/protocol/facts.ts';
import type { Test } from '../compiled.ts';
import { anyValue } from './attribute-bits.ts';
import { type Bucket, type Listener, rowLength } from './bucket.ts';
import { enter, mayEnter } from './entering.ts';
import { isMatch, matchingLines } from './matching.ts';
import type { Reached } from './noticing.ts';
import type { ByPlace } from './release-book.ts';
import { hasBit, type Subject } from './subject.ts';
import type { World } from './world.ts';

export function letIn(world: World, subject: Subject, fact: Fact, opening: ByPlace): void {
  const { anywhere, byZone } = opening;
  const zone = byZone === null ? undefined : (fact.body as { zone?: string }).zone;
  const here = zone === undefined ? undefined : byZone?.get(zone);
  if (anywhere.tests.length === 0 && here === undefined) return;
  world.look(subject, fact);
  if (world.nowOf(subject) >= subject.barsUntil) subject.liftBars();
  if (anywhere.tests.length > 0) tryAll(world, subject, fact, anywhere);
  if (here) tryAll(world, subject, fact, here);
}

/** `fact`: the one in hand, for conditions; null where a clock led here. */
export function letInReached(world: World, subject: Subject, fact: Fact | null, reached: readonly Reached[]): void {
  if (world.nowOf(subject) >= subject.barsUntil) subject.liftBars();
  for (const { plan, line, known, cause, where } of reached) {
    if (hasBit(subject.bars, plan.slot)) continue;
    const scope = world.look(subject, fact);
    scope.measures = plan.measures;
    scope.line = line;
    if (where !== null && !where(scope)) continue;
    if (mayEnter(world, subject, plan)) enter(world, subject, plan, { fact, line, known, cause });
  }
}

/** The hot loop of the engine. */
function tryAll(
  world: World,
  subject: Subject,
  fact: Fact,
  { rows, tests, field, attribute, listeners }: Bucket,
): void {
  const { scope } = world;
  const amount = field === null ? Number.POSITIVE_INFINITY : amountOf(fact, field);
  const value = attribute === null ? anyValue : attribute.of(scope.customer);
  let { bars } = subject;
  for (let at = 0, row = 0; row < rows.length; at += 1, row += rowLength) {
    if (amount < (rows[row] as number) || ((rows[row + 1] as number) & value) === 0) continue;
    if (hasBit(bars, rows[row + 2] as number)) continue;
    const test = tests[at] as Test | null;
    if (test !== null && !test(scope)) continue;
    open(world, subject, fact, listeners[at] as Listener);
    bars = subject.bars;
  }
}

/** What is no number is not enough for anybody who asks for one. */
function amountOf(fact: Fact, field: string): number {
  const amount = (fact.body as Record<string, unknown>)[field];
  return typeof amount === 'number' ? amount : Number.NEGATIVE_INFINITY;
}

function open(world: World, subject: Subject, fact: Fact, { plan, pattern, entry }: Listener): void {
  if (!mayEnter(world, subject, plan)) return;
  const { scope } = world;
  if (!isMatch(world, subject, pattern)) return;
  if (entry.kind === 'changes' && !(isChange(fact, entry.attribute) && (entry.where === null || entry.where(scope)))) {
    return;
  }
  const lines =
    plan.dialogue.key === null || pattern.anyLine === null ? [scope.line] : matchingLines(world, subject, pattern);
  for (const line of lines) {
    if (mayEnter(world, subject, plan)) enter(world, subject, plan, { fact, line, known: null, cause: null });
  }
  // Entering looked at other things; the next listener asks about the fact again.
  world.look(subject, fact);
}

function isChange({ type, body }: Fact, attribute: string): boolean {
  if (type === 'customer.changed') return (body as { attributes: string[] }).attributes.includes(attribute);
  return type === 'attribute.set' && (body as { name: string }).name === attribute;
}
