/**
 * Whom a task is shown to: the nearest first, then the next nearest too, then everybody there with the zone's lead, then
 * the manager. Each has a quarter of the time in which it may be claimed; where nobody is left of one step, the next comes
 * at once. How long that is, and what follows when nobody takes it, the dialogue says. Pure.
 */
import { type Associate, mayDo, maySign, type Standing } from './associate.ts';
import type { OpenTask } from './task-book.ts';

const steps = ['nearest', 'next', 'lead', 'manager'] as const;
export type Step = (typeof steps)[number];

export interface Asked {
  readonly step: Step;
  readonly associates: readonly string[];
}

export interface Asking {
  readonly task: Pick<OpenTask, 'kind' | 'role' | 'offeredAt' | 'deadline' | 'isMissed'>;
  /** Where somebody is to go. */
  readonly zone: string | null;
  readonly people: readonly Standing[];
  /** Who has said that she can't. */
  readonly declined: ReadonlySet<string>;
  readonly metres: (from: string | null, to: string | null) => number | null;
  /** Whether somebody of the store fills this role by name. */
  readonly isFilled: (role: string) => boolean;
}

/** How far it has come by time alone. */
export function stepByTime({ offeredAt, deadline, isMissed }: Asking['task'], now: number): number {
  const quarter = (deadline - offeredAt) / steps.length;
  return Math.max(
    isMissed ? steps.indexOf('lead') : 0,
    Math.min(steps.length - 1, Math.floor((now - offeredAt) / quarter)),
  );
}

/** When time alone takes it to the next step; null: it has come to the last. */
export function nextStepAt(task: Asking['task'], now: number): number | null {
  const step = stepByTime(task, now);
  if (step >= steps.length - 1) return null;
  return Math.ceil(task.offeredAt + ((step + 1) * (task.deadline - task.offeredAt)) / steps.length);
}

export function whomToAsk(asking: Asking, now: number): Asked {
  if (asking.task.kind === 'approval') return { step: 'nearest', associates: signers(asking) };
  for (let step = stepByTime(asking.task, now); step < steps.length; step += 1) {
    const associates = askedAt(asking, step);
    if (associates.length > 0) return { step: steps[step] as Step, associates };
  }
  return { step: 'manager', associates: [] };
}

/** Whether she could do it at all, whoever else is asked. */
export function isHers(
  associate: Associate,
  { kind, role }: Asking['task'],
  isFilled: (role: string) => boolean,
): boolean {
  const filled = role !== null && isFilled(role);
  return kind === 'approval' ? maySign(associate, role, filled) : mayDo(associate, role, filled);
}

function askedAt(asking: Asking, step: number): string[] {
  const { task, people, declined, isFilled } = asking;
  const able = people.filter(
    (person) => person.isFree && !declined.has(person.associate) && isHers(person, task, isFilled),
  );
  const floor = able.filter(({ role }) => role === 'associate');
  if (step <= 1)
    return nearest(
      floor.filter((person) => worksAt(person, asking.zone)),
      asking,
      step + 1,
    );
  const leads = able.filter((person) => person.role === 'lead' && worksAt(person, asking.zone));
  const managers = step < 3 ? [] : able.filter(({ role }) => role === 'manager');
  // Leads of other zones come in with the manager.
  const otherLeads = step < 3 ? [] : able.filter((person) => person.role === 'lead' && !leads.includes(person));
  return [...floor, ...leads, ...otherLeads, ...managers].map(({ associate }) => associate);
}

/** Those at the smallest distances, so many of them; who has not said where she is comes last. */
function nearest(people: readonly Standing[], { zone, metres }: Asking, distances: number): string[] {
  const far = people.map((person) => ({ person, metres: metres(person.zone, zone) ?? Number.POSITIVE_INFINITY }));
  const known = [...new Set(far.map((one) => one.metres))].sort((one, other) => one - other).slice(0, distances);
  return far.filter((one) => known.includes(one.metres)).map(({ person }) => person.associate);
}

function worksAt({ zones }: Associate, zone: string | null): boolean {
  return zones === null || zone === null || zones.includes(zone);
}

function signers({ task, people, declined, isFilled }: Asking): string[] {
  return people
    .filter((person) => person.isThere && !declined.has(person.associate) && isHers(person, task, isFilled))
    .map(({ associate }) => associate);
}
