/**
 * Whom a fact lets into which dialogues: entries it opens by itself, and those that had noticed enough before it.
 */
import type { Fact } from '@kairos/protocol/facts.ts';
import type { Bucket, Listener } from './bucket.ts';
import { enter, mayEnter } from './entering.ts';
import { isMatch, matchingLines } from './matching.ts';
import type { Reached } from './noticing.ts';
import { bitsPerWord, type PersonRows } from './person-rows.ts';
import type { ByPlace } from './release-book.ts';
import { opensHere } from './seat.ts';
import type { Subject } from './subject.ts';
import type { World } from './world.ts';

export function letIn(world: World, subject: Subject, fact: Fact, { anywhere, byZone }: ByPlace): void {
  // She has no room, and the ledger knows: whatever matched, nothing would follow.
  if (subject.isToldFull && subject.isFull) {
    subject.knowFull();
    return;
  }
  if (world.nowOf(subject) >= subject.shut.until) subject.openShut();
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

/** Whether a fact may let in whom stands in this row: asked before anything else of her is looked at. */
export function isAnyOpen(rows: PersonRows, row: number, fact: Fact, { anywhere, byZone }: ByPlace): boolean {
  if (rows.full[row] === 1) return false;
  if (anywhere.slots.length > 0 && isOpenIn(rows, row, fact, anywhere)) return true;
  if (byZone === null) return false;
  const { zone } = fact.body as { zone?: string };
  const here = zone === undefined ? undefined : byZone.get(zone);
  return here !== undefined && isOpenIn(rows, row, fact, here);
}

/** The hot loop of the engine. */
function isOpenIn(rows: PersonRows, row: number, fact: Fact, { least, words, masks, places, field }: Bucket): boolean {
  const amount = field === null ? Number.POSITIVE_INFINITY : amountOf(fact, field);
  for (let at = 0; at < words.length; at += 1) {
    let open = (masks[at] as number) & rows.openBits(row, words[at] as number);
    for (; open !== 0; open &= open - 1) {
      const bit = 31 - Math.clz32(open & -open);
      if (amount >= (least[places[at * bitsPerWord + bit] as number] as number)) return true;
    }
  }
  return false;
}

function tryAll(world: World, subject: Subject, fact: Fact, bucket: Bucket): void {
  const { least, slots, hers, rests, field } = bucket;
  const { shut } = subject;
  const amount = field === null ? Number.POSITIVE_INFINITY : amountOf(fact, field);
  // Letting her in points the scope elsewhere.
  let isLooking = false;
  for (let at = 0; at < slots.length; at += 1) {
    if (amount < (least[at] as number)) continue;
    if (shut.has(slots[at] as number)) continue;
    const { scope } = world;
    if (!isLooking) world.look(subject, fact);
    isLooking = true;
    const listener = bucket.listeners[at] as Listener;
    scope.measures = listener.plan.measures;
    const isHers = hers[at] ?? null;
    const rest = rests[at] ?? null;
    if (isHers !== null && !isHers(scope)) {
      shut.addUnfit(listener.slot);
    } else if (rest === null || rest(scope)) {
      open(world, subject, fact, listener);
      isLooking = false;
    }
  }
}

/** What is no number is not enough for anybody who asks for one. */
function amountOf(fact: Fact, field: string): number {
  const amount = (fact.body as Record<string, unknown>)[field];
  return typeof amount === 'number' ? amount : Number.NEGATIVE_INFINITY;
}

function open(world: World, subject: Subject, fact: Fact, { plan, pattern, entry }: Listener): void {
  if (!opensHere(world, fact, plan)) return;
  if (!mayEnter(world, subject, plan)) return;
  const { scope } = world;
  if (!isMatch(world, subject, pattern)) return;
  if (entry.kind === 'changes' && !(isChange(fact, entry.attribute) && (entry.where === null || entry.where(scope)))) {
    return;
  }
  if (plan.dialogue.key === null || pattern.anyLine === null) {
    enter(world, subject, plan, { fact, line: scope.line, known: null, cause: null });
    return;
  }
  for (const line of matchingLines(world, subject, pattern)) {
    if (mayEnter(world, subject, plan)) enter(world, subject, plan, { fact, line, known: null, cause: null });
  }
}

function isChange({ type, body }: Fact, attribute: string): boolean {
  if (type === 'customer.changed') return (body as { attributes: string[] }).attributes.includes(attribute);
  return type === 'attribute.set' && (body as { name: string }).name === attribute;
}
