/**
 * The facts of this page on their way to the store: numbered from 1 in an epoch that is new at each load, kept until
 * the store's own acknowledgement, what an earlier load left behind sent first (DESIGN section 3). Promises that a fact
 * keeps its number and its time of happening for ever, and that one epoch is drained before the next begins.
 *
 * A fact that is noted elsewhere as told ("this message was reported shown") is written down together with that note, in
 * one transaction, and sent only then: a load that ends in between has told nothing, or has both.
 *
 * A card's number, or what an agent has made of it, is never written down. A login is for now: what is left of one that an earlier load could not deliver
 * keeps its place in the sequence and no more, and the store refuses it.
 */
import type { Ack, DeviceFact, DeviceFactBody, DeviceFactType, RejectReason } from '@kairos/protocol/device-facts.ts';
import type { Ports } from '@kairos/protocol/ports.ts';
import type { Kept, Note } from './kept.ts';

type Without<Union, Keys extends PropertyKey> = Union extends unknown ? Omit<Union, Keys> : never;
/** A fact before it has a number. */
export type NewFact = Without<DeviceFact, 'sequence' | 'ageMs'>;

export interface WaitingFact {
  readonly sequence: number;
  readonly type: DeviceFactType;
  readonly body: NewFact['body'];
  /** When it happened, by the wall clock (for a later load) and by this load's monotonic one. */
  readonly wallMs: number;
  readonly monotonicMs: number;
}

interface WaitingEpoch {
  readonly epoch: string;
  readonly openedAt: number;
  facts: WaitingFact[];
  /** Sent over the present connection; nothing else is known of it. */
  sentUpTo: number;
}

export interface Batch {
  epoch: string;
  oldest: number;
  facts: DeviceFact[];
}

export interface OutboxOptions {
  readonly ports: Ports;
  readonly kept: Kept;
  /** False where there is no connection. */
  send(batch: Batch): boolean;
  onRejected(fact: WaitingFact, reason: RejectReason): void;
  onStored?(fact: WaitingFact): void;
  /** Nothing of what was sent over this connection is acknowledged, however often it is said. */
  onUnheard?(): void;
}

/** The protocol's own limit, checked against it by the compiler. */
const batchFactsMax: typeof import('@kairos/protocol/device-facts.ts').batchFactsMax = 200;
/** Bytes of JSON kept free of the protocol's 64 KB for the batch's own frame. */
const batchBytesMax = 60_000;
/** Beyond this the oldest are given up; a page makes some tens of facts in a visit. */
export const outboxFactsMax = 2_000;
/** A batch whose acknowledgement has not come is sent again on the same connection. */
export const resendAfterMs = 5_000;
/** So many times on one connection; then the connection is the fault, and another is asked for. */
export const resendsMax = 3;
/** A browser that does not say that it has written is not waited for longer. */
export const keepWaitMaxMs = 1_000;
const keyPrefix = 'outbox/';
/** What stands where a card's number was: no number at all. */
const noNumber = '-';

export class Outbox {
  readonly epoch: string;
  private readonly options: OutboxOptions;
  private readonly own: WaitingEpoch;
  /** Oldest first; the last one is this load's. */
  private epochs: WaitingEpoch[];
  private lastSequence = 0;
  /** Of this load's facts, the first that waits to be written down with its note. */
  private heldFrom = Number.POSITIVE_INFINITY;
  private writing = 0;
  private isConnected = false;
  /** On this connection, since the last acknowledgement. */
  private resends = 0;
  private cancelResend = (): void => {};

  constructor(options: OutboxOptions, epoch: string) {
    this.options = options;
    this.epoch = epoch;
    this.own = { epoch, openedAt: options.ports.clock.now(), facts: [], sentUpTo: 0 };
    this.epochs = [this.own];
  }

  /** Takes up what earlier loads of this page left behind. Call before `connected`. */
  async takeUpEarlier(): Promise<void> {
    const { kept } = this.options;
    const found = await kept.load(keyPrefix);
    for (const [key, value] of found) if (!isReadable(value)) void kept.remove(key);
    const earlier = [...found.values()]
      .filter(isReadable)
      .filter((left) => left.epoch !== this.epoch && left.facts.length > 0)
      .sort((a, b) => a.openedAt - b.openedAt);
    this.epochs = [...earlier.map((left) => ({ ...left, sentUpTo: 0 })), this.own];
  }

  get waiting(): readonly WaitingFact[] {
    return this.epochs.flatMap((epoch) => epoch.facts);
  }

  /** Numbers and keeps a fact that happened `agoMs` before now, and sends it when its turn has come. */
  add(fact: NewFact, agoMs = 0): number {
    this.number(fact, agoMs);
    this.keep(this.own);
    this.drain();
    return this.lastSequence;
  }

  /** The same for facts that a note goes with: none is sent before both are written down. */
  addNoted(facts: readonly NewFact[], note: Note, agoMs = 0): void {
    this.heldFrom = Math.min(this.heldFrom, this.lastSequence + 1);
    this.writing += 1;
    for (const fact of facts) this.number(fact, agoMs);
    let isReleased = false;
    const release = (): void => {
      if (isReleased) return;
      isReleased = true;
      cancel();
      this.writing -= 1;
      if (this.writing > 0) return;
      this.heldFrom = Number.POSITIVE_INFINITY;
      this.drain();
    };
    const cancel = this.options.ports.timers.after(keepWaitMaxMs, release);
    void this.options.kept.saveTogether([this.noteOf(this.own), note]).then(release);
  }

