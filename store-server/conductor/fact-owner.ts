/**
 * Whose a fact is that comes in: hers whose card it names, who got the message that it answers, whose visit is at that
 * cart or till. Changes nothing.
 */
import type { Engine } from '@kairos/dialogue/engine/engine.ts';
import type { Fact } from '@kairos/protocol/facts.ts';
import type { Visits } from '../visits/visits.ts';
import type { MessageOwners } from './message-owners.ts';
import type { People } from './people.ts';

interface Around {
  readonly people: People;
  readonly visits: Visits;
  readonly engine: Engine;
}

export class FactOwner {
  readonly #around: Around;
  readonly #owners: MessageOwners;

  constructor(around: Around, owners: MessageOwners) {
    this.#around = around;
    this.#owners = owners;
  }

  /** Whose card it is. What she buys is hers only if she wants to be remembered (DESIGN section 7); else a guest's. */
  ofCard(chainId: string | null, fact: Fact): number | null {
    const { people } = this.#around;
    // Who asks to be a guest is nobody, whoever stood at the cart before.
    const subject = chainId === null ? null : people.subjectOf(chainId);
    const remembered = subject === null ? null : people.remembered(subject);
    // She said no: not even that she was here is written under her number.
    if (fact.type === 'identity.presented') return remembered === false ? null : subject;
    return remembered === true ? subject : this.of(fact, null);
  }

  /** `cart`: where it comes from, of a fact that does not say. Null: nobody's. */
  of(fact: Fact, cart: string | null): number | null {
    const { visits } = this.#around;
    if (fact.type === 'message.shown' || fact.type === 'message.answered') {
      const owner = this.#owners.ownerOf(fact.body.message);
      // A guest who has gone is forgotten: what comes of her message now is nobody's, and begins no new state of hers.
      if (owner !== null) return this.#around.people.isKnown(owner) ? owner : null;
      // A message that was forgotten in a crash is still hers who stands at the screen: it spends her budget.
      return visits.subjectAt(fact.body.screen ?? cart, fact.at);
    }
    if (fact.type === 'lane.cleared') {
      const { till } = fact.body;
      return visits.atTill(till)?.subject ?? this.#around.engine.messageOn(till)?.subject ?? null;
    }
    if (fact.type === 'consent.changed') {
      const visit = cart === null ? null : visits.visitOn(cart, fact.at);
      if (visit?.asked) return visit.asked.subject;
      // Who only typed a number may be anybody: nothing is agreed to, or taken back, in the name of her whose it is.
      return visit?.strength === 'weak' ? null : (visit?.subject ?? null);
    }
    return visits.subjectAt((fact.body as { cart?: string }).cart ?? cart, fact.at);
  }
}
