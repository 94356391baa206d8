/**
 * Sets pauses and lifts them. The engine honours the facts by itself; here it is judged whether the store has what is to
 * be paused, and each is given its end.
 */
import { channels } from '@kairos/protocol/facts.ts';
import type { ManagerPause } from '@kairos/protocol/manager-events.ts';
import type { Conductor } from '../conductor/conductor.ts';
import { isSamePause, type PauseBook, type PauseOf } from './pause-book.ts';

const minuteMs = 60_000;

export interface PauseDeskOptions {
  readonly book: PauseBook;
  readonly conductor: Pick<Conductor, 'observe'>;
  readonly now: () => number;
  readonly isDialogue: (name: string) => boolean;
  readonly titleOf: (dialogue: string) => string;
  /** What colleagues call somebody. */
  readonly nameOf: (associate: string) => string;
}

export type PauseRefused = 'no-such-dialogue' | 'no-such-channel' | 'not-paused';

export class PauseDesk {
  readonly #options: PauseDeskOptions;

  constructor(options: PauseDeskOptions) {
    this.#options = options;
  }

  /** Those in force, as the page shows them; what was paused first is first. */
  get current(): ManagerPause[] {
    const { book, now } = this.#options;
    return book.at(now()).map(({ what, name = '', from, until, by }) => ({
      what,
      name,
      title: what === 'dialogue' ? this.#options.titleOf(name) : name,
      since: from,
      until,
      by: this.#options.nameOf(by),
    }));
  }

  /** At once: what is on a screen of it is taken back in the same turn. Set again, it has the new end. */
  set(of: PauseOf, minutes: number, by: string): PauseRefused | null {
    const refused = this.#judge(of);
    if (refused !== null) return refused;
    const until = this.#options.now() + minutes * minuteMs;
    this.#options.conductor.observe('pause.changed', null, { ...plain(of), paused: true, until, by });
    return null;
  }

  lift(of: PauseOf, by: string): PauseRefused | null {
    const { book, conductor, now } = this.#options;
    if (!book.at(now()).some((pause) => isSamePause(pause, of))) return 'not-paused';
    conductor.observe('pause.changed', null, { ...plain(of), paused: false, by });
    return null;
  }

  #judge({ what, name = '' }: PauseOf): PauseRefused | null {
    if (what === 'dialogue' && !this.#options.isDialogue(name)) return 'no-such-dialogue';
    if (what === 'channel' && !channels.some((channel) => channel === name)) return 'no-such-channel';
    return null;
  }
}

/** Everything has no name. */
function plain({ what, name }: PauseOf): PauseOf {
  return what === 'everything' || name === undefined ? { what } : { what, name };
}
