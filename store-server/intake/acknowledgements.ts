/**
 * Acknowledgements: promised when a batch has been taken in, sent when the journal says that it is on disk, gathered
 * for each device so that a chatty one hears at most one a `gatherMs`. Where the disk refuses, nobody hears anything,
 * and the devices keep what they hold.
 */
import { type Ack, ackDelayMaxMs, batchFactsMax, type RejectReason } from '@kairos/protocol/device-facts.ts';
import type { Clock, Timers } from '@kairos/protocol/ports.ts';
import type { Journal } from '../journal/journal.ts';

/** How long a device that has just heard one waits for the next; the protocol allows 250 ms. */
const gatherMs = Math.min(100, ackDelayMaxMs);
/** After a refusal of the disk, before asking again: the journal itself tries 100 ms to 5 s apart. */
const askAgainMs = 250;

export type CameBy = 'mqtt' | 'screen' | 'http' | 'folder';
export type SendAck = (device: string, by: CameBy, ack: Ack) => void;

export interface Promised {
  readonly device: string;
  readonly by: CameBy;
  readonly epoch: string;
  readonly upTo: number;
  readonly rejected: readonly { readonly sequence: number; readonly reason: RejectReason }[];
  readonly receivedAt: number;
}

interface Desk {
  readonly device: string;
  readonly by: CameBy;
  readonly epochs: Map<string, { upTo: number; rejected: { sequence: number; reason: RejectReason }[] }>;
  sentAt: number;
  isWaiting: boolean;
}

export interface AcknowledgementOptions {
  readonly journal: Pick<Journal, 'committed'>;
  readonly timers: Timers;
  readonly clock: Clock;
  readonly sendAck: SendAck;
  /** Milliseconds from receipt to the sending, for each batch. */
  readonly onSent: (latencyMs: number) => void;
}

export class Acknowledgements {
  readonly #options: AcknowledgementOptions;
  readonly #desks = new Map<string, Desk>();
  #promised: Promised[] = [];
  #isAsking = false;
  #isClosed = false;

  constructor(options: AcknowledgementOptions) {
    this.#options = options;
  }

  /** Batches that wait for the disk. */
  get waiting(): number {
    return this.#promised.length;
  }

  /** To be called after the batch has been put. */
  promise(promised: Promised): void {
    this.#promised.push(promised);
    if (!this.#isAsking) void this.#ask();
  }

  close(): void {
    this.#isClosed = true;
  }

  async #ask(): Promise<void> {
    this.#isAsking = true;
    while (this.#promised.length > 0 && !this.#isClosed) {
      const asked = this.#promised;
      this.#promised = [];
      const isCommitted = await this.#options.journal.committed().then(
        () => true,
        () => false,
      );
      if (isCommitted) {
        for (const promised of asked) this.#hand(promised);
      } else {
        this.#promised = [...asked, ...this.#promised];
        await new Promise<void>((resolve) => this.#options.timers.after(askAgainMs, resolve));
      }
    }
    this.#isAsking = false;
  }

  #hand({ device, by, epoch, upTo, rejected, receivedAt }: Promised): void {
    const { clock, timers, onSent } = this.#options;
    const desk = this.#desk(device, by);
    const open = desk.epochs.get(epoch);
    if (open) {
      open.upTo = Math.max(open.upTo, upTo);
      for (const one of rejected) {
        if (!open.rejected.some(({ sequence }) => sequence === one.sequence)) open.rejected.push(one);
      }
    } else desk.epochs.set(epoch, { upTo, rejected: [...rejected] });
    const now = clock.monotonic();
    onSent(now - receivedAt);
    if (desk.isWaiting) return;
    const waitMs = desk.sentAt + gatherMs - now;
    if (waitMs <= 0) {
      this.#send(desk);
      return;
    }
    desk.isWaiting = true;
    timers.after(waitMs, () => this.#send(desk));
  }

  #send(desk: Desk): void {
    desk.isWaiting = false;
    if (this.#isClosed) return;
    const { clock, sendAck } = this.#options;
    desk.sentAt = clock.monotonic();
    for (const [epoch, { upTo, rejected }] of desk.epochs) {
      // The schema of an acknowledgement has room for one batch of refusals.
      for (let first = 0; first === 0 || first < rejected.length; first += batchFactsMax) {
        const part = rejected.slice(first, first + batchFactsMax);
        sendAck(desk.device, desk.by, { epoch, upTo, rejected: part, storeTime: clock.now() });
      }
    }
    desk.epochs.clear();
  }

  #desk(device: string, by: CameBy): Desk {
    const key = `${by} ${device}`;
    const known = this.#desks.get(key);
    if (known) return known;
    const desk: Desk = { device, by, epochs: new Map(), sentAt: Number.NEGATIVE_INFINITY, isWaiting: false };
    this.#desks.set(key, desk);
    return desk;
  }
}
