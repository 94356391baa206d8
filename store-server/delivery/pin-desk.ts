/**
 * Where a PIN is shown to be hers: a number that was typed on a cart is weak, with its PIN it is strong (DESIGN
 * section 7). A PIN comes over the screen's line, is compared and is gone: it is in no fact, no log and no inspection.
 * What is recorded is that she was presented again, strongly. How often anybody may try stands in `staff/pin-book.ts`.
 */
import type { Clock } from '@kairos/protocol/ports.ts';
import type { PinAnswer } from '@kairos/protocol/screen-events.ts';
import { type CustomerPins, pinKeyOf } from '../catalogue/customer-pins.ts';
import type { Conductor } from '../conductor/conductor.ts';
import type { People } from '../conductor/people.ts';
import { TokenBuckets } from '../intake/token-buckets.ts';
import type { PinBook } from '../staff/pin-book.ts';
import type { Visits } from '../visits/visits.ts';

/** Tries of one cart, for whatever number: whoever tries one PIN on many numbers is slow. */
const triesPerSecond = 0.05;
const triesAtOnce = 12;
const minuteMs = 60_000;

export interface PinDeskOptions {
  readonly pins: Pick<CustomerPins, 'hashOf'>;
  readonly book: Pick<PinBook, 'compare' | 'forgetDevices'>;
  readonly visits: Visits;
  readonly people: People;
  readonly conductor: Pick<Conductor, 'observe'>;
  readonly clock: Clock;
}

interface Candidate {
  readonly subject: number;
  readonly chainId: string;
  readonly hash: string;
}

export class PinDesk {
  readonly #options: PinDeskOptions;
  readonly #buckets: TokenBuckets;

  constructor(options: PinDeskOptions) {
    this.#options = options;
    this.#buckets = new TokenBuckets({ clock: options.clock, perSecond: triesPerSecond, atOnce: triesAtOnce });
  }

  /** Whether a PIN would make this cart's visit hers who has the number. */
  canProve(cart: string): boolean {
    return this.#candidateOn(cart) !== null;
  }

  async prove(cart: string, pin: string): Promise<PinAnswer> {
    const { book, conductor, clock } = this.#options;
    const candidate = this.#candidateOn(cart);
    if (candidate === null) return { kind: 'nobody' };
    if (!this.#buckets.take(cart)) return { kind: 'busy' };
    const { subject, chainId, hash } = candidate;
    const answer = await book.compare({ key: pinKeyOf(chainId), pin, hash, address: `cart:${cart}` });
    if (answer.kind === 'busy') return answer;
    if (answer.kind === 'locked' || (answer.kind === 'wrong' && answer.triesLeft === 0)) {
      return { kind: 'locked', minutes: Math.max(1, Math.ceil((answer.until - clock.now()) / minuteMs)) };
    }
    if (answer.kind === 'wrong') return { kind: 'wrong', triesLeft: answer.triesLeft };
    // Carts are everybody's: none is known as hers, and none of her five tries is kept for one.
    book.forgetDevices(pinKeyOf(chainId));
    // She may have left while it was compared, and somebody else stand here.
    if (this.#candidateOn(cart)?.subject !== subject) return { kind: 'nobody' };
    conductor.observe('identity.presented', subject, { cart, means: 'pin', strength: 'strong', known: true });
    return { kind: 'right' };
  }

  /**
   * Whose number was typed on this cart and has a PIN. One who was never asked whether to be remembered shops as a guest
   * until she has shown that the number is hers; one who said no is nobody (DESIGN section 7).
   */
  #candidateOn(cart: string): Candidate | null {
    const { visits, people, pins } = this.#options;
    const visit = visits.visitOn(cart);
    if (visit === null || visit.strength === 'strong' || visit.asked) return null;
    const { presented } = visits.cart(cart);
    const subject =
      visit.strength === 'weak' ? visit.subject : presented?.strength === 'weak' ? presented.subject : null;
    const chainId = subject === null ? null : people.chainIdOf(subject);
    if (subject === null || chainId === null || people.remembered(subject) === false) return null;
    const hash = pins.hashOf(chainId);
    return hash === null ? null : { subject, chainId, hash };
  }
}
