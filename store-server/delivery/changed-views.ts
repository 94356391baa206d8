/**
 * Which screens a recorded fact changes, and which part of them. A table rather than a guess: a type that is not
 * named changes nothing on a cart.
 */
import type { Fact } from '@kairos/protocol/facts.ts';
import { isHelpTask } from '../visits/help.ts';
import type { Visits } from '../visits/visits.ts';
import type { ViewPart } from './cart-view.ts';

const everything: readonly ViewPart[] = ['visit', 'zone', 'basket', 'message', 'help'];

const partsByType: Readonly<Record<string, readonly ViewPart[]>> = {
  'visit.opened': everything,
  'visit.moved': everything,
  'visit.closed': everything,
  'consent.changed': ['visit'],
  'customer.changed': ['visit', 'message'],
  'quiet.requested': ['visit'],
  'language.chosen': ['visit', 'message'],
  'help.withdrawn': ['help'],
  'task.offered': ['help'],
  'task.claimed': ['help'],
  'task.done': ['help'],
  'task.released': ['help'],
  'zone.entered': ['zone'],
  'zone.left': ['zone'],
  'basket.added': ['basket'],
  'basket.removed': ['basket'],
  'message.decided': ['message'],
  'message.withdrawn': ['message'],
  'message.answered': ['message'],
  'message.silent': ['message'],
};

export class ChangedViews {
  readonly #visits: Visits;
  /** The cart on which a subject is, as of the fact before: her visit may be closed by the time its facts arrive here. */
  readonly #lastCart = new Map<number, string>();

  #left = new Map<number, string>();

  constructor(visits: Visits) {
    this.#visits = visits;
    // Whoever was here before a restart may be heard of first when her visit ends.
    for (const { subject, cart } of visits.open()) if (cart !== null) this.#lastCart.set(subject, cart);
  }

  /** The carts to look at again, with the parts of each. */
  of(facts: readonly Fact[]): Map<string, Set<ViewPart>> {
    const changed = new Map<string, Set<ViewPart>>();
    this.#left = new Map();
    for (const fact of facts) {
      const parts = partsByType[fact.type];
      const { task } = fact.body as { task?: string };
      // What a dialogue asks of an associate is none of a cart's business before she is surely on her way (`helpChanged`
      // of the screens), nor after.
      const isEnding = fact.type === 'task.done' || fact.type === 'task.released';
      if (!parts || (task !== undefined && !isHelpTask(task) && !isEnding)) continue;
      for (const cart of this.#cartsOf(fact)) {
        const known = changed.get(cart);
        if (known) for (const part of parts) known.add(part);
        else changed.set(cart, new Set(parts));
      }
    }
    return changed;
  }

  /** The cart that a visit has just left. To be asked after `of` has seen the facts. */
  cartLeft(fact: Fact): string | null {
    return fact.subject === null ? null : (this.#left.get(fact.subject) ?? null);
  }

  #cartsOf(fact: Fact): string[] {
    const { subject } = fact;
    const { cart: named } = fact.body as { cart?: string };
    const before = subject === null ? undefined : this.#lastCart.get(subject);
    if (subject !== null) this.#follow(fact, subject, before);
    // The question was put to a guest; the answer is the customer's, who has no visit where she said no.
    const asked = fact.type === 'consent.changed' && subject !== null ? this.#visits.askedAbout(subject) : [];
    const carts: string[] = [];
    for (const cart of [named, before, ...asked.map((one) => one.cart)]) {
      if (cart !== undefined && !carts.includes(cart)) carts.push(cart);
    }
    return carts;
  }

  /** By the facts, one by one: the visits are already where the last of them left them, which may be closed. */
  #follow(fact: Fact, subject: number, before: string | undefined): void {
    if (fact.type === 'visit.opened' || fact.type === 'visit.moved') {
      if (fact.body.cart !== undefined) this.#lastCart.set(subject, fact.body.cart);
    } else if (fact.type === 'visit.closed') {
      this.#lastCart.delete(subject);
      if (before !== undefined) this.#left.set(subject, before);
    }
  }
}
