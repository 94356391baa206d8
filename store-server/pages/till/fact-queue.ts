/**
 * What this page has to tell the store, numbered from 1 in an epoch of its own, until the store has acknowledged it. In
 * memory alone: a till keeps nothing of anybody, and a page that is loaded anew has nothing to tell.
 */
import type { Ack, DeviceBatch, DeviceFact } from '@kairos/protocol/device-facts.ts';
import type { Clock } from '@kairos/protocol/ports.ts';

type Without<Union, Keys extends PropertyKey> = Union extends unknown ? Omit<Union, Keys> : never;
/** A fact before it has a number. */
export type NewFact = Without<DeviceFact, 'sequence' | 'ageMs'>;

interface WaitingFact {
  readonly sequence: number;
  readonly atMs: number;
  fact: NewFact;
}

/** A sale makes three of them; beyond this the oldest are given up. */
const waitingMax = 60;

export class FactQueue {
  readonly epoch: string;
  private readonly clock: Clock;
  private readonly waiting: WaitingFact[] = [];
  private sequence = 0;

  constructor(epoch: string, clock: Clock) {
    this.epoch = epoch;
    this.clock = clock;
  }

  add(fact: NewFact, agoMs = 0): void {
    this.sequence += 1;
    this.waiting.push({ sequence: this.sequence, atMs: this.clock.monotonic() - agoMs, fact });
    if (this.waiting.length > waitingMax) this.waiting.shift();
  }

  /** All that waits; null where nothing does. */
  batch(): DeviceBatch | null {
    const [oldest] = this.waiting;
    if (oldest === undefined) return null;
    const now = this.clock.monotonic();
    const facts = this.waiting.map(
      ({ sequence, atMs, fact }) => ({ ...fact, sequence, ageMs: Math.max(0, Math.round(now - atMs)) }) as DeviceFact,
    );
    return { epoch: this.epoch, oldest: oldest.sequence, facts };
  }

  acknowledged({ epoch, upTo }: Ack): void {
    if (epoch !== this.epoch) return;
    while ((this.waiting[0]?.sequence ?? Number.POSITIVE_INFINITY) <= upTo) this.waiting.shift();
  }

  /** Numbers of customers go; their place in the sequence stays, and says that nobody is known. */
  forgetNumbers(): void {
    for (const waiting of this.waiting) {
      const { fact } = waiting;
      if (fact.type !== 'identity.presented' || fact.body.till === undefined) continue;
      waiting.fact = { type: 'identity.presented', body: { till: fact.body.till, means: 'guest' } };
    }
  }
}
