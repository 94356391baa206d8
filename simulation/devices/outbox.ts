/**
 * A device's queue as the protocol wants it: numbered, sent in order, dropped on the store's acknowledgement alone,
 * sent again from the first unacknowledged fact whenever the line has come back. In memory: in this test it is the
 * store that dies, not the device.
 */
import type { Ack, DeviceBatch, DeviceFact } from '@kairos/protocol/device-facts.ts';

const batchMax = 100;

export class Outbox {
  readonly epoch: string;
  #next = 1;
  #held: { readonly fact: Pick<DeviceFact, 'type' | 'body'>; readonly sequence: number; readonly at: number }[] = [];
  readonly #now: () => number;

  constructor(epoch: string, now: () => number) {
    this.epoch = epoch;
    this.#now = now;
  }

  get held(): number {
    return this.#held.length;
  }

  add(type: DeviceFact['type'], body: object): number {
    const sequence = this.#next++;
    this.#held.push({ fact: { type, body } as Pick<DeviceFact, 'type' | 'body'>, sequence, at: this.#now() });
    return sequence;
  }

  /** All that is still held, in batches. */
  batches(): DeviceBatch[] {
    const [first] = this.#held;
    if (!first) return [];
    const batches: DeviceBatch[] = [];
    for (let from = 0; from < this.#held.length; from += batchMax) {
      const facts = this.#held.slice(from, from + batchMax).map(({ fact, sequence, at }) => ({
        sequence,
        ageMs: Math.max(0, Math.round(this.#now() - at)),
        ...fact,
      })) as DeviceFact[];
      batches.push({ epoch: this.epoch, oldest: first.sequence, facts });
    }
    return batches;
  }

  /** The fact just added, alone: what goes out while the line is good. */
  newest(): DeviceBatch | null {
    const [first] = this.#held;
    const last = this.#held.at(-1);
    if (!first || !last) return null;
    const fact = { sequence: last.sequence, ageMs: 0, ...last.fact } as DeviceFact;
    return { epoch: this.epoch, oldest: first.sequence, facts: [fact] };
  }

  acknowledge(ack: Ack): void {
    if (ack.epoch === this.epoch) this.#held = this.#held.filter(({ sequence }) => sequence > ack.upTo);
  }
}
