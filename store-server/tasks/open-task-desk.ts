/** The associates' desk, put together: what was open before this start, its line to the handhelds, what else tells it. */

import type { Fact } from '@kairos/protocol/facts.ts';
import type { VisitSign } from '@kairos/protocol/visit-sign.ts';
import type { Server } from 'socket.io';
import { HeldBack } from '../delivery/held-back.ts';
import type { Intake } from '../intake/intake.ts';
import type { Journal } from '../journal/journal.ts';
import type { Foundations, Mind } from '../mind.ts';
import type { StaffDoor } from '../staff/staff-door.ts';
import type { StaffMember } from '../staff/staff-file.ts';
import type { Visit } from '../visits/visit.ts';
import { type Associate, isFloorRole } from './associate.ts';
import { TaskDesk } from './desk.ts';
import { Handhelds } from './handhelds.ts';

/** What may still be open: letters and calls wait for weeks; who is on duty is known for a day. */
const tasksLookBackMs = 60 * 86_400_000;
const dutyLookBackMs = 86_400_000;
const factsMax = 10_000;

const taskTypes = ['task.offered', 'task.claimed', 'task.done', 'task.released'];
const dutyTypes = ['duty.changed', 'queue.changed', 'pause.changed'];

export interface OpenTaskDesk {
  readonly desk: TaskDesk;
  /** Handhelds that are connected. */
  readonly connected: number;
  /** What a cart's screen asks. */
  isFresh(task: string): boolean;
  signOnCart(visit: Visit): VisitSign | null;
  /** Opens the line. `onCart`: what the screen of this cart says of help may be other than it was. */
  open(line: { readonly io: Server; readonly onCart: (cart: string) => void }): void;
  /** The list of staff, read anew: who has gone has signed off by the end of her sessions. */
  replaceStaff(staff: readonly StaffMember[]): void;
  close(): void;
}

export interface TaskDeskOptions extends Foundations, Mind {
  readonly door: StaffDoor;
  readonly intake: Pick<Intake, 'reject'>;
}

export async function openTaskDesk(options: TaskDeskOptions): Promise<OpenTaskDesk> {
  const { config, journal, clock, ports, listeners, forgetters, door, intake } = options;
  const { floorPlan: plan, store } = config;
  let handhelds: Handhelds | null = null;
  let tellCart = (_cart: string): void => undefined;
  const held = new HeldBack({ journal, timers: ports.timers, onReleased: () => desk.look() });
  const desk = new TaskDesk({
    ...options,
    plan,
    timeZone: store.timeZone,
    associates: config.staff.flatMap(associateOf),
    held,
    release: () => options.release.current,
    timers: ports.timers,
    onChange: () => handhelds?.refresh(),
    onCart: (cart) => tellCart(cart),
  });
  // What is recorded while the journal is read comes after what it holds.
  const early: Fact[] = [];
  let isRecalled = false;
  listeners.push((facts) => {
    held.note(facts);
    if (isRecalled) desk.note(facts);
    else early.push(...facts);
  });
  const before = await openBefore(journal, clock.now());
  const upTo = before.at(-1)?.seq ?? 0;
  desk.recall([...before, ...early.filter(({ seq }) => seq > upTo)]);
  isRecalled = true;
  forgetters.push((subjects) => desk.forget(subjects));
  return {
    desk,
    get connected() {
      return handhelds?.connected ?? 0;
    },
    isFresh: (task) => desk.claims.isFresh(task),
    signOnCart: (visit) => desk.signOnCart(visit),
    open: ({ io, onCart }) => {
      tellCart = onCart;
      handhelds = new Handhelds({ io, door, desk, plan, clock, reject: (note) => intake.reject(note) });
    },
    replaceStaff: (staff) => {
      for (const who of staff.flatMap(associateOf)) desk.crew.know(who);
    },
    close: () => {
      desk.close();
      handhelds?.close();
      held.close();
    },
  };
}

async function openBefore(journal: Pick<Journal, 'facts'>, now: number): Promise<Fact[]> {
  const newest = { limit: factsMax, newestFirst: true };
  const [tasks, duty] = await Promise.all([
    journal.facts({ ...newest, types: taskTypes, sinceMs: now - tasksLookBackMs }),
    journal.facts({ ...newest, types: dutyTypes, sinceMs: now - dutyLookBackMs }),
  ]);
  return [...tasks, ...duty].sort((one, other) => one.seq - other.seq);
}

/** Who serves devices alone is asked for nothing. */
function associateOf({ id, name, role, locale, zones, fills }: StaffMember): Associate[] {
  if (!isFloorRole(role)) return [];
  return [{ associate: id, name, role, locale, zones: zones.length === 0 ? null : zones, fills }];
}
