/**
 * What was promised, seen from outside: which facts the store acknowledged, what each screen painted, and how each
 * message ended there. The store is held to it afterwards (`audit.ts`).
 */
import type { Ack } from '@kairos/protocol/device-facts.ts';

export interface Acknowledged {
  readonly device: string;
  readonly epoch: string;
  readonly upTo: number;
  readonly rejected: ReadonlySet<number>;
}

export interface Painted {
  readonly screen: string;
  readonly message: string;
  /** Whom the glass greeted: each customer of the run visits once. */
  readonly shopper: string;
  readonly headline: string;
}

export class Ledger {
  readonly #acked = new Map<string, { device: string; epoch: string; upTo: number; rejected: Set<number> }>();
  readonly painted: Painted[] = [];
  acks = 0;

  noteAck(device: string, ack: Ack): void {
    this.acks += 1;
    const key = `${device}/${ack.epoch}`;
    const known = this.#acked.get(key) ?? { device, epoch: ack.epoch, upTo: 0, rejected: new Set<number>() };
    known.upTo = Math.max(known.upTo, ack.upTo);
    for (const { sequence } of ack.rejected) known.rejected.add(sequence);
    this.#acked.set(key, known);
  }

  notePainted(painted: Painted): void {
    this.painted.push(painted);
  }

  promises(): Acknowledged[] {
    return [...this.#acked.values()];
  }
}
