/**
 * Simulated associates: on duty while the store is open, each with a break; they take on what they are asked for when
 * they have a hand free, and do it or say that they can't. Calls and signatures are the office's, in its hours. Simple
 * on purpose: shares and times below, nothing learned.
 */
import type { Fact, Scalar } from '@kairos/protocol/facts.ts';
import { type Chance, chanceOf } from './chance.ts';
import type { SaidMessages } from './said-messages.ts';
import type { SimulatedStore } from './simulated-store.ts';
import { reactionOf, type Temperament } from './temperament.ts';

const hourMs = 3_600_000;
const minuteMs = 60_000;
const dutyHours: readonly [number, number] = [8.75, 20.25];
const breakMs = 30 * minuteMs;
const firstBreakHour = 12;
/** The device in her hand buzzes: until she looks, and whether she takes it on where she has a hand free. */
const looksAfterMs: readonly [number, number] = [8_000, 90_000];
const takesShare = 0.85;
const doesMs: readonly [number, number] = [40_000, 240_000];
const leaseMs = 15 * minuteMs;
/** The last answer of a task is by custom "can't now". */
const canShare = 0.85;
const officeHours: readonly [number, number] = [9.5, 17.5];
const officeLooksMs: readonly [number, number] = [5 * minuteMs, 3 * hourMs];
const officeTakesShare = 0.8;
const callMs: readonly [number, number] = [3 * minuteMs, 20 * minuteMs];
const callLeaseMs = 48 * hourMs;
const reachedShare = 0.6;
const signsShare = 0.9;

export interface StaffOptions {
  readonly store: SimulatedStore;
  readonly said: SaidMessages;
  readonly seed: number;
  readonly associates: number;
  readonly startMs: number;
  readonly temperamentOf: (subject: number) => Temperament;
}

interface Offer {
  readonly task: string;
  readonly message: string;
  readonly subject: number;
  readonly until: number;
}

export class Staff {
  readonly #options: StaffOptions;
  readonly #names: readonly string[];
  readonly #atWork = new Set<string>();
  readonly #busy = new Set<string>();
  /** Offered and neither claimed nor released. */
  readonly #offers = new Map<string, Offer>();

  constructor(options: StaffOptions) {
    this.#options = options;
    this.#names = Array.from({ length: options.associates }, (_, index) => `associate-${index + 1}`);
    options.store.listen((facts) => {
      for (const fact of facts) this.#note(fact);
    });
  }

  /** Once each day, at its beginning. */
  beginDay(day: number): void {
    const midnight = this.#options.startMs + day * 24 * hourMs;
    for (const [index, name] of this.#names.entries()) {
      const breakAt = midnight + firstBreakHour * hourMs + index * breakMs;
      this.#duty(name, 'on', midnight + dutyHours[0] * hourMs);
      this.#duty(name, 'break', breakAt);
      this.#duty(name, 'on', breakAt + breakMs);
      this.#duty(name, 'off', midnight + dutyHours[1] * hourMs);
    }
  }

