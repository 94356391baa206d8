/** What scanners and readers of cards and tags hand on, whichever family they are of. `scan-meaning.ts` judges it. */
import type { Clock, Timers } from '@kairos/protocol/ports.ts';
import type { Refuse } from './refusal.ts';

export type Scan =
  | {
      readonly kind: 'barcode';
      /** "]E0", "]C1" …; null where the scanner is not set to say it. */
      readonly aim: string | null;
      readonly data: string;
    }
  /** The ten digits that are printed on a proximity card. */
  | { readonly kind: 'card'; readonly number: string }
  /** The electronic product code of a UHF tag, in upper-case hex. */
  | { readonly kind: 'tag'; readonly epc: string };

export interface ScanTally {
  read: number;
  /** Frames or lines that no such device sends. */
  unreadable: number;
}

/** What every parser of this kind is given. */
export interface ScanParserOptions {
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly timers: Timers;
  readonly tally: ScanTally;
  readonly refuse: Refuse;
}