  private number(fact: NewFact, agoMs: number): void {
    const { clock } = this.options.ports;
    this.lastSequence += 1;
    this.own.facts.push({
      sequence: this.lastSequence,
      type: fact.type,
      body: fact.body,
      wallMs: clock.now() - agoMs,
      monotonicMs: clock.monotonic() - agoMs,
    });
    if (this.own.facts.length > outboxFactsMax) this.own.facts.shift();
  }

  /** Nobody waits for these logins any more: their numbers go from memory as well. */
  forgetNumbers(): void {
    this.own.facts = this.own.facts.map(withoutNumber);
  }

  connected(): void {
    this.isConnected = true;
    this.resends = 0;
    for (const epoch of this.epochs) epoch.sentUpTo = 0;
    this.drain();
  }

  disconnected(): void {
    this.isConnected = false;
    this.cancelResend();
  }

  acknowledged(ack: Ack): void {
    const epoch = this.epochs.find((one) => one.epoch === ack.epoch);
    if (!epoch) return;
    const reasons = new Map(ack.rejected.map(({ sequence, reason }) => [sequence, reason]));
    const done = epoch.facts.filter((fact) => fact.sequence <= ack.upTo);
    if (done.length === 0) return;
    this.resends = 0;
    epoch.facts = epoch.facts.filter((fact) => fact.sequence > ack.upTo);
    this.keep(epoch);
    if (epoch.facts.length === 0 && epoch !== this.own) this.epochs = this.epochs.filter((one) => one !== epoch);
    for (const fact of done) {
      const reason = reasons.get(fact.sequence);
      if (reason) this.options.onRejected(fact, reason);
      else this.options.onStored?.(fact);
    }
    this.drain();
  }

  /** Sends all that may go now: of the oldest epoch that holds anything, what has not been sent on this connection. */
  private drain(): void {
    const head = this.epochs.find((epoch) => epoch.facts.length > 0);
    if (!this.isConnected || !head) {
      this.cancelResend();
      return;
    }
    for (;;) {
      const facts = this.nextBatch(head);
      const last = facts.at(-1);
      if (!last || !this.options.send({ epoch: head.epoch, oldest: oldestOf(head), facts })) break;
      head.sentUpTo = last.sequence;
    }
    this.cancelResend();
    this.cancelResend = this.options.ports.timers.after(resendAfterMs, () => {
      head.sentUpTo = 0;
      this.resends += 1;
      if (this.resends > resendsMax) this.options.onUnheard?.();
      this.drain();
    });
  }

  private nextBatch(epoch: WaitingEpoch): DeviceFact[] {
    const batch: DeviceFact[] = [];
    let bytes = 0;
    for (const fact of epoch.facts) {
      if (fact.sequence <= epoch.sentUpTo) continue;
      if (epoch === this.own && fact.sequence >= this.heldFrom) break;
      const { sequence, type, body } = fact;
      const sent = { sequence, ageMs: this.ageOf(fact, epoch), type, body } as DeviceFact;
      bytes += new TextEncoder().encode(JSON.stringify(sent)).length;
      if (batch.length === batchFactsMax || (bytes > batchBytesMax && batch.length > 0)) break;
      batch.push(sent);
    }
    return batch;
  }

  /** By the monotonic clock within this load; an earlier load's clock is gone, and the wall clock has to serve. */
  private ageOf(fact: WaitingFact, epoch: WaitingEpoch): number {
    const { clock } = this.options.ports;
    const age = epoch === this.own ? clock.monotonic() - fact.monotonicMs : clock.now() - fact.wallMs;
    return Math.max(0, Math.round(age));
  }

  private keep(epoch: WaitingEpoch): void {
    const { key, value } = this.noteOf(epoch);
    void (epoch.facts.length > 0 ? this.options.kept.save(key, value) : this.options.kept.remove(key));
  }

  private noteOf({ epoch, openedAt, facts }: WaitingEpoch): Note {
    return { key: keyPrefix + epoch, value: { epoch, openedAt, facts: facts.map(withoutNumber) } };
  }
}

/** What a page of another make left behind would be refused as a whole, and stand in the way of all that follows. */
function isReadable(value: unknown): value is WaitingEpoch {
  const { epoch, openedAt, facts } = (value ?? {}) as Partial<WaitingEpoch>;
  return (
    typeof epoch === 'string' &&
    Number.isFinite(openedAt) &&
    Array.isArray(facts) &&
    facts.every((fact) => Number.isSafeInteger(fact?.sequence) && typeof fact.type === 'string' && isObject(fact.body))
  );
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function withoutNumber(fact: WaitingFact): WaitingFact {
  if (fact.type !== 'identity.presented') return fact;
  const { number, digest, ...body } = fact.body as DeviceFactBody<'identity.presented'>;
  return number === undefined && digest === undefined ? fact : { ...fact, body: { ...body, number: noNumber } };
}

/** A login whose number was forgotten before it arrived. */
export function isForgotten({ body }: WaitingFact): boolean {
  return 'number' in body && body.number === noNumber;
}

function oldestOf(epoch: WaitingEpoch): number {
  return epoch.facts[0]?.sequence ?? 1;
}
