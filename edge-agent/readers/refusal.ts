/**
 * What a reader could not take: a closed reason, counted always, and kept for a person to look at as long as it is no
 * flood. What is kept was masked before it came here: no radio address but the store's own, no card's number
 * (DESIGN section 7). Runs beside the parser, in the reader's own process.
 */
import type { Clock } from '@kairos/protocol/ports.ts';

/** Each reason with what a person may make of it. */
export const refusalWords = {
  'too-long': 'no end within the longest line: wrong baud rate, or not the kind of device that was configured',
  'not-text': 'bytes that such a device never sends: wrong baud rate, or a bad cable',
  'not-a-frame': 'nothing that such a device says: noise, or another kind of device than was configured',
  'cut-off': 'fewer or more bytes than the frame says: some were lost on the line',
  checksum: 'the checksum is wrong: a byte was changed on the line',
  rssi: 'a signal strength that cannot be',
  'check-digit': 'the check digit is wrong: scan again, the print may be damaged',
  shape: 'neither goods nor a card of this chain',
  'no-settings': 'the store has not said yet what its cards look like: is it connected?',
  'no-cart': 'the store has given this device no cart, or goods were scanned at a till',
  queue: 'it could not be stored: is the disk full?',
} as const satisfies Record<string, string>;
export type RefusalReason = keyof typeof refusalWords;
export const refusalReasons = Object.keys(refusalWords) as RefusalReason[];

export interface RefusedLine {
  /** Wall time in milliseconds since 1970. */
  readonly at: number;
  readonly reader: string;
  readonly reason: RefusalReason;
  /** Masked and printable, at most `sampleLengthMax` characters. */
  readonly sample: string;
}

/** What a parser is given: the sample is asked for only where it will be kept. */
export type Refuse = (reason: RefusalReason, sample: () => string) => void;

/** Of one reader and one reason, so many at once and so many a second are kept; the others are counted alone. */
const keptAtOnce = 20;
const keptPerSecond = 2;

interface Bucket {
  count: number;
  tokens: number;
  filledAt: number;
}

export class Refusals {
  readonly #reader: string;
  readonly #clock: Clock;
  readonly #onKept: (line: RefusedLine) => void;
  /** Apart by reason, so that a flood of one hides no other. */
  readonly #buckets = new Map<RefusalReason, Bucket>();

  constructor(options: {
    readonly reader: string;
    readonly clock: Clock;
    readonly onKept: (line: RefusedLine) => void;
  }) {
    this.#reader = options.reader;
    this.#clock = options.clock;
    this.#onKept = options.onKept;
  }

  /** By reason; only ever counts up. */
  counts(): Readonly<Partial<Record<RefusalReason, number>>> {
    return Object.fromEntries([...this.#buckets].map(([reason, { count }]) => [reason, count]));
  }

  readonly refuse: Refuse = (reason, sample) => {
    const now = this.#clock.monotonic();
    const bucket = this.#buckets.get(reason) ?? { count: 0, tokens: keptAtOnce, filledAt: now };
    this.#buckets.set(reason, bucket);
    bucket.count += 1;
    bucket.tokens = Math.min(keptAtOnce, bucket.tokens + ((now - bucket.filledAt) * keptPerSecond) / 1_000);
    bucket.filledAt = now;
    if (bucket.tokens < 1) return;
    bucket.tokens -= 1;
    this.#onKept({ at: this.#clock.now(), reader: this.#reader, reason, sample: sample() });
  };
}
