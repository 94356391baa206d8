/**
 * Visits and the attention that was spent in them: how many messages each saw, and how many times something waited
 * because the visit's budget was used up, a gap had to be kept, or she had let too much pass.
 */
import type { Channel, Decision, Fact } from '@kairos/protocol/facts.ts';

interface OpenVisit {
  readonly visit: string;
  messages: number;
  readonly stops: Set<string>;
}

/** What bounds the attention of one person: stops of the why ledger, in the order in which the report has them. */
export const attentionStops = ['budget', 'gap', 'rest', 'stage', 'cap'] as const;
export type AttentionStop = (typeof attentionStops)[number];

const inStore: ReadonlySet<Channel> = new Set(['cart', 'screen', 'pos', 'receipt', 'handheld']);

export class VisitTally {
  readonly #open = new Map<number, OpenVisit>();
  /** Visits that are over, by how many messages they saw. */
  readonly #seen: number[] = [];
  readonly #stopped = new Map<AttentionStop, number>();

  note({ type, subject, body }: Pick<Fact | Decision, 'type' | 'subject' | 'body'>): void {
    if (subject === null) return;
    if (type === 'visit.opened') this.#begin(subject, (body as { visit: string }).visit);
    if (type === 'visit.closed') this.#end(subject);
  }

  noteShown(subject: number | null, channel: Channel | null): void {
    const visit = subject === null ? undefined : this.#open.get(subject);
    if (visit && channel !== null && inStore.has(channel)) visit.messages += 1;
  }

  noteStop(subject: number, stop: string): void {
    this.#open.get(subject)?.stops.add(stop);
  }

  get visits(): number {
    return this.#all().length;
  }

  /** Of all visits, how many saw no message, one, two … ; the last place is for that many or more. */
  byMessages(most: number): number[] {
    const counts = new Array<number>(most + 1).fill(0);
    for (const messages of this.#all()) counts[Math.min(messages, most)] = (counts[Math.min(messages, most)] ?? 0) + 1;
    return counts;
  }

  get messages(): number {
    return this.#all().reduce((sum, messages) => sum + messages, 0);
  }

  get most(): number {
    return this.#all().reduce((most, messages) => Math.max(most, messages), 0);
  }

  /** In how many visits something was held back by this. */
  stoppedBy(stop: AttentionStop): number {
    const open = [...this.#open.values()].filter(({ stops }) => stops.has(stop)).length;
    return (this.#stopped.get(stop) ?? 0) + open;
  }

  #all(): number[] {
    return [...this.#seen, ...[...this.#open.values()].map(({ messages }) => messages)];
  }

  /** A card that is shown later in a visit opens it again, as hers: the same visit. */
  #begin(subject: number, visit: string): void {
    if (this.#open.get(subject)?.visit === visit) return;
    this.#end(subject);
    this.#open.set(subject, { visit, messages: 0, stops: new Set() });
  }

  #end(subject: number): void {
    const visit = this.#open.get(subject);
    if (!visit) return;
    this.#open.delete(subject);
    this.#seen.push(visit.messages);
    for (const stop of attentionStops) {
      if (visit.stops.has(stop)) this.#stopped.set(stop, (this.#stopped.get(stop) ?? 0) + 1);
    }
  }
}
