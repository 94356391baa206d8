/**
 * What one associate's handhelds show, made anew from the desk whenever it may have changed. Nothing of it is kept, but
 * which tasks stood on her list before: she is told why one of them has gone.
 */
import { type HandheldTask, type HandheldView, tasksShownMax } from '@kairos/protocol/handheld-events.ts';
import type { Associate } from './associate.ts';
import type { TaskDesk } from './desk.ts';
import type { OpenTask } from './task-book.ts';

/** So long it is told why a task has gone. */
const goneStandsMs = 60_000;
const goneMax = 8;
/** Within so much of a lease it is about to run out. */
const expiresSoonMs = 60_000;

interface Gone {
  readonly task: string;
  readonly why: 'taken' | 'over';
  readonly at: number;
}

interface Row {
  readonly task: HandheldTask;
  readonly priority: number;
}

export class AssociateView {
  readonly #desk: TaskDesk;
  readonly who: Associate;
  readonly #nameOf: (associate: string) => string;
  #shown: readonly string[] = [];
  #gone: Gone[] = [];

  constructor(desk: TaskDesk, who: Associate, nameOf: (associate: string) => string) {
    this.#desk = desk;
    this.who = who;
    this.#nameOf = nameOf;
  }

  make(now: number): HandheldView {
    const { who } = this;
    const { crew, rush, team } = this.#desk;
    const tasks = this.#tasks(now);
    this.#noteGone(tasks, now);
    const current = rush.current;
    return {
      me: {
        name: who.name,
        role: who.role,
        locale: who.locale,
        duty: crew.dutyOf(who.associate),
        zone: crew.placeOf(who.associate),
        isAtLongQueue: crew.isAtLongQueue(who.associate),
      },
      tasks,
      undo: this.#undo(),
      rush: current && { until: current.until, by: this.#nameOf(current.by) },
      queues: crew.queues,
      queueLimit: crew.queueLimit,
      gone: this.#gone.map(({ task, why }) => ({ task, why })),
      team: team.today,
    };
  }

  #tasks(now: number): HandheldTask[] {
    const rows: Row[] = [];
    for (const task of this.#desk.book.open()) {
      const row = this.#row(task);
      if (row) rows.push(row);
    }
    return rows
      .sort((one, other) => byUrgency(one, other, now))
      .slice(0, tasksShownMax)
      .map(({ task }) => task);
  }

  /** Null where it is not hers to see. */
  #row(task: OpenTask): Row | null {
    const { who } = this;
    const desk = this.#desk;
    if (!desk.isTold(task) || desk.claims.spokenForBy(task) !== null) return null;
    const isMine = task.associate === who.associate;
    const asked = isMine || task.associate !== null ? null : desk.askedFor(task);
    if (!isMine && !asked?.associates.includes(who.associate)) return null;
    const words = desk.told.wording(task, who.locale);
    if (words === null) return null;
    const { priority, ...said } = words;
    const zone = desk.told.zoneOf(task);
    const metres = desk.distances.between(desk.crew.placeOf(who.associate), zone);
    return {
      priority,
      task: {
        id: task.id,
        version: task.version,
        state: isMine ? 'mine' : 'offered',
        sign: desk.told.signOf(task),
        cart: task.kind === 'approval' ? null : (desk.told.visitOf(task)?.cart ?? null),
        zone,
        metres: metres === null ? null : Math.round(metres),
        since: task.since,
        until: task.until,
        isEscalated: asked !== null && asked.step !== 'nearest',
        ...said,
      },
    };
  }

  /** What she said last, or what she took. */
  #undo(): HandheldView['undo'] {
    const held = this.#desk.heldDeeds.of(this.who.associate);
    if (held) return { task: held.task, did: held.did, label: held.label, until: held.until };
    const fresh = this.#desk.claims.freshClaimOf(this.who.associate);
    return fresh && { task: fresh.task, did: 'claim', label: '', until: fresh.until };
  }

  #noteGone(tasks: readonly HandheldTask[], now: number): void {
    const here = new Set(tasks.map(({ id }) => id));
    const { book } = this.#desk;
    for (const id of this.#shown) {
      if (here.has(id)) continue;
      const open = book.find(id);
      const ending = book.endingOf(id);
      // Offered anew under another name, or asked of others, it has not gone.
      if (ending?.next != null) continue;
      const by = open?.associate ?? ending?.doneBy ?? null;
      if (by === this.who.associate || (open !== null && by === null)) continue;
      this.#gone.push({ task: id, why: by === null ? 'over' : 'taken', at: now });
    }
    this.#shown = [...here];
    this.#gone = this.#gone.filter(({ task, at }) => now - at < goneStandsMs && !here.has(task)).slice(-goneMax);
  }
}

/**
 * Hers first, and of hers what runs out soonest; then whoever waits for help; then what may not be taken much longer; then
 * by the dialogue's class, by how long it waits, by how near it is.
 */
function byUrgency(one: Row, other: Row, now: number): number {
  return (
    Number(other.task.state === 'mine') - Number(one.task.state === 'mine') ||
    Number(other.task.kind === 'help') - Number(one.task.kind === 'help') ||
    Number(isRunningOut(other, now)) - Number(isRunningOut(one, now)) ||
    other.priority - one.priority ||
    one.task.since - other.task.since ||
    (one.task.metres ?? Number.MAX_SAFE_INTEGER) - (other.task.metres ?? Number.MAX_SAFE_INTEGER)
  );
}

function isRunningOut({ task }: Row, now: number): boolean {
  return task.until - now < expiresSoonMs;
}
