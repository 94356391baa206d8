/**
 * An auditor who believes nothing: reads a day's facts from first to last and says which of the promises about speaking
 * they break (DESIGN sections 4 and 5). Knows nothing of the engine but the bounds that a house declares.
 */
import type { Fact, FactBody } from '@kairos/protocol/facts.ts';

export interface Bounds {
  readonly perVisit: number;
  readonly refill: number;
  readonly gapMs: number;
  /** Messages on one person within `capMs`. */
  readonly cap: number;
  readonly capMs: number;
  isPositive(dialogue: string, step: string, answer: string): boolean;
}

interface Message {
  readonly id: string;
  readonly body: FactBody<'message.decided'>;
  readonly subject: number;
  readonly decidedAt: number;
  isOpen: boolean;
  withdrawnAt: number;
}

interface Person {
  visit: string | null;
  /** What this visit may still bring; halved where a goal is reached, which only makes it stricter: not asked here. */
  budget: number;
  quietSince: number;
  readonly said: number[];
}

const voices: ReadonlySet<string> = new Set(['cart', 'screen', 'handheld', 'pos']);
const inStore: ReadonlySet<string> = new Set([...voices, 'receipt']);
/** What follows her answer within this time is a reply, and costs nothing. */
const replyMs = 30_000;
/** A report of a first paint may be under way for so long; the fact has the time of the paint itself. */
const notReached = 'not-reached';

/** How often each promise was put to the test: an audit of nothing passes everything. */
export type Asked = Record<'voices' | 'budgets' | 'gaps' | 'deadlines' | 'holdouts' | 'timers', number>;

export interface Audit {
  readonly violations: readonly string[];
  readonly asked: Asked;
}

export function audit(facts: readonly Fact[], bounds: Bounds): Audit {
  const auditor = new Auditor(bounds);
  for (const fact of facts) auditor.read(fact);
  return auditor;
}

class Auditor implements Audit {
  readonly violations: string[] = [];
  readonly asked: Asked = { voices: 0, budgets: 0, gaps: 0, deadlines: 0, holdouts: 0, timers: 0 };
  readonly #bounds: Bounds;
  readonly #messages = new Map<string, Message>();
  readonly #people = new Map<number, Person>();
  readonly #held = new Set<string>();
  readonly #answeredAt = new Map<string, number>();
  readonly #onTarget = new Map<string, string>();
  readonly #tasks = new Map<string, string>();

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  read(fact: Fact): void {
    switch (fact.type) {
      case 'visit.opened':
        this.#begin(fact.subject ?? 0, fact.body.visit);
        return;
      case 'visit.closed':
        this.#person(fact.subject ?? 0).visit = null;
        return;
      case 'run.entered':
        if (fact.body.held) this.#held.add(fact.body.run);
        return;
      case 'run.moved':
      case 'reward.issued':
        this.#mustNotBeHeld(fact.body.run, fact);
        return;
      case 'message.decided':
        this.#decide(fact.body, fact.subject ?? 0, fact.at);
        return;
      case 'message.shown':
        this.#show(fact.body.message, fact.at);
        return;
      case 'message.answered':
      case 'call.logged':
        this.#answer(fact.body.message, fact.body.answer, fact.at);
        return;
      case 'task.offered':
        this.#tasks.set(fact.body.task, fact.body.message);
        return;
      case 'task.done':
        this.#answer(this.#tasks.get(fact.body.task) ?? '', fact.body.answer, fact.at);
        return;
      case 'message.silent':
        this.#end(fact.body.message, fact.at);
        return;
      case 'message.withdrawn': {
        const message = this.#messages.get(fact.body.message);
        if (message) message.withdrawnAt = fact.at;
        this.#end(fact.body.message, fact.at);
        return;
      }
      case 'timer.fired':
        this.asked.timers += 1;
        if (fact.at < fact.body.due) this.#violate(fact.at, 'a timer fired early');
    }
  }

