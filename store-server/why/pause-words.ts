/** What a pause stopped, told with who set it and until when: the ledger itself says only that there was one. */
import { toClockText } from '@kairos/protocol/time.ts';
import { isInForce, type PauseThen } from '../manager/pause-book.ts';
import { dayAndTime } from './story-words.ts';
import { en, type WhyWords } from './words/en.ts';

/** A pause that lasts longer has its day told as well. */
const sameDayMs = 12 * 3_600_000;
/** Pauses at the same time that are named. */
const namedMax = 3;

export interface PauseTeller {
  readonly pauses: readonly PauseThen[];
  readonly timeZone: string;
  /** What colleagues call whoever set it. */
  readonly nameOf: (associate: string) => string;
}

/** Null: nobody had paused anything then that is known. */
export function pauseWords(
  { pauses, timeZone, nameOf }: PauseTeller,
  dialogue: string,
  { at, words = en }: { readonly at: number; readonly words?: WhyWords },
): string | null {
  const then = pauses.filter((pause) => isInForce(pause, at));
  const own = then.filter(({ what, name }) => what === 'everything' || (what === 'dialogue' && name === dialogue));
  // The ledger names no channel: where nothing else was paused, it was one of those that were.
  const meant = own.length > 0 ? own : then.filter(({ what }) => what === 'channel');
  if (meant.length === 0) return null;
  return meant
    .slice(0, namedMax)
    .map(({ what, name = '', from, until, by }) => {
      const end = until === null ? null : endText(until, until - from, timeZone);
      return words.paused({ what, name, by: nameOf(by), until: end });
    })
    .join(words.and);
}

function endText(until: number, lasts: number, timeZone: string): string {
  return lasts > sameDayMs ? dayAndTime(until, { timeZone }) : toClockText(until, timeZone).slice(0, 5);
}
