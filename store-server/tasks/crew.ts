/**
 * Who works here today and can be asked: what each has chosen (on, break, busy, off), whether her handheld is heard,
 * where she says she is, what the queue at her lane is. What the engine has to know of it becomes `duty.changed`; where
 * she is never does: it stays in memory and dies with the task.
 */
import type { Fact, FactBody } from '@kairos/protocol/facts.ts';
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import type { Timers } from '@kairos/protocol/ports.ts';
import type { Associate, Standing } from './associate.ts';

/** A handheld that is not heard for so long cannot be asked: the engine promises nobody who does not know of it. */
export const unheardMs = 60_000;
/** Where she said she is holds no longer, task or not. */
const placeHoldsMs = 30 * 60_000;

export type Duty = FactBody<'duty.changed'>['state'];

export interface CrewOptions {
  readonly plan: FloorPlan;
  readonly timers: Timers;
  /** Above it nobody at that till is asked for anything. */
  readonly queueLimit: () => number;
  readonly observe: (body: FactBody<'duty.changed'>) => void;
  /** Something that lists show has changed without a fact. */
  readonly onChange: () => void;
}

interface Member {
  readonly who: Associate;
  chosen: Duty;
  /** As the facts have it. */
  recorded: Duty;
  /** Whether they say that busy is her own word. */
  isRecordedChosen: boolean;
  handhelds: number;
  isUnheard: boolean;
  zone: string | null;
  forgetPlace: () => void;
  waitUnheard: () => void;
}

const nothing = (): void => undefined;
const nothingRecorded = { state: 'off', isChosen: false } as const;

export class Crew {
  readonly #options: CrewOptions;
  readonly #members = new Map<string, Member>();
  /** As told before anybody is known by her name. */
  readonly #recorded = new Map<string, { readonly state: Duty; readonly isChosen: boolean }>();
  readonly #waiting = new Map<string, number>();

  constructor(options: CrewOptions) {
    this.#options = options;
  }

  /** Told of somebody who works here; again when anything about her has changed. */
  know(who: Associate): void {
    const known = this.#members.get(who.associate);
    const { state: recorded, isChosen: isRecordedChosen } = this.#recorded.get(who.associate) ?? nothingRecorded;
    const chosen = setBy(recorded, isRecordedChosen);
    const fresh = { chosen, recorded, isRecordedChosen, handhelds: 0, isUnheard: false, zone: null };
    const quiet = { forgetPlace: nothing, waitUnheard: nothing };
    this.#members.set(who.associate, { ...fresh, ...quiet, ...known, who });
  }

  isKnown(associate: string): boolean {
    return this.#members.has(associate);
  }

  find(associate: string): Associate | null {
    return this.#members.get(associate)?.who ?? null;
  }

  fold(fact: Fact): boolean {
    if (fact.type === 'queue.changed') {
      this.#waiting.set(fact.body.till, fact.body.waiting);
      return true;
    }
    if (fact.type !== 'duty.changed') return false;
    const { associate, state, chosen: isChosen = false } = fact.body;
    this.#recorded.set(associate, { state, isChosen });
    const member = this.#members.get(associate);
    if (!member) return false;
    // Told by somebody else than this desk, or before this start: it is what she has set.
    if (member.recorded !== state || member.isRecordedChosen !== isChosen) member.chosen = setBy(state, isChosen);
    member.recorded = state;
    member.isRecordedChosen = isChosen;
    if (state === 'off' || state === 'break') this.place(associate, null);
    return true;
  }

  /** What she has set, which is not always what the engine is told. */
  dutyOf(associate: string): Duty {
    return this.#members.get(associate)?.chosen ?? 'off';
  }

  choose(associate: string, chosen: Duty): void {
    const member = this.#members.get(associate);
    if (!member) return;
    member.chosen = chosen;
    if (chosen === 'off' || chosen === 'break') this.place(associate, null);
    this.#settle(member);
  }

