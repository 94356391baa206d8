/**
 * All that is asked of associates and not over: what dialogues ask, signatures, and shoppers' own calls, as one fold over
 * the facts about tasks. Who may see what, and what is said of it, others decide.
 */
import type { Fact, FactOf } from '@kairos/protocol/facts.ts';
import { isHelpTask } from '../visits/help.ts';

/** Tasks that are open at once; beyond it the oldest is forgotten here, and runs out by its own time. */
const openMax = 2_000;
/** Tasks that are over and may still be asked about by a handheld that was away. */
const endedMax = 1_000;

export interface OpenTask {
  readonly id: string;
  readonly message: string;
  readonly subject: number | null;
  readonly kind: 'help' | 'claim' | 'approval';
  /** As the dialogue's author named it; null: anybody. */
  readonly role: string | null;
  /** When it was first asked for, handed back or not. */
  readonly since: number;
  /** When it was last offered, and until when it may be claimed. */
  readonly offeredAt: number;
  readonly deadline: number;
  readonly associate: string | null;
  /** The end of the lease; without one, of the offer. */
  readonly until: number;
  /** Grows with each offer and each claim of what the same message asks. */
  readonly version: number;
  /** Claimed before by somebody who did not get to it: more are asked from the beginning. */
  readonly isMissed: boolean;
}

export interface Ending {
  /** Who has done it; null: nobody needs it any more. */
  readonly doneBy: string | null;
  /** Under this name it was offered anew. */
  readonly next: string | null;
}

const nobodyNeedsIt: Ending = { doneBy: null, next: null };

export class TaskBook {
  readonly #open = new Map<string, OpenTask>();
  readonly #ended = new Map<string, Ending>();
  /** Of a claim that ran out, in case it is offered again in the same breath. */
  readonly #missed = new Map<string, OpenTask>();

  open(): IterableIterator<OpenTask> {
    return this.#open.values();
  }

  find(task: string): OpenTask | null {
    return this.#open.get(task) ?? null;
  }

  endingOf(task: string): Ending | null {
    return this.#ended.get(task) ?? null;
  }

  heldBy(associate: string): OpenTask[] {
    return [...this.#open.values()].filter((task) => task.associate === associate);
  }

  /** True where it changed anything. */
  fold(fact: Fact): boolean {
    switch (fact.type) {
      case 'task.offered':
        return this.#offer(fact);
      case 'task.claimed':
        return this.#claim(fact);
      case 'task.done':
        return this.#end(fact.body.task, { doneBy: fact.body.associate, next: null });
      case 'task.released':
        return this.#release(fact);
      default:
        return false;
    }
  }

  /** Nothing that was asked for their sake stays. */
  forget(subjects: readonly number[]): boolean {
    const before = this.#open.size;
    for (const [id, { subject }] of this.#open)
      if (subject !== null && subjects.includes(subject)) this.#open.delete(id);
    return this.#open.size < before;
  }

  #offer({ at, subject, body }: FactOf<'task.offered'>): boolean {
    const { task: id, message, role = null, until = Number.MAX_SAFE_INTEGER } = body;
    const before = this.#ofMessage(message);
    const missed = before ? null : (this.#missed.get(message) ?? null);
    this.#missed.delete(message);
    const known = before ?? missed;
    if (before && before.id !== id) this.#end(before.id, { doneBy: null, next: id });
    this.#open.set(id, {
      id,
      message,
      subject,
      kind: kindOf(id),
      role,
      since: known?.since ?? at,
      offeredAt: at,
      deadline: until,
      associate: null,
      until,
      version: (known?.version ?? 0) + 1,
      isMissed: missed !== null || (before?.isMissed ?? false),
    });
    if (this.#open.size > openMax) {
      const [oldest] = this.#open.keys();
      if (oldest !== undefined) this.#open.delete(oldest);
    }
    return true;
  }

  #claim({ body }: FactOf<'task.claimed'>): boolean {
    const task = this.#open.get(body.task);
    // One winner: who comes second finds it taken.
    if (!task || task.associate !== null) return false;
    this.#open.set(task.id, { ...task, associate: body.associate, until: body.until, version: task.version + 1 });
    return true;
  }

  #release({ body }: FactOf<'task.released'>): boolean {
    const task = this.#open.get(body.task);
    if (!task) return false;
    const isHandedBack = body.reason === 'refused' || body.reason === 'signed-off';
    if (!isHandedBack) {
      if (body.reason === 'expired' && task.associate !== null) this.#missed.set(task.message, task);
      else this.#missed.delete(task.message);
      return this.#end(task.id, nobodyNeedsIt);
    }
    // A call waits on under its own name; what a dialogue asks is offered anew, under another, or has run out.
    this.#open.set(task.id, { ...task, associate: null, until: task.deadline, version: task.version + 1 });
    return true;
  }

  #ofMessage(message: string): OpenTask | null {
    for (const task of this.#open.values()) if (task.message === message) return task;
    return null;
  }

  #end(id: string, ending: Ending): boolean {
    if (this.#missed.size > endedMax) this.#missed.clear();
    this.#ended.set(id, ending);
    if (this.#ended.size > endedMax) {
      const [oldest] = this.#ended.keys();
      if (oldest !== undefined) this.#ended.delete(oldest);
    }
    return this.#open.delete(id);
  }
}

/** By the engine's and the visits' way of naming them (`dialogue/engine/ids.ts`, `visits/help.ts`). */
function kindOf(id: string): OpenTask['kind'] {
  if (isHelpTask(id)) return 'help';
  return /-a\d+$/.test(id) ? 'approval' : 'claim';
}
