/**
 * What intake hands on: facts that are valid and new, in the order of their source, with what was presented to be
 * recognised. The conductor numbers them, gives them their subject and decides.
 */
import type { Fact, Strength } from '@kairos/protocol/facts.ts';
import type { Rejection } from '../journal/journal.ts';

/** Who somebody says she is. The number itself has been turned into the chain-wide id and is gone. */
export interface PresentedIdentity {
  /** HMAC of the loyalty number under the chain's key; null for somebody who asked to be a guest. */
  readonly chainId: string | null;
  readonly means: 'typed' | 'scanned' | 'card' | 'guest';
  readonly strength: Strength;
}

export interface Incoming {
  /** In the journal's shape; `seq` is 0 and `subject` null until the conductor has set them. */
  readonly fact: Fact;
  readonly identity: PresentedIdentity | null;
  /** The cart it came from, where the fact itself no longer says (`consent.changed`). */
  readonly cart: string | null;
}

/** One device's accepted part of a batch. Handled in one synchronous turn and committed as one change. */
export interface IncomingBatch {
  readonly facts: readonly Incoming[];
  /** Where the source stands after this batch, refused facts included. */
  readonly source: { readonly device: string; readonly epoch: string; readonly upTo: number };
  readonly rejected: readonly Rejection[];
  /** Store time at which its first byte had come to be judged; else, when it was taken in. */
  readonly receivedAt?: number;
}

/** False: not taken in, and not to be acknowledged; the device says it again. */
export type TakeIn = (batch: IncomingBatch) => boolean;
