/**
 * What a till of another maker says of its lane over HTTP, turned into facts of that till and taken in like any device's.
 * Answered in the same turn: a till never waits for the disk here, and a receipt comes by the sales feed whatever
 * becomes of the prompt.
 */
import type { Strength } from '@kairos/protocol/facts.ts';
import type { Clock, Random } from '@kairos/protocol/ports.ts';
import type { Intake, Transacted, TransactionFact } from '../intake/intake.ts';
import type { Visits } from '../visits/visits.ts';
import type { LaneBoard } from './lane-board.ts';

/** Ids of prompts whose first paint was told; a sale has one. */
const shownMax = 1_000;

export interface LaneDeskOptions {
  readonly intake: Pick<Intake, 'transact'>;
  readonly board: LaneBoard;
  readonly visits: Pick<Visits, 'atTill'>;
  readonly clock: Clock;
  readonly random: Random;
}

/** Why it could not be taken in. */
export type LaneUndone = Exclude<Transacted, { kind: 'taken' }>;
export type LaneDone = { readonly kind: 'done' } | LaneUndone;

export class LaneDesk {
  readonly #options: LaneDeskOptions;
  /** New at each start of the store: the numbers begin again. */
  readonly #epoch: string;
  #sequence = 0;
  readonly #shown = new Set<string>();

  constructor(options: LaneDeskOptions) {
    this.#options = options;
    this.#epoch = options.random.id();
  }

  identify(
    till: string,
    body: { readonly means: 'typed' | 'scanned' | 'card'; readonly number: string },
  ): { readonly kind: 'known'; readonly strength: Strength } | { readonly kind: 'nobody' } | LaneUndone {
    const done = this.#say(till, 'identity.presented', { till, ...body });
    if (done.kind !== 'done') return done;
    const visit = this.#options.visits.atTill(till);
    // Whoever stood there before has gone with this, so it is she.
    return visit === null ? { kind: 'nobody' } : { kind: 'known', strength: visit.strength };
  }

  shown(till: string, message: string, agoMs: number): LaneDone {
    if (this.#shown.has(message)) return { kind: 'done' };
    const done = this.#say(till, 'message.shown', { message, screen: till }, agoMs);
    if (done.kind !== 'done') return done;
    this.#shown.add(message);
    const [oldest] = this.#shown;
    if (this.#shown.size > shownMax && oldest !== undefined) this.#shown.delete(oldest);
    return done;
  }

  /** `no-such-answer`: the prompt stands there, and has none of that name. */
  answer(
    till: string,
    message: string,
    answer: string,
  ): { readonly kind: 'taken' } | { readonly kind: 'late' } | { readonly kind: 'no-such-answer' } | LaneUndone {
    const { prompt } = this.#options.board.snapshot(till).view;
    const isInTime = prompt?.id === message;
    if (isInTime && !prompt.answers.some(({ id }) => id === answer)) return { kind: 'no-such-answer' };
    const done = this.#say(till, 'message.answered', { message, answer, screen: till });
    if (done.kind !== 'done') return done;
    return isInTime ? { kind: 'taken' } : { kind: 'late' };
  }

  end(till: string, reason: 'ended' | 'voided'): LaneDone {
    return this.#say(till, 'lane.cleared', { till, reason });
  }

  queue(till: string, waiting: number): LaneDone {
    return this.#say(till, 'queue.changed', { till, waiting });
  }

  #say(till: string, type: TransactionFact['type'], body: object, ageMs = 0): LaneDone {
    this.#sequence += 1;
    const facts = [{ sequence: this.#sequence, ageMs, type, body }];
    const done = this.#options.intake.transact({ device: till, by: 'http', epoch: this.#epoch, facts });
    return done.kind === 'taken' ? { kind: 'done' } : done;
  }
}
