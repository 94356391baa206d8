/**
 * From a fact's intake to the first paint of what it led to, by zone and hour, for a day. Both ends are store time:
 * when the store received the fact, or a timer fired; and when a screen says that it painted, which is the receipt of
 * its word less the time since the paint. What was reported late is left out: its time is not known well enough. How it
 * outlives a restart stands in `kept-latency.ts`.
 */
import type { Fact } from '@kairos/protocol/facts.ts';
import type { ManagerPulse } from '@kairos/protocol/manager-events.ts';
import { z } from 'zod';
import { Histogram, savedHistogram } from './histogram.ts';

const hourMs = 3_600_000;
const hoursKept = 24;
/** Messages that wait for their paint; the oldest go first, and are not counted. */
const waitingMax = 10_000;
/** Of these, how many are written down. */
const waitingKeptMax = 1_000;
/** Fewer in this hour say little: the hour before is counted with them. */
const enough = 20;

export interface PaintLatencyOptions {
  /** When the store received what it is handling now. */
  readonly receivedAt: () => number;
  readonly zoneOf: (subject: number) => string | null;
  readonly now: () => number;
}

interface Hour {
  readonly all: Histogram;
  readonly zones: Map<string, Histogram>;
}

export interface HourFigures {
  /** When it began. */
  readonly from: number;
  readonly all: Figures;
  readonly zones: readonly (Figures & { readonly zone: string })[];
}
type Figures = NonNullable<ManagerPulse['latency']>;

export const savedLatency = z.object({
  hours: z.array(z.object({ hour: z.int(), all: savedHistogram, zones: z.record(z.string(), savedHistogram) })),
  waiting: z.array(z.tuple([z.string(), z.object({ at: z.number(), zone: z.string().nullable() })])),
});
type SavedLatency = z.infer<typeof savedLatency>;

export class PaintLatency {
  readonly #options: PaintLatencyOptions;
  readonly #waiting = new Map<string, SavedLatency['waiting'][number][1]>();
  readonly #hours = new Map<number, Hour>();
  /** Where she stood last, as far as the journal was read again. */
  readonly #stood = new Map<number, string>();
  #upTo = 0;

  constructor(options: PaintLatencyOptions) {
    this.#options = options;
  }

  /** The number of the newest fact that was counted, or passed by. */
  get upTo(): number {
    return this.#upTo;
  }

  note(facts: readonly Fact[]): void {
    for (const fact of facts) {
      this.#upTo = fact.seq;
      if (fact.type === 'message.decided') {
        const zone = fact.subject === null ? null : this.#options.zoneOf(fact.subject);
        this.#decided(fact.body.message, { at: this.#options.receivedAt(), zone });
      } else if (fact.type === 'message.shown') this.#shown(fact.body.message, fact.at, fact.late);
    }
  }

  /** Of the time before this start, in order: where she was, steps among them tell. */
  recount(facts: readonly Fact[]): void {
    for (const fact of facts) {
      this.#upTo = fact.seq;
      const { subject } = fact;
      if (fact.type === 'zone.entered' && subject !== null) this.#stood.set(subject, fact.body.zone);
      else if (fact.type === 'message.decided') {
        const zone = subject === null ? null : (this.#stood.get(subject) ?? this.#options.zoneOf(subject));
        this.#decided(fact.body.message, { at: fact.at, zone });
      } else if (fact.type === 'message.shown') this.#shown(fact.body.message, fact.at, fact.late);
    }
  }

  save(): SavedLatency {
    return {
      hours: [...this.#hours].map(([hour, { all, zones }]) => ({
        hour,
        all: all.save(),
        zones: Object.fromEntries([...zones].map(([zone, histogram]) => [zone, histogram.save()])),
      })),
      waiting: [...this.#waiting].slice(-waitingKeptMax),
    };
  }

  load({ hours, waiting }: SavedLatency): void {
    for (const { hour, all, zones } of hours) {
      const found = this.#hour(hour);
      found.all.load(all);
      for (const [zone, saved] of Object.entries(zones)) {
        const histogram = new Histogram();
        histogram.load(saved);
        found.zones.set(zone, histogram);
      }
    }
    for (const [message, since] of waiting) this.#waiting.set(message, since);
  }

  /** Of this hour, with the one before where it has just begun; null: nothing was painted. */
  get current(): ManagerPulse['latency'] {
    const hour = hourOf(this.#options.now());
    const both = new Histogram();
    const now = this.#hours.get(hour);
    if (now) both.add(now.all);
    const before = both.count < enough ? this.#hours.get(hour - 1) : undefined;
    if (before) both.add(before.all);
    return both.count === 0 ? null : figuresOf(both);
  }

  /** The newest hour first. */
  get byHour(): HourFigures[] {
    return [...this.#hours]
      .sort(([one], [other]) => other - one)
      .map(([hour, { all, zones }]) => ({
        from: hour * hourMs,
        all: figuresOf(all),
        zones: [...zones].map(([zone, histogram]) => ({ zone, ...figuresOf(histogram) })),
      }));
  }

  #decided(message: string, since: SavedLatency['waiting'][number][1]): void {
    // What moves with her to another surface is decided anew, for another fact.
    this.#waiting.delete(message);
    this.#waiting.set(message, since);
    if (this.#waiting.size <= waitingMax) return;
    const [oldest] = this.#waiting.keys();
    if (oldest !== undefined) this.#waiting.delete(oldest);
  }

  #shown(message: string, at: number, isLate: boolean): void {
    const waiting = this.#waiting.get(message);
    if (!waiting) return;
    this.#waiting.delete(message);
    if (isLate) return;
    const hour = this.#hour(hourOf(at));
    const ms = Math.max(0, at - waiting.at);
    hour.all.record(ms);
    if (waiting.zone === null) return;
    const zone = hour.zones.get(waiting.zone) ?? new Histogram();
    hour.zones.set(waiting.zone, zone);
    zone.record(ms);
  }

  #hour(hour: number): Hour {
    const known = this.#hours.get(hour);
    if (known) return known;
    const fresh: Hour = { all: new Histogram(), zones: new Map() };
    this.#hours.set(hour, fresh);
    for (const old of this.#hours.keys()) if (old <= hour - hoursKept) this.#hours.delete(old);
    return fresh;
  }
}

function hourOf(at: number): number {
  return Math.floor(at / hourMs);
}

function figuresOf(histogram: Histogram): Figures {
  return { count: histogram.count, p50: histogram.quantile(0.5), p99: histogram.quantile(0.99) };
}
