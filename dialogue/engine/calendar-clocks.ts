/**
 * Slow clocks: absences, dates, and windows of measures that pass. Worked out once and kept until a fact of their kind,
 * another attribute or another release moves them; a step from one zone to the next does not.
 */
import { dueAt, firstParameters } from '../rhythm/absence.ts';
import { nextDate } from './calendar-date.ts';
import { flips, holds } from './crossing.ts';
import type { Reached } from './noticing.ts';
import type { Watch } from './release-book.ts';
import { clockedFrom, clockOf, tellsClocks } from './seat.ts';
import type { Subject } from './subject.ts';
import type { CluesState } from './subject-state.ts';
import type { World } from './world.ts';

/** A date is kept on its day: somebody whose store was closed longer is not congratulated weeks late. */
const dateGraceMs = 86_400_000;
const never = Number.POSITIVE_INFINITY;

/** The next moment of any of them after her time. */
export function slowDue(world: World, subject: Subject): number {
  if (subject.slowDue !== null) return subject.slowDue;
  let due = never;
  const { clues } = subject.state;
  const at = clockedFrom(world, subject, subject.state.at);
  for (const [key, last] of Object.entries(clues.lasts)) {
    const watch = world.book.absences.get(key);
    if (watch && last.told === 0) due = Math.min(due, absenceDue(world, watch, last));
  }
  for (const { entry } of world.book.dates) {
    due = Math.min(due, nextDate(entry, attributeOf(subject, entry.attribute), at, world.calendar));
  }
  for (const watch of world.book.thresholds) due = Math.min(due, flips(subject, watch, at));
  subject.slowDue = due;
  return due;
}

/** What was reached between `from` and her time now. */
export function calledBy(
  world: World,
  subject: Subject,
  { from, reached }: { from: number; reached: Reached[] | null },
): void {
  const at = Math.min(subject.state.at, clockOf(world, subject));
  const told = tellsClocks(world, subject) ? reached : null;
  if (at > 0) tellAbsences(world, subject, at, told);
  if (world.options.seat === 'headquarters') subject.state.clockedTo = Math.max(subject.state.clockedTo, at);
  if (told === null || from === 0 || at <= from) return;
  for (const { plan, entry, key } of world.book.dates) {
    const date = nextDate(entry, attributeOf(subject, entry.attribute), from, world.calendar);
    if (date > at || at - date > dateGraceMs) continue;
    told.push({ plan, line: null, known: { at: date }, cause: `date/${key}/${date}`, where: null });
  }
  for (const watch of world.book.thresholds) {
    if (holds(subject, watch, from) || !holds(subject, watch, at)) continue;
    const cause = `measure/${watch.key}/${flips(subject, watch, from)}`;
    told.push({ plan: watch.plan, line: null, known: { at }, cause, where: null });
  }
}

/** Told once, until it happens again; in a replay as well. */
function tellAbsences(world: World, subject: Subject, at: number, reached: Reached[] | null): void {
  const { clues } = subject.state;
  for (const key in clues.lasts) {
    const last = clues.lasts[key] as CluesState['lasts'][string];
    const watch = world.book.absences.get(key);
    if (!watch || last.told === 1) continue;
    const due = absenceDue(world, watch, last);
    if (due > at) continue;
    last.told = 1;
    reached?.push({
      plan: watch.plan,
      line: null,
      known: { at: last.at },
      cause: `absence/${key}/${last.at}`,
      where: null,
    });
  }
}

function absenceDue(world: World, { entry }: Watch<'absence'>, last: CluesState['lasts'][string]): number {
  if (entry.after !== 'unusual') return world.calendar.add(last.at, entry.after);
  return (last.rhythm && dueAt(last.rhythm, firstParameters, world.calendar)) ?? never;
}

function attributeOf({ state, person }: Subject, name: string | null): unknown {
  return name === null ? null : (state.attributes[name] ?? person?.attributes[name]);
}
