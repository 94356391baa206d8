/**
 * From a fact's intake to the first paint of what it led to, by zone and hour, for a day. Both ends are store time:
 * when the store received the fact, or a timer fired; and when a screen says that it painted, which is the receipt of
 * its word less the time since the paint. What was reported late is left out: its time is not known well enough.
 */
import type { Fact } from '@kairos/protocol/facts.ts';
import type { ManagerPulse } from '@kairos/protocol/manager-events.ts';
import { Histogram } from './histogram.ts';

const hourMs = 3_600_000;
const hoursKept = 24;
/** Messages that wait for their paint; the oldest go first, and are not counted. */
const waitingMax = 10_000;
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

export class PaintLatency {
  readonly #options: PaintLatencyOptions;
  readonly #waiting = new Map<string, { readonly at: number; readonly zone: string | null }>();
  readonly #hours = new Map<number, Hour>();

  constructor(options: PaintLatencyOptions) {
    this.#options = options;
  }

  note(facts: readonly Fact[]): void {
    for (const fact of facts) {
      if (fact.type === 'message.decided') this.#decided(fact.body.message, fact.subject);
      else if (fact.type === 'message.shown') this.#shown(fact.body.message, fact.at, fact.late);
    }
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

  #decided(message: string, subject: number | null): void {
    // What moves with her to another surface is decided anew, for another fact.
    this.#waiting.delete(message);
    this.#waiting.set(message, {
      at: this.#options.receivedAt(),
      zone: subject === null ? null : this.#options.zoneOf(subject),
    });
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
