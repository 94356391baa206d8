/**
 * Carries out what dialogues want done off site. A round claims what is due, asks once more whether it may be done now,
 * hands it to its channel and commits what came of it; several HQ processes do so side by side. What a channel does not
 * do by itself (calls, pages that she opens) waits in the table until somebody takes it, or its time is over.
 */

import type { Ports } from '@kairos/protocol/ports.ts';
import { mayContact } from '../customers/preference-book.ts';
import type { Database } from '../database/database.ts';
import type { CommandKind } from './command.ts';
import { type Claimed, type CommandBook, leaseMs, type Outcome } from './command-book.ts';
import { Rounds } from './rounds.ts';
import { mayCarry, type SendingRules } from './sending-rule.ts';

/** Claimed at once by one process; each is short, and all of them end well within the lease. */
const claimedMax = 20;
/** Rounds without a pause; what is left then waits for the next turn. */
const roundsMax = 50;
const everyMs = 5_000;
/** After a refusal that may pass: 1, 2, 4 … minutes, at most an hour. */
const backOffFirstMs = 60_000;
const backOffMaxMs = 3_600_000;
/** Of one try, from the first byte to the last answer. */
export const sendingMaxMs = leaseMs / 2;

export type Carried =
  /** It has been taken; she has it now, or `arrivesAt`. */
  | { readonly kind: 'accepted'; readonly said: string; readonly arrivesAt?: number }
  /** It may be taken later; `fault` where nothing can be, before somebody mends it. */
  | { readonly kind: 'again'; readonly said: string; readonly fault?: Error }
  /** It never will be. */
  | { readonly kind: 'refused'; readonly said: string }
  /** The line was lost after everything was handed over. */
  | { readonly kind: 'unclear'; readonly said: string };

/** Rejects where nothing has gone out. */
export interface Channel {
  /** Carrying it out twice does no harm (a file is written again): after a kill it is simply done again. */
  readonly isHarmless: boolean;
  carry(claimed: Claimed): Promise<Carried>;
}

/** Where the kill test kills. */
export const carrierSteps = ['claimed', 'begun', 'accepted', 'settled'] as const;
export type CarrierStep = (typeof carrierSteps)[number];

export interface CarrierOptions {
  readonly database: Database;
  readonly book: CommandBook;
  readonly ports: Pick<Ports, 'clock' | 'timers'>;
  readonly rules: SendingRules;
  /** Channels that carry by themselves. */
  readonly channels: Partial<Record<CommandKind, Channel>>;
  /** Kinds that nobody here can carry out: they reach nobody, and it is said. */
  readonly without: readonly CommandKind[];
  /** What else is due every turn: the list of calls, letters under way. */
  readonly alsoDue?: () => Promise<void>;
  readonly onStep?: (step: CarrierStep) => void;
  readonly onFault?: (error: Error) => void;
  /** Told that a channel has done what it is there for. */
  readonly onWell?: (kind: CommandKind) => void;
}

export class Carrier {
  readonly #options: CarrierOptions;
  readonly #rounds: Rounds;

  constructor(options: CarrierOptions) {
    this.#options = options;
    const { ports, onFault } = options;
    this.#rounds = new Rounds({ timers: ports.timers, everyMs, round: () => this.carryDue(), onFault });
  }

  start(): void {
    this.#rounds.start();
  }

