/**
 * Keeps the glass over time: feeds it what happens with the time of both clocks, wakes when a message is over, and
 * remembers across reloads what this visit has been shown. What the glass decides stands in `glass.ts`.
 */
import type { Ports } from '@kairos/protocol/ports.ts';
import type { Kept, Note } from '../queue/kept.ts';
import { emptyGlass, type Glass, type GlassEvent, type GlassReport, type Instant, stepGlass } from './glass.ts';
import { NamedTimers } from './named-timers.ts';

export interface GlassKeeperOptions {
  readonly ports: Ports;
  readonly kept: Kept;
  onChange(glass: Glass): void;
  /** Something to tell the store; it happened `agoMs` before now. The note that it was told is to be kept with it. */
  onReports(reports: readonly GlassReport[], note: Note, agoMs: number): void;
}

/** The quiet word after an answer. */
const thanksMs = 2_400;
const key = 'visit/glass';

export class GlassKeeper {
  private readonly options: GlassKeeperOptions;
  private readonly timers: NamedTimers<'end'>;
  private glass = emptyGlass;

  constructor(options: GlassKeeperOptions) {
    this.options = options;
    this.timers = new NamedTimers(options.ports.timers);
  }

  /** What an earlier load of the page has shown in this visit. */
  async takeUp(): Promise<void> {
    const ids = (await this.options.kept.load(key)).get(key) as Pick<Glass, 'shown' | 'ended'> | undefined;
    this.glass = { ...emptyGlass, ...(ids ?? {}) };
    this.options.onChange(this.glass);
  }

  take(event: GlassEvent, agoMs = 0): void {
    const before = this.glass;
    const { glass, reports } = stepGlass(before, event, this.instant(agoMs));
    if (glass === before) return;
    this.glass = glass;
    this.options.onChange(glass);
    this.watchEnd();
    const note = { key, value: { shown: glass.shown, ended: glass.ended } };
    if (reports.length > 0) this.options.onReports(reports, note, agoMs);
    // A message that is offered has nothing to keep yet, and a transaction would stand between it and its first frame.
    else if (glass.shown !== before.shown || glass.ended !== before.ended) void this.options.kept.save(key, note.value);
  }

  /** The visit is over: its messages are nobody's. */
  wipe(): void {
    this.take({ kind: 'offered', message: null });
    this.timers.cancel('end');
    this.glass = emptyGlass;
    this.options.onChange(this.glass);
    void this.options.kept.remove(key);
  }

  /** Wakes when the message's time is over, or the quiet word after an answer has been read. */
  private watchEnd(): void {
    const { current } = this.glass;
    this.timers.cancel('end');
    if (!current) return;
    const { id } = current.message;
    if (current.state === 'answered') {
      this.timers.set('end', thanksMs, () => this.take({ kind: 'thanked', id }));
      return;
    }
    const now = this.instant(0);
    const leftMs = Math.min(current.deadline.monotonicMs - now.monotonicMs, current.deadline.wallMs - now.wallMs);
    this.timers.set('end', Math.max(0, leftMs), () => {
      this.take({ kind: 'tick' });
      // A clock may have been a little behind the timer.
      if (this.glass.current?.message.id === id) this.watchEnd();
    });
  }

  private instant(agoMs: number): Instant {
    const { clock } = this.options.ports;
    return { monotonicMs: clock.monotonic() - agoMs, wallMs: clock.now() - agoMs };
  }
}
