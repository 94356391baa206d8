/**
 * Somebody shows a number that this store does not know: headquarters are asked who she is, by her chain-wide id alone,
 * and for at most 300 ms. Nothing waits for it: her visit opens as a guest's at once, and becomes hers where the answer
 * comes in time; else she is a guest until the night.
 *
 * While the line is down nobody is asked: after three failures in a row it is tried again a minute later, with one.
 */
import type { HqClient } from '@kairos/hq-sync/link/hq-client.ts';
import type { Fact, FactBody } from '@kairos/protocol/facts.ts';
import type { Ports } from '@kairos/protocol/ports.ts';
import type { SaidChange } from '@kairos/protocol/sync-messages.ts';
import type { Conductor } from '../conductor/conductor.ts';
import type { People } from '../conductor/people.ts';
import type { IncomingBatch } from '../intake/incoming.ts';
import { TokenBuckets } from '../intake/token-buckets.ts';
import type { StoredPerson } from '../journal/journal.ts';
import type { Visits } from '../visits/visits.ts';

/** Later than this an answer is no answer. */
export const askMsMax = 300;
/** At once; who comes meanwhile is a guest. */
const openMax = 8;
const asksPerSecond = 2;
const asksAtOnce = 20;
/** Failures in a row after which the line counts as down … */
export const failuresMax = 3;
/** … for so long. */
export const restMs = 60_000;

export interface CustomerAskerOptions {
  readonly client: Pick<HqClient, 'customer'>;
  readonly taker: { adopt(said: SaidChange): StoredPerson | null };
  readonly conductor: Pick<Conductor, 'observe'>;
  readonly people: Pick<People, 'subjectOf' | 'isErased'>;
  readonly visits: Pick<Visits, 'visitOn'>;
  readonly ports: Pick<Ports, 'clock' | 'timers'>;
}

/** Where she was presented, and the visit that it was taken for. */
interface Presented {
  readonly body: FactBody<'identity.presented'>;
  readonly visit: string | null;
}

export interface AskTally {
  /** Answers in time: somebody whom headquarters know, or nobody. */
  readonly known: number;
  readonly unknown: number;
  /** No answer within the bound, or no line. */
  readonly failed: number;
  /** Too many at once, or the line counts as down: not asked at all. */
  readonly passedOver: number;
}

export class CustomerAsker {
  readonly #options: CustomerAskerOptions;
  readonly #buckets: TokenBuckets;
  /** By chain-wide id, while it is asked for. */
  readonly #open = new Map<string, Presented[]>();
  #tally: AskTally = { known: 0, unknown: 0, failed: 0, passedOver: 0 };
  #failures = 0;
  #restsUntil = 0;

  constructor(options: CustomerAskerOptions) {
    this.#options = options;
    this.#buckets = new TokenBuckets({ clock: options.ports.clock, perSecond: asksPerSecond, atOnce: asksAtOnce });
  }

  get tally(): AskTally {
    return this.#tally;
  }

  /** What has been taken in: in the same turn, so that the visit that it opened is the one that is meant. */
  note({ facts }: IncomingBatch): void {
    const { people, visits } = this.#options;
    for (const { fact, identity } of facts) {
      if (fact.type !== 'identity.presented' || fact.late || identity?.chainId == null) continue;
      const { chainId } = identity;
      if (people.subjectOf(chainId) !== null || people.isErased(chainId)) continue;
      const { cart } = fact.body;
      const visit = cart === undefined ? null : (visits.visitOn(cart)?.visit ?? null);
      this.#askFor(chainId, { body: fact.body, visit });
    }
  }

  /** A listener of the conductor's: a till that has gone on to the next has nobody to be recognised any more. */
  heard(facts: readonly Fact[]): void {
    for (const fact of facts) {
      if (fact.type !== 'lane.cleared' && fact.type !== 'sale') continue;
      for (const [chainId, places] of this.#open)
        this.#open.set(
          chainId,
          places.filter(({ body }) => body.till !== fact.body.till),
        );
    }
  }

  #askFor(chainId: string, presented: Presented): void {
    const open = this.#open.get(chainId);
    if (open) {
      open.push(presented);
      return;
    }
    if (!this.#mayAsk()) {
      this.#count('passedOver');
      return;
    }
    this.#open.set(chainId, [presented]);
    const giveUp = new AbortController();
    const cancel = this.#options.ports.timers.after(askMsMax, () => {
      this.#end(chainId, null);
      giveUp.abort();
    });
    this.#options.client.customer(chainId, giveUp.signal).then(
      (answer) => {
        if (!this.#open.has(chainId) || giveUp.signal.aborted) return;
        cancel();
        this.#end(chainId, answer.kind === 'answered' ? answer.content : null);
      },
      () => undefined,
    );
  }

  #mayAsk(): boolean {
    const now = this.#options.ports.clock.monotonic();
    if (this.#open.size >= openMax || now < this.#restsUntil) return false;
    // The one that tries whether the line is back.
    if (this.#failures >= failuresMax && this.#open.size > 0) return false;
    return this.#buckets.take('store');
  }

  #end(chainId: string, answer: { readonly customer: SaidChange | null } | null): void {
    const places = this.#open.get(chainId) ?? [];
    this.#open.delete(chainId);
    if (answer === null) {
      this.#failures += 1;
      if (this.#failures >= failuresMax) this.#restsUntil = this.#options.ports.clock.monotonic() + restMs;
      this.#count('failed');
      return;
    }
    this.#failures = 0;
    this.#count(answer.customer === null ? 'unknown' : 'known');
    const person = answer.customer === null ? null : this.#options.taker.adopt(answer.customer);
    // She said no: not even that she was here is written under her number.
    if (person === null || person.consent.remember === false) return;
    for (const { body, visit } of places) this.#recognise(person.subject, body, visit);
  }

  /** The guest's visit becomes hers, where it is still the one that stands there. */
  #recognise(subject: number, body: FactBody<'identity.presented'>, visit: string | null): void {
    const { visits, conductor } = this.#options;
    if (body.cart !== undefined) {
      const here = visits.visitOn(body.cart);
      if (here === null || here.visit !== visit || here.strength !== 'guest') return;
    }
    conductor.observe('identity.presented', subject, { ...body, known: true });
  }

  #count(ending: keyof AskTally): void {
    this.#tally = { ...this.#tally, [ending]: this.#tally[ending] + 1 };
  }
}
