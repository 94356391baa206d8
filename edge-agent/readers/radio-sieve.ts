/**
 * What a frame of a radio reader becomes, whichever family read it: an observation where the sender is the store's own
 * and its signal can be, and otherwise a count. Somebody else's radio ends here (DESIGN section 7).
 */
import type { Clock } from '@kairos/protocol/ports.ts';
import { decodeAdvertising, identify } from '../radio/advertising.ts';
import { type RadioObservation, readRssi } from '../radio/observation.ts';
import type { OwnRadio, RadioTally } from '../radio/own-radio.ts';
import { maskRadio } from './masked-sample.ts';
import type { RefusalReason, Refuse } from './refusal.ts';

export interface RadioSieveOptions {
  /** Name of the reader. */
  readonly receiver: string;
  /** Asked for each frame, because the floor plan may change. */
  readonly own: () => OwnRadio;
  readonly tally: RadioTally;
  readonly clock: Pick<Clock, 'now'>;
  readonly refuse: Refuse;
}

interface RadioFrame {
  /** 12 lower-case hex digits. */
  readonly address: string;
  /** Empty where the reader passes on none. */
  readonly advertising: Uint8Array;
  /** As the reader wrote it. */
  readonly rssi: unknown;
  /** The frame as a person may see it, where its signal cannot be. */
  readonly sample: () => string;
}

export class RadioSieve {
  readonly #format: string;
  readonly #options: RadioSieveOptions;

  constructor(format: string, options: RadioSieveOptions) {
    this.#format = format;
    this.#options = options;
  }

  /** Null where the frame is not to be handed on; it is counted. */
  take({ address, advertising, rssi: written, sample }: RadioFrame): RadioObservation | null {
    const { receiver, own, tally, clock, refuse } = this.#options;
    const { id, powerAt1m } = identify(decodeAdvertising(advertising));
    if (!own().owns({ address, id })) {
      tally.foreign += 1;
      return null;
    }
    const rssi = readRssi(written);
    if (rssi === null) {
      tally.implausible += 1;
      refuse('rssi', sample);
      return null;
    }
    tally.heard += 1;
    return {
      format: this.#format,
      receiver,
      address,
      id,
      rssi,
      powerAt1m,
      sourceTime: null,
      clock: 'none',
      receivedAt: clock.now(),
      filtered: false,
    };
  }

  misread(reason: RefusalReason, sample: () => string): void {
    this.#options.tally.unreadable += 1;
    this.#options.refuse(reason, sample);
  }

  /** A line of text with what may be somebody's radio hidden in it. */
  masked(line: string): string {
    const { own } = this.#options;
    return maskRadio(line, (address) => own().owns({ address, id: { kind: 'address' } }));
  }
}
