/**
 * Knows of each screen whether somebody could be spoken to through it: its page is there, gives signs of life, can be
 * seen, and shows what it was sent. What changes is told once; short absences are none.
 */
import type { FactBody } from '@kairos/protocol/facts.ts';
import type { Timers } from '@kairos/protocol/ports.ts';
import { aliveEveryMs, type ScreenAlive } from '@kairos/protocol/screen-events.ts';

export type ScreenState = FactBody<'screen.changed'>['state'];

/** A screen that was gone for less than this was never away. */
const absenceGraceMs = 3_000;
/** After a start, screens get this long to come back before they count as lost. */
const returnGraceMs = 10_000;
/** Signs of life that may be missed. A page that never gave one is of an older make, and is believed. */
const silenceMaxMs = 3 * aliveEveryMs;
/** A page that is behind for so long does not take what it is sent. */
const staleAfterMs = 2 * aliveEveryMs;

export interface ScreenWatchOptions {
  readonly timers: Timers;
  readonly onState: (screen: string, state: ScreenState) => void;
}

interface Watched {
  state: ScreenState | null;
  isThere: boolean;
  behindSince: (() => void) | null;
  cancelSilence: () => void;
  cancelAbsence: () => void;
}

export class ScreenWatch {
  readonly #options: ScreenWatchOptions;
  readonly #screens = new Map<string, Watched>();
  #isClosed = false;

  constructor(options: ScreenWatchOptions) {
    this.#options = options;
  }

  /** Screens that the store has: whoever does not come back after a start is lost. */
  expect(screens: Iterable<string>): void {
    for (const screen of screens) {
      const watched = this.#watched(screen);
      watched.cancelAbsence = this.#options.timers.after(returnGraceMs, () => {
        if (!watched.isThere) this.#become(screen, 'lost');
      });
    }
  }

  connected(screen: string): void {
    const watched = this.#watched(screen);
    watched.isThere = true;
    watched.cancelAbsence();
    this.#become(screen, 'connected');
  }

  /** No page of it is connected any more. */
  gone(screen: string): void {
    // Closing the sockets ends them one by one: nobody is lost who is only sent home.
    if (this.#isClosed) return;
    const watched = this.#watched(screen);
    watched.isThere = false;
    this.#forgetSigns(watched);
    watched.cancelAbsence();
    watched.cancelAbsence = this.#options.timers.after(absenceGraceMs, () => this.#become(screen, 'lost'));
  }

  /** `sent`: the version that the page was sent last. */
  alive(screen: string, { isVisible, version }: ScreenAlive, sent: number): void {
    const watched = this.#watched(screen);
    if (!watched.isThere) return;
    watched.cancelSilence();
    watched.cancelSilence = this.#options.timers.after(silenceMaxMs, () => this.#become(screen, 'frozen'));
    if (version >= sent) {
      watched.behindSince?.();
      watched.behindSince = null;
      this.#become(screen, isVisible ? 'connected' : 'dark');
    } else {
      watched.behindSince ??= this.#options.timers.after(staleAfterMs, () => this.#become(screen, 'stale'));
      if (!isVisible) this.#become(screen, 'dark');
    }
  }

  /** Screens by state, for health and metrics. */
  get states(): Readonly<Record<string, ScreenState>> {
    return Object.fromEntries(
      [...this.#screens].flatMap(([screen, { state }]) => (state === null ? [] : [[screen, state]])),
    );
  }

  close(): void {
    this.#isClosed = true;
    for (const watched of this.#screens.values()) {
      watched.cancelAbsence();
      this.#forgetSigns(watched);
    }
  }

  #forgetSigns(watched: Watched): void {
    watched.cancelSilence();
    watched.behindSince?.();
    watched.behindSince = null;
  }

  #become(screen: string, state: ScreenState): void {
    const watched = this.#watched(screen);
    if (this.#isClosed || watched.state === state) return;
    watched.state = state;
    this.#options.onState(screen, state);
  }

  #watched(screen: string): Watched {
    const known = this.#screens.get(screen);
    if (known) return known;
    const nothing = (): void => undefined;
    const watched: Watched = {
      state: null,
      isThere: false,
      behindSince: null,
      cancelSilence: nothing,
      cancelAbsence: nothing,
    };
    this.#screens.set(screen, watched);
    return watched;
  }
}
