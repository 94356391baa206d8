/**
 * The model of a screen in a zone: what the store says it shows, the one message on the glass, and which picture of the
 * loop is due. The loop goes by the store's time, so that screens that hang side by side change together; without the
 * store it goes on by the last known difference of the clocks. Knows nothing of React or the DOM.
 */
import type { Ports } from '@kairos/protocol/ports.ts';
import type { ZoneScreenView } from '@kairos/protocol/zone-screen-events.ts';
import type { LinkState } from '../link/line.ts';
import type { Kept } from '../queue/kept.ts';
import { type Batch, type NewFact, Outbox } from '../queue/outbox.ts';
import { emptyGlass, type Glass, type GlassReport } from '../view/glass.ts';
import { GlassKeeper } from '../view/glass-keeper.ts';
import { NamedTimers } from '../view/named-timers.ts';
import type { ZoneLinkEvents } from './zone-link.ts';

export interface ZoneState {
  readonly link: LinkState;
  readonly view: ZoneScreenView | null;
  readonly plan: Parameters<ZoneLinkEvents['plan']>[0] | null;
  readonly glass: Glass;
  /** Counts pictures of the loop since store time zero. */
  readonly slot: number;
}

export interface ZonePageOptions {
  readonly screen: string;
  readonly epoch: string;
  readonly isWatching: boolean;
  readonly ports: Ports;
  readonly kept: Kept;
  send(batch: Batch): boolean;
  /** Nothing that is sent is acknowledged: another connection is wanted. */
  renewLine?(): void;
}

const startingState: ZoneState = {
  link: { kind: 'connecting' },
  view: null,
  plan: null,
  glass: emptyGlass,
  slot: 0,
};

export class ZonePage implements ZoneLinkEvents {
  private current = startingState;
  private readonly options: ZonePageOptions;
  private readonly listeners = new Set<() => void>();
  private readonly outbox: Outbox;
  private readonly glass: GlassKeeper;
  private readonly timers: NamedTimers<'slot'>;
  /** Store time less this page's wall clock. */
  private aheadMs = 0;

  constructor(options: ZonePageOptions) {
    this.options = options;
    const { ports, kept } = options;
    this.timers = new NamedTimers(ports.timers);
    this.outbox = new Outbox(
      {
        ports,
        kept,
        send: (batch) => options.send(batch),
        onRejected: () => undefined,
        onUnheard: () => options.renewLine?.(),
      },
      options.epoch,
    );
    this.glass = new GlassKeeper({
      ports,
      kept,
      onChange: (glass) => this.change({ glass }),
      onReports: (reports, note, agoMs) => {
        if (options.isWatching) return;
        this.outbox.addNoted(
          reports.flatMap((report) => this.factsOf(report)),
          note,
          agoMs,
        );
      },
    });
  }

  /** Takes up what an earlier load has shown and not yet told. Call before the line is opened. */
  async takeUp(): Promise<void> {
    await this.glass.takeUp();
    if (!this.options.isWatching) await this.outbox.takeUpEarlier();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  readonly read = (): ZoneState => this.current;

  state(link: LinkState): void {
    this.change({ link });
    if (link.kind === 'connected') this.outbox.connected();
    else this.outbox.disconnected();
  }

  shows(view: ZoneScreenView, storeTime: number): void {
    this.aheadMs = storeTime - this.options.ports.clock.now();
    this.change({ view });
    this.turn();
    this.glass.take({ kind: 'offered', message: view.message });
  }

  plan(plan: NonNullable<ZoneState['plan']>): void {
    this.change({ plan });
  }

  acks(ack: Parameters<ZoneLinkEvents['acks']>[0]): void {
    this.outbox.acknowledged(ack);
  }

  painted(id: string, agoMs: number): void {
    this.glass.take({ kind: 'painted', id }, agoMs);
  }

  /** The picture that is due, and the time of the next. */
  private turn(): void {
    const slotMs = this.current.view?.slotMs;
    if (slotMs === undefined) return;
    const storeNow = this.options.ports.clock.now() + this.aheadMs;
    const slot = Math.floor(storeNow / slotMs);
    if (slot !== this.current.slot) this.change({ slot });
    this.timers.set('slot', (slot + 1) * slotMs - storeNow, () => this.turn());
  }

  /** There is nothing to press, so there are no answers. */
  private factsOf(report: GlassReport): NewFact[] {
    const body = { message: report.id, screen: this.options.screen };
    if (report.kind === 'shown') return [{ type: 'message.shown', body }];
    return report.kind === 'played' ? [{ type: 'screen.played', body: { ...body, ms: report.ms } }] : [];
  }

  private change(part: Partial<ZoneState>): void {
    this.current = { ...this.current, ...part };
    for (const listener of this.listeners) listener();
  }
}
