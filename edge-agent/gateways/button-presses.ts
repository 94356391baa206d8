/**
 * Which reports of a button are a new press. One press is advertised many times, heard by several gateways and handed
 * on by each in its own time; held down, it goes on. Whoever presses wants one person to come.
 */
import { SourceClocks } from '../radio/source-clocks.ts';
import type { ButtonReport } from './gathering.ts';

/** So long the ids of presses are remembered; a button that counts has 256 before one comes again. */
const rememberedMs = 60_000;
const rememberedMax = 16;
/** After a press, another within this time is the same wish: a hold, or an impatient finger. */
const sameWishMs = 5_000;
/** A press that was handed on later than this helps nobody (DESIGN section 3: nothing is said after 60 s). */
const lateMaxMs = 60_000;
/** An encrypted button's counter only rises; after so much silence it may begin anew (another battery). */
const counterForgottenMs = 3_600_000;

export type PressVerdict = 'press' | 'again' | 'not-pressed' | 'too-late' | 'repeated-counter';

interface Button {
  recent: { readonly press: number; readonly at: number }[];
  wishAt: number;
  counter: number;
  heardAt: number;
}

export class ButtonPresses {
  readonly #clocks = new SourceClocks();
  /** By address; as many as the store has buttons. */
  readonly #buttons = new Map<string, Button>();

  /** `now` is monotonic. */
  judge(report: ButtonReport, now: number): PressVerdict {
    const { address, counter, events, receiver, sourceTime, clock } = report;
    const age = this.#clocks.age({ source: receiver, sourceTime, clock, arrivedAt: now });
    if (!events.some((event) => event !== 'none' && event !== 'unknown')) return 'not-pressed';
    if (age > lateMaxMs) return 'too-late';
    const button = this.#buttons.get(address) ?? newButton();
    this.#buttons.set(address, button);
    button.recent = button.recent.filter(({ at }) => now - at < rememberedMs);
    const press = report.packet ?? counter;
    if (press !== null && button.recent.some((known) => known.press === press)) return 'again';
    if (counter !== null) {
      if (counter <= button.counter && now - button.heardAt < counterForgottenMs) return 'repeated-counter';
      button.counter = counter;
    }
    button.heardAt = now;
    if (press !== null) button.recent = [...button.recent, { press, at: now }].slice(-rememberedMax);
    if (now - button.wishAt < sameWishMs) return 'again';
    button.wishAt = now;
    return 'press';
  }
}

function newButton(): Button {
  return { recent: [], wishAt: Number.NEGATIVE_INFINITY, counter: -1, heardAt: Number.NEGATIVE_INFINITY };
}