  #duty(associate: string, state: 'on' | 'break' | 'off', at: number): void {
    const { store } = this.#options;
    this.#later(at - store.ports.clock.now(), () => {
      if (state === 'on') this.#atWork.add(associate);
      else this.#atWork.delete(associate);
      store.observe('duty.changed', null, { associate, state });
    });
  }

  #note(fact: Fact): void {
    if (fact.type === 'task.released') this.#offers.delete(fact.body.task);
    if (fact.type !== 'task.offered' || fact.subject === null) return;
    const { task, message, until = Number.POSITIVE_INFINITY } = fact.body;
    const offer: Offer = { task, message, subject: fact.subject, until };
    this.#offers.set(task, offer);
    const said = this.#options.said.find(message);
    const chance = this.#chance(offer);
    if (said?.channel === 'handheld') this.#later(chance.between(...looksAfterMs), () => this.#look(offer, chance));
    else if (said?.channel === 'call') this.#inOffice(chance, () => this.#call(offer, chance));
    else if (said === null) this.#inOffice(chance, () => this.#sign(offer, chance));
  }

  /** On what the message is and whose, so that the same request finds the same people in two sets of dialogues. */
  #chance({ message, subject }: Offer): Chance {
    const { seed, said } = this.#options;
    return chanceOf(seed, `staff/${subject}/${said.placeOf(message)}`);
  }

  #look(offer: Offer, chance: Chance): void {
    if (!this.#isOpen(offer)) return;
    const free = this.#names.find((name) => this.#atWork.has(name) && !this.#busy.has(name));
    if (free === undefined || !chance.happens(takesShare)) return;
    this.#busy.add(free);
    this.#claim(offer, free, leaseMs);
    this.#later(chance.between(...doesMs), () => {
      this.#busy.delete(free);
      const answers = this.#answersTo(offer);
      const others = answers.slice(0, -1);
      const answer = others.length > 0 && chance.happens(canShare) ? chance.pick(others) : answers.at(-1);
      if (answer === undefined || this.#options.said.find(offer.message) === null) return;
      const form = filled(answer.form, chance);
      const body = { task: offer.task, associate: free, answer: answer.id, ...(form ? { form } : {}) };
      this.#options.store.observe('task.done', offer.subject, body);
    });
  }

  #call(offer: Offer, chance: Chance): void {
    if (!this.#isOpen(offer) || !chance.happens(officeTakesShare)) return;
    this.#claim(offer, 'office', callLeaseMs);
    this.#later(chance.between(...callMs), () => {
      const { store, said, temperamentOf } = this.#options;
      if (said.find(offer.message) === null) return;
      const answers = this.#answersTo(offer);
      const names = answers.map(({ id }) => id);
      const isReached = chance.happens(reachedShare);
      const given = reactionOf(temperamentOf(offer.subject), names, chance)?.answer ?? names.at(-1);
      const answer = isReached ? given : undefined;
      const form = filled(answers.find(({ id }) => id === answer)?.form ?? [], chance);
      const body = { message: offer.message, answer: answer ?? 'not-reached', ...(form ? { form } : {}) };
      store.observe('call.logged', offer.subject, body);
    });
  }

  #sign({ task, subject }: Offer, chance: Chance): void {
    if (!this.#offers.delete(task)) return;
    const answer = chance.happens(signsShare) ? 'approved' : 'refused';
    this.#options.store.observe('task.done', subject, { task, associate: 'office', answer });
  }

  #claim({ task, subject }: Offer, associate: string, leasedMs: number): void {
    const { store } = this.#options;
    this.#offers.delete(task);
    store.observe('task.claimed', subject, { task, associate, until: store.ports.clock.now() + leasedMs });
  }

  #isOpen({ task, until }: Offer): boolean {
    return this.#offers.has(task) && this.#options.store.ports.clock.now() < until;
  }

  #answersTo({ subject, message }: Offer) {
    return this.#options.store.mind.engine.render(subject, message)?.answers ?? [];
  }

  /** When the office is at it: some time later, within its hours. */
  #inOffice(chance: Chance, run: () => void): void {
    const { store, startMs } = this.#options;
    const now = store.ports.clock.now();
    const at = now + chance.between(...officeLooksMs);
    const midnight = at - ((at - startMs) % (24 * hourMs));
    const hour = (at - midnight) / hourMs;
    const [opens, closes] = officeHours;
    const waits = hour < opens ? (opens - hour) * hourMs : hour > closes ? (24 + opens - hour) * hourMs : 0;
    this.#later(at - now + waits, run);
  }

  #later(ms: number, run: () => void): void {
    this.#options.store.ports.timers.after(Math.max(0, Math.round(ms)), run);
  }
}

interface Field {
  readonly name: string;
  readonly kind: string;
  readonly choices: readonly string[];
}

/** A form as somebody in a hurry fills it in. */
export function filled(form: readonly Field[], chance: Chance): Record<string, Scalar> | null {
  if (form.length === 0) return null;
  return Object.fromEntries(
    form.map(({ name, kind, choices }) => {
      if (kind === 'choice') return [name, choices.length > 0 ? chance.pick(choices) : ''];
      return [name, kind === 'number' ? chance.whole(1, 50) : 'noted'];
    }),
  );
}