  /** Null forgets it. */
  place(associate: string, zone: string | null): void {
    const member = this.#members.get(associate);
    if (!member) return;
    member.forgetPlace();
    member.forgetPlace = nothing;
    member.zone = zone;
    if (zone !== null) {
      member.forgetPlace = this.#options.timers.after(placeHoldsMs, () => {
        this.place(associate, null);
        this.#options.onChange();
      });
    }
    this.#settle(member);
  }

  placeOf(associate: string): string | null {
    return this.#members.get(associate)?.zone ?? null;
  }

  /** One of her handhelds is heard. */
  attach(associate: string): void {
    const member = this.#members.get(associate);
    if (!member) return;
    member.handhelds += 1;
    member.waitUnheard();
    member.isUnheard = false;
    this.#settle(member);
  }

  detach(associate: string): void {
    const member = this.#members.get(associate);
    if (!member) return;
    member.handhelds = Math.max(0, member.handhelds - 1);
    if (member.handhelds === 0) this.#listenFor(member);
  }

  /** After a start: whoever was on duty has so long to be heard of again. */
  expectAll(): void {
    for (const member of this.#members.values()) if (member.handhelds === 0) this.#listenFor(member);
  }

  /** The queues are other than they were: whoever stands at a lane may be asked again, or not any more. */
  reconsider(): void {
    for (const member of this.#members.values()) this.#settle(member);
  }

  isAtLongQueue(associate: string): boolean {
    const member = this.#members.get(associate);
    return member !== undefined && this.#isAtLongQueue(member);
  }

  get queueLimit(): number {
    return this.#options.queueLimit();
  }

  get queues(): { till: string; zone: string; waiting: number }[] {
    return this.#options.plan.tills.map(({ id, zone }) => ({ till: id, zone, waiting: this.#waiting.get(id) ?? 0 }));
  }

  /** `isAtWork`: she has claimed something and is not done. */
  standings(isAtWork: (associate: string) => boolean): Standing[] {
    return [...this.#members.values()].map((member) => {
      const isThere = member.recorded === 'on' || member.recorded === 'busy';
      // Asked through what she holds: where nothing of hers is heard, somebody else is asked.
      const isFree = member.recorded === 'on' && member.handhelds > 0 && !isAtWork(member.who.associate);
      return { ...member.who, isFree, isThere, zone: member.zone };
    });
  }

  /** Whether somebody fills it by name: of all who work here, or of those who are there now. */
  isFilled(role: string, among: 'all' | 'there'): boolean {
    for (const { who, recorded } of this.#members.values()) {
      if (!who.fills.includes(role)) continue;
      if (among === 'all' || recorded === 'on' || recorded === 'busy') return true;
    }
    return false;
  }

  close(): void {
    for (const member of this.#members.values()) {
      member.forgetPlace();
      member.waitUnheard();
    }
  }

  #listenFor(member: Member): void {
    member.waitUnheard();
    member.waitUnheard = this.#options.timers.after(unheardMs, () => {
      member.isUnheard = true;
      this.#settle(member);
      this.#options.onChange();
    });
  }

  #isAtLongQueue({ zone }: Member): boolean {
    if (zone === null) return false;
    const limit = this.#options.queueLimit();
    return this.queues.some((queue) => queue.zone === zone && queue.waiting > limit);
  }

  #settle(member: Member): void {
    const isKept = member.chosen === 'on' && (member.isUnheard || this.#isAtLongQueue(member));
    const wanted = isKept ? 'busy' : member.chosen;
    const isChosen = wanted === 'busy' && !isKept;
    if (wanted === member.recorded && isChosen === member.isRecordedChosen) return;
    member.recorded = wanted;
    member.isRecordedChosen = isChosen;
    this.#recorded.set(member.who.associate, { state: wanted, isChosen });
    const [role] = member.who.fills.length === 1 ? member.who.fills : [];
    const manager = member.who.role === 'manager' ? 'manager' : undefined;
    const named = role ?? manager;
    this.#options.observe({
      associate: member.who.associate,
      state: wanted,
      ...(named === undefined ? {} : { role: named }),
      ...(isChosen ? { chosen: true } : {}),
    });
  }
}

/** Busy by the store's own word (a handheld that was away, a queue) is found out again: she has set nothing. */
function setBy(recorded: Duty, isChosen: boolean): Duty {
  return recorded === 'busy' && !isChosen ? 'on' : recorded;
}