  #decide(body: FactBody<'message.decided'>, subject: number, at: number): void {
    const person = this.#person(subject);
    const place = `${body.dialogue}/${body.step}`;
    this.#mustNotBeHeld(body.run, { at });
    const isReply = at <= (this.#answeredAt.get(body.run) ?? Number.NEGATIVE_INFINITY) + replyMs;
    if (voices.has(body.channel) && body.context !== 'away')
      this.#oneVoice(place, body, { person, subject, at, isReply });
    if (inStore.has(body.channel) && person.visit !== null && !isReply) {
      this.asked.budgets += 1;
      person.budget -= 1;
      if (person.budget < 0) this.#violate(at, `${place} speaks to ${subject} beyond the budget of her visit`);
    }
    if (!isReply) {
      const since = at - this.#bounds.capMs;
      person.said.push(at);
      if (person.said.filter((said) => said > since).length > this.#bounds.cap) {
        this.#violate(at, `${place} speaks to ${subject} beyond the cap on one person`);
      }
    }
    this.#messages.set(body.message, { id: body.message, body, subject, decidedAt: at, isOpen: true, withdrawnAt: 0 });
  }

  #oneVoice(
    place: string,
    { message, target }: FactBody<'message.decided'>,
    { person, subject, at, isReply }: { person: Person; subject: number; at: number; isReply: boolean },
  ): void {
    this.asked.voices += 1;
    for (const other of this.#messages.values()) {
      if (other.subject !== subject || !other.isOpen || !voices.has(other.body.channel)) continue;
      if (other.body.context !== 'away')
        this.#violate(at, `${place} and ${other.body.dialogue} speak to ${subject} at once`);
    }
    if (target !== undefined) {
      const before = this.#messages.get(this.#onTarget.get(target) ?? '');
      if (before?.isOpen) this.#violate(at, `${place} speaks on ${target}, where ${before.body.dialogue} speaks`);
      this.#onTarget.set(target, message);
    }
    if (isReply) return;
    this.asked.gaps += 1;
    if (at < person.quietSince + this.#bounds.gapMs) this.#violate(at, `${place} leaves ${subject} no gap`);
  }

  #show(id: string, at: number): void {
    const message = this.#messages.get(id);
    if (!message) {
      this.#violate(at, `${id} is shown, and nobody decided it`);
      return;
    }
    this.asked.deadlines += 1;
    const { body, withdrawnAt } = message;
    if (at > body.validUntil) this.#violate(at, `${body.dialogue}/${body.step} is shown after its deadline`);
    if (withdrawnAt > 0 && at > withdrawnAt)
      this.#violate(at, `${body.dialogue}/${body.step} is shown, and was taken back`);
  }

  #answer(id: string, answer: string, at: number): void {
    const message = this.#messages.get(id);
    if (!message || answer === notReached) return;
    const { dialogue, step, run, channel } = message.body;
    this.#answeredAt.set(run, at);
    const person = this.#person(message.subject);
    const { refill, perVisit, isPositive } = this.#bounds;
    if (inStore.has(channel) && isPositive(dialogue, step, answer)) {
      person.budget = Math.min(perVisit, person.budget + refill);
    }
    this.#end(id, at);
  }

  #end(id: string, at: number): void {
    const message = this.#messages.get(id);
    if (!message?.isOpen) return;
    message.isOpen = false;
    if (voices.has(message.body.channel)) this.#person(message.subject).quietSince = at;
  }

  #mustNotBeHeld(run: string, { at }: { readonly at: number }): void {
    this.asked.holdouts += this.#held.size > 0 ? 1 : 0;
    if (this.#held.has(run)) this.#violate(at, `a run in the holdout (${run}) does not keep still`);
  }

  #begin(subject: number, visit: string): void {
    const person = this.#person(subject);
    if (person.visit === visit) return;
    person.visit = visit;
    person.budget = this.#bounds.perVisit;
  }

  #person(subject: number): Person {
    let person = this.#people.get(subject);
    if (!person) {
      person = { visit: null, budget: this.#bounds.perVisit, quietSince: Number.NEGATIVE_INFINITY, said: [] };
      this.#people.set(subject, person);
    }
    return person;
  }

  #violate(at: number, what: string): void {
    this.violations.push(`${at}: ${what}`);
  }
}
