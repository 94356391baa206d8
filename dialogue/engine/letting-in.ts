/**
 * Whom a fact lets into which dialogues: entries it opens by itself, and those that had noticed enough before it.
 */
import type { Fact } from '@kairos/protocol/facts.ts';
import type { Bucket, Listener } from './bucket.ts';
import { enter, mayEnter } from './entering.ts';
import { isMatch, matchingLines } from './matching.ts';
import type { Reached } from './noticing.ts';
import type { ByPlace } from './release-book.ts';
import { hasBit } from './shut-entries.ts';
import type { Subject } from './subject.ts';
import type { World } from './world.ts';

export function letIn(world: World, subject: Subject, fact: Fact, { anywhere, byZone }: ByPlace): void {
  // She was told of nothing while she had no room, and has none: whatever matched, nothing would follow.
  if (subject.isToldFull && subject.isFull) return;
  const { shut } = subject;
  if (world.nowOf(subject) >= shut.until) shut.open();
  if (anywhere.slots.length > 0) tryAll(world, subject, fact, anywhere);
  if (byZone === null) return;
  const { zone } = fact.body as { zone?: string };
  const here = zone === undefined ? undefined : byZone.get(zone);
  if (here) tryAll(world, subject, fact, here);
}

/** `fact`: the one in hand, for conditions; null where a clock led here. */
export function letInReached(world: World, subject: Subject, fact: Fact | null, reached: readonly Reached[]): void {
  for (const { plan, line, known, cause, where } of reached) {
    const scope = world.look(subject, fact);
    scope.measures = plan.measures;
    scope.line = line;
    if (where !== null && !where(scope)) continue;
    if (mayEnter(world, subject, plan)) enter(world, subject, plan, { fact, line, known, cause });
  }
}

/** The hot loop of the engine: nearly all entries of nearly all facts end at one of its first two lines. */
function tryAll(world: World, subject: Subject, fact: Fact, bucket: Bucket): void {
  const { least, slots, field } = bucket;
  const { words } = subject.shut;
  const amount = field === null ? Number.POSITIVE_INFINITY : amountOf(fact, field);
  for (let at = 0; at < slots.length; at += 1) {
    if (amount < (least[at] as number)) continue;
    if (hasBit(words, slots[at] as number)) continue;
    tryOne(world, subject, fact, { bucket, at });
  }
}

function tryOne(
  world: World,
  subject: Subject,
  fact: Fact,
  { bucket, at }: { readonly bucket: Bucket; readonly at: number },
): void {
  const hers = bucket.hers[at] ?? null;
  const rest = bucket.rests[at] ?? null;
  const listener = bucket.listeners[at] as Listener;
  const scope = world.look(subject, fact);
  scope.measures = listener.plan.measures;
  if (hers !== null && !hers(scope)) subject.shut.shutUnfit(listener.slot);
  else if (rest === null || rest(scope)) open(world, subject, fact, listener);
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
}

function isChange({ type, body }: Fact, attribute: string): boolean {
  if (type === 'customer.changed') return (body as { attributes: string[] }).attributes.includes(attribute);
  return type === 'attribute.set' && (body as { name: string }).name === attribute;
}
