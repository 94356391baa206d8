/**
 * The newest messages from decision to ending, as the manager's page shows them. It is read from the journal when the
 * first page opens, goes on with what is recorded, and is let go with the last page.
 */
import { type Fact, type FactOf, lateAfterMs } from '@kairos/protocol/facts.ts';
import { type ManagerDecision, managerDecisionsMax } from '@kairos/protocol/manager-events.ts';
import type { Journal } from '../journal/journal.ts';
import type { PlainHeadlines } from './plain-headlines.ts';

/** What may have become of the newest decisions; beyond it, an ending is missed and the message reads as seen. */
const followUpsMax = 5_000;
const followUps = ['message.shown', 'message.answered', 'message.silent', 'message.withdrawn'];

export interface DecisionBookOptions {
  readonly texts: PlainHeadlines;
  readonly journal: Pick<Journal, 'facts' | 'committed'>;
  /** Where she is now; null: nowhere that is known. */
  readonly zoneOf: (subject: number) => string | null;
  readonly cartOf: (subject: number) => string | null;
}

export class DecisionBook {
  readonly #options: DecisionBookOptions;
  /** By message, oldest first. */
  readonly #decisions = new Map<string, ManagerDecision>();
  readonly #subjects = new Map<string, number>();
  readonly #changed = new Set<string>();

  constructor(options: DecisionBookOptions) {
    this.#options = options;
  }

  /** Newest first. */
  get newest(): ManagerDecision[] {
    return [...this.#decisions.values()].reverse();
  }

  /** What the journal holds. Facts that are noted meanwhile come on top of it. */
  async load(): Promise<void> {
    const { journal } = this.#options;
    await journal.committed();
    const decided = await journal.facts({ types: ['message.decided'], limit: managerDecisionsMax, newestFirst: true });
    const oldest = decided.at(-1);
    if (oldest === undefined) return;
    const then = await journal.facts({ types: followUps, from: oldest.seq, limit: followUpsMax });
    const zones = await Promise.all(decided.map((fact) => this.#zoneThen(fact)));
    const live = [...this.#decisions];
    this.#decisions.clear();
    for (const [index, fact] of [...decided.entries()].reverse()) {
      if (fact.type === 'message.decided') this.#add(fact, zones[index] ?? null);
    }
    for (const fact of then) this.#follow(fact);
    for (const [message, decision] of live) this.#decisions.set(message, decision);
    this.#keepNewest();
  }

  clear(): void {
    this.#decisions.clear();
    this.#subjects.clear();
    this.#changed.clear();
  }

  /** The message that the fact is about, where it is one of those that are kept. */
  note(fact: Fact): ManagerDecision | null {
    if (fact.type === 'message.decided') {
      this.#add(fact, fact.subject === null ? null : this.#options.zoneOf(fact.subject));
      this.#changed.add(fact.body.message);
      return this.#decisions.get(fact.body.message) ?? null;
    }
    const message = this.#follow(fact);
    if (message === null) return null;
    this.#changed.add(message);
    return this.#decisions.get(message) ?? null;
  }

  /** What was said to them is nobody's any more. True where anything of it was kept. */
  forget(subjects: readonly number[]): boolean {
    const gone = [...this.#subjects].filter(([, subject]) => subjects.includes(subject));
    for (const [message] of gone) {
      this.#decisions.delete(message);
      this.#subjects.delete(message);
      this.#changed.delete(message);
    }
    return gone.length > 0;
  }

  /** Those that went on since they were last taken, oldest first. */
  takeChanged(): ManagerDecision[] {
    const changed = [...this.#changed].flatMap((message) => this.#decisions.get(message) ?? []);
    this.#changed.clear();
    return changed;
  }

  #add({ at, subject, body }: FactOf<'message.decided'>, zone: string | null): void {
    const { texts, cartOf } = this.#options;
    const { message, dialogue, step, channel, target } = body;
    // What moves with her to another surface is one message still: it is decided again under its own id.
    this.#decisions.delete(message);
    this.#decisions.set(message, {
      message,
      at,
      channel,
      target: target ?? (channel === 'cart' && subject !== null ? cartOf(subject) : null),
      zone,
      dialogue,
      title: texts.title(dialogue),
      step,
      headline: texts.headline(dialogue, step, channel),
      outcome: 'decided',
      answer: null,
    });
    if (subject !== null) this.#subjects.set(message, subject);
    this.#keepNewest();
  }

  #follow(fact: Fact): string | null {
    switch (fact.type) {
      case 'message.shown':
        return this.#change(fact.body.message, { outcome: 'shown' });
      case 'message.answered':
        return this.#change(fact.body.message, { outcome: 'answered' }, fact.body.answer);
      case 'message.silent':
        return this.#change(fact.body.message, { outcome: fact.body.silence });
      case 'message.withdrawn':
        return this.#change(fact.body.message, { outcome: 'withdrawn' });
      default:
        return null;
    }
  }

  #change(message: string, change: Partial<ManagerDecision>, answer?: string): string | null {
    const known = this.#decisions.get(message);
    // An ending stands: what withdraws a message after she has answered it is no news.
    if (!known || (known.outcome !== 'decided' && known.outcome !== 'shown')) return null;
    const { dialogue, step } = known;
    const words = answer === undefined ? known.answer : this.#options.texts.answer(dialogue, step, answer);
    this.#decisions.set(message, { ...known, ...change, answer: words });
    return message;
  }

  async #zoneThen({ seq, at, subject }: Fact): Promise<string | null> {
    if (subject === null) return null;
    const [newest] = await this.#options.journal.facts({
      subject,
      types: ['zone.entered', 'zone.left'],
      to: seq,
      sinceMs: at - zoneStandsMs,
      limit: 1,
      newestFirst: true,
    });
    return newest?.type === 'zone.entered' ? newest.body.zone : null;
  }

  #keepNewest(): void {
    for (const oldest of this.#decisions.keys()) {
      if (this.#decisions.size <= managerDecisionsMax) return;
      this.#decisions.delete(oldest);
      this.#subjects.delete(oldest);
    }
  }
}

/** Whoever entered a zone longer ago is not taken to stand there still. */
const zoneStandsMs = 60 * lateAfterMs;