  /** Ends when what is under way has ended. */
  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  /** Everything that is due now. Rejects where the database does. Returns how many commands it has looked at. */
  async carryDue(): Promise<number> {
    const { book, ports, channels, without, alsoDue } = this.#options;
    const kinds = [...(Object.keys(channels) as CommandKind[]), ...without];
    let seen = 0;
    for (let round = 0; round < roundsMax; round += 1) {
      const claimed = await book.claim(kinds, { now: ports.clock.now(), max: claimedMax });
      if (claimed.length > 0) this.#options.onStep?.('claimed');
      for (const one of claimed) await this.#carry(one);
      seen += claimed.length;
      if (claimed.length < claimedMax || this.#rounds.isStopped) break;
    }
    await alsoDue?.();
    return seen;
  }

  async #carry(claimed: Claimed): Promise<void> {
    const { book, ports, channels, onStep } = this.#options;
    const { command } = claimed;
    const channel = channels[command.kind];
    const ready = await this.#judge(claimed);
    if (ready !== 'now' || channel === undefined) return;
    if (!(await book.beginSending(claimed, { now: ports.clock.now(), isHarmless: channel.isHarmless }))) {
      if (claimed.unsettledSince !== null) await this.#giveUp(claimed, claimed.unsettledSince);
      return;
    }
    onStep?.('begun');
    // One that cannot be put into words or onto paper holds up none of the others.
    const carried = await channel
      .carry(claimed)
      .catch((error: Error): Carried => ({ kind: 'again', said: error.message, fault: error }));
    onStep?.('accepted');
    this.#tell(command.kind, carried);
    await this.#settle({ ...claimed, tries: claimed.tries + 1 }, carried);
    onStep?.('settled');
  }

  #tell(kind: CommandKind, carried: Carried): void {
    const { onFault, onWell } = this.#options;
    if (carried.kind === 'again' && carried.fault) onFault?.(carried.fault);
    // Who refuses one letter talks.
    else if (carried.kind !== 'unclear') onWell?.(kind);
  }

  /** Begun once and repeated once: she may have it, and the clock of silence runs from the last. */
  #giveUp(claimed: Claimed, since: number): Promise<void> {
    return this.#end(claimed, { state: 'uncertain', outcome: { reason: 'unclear' }, reached: since });
  }

  async #judge(claimed: Claimed): Promise<'now' | 'over'> {
    const { book, database, ports, channels, without, rules } = this.#options;
    const { command } = claimed;
    const now = ports.clock.now();
    // What may have gone out already is settled by a repeat alone: nobody takes it back.
    if (claimed.unsettledSince !== null && channels[command.kind] && now < command.until) return 'now';
    if (claimed.unsettledSince !== null) {
      await this.#giveUp(claimed, claimed.unsettledSince);
      return 'over';
    }
    if (without.includes(command.kind)) {
      await this.#end(claimed, never('failed', 'not-configured'));
      return 'over';
    }
    const contact = await mayContact(database, { chainId: command.chainId, channel: command.kind, now });
    const verdict = mayCarry(command, { contact, now, rules });
    if (verdict.kind === 'now') return 'now';
    if (verdict.kind === 'later') await book.putBack(claimed, verdict.notBefore);
    else await this.#end(claimed, never(verdict.reason === 'consent' ? 'withdrawn' : 'failed', verdict.reason));
    return 'over';
  }

  async #settle(claimed: Claimed, carried: Carried): Promise<void> {
    const { book, ports } = this.#options;
    const now = ports.clock.now();
    const { command, tries } = claimed;
    const { said } = carried;
    switch (carried.kind) {
      case 'accepted': {
        const { arrivesAt } = carried;
        const when = arrivesAt === undefined ? { reached: now } : { arrivesAt };
        return this.#end(claimed, { state: 'done', outcome: { said }, ...when });
      }
      case 'refused':
        return this.#end(claimed, never('failed', 'refused', said));
      case 'again': {
        const next = now + Math.min(backOffMaxMs, backOffFirstMs * 2 ** (tries - 1));
        if (next >= command.until) return this.#end(claimed, never('failed', 'expired', said));
        return book.putBack(claimed, next);
      }
      case 'unclear':
        return book.leaveUnsettled(claimed, now + backOffFirstMs);
    }
  }

  #end(claimed: Claimed, outcome: Outcome): Promise<void> {
    return this.#options.book.settle(claimed, outcome, this.#options.ports.clock.now());
  }
}

function never(state: 'failed' | 'withdrawn', reason: NonNullable<Outcome['never']>['reason'], detail = ''): Outcome {
  return { state, outcome: { reason, ...(detail === '' ? {} : { said: detail }) }, never: { reason, detail } };
}
