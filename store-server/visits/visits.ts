/**
 * Visits: who is in the store, on which cart, since when (DESIGN section 3, "A visit").
 *
 * At most one is open for a customer. The state is a fold over recorded facts and nothing else; what follows from a
 * fact (a visit opens, moves, closes) is decided in `visit-decisions.ts` and comes back here as a fact.
 */
import { type Fact, type FactOf, lateAfterMs, type Strength } from '@kairos/protocol/facts.ts';
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import { foldHelp, isOpenHelp, withoutCall } from './help.ts';
import { Staff } from './staff.ts';
import { type Cart, changeLines, emptyCart, type Visit } from './visit.ts';

/** Of a visit that was written down before these were known. */
const notKnownThen = { locale: null, help: null, tillAt: 0 };

/** A till that says nothing of a sale for so long has gone on without a word. */
export const laneIdleMs = 15 * 60_000;

export class Visits {
  /** Written down and found again by itself. */
  readonly staff = new Staff();
  readonly #tillZones: ReadonlySet<string>;
  readonly #carts = new Map<string, Cart>();
  readonly #visits = new Map<number, Visit>();

  constructor(floorPlan: FloorPlan) {
    this.#tillZones = new Set(floorPlan.zones.filter((zone) => zone.kind === 'till').map((zone) => zone.id));
  }

  cart(cart: string): Cart {
    return this.#carts.get(cart) ?? emptyCart;
  }

  visitOf(subject: number): Visit | null {
    return this.#visits.get(subject) ?? null;
  }

  /** With the time of a fact: null where it is older than the visit, and so about somebody who was here before. */
  visitOn(cart: string, at = Number.POSITIVE_INFINITY): Visit | null {
    const { subject } = this.cart(cart);
    const visit = subject === null ? null : this.visitOf(subject);
    return visit && at >= visit.openedAt - lateAfterMs ? visit : null;
  }

  /** Whose call for an associate it is, open or not; the newest of each visit is known. */
  visitOfTask(task: string): Visit | null {
    for (const visit of this.#visits.values()) if (visit.help?.task === task) return visit;
    return null;
  }

  /** When her call has waited, or its claim has lasted, long enough; null: nothing to wait for. */
  helpDue(subject: number): number | null {
    const help = this.#visits.get(subject)?.help ?? null;
    return isOpenHelp(help) ? help.until : null;
  }

  /** Who was presented at this till last, as long as the lane has not gone on; null: nobody is known there. */
  atTill(till: string): Visit | null {
    let newest: Visit | null = null;
    for (const visit of this.#visits.values()) {
      if (visit.till === till && visit.tillAt > 0 && visit.tillAt >= (newest?.tillAt ?? 0)) newest = visit;
    }
    return newest;
  }

  /** When nothing has been heard for long enough of the sale that she was presented for; null: she is at no till. */
  laneDue(subject: number): number | null {
    const visit = this.#visits.get(subject);
    return visit && visit.till !== null && visit.tillAt > 0 ? visit.tillAt + laneIdleMs : null;
  }

  open(): IterableIterator<Visit> {
    return this.#visits.values();
  }

  isTillZone(zone: string | null): boolean {
    return zone !== null && this.#tillZones.has(zone);
  }

  /** Where this customer was presented last and may be asked about; the cart she came to last is the first. */
  askedAbout(subject: number): { readonly cart: string; readonly strength: Strength }[] {
    const asked: { cart: string; strength: Strength }[] = [];
    for (const [cart, { presented }] of this.#carts) {
      if (presented?.subject === subject) asked.push({ cart, strength: presented.strength });
    }
    const openedAt = ({ cart }: { cart: string }): number => this.visitOn(cart)?.openedAt ?? 0;
    return asked.sort((one, other) => openedAt(other) - openedAt(one));
  }

  fold(fact: Fact): void {
    switch (fact.type) {
      case 'identity.presented':
        this.#foldPresented(fact);
        break;
      case 'lane.cleared':
        this.#foldCleared(fact);
        break;
      case 'zone.entered':
        this.#foldZone(fact.body.cart, fact.body.zone, fact.at);
        break;
      case 'zone.left':
        if (this.cart(fact.body.cart).zone === fact.body.zone) this.#foldZone(fact.body.cart, null, fact.at);
        break;
      case 'basket.added':
        this.#changeVisit(fact.subject, fact.at, (visit) => ({
          lines: changeLines(visit.lines, fact.body.line, 1),
        }));
        break;
      case 'basket.removed':
        this.#changeVisit(fact.subject, fact.at, (visit) => ({
          lines: changeLines(visit.lines, fact.body.line, -1),
        }));
        break;
      case 'quiet.requested':
        this.#changeVisit(fact.subject, fact.at, () => ({ notice: 'quiet' }));
        break;
      case 'message.answered':
      case 'help.requested':
        this.#changeVisit(fact.subject, fact.at, () => ({}));
        break;
      case 'help.withdrawn':
        this.#changeVisit(fact.subject, fact.at, ({ help }) => ({ help: withoutCall(help) }));
        break;
      case 'language.chosen':
        this.#changeVisit(fact.subject, fact.at, () => ({ locale: fact.body.locale }));
        break;
      case 'duty.changed':
        this.staff.fold(fact);
        break;
      case 'task.offered':
      case 'task.claimed':
      case 'task.done':
      case 'task.released':
        this.staff.fold(fact);
        this.#foldTask(fact);
        break;
      case 'visit.opened':
        this.#foldOpened(fact);
        break;
      case 'visit.moved':
        this.#foldMoved(fact);
        break;
      case 'visit.closed':
        this.#foldClosed(fact);
        break;
      case 'consent.changed':
        if (fact.body.purpose === 'remember') this.#foldAnswered(fact);
        break;
    }
  }

  #setCart(cart: string, change: Partial<Cart>): void {
    this.#carts.set(cart, { ...this.cart(cart), ...change });
  }

  #changeVisit(subject: number | null, at: number, change: (visit: Visit) => Partial<Visit>): void {
    const visit = subject === null ? undefined : this.#visits.get(subject);
    if (visit) this.#visits.set(visit.subject, { ...visit, lastAt: Math.max(visit.lastAt, at), ...change(visit) });
  }

  #foldPresented(fact: FactOf<'identity.presented'>): void {
    const { cart, till } = fact.body;
    if (till !== undefined && !fact.late) this.#changeVisit(fact.subject, fact.at, () => ({ till, tillAt: fact.at }));
    if (cart === undefined) return;
    this.#setCart(cart, {
      presented: fact.subject === null ? null : { subject: fact.subject, strength: fact.body.strength },
    });
  }

  #foldCleared({ subject, at, body }: FactOf<'lane.cleared'>): void {
    if (subject === null || this.#visits.get(subject)?.till !== body.till) return;
    this.#changeVisit(subject, at, () => ({ till: null, tillAt: 0 }));
  }

  #foldZone(cart: string, zone: string | null, at: number): void {
    this.#setCart(cart, { zone });
    this.#changeVisit(this.cart(cart).subject, at, () => ({ zone }));
  }

  #foldOpened(fact: FactOf<'visit.opened'>): void {
    const { visit, cart, till, strength, reason } = fact.body;
    const subject = fact.subject as number;
    const here = cart === undefined ? emptyCart : this.cart(cart);
    const before = this.#visits.get(subject) ?? (here.handedOver?.visit === visit ? here.handedOver : null);
    const goesOn = before?.visit === visit ? before : null;
    this.#visits.set(subject, {
      visit,
      subject,
      cart: cart ?? goesOn?.cart ?? null,
      till: till ?? goesOn?.till ?? null,
      tillAt: till === undefined ? (goesOn?.tillAt ?? 0) : fact.at,
      strength,
      openedAt: goesOn?.openedAt ?? fact.at,
      lastAt: fact.at,
      // A till does not say where her cart is.
      zone: cart === undefined ? (goesOn?.zone ?? null) : here.zone,
      lines: goesOn?.lines ?? [],
      notice: reason === 'unknown-number' ? 'unknown-number' : null,
      asked: reason === 'first-use' ? here.presented : null,
      locale: goesOn?.locale ?? null,
      help: goesOn?.help ?? null,
    });
    if (cart !== undefined) this.#setCart(cart, { subject, handedOver: null, endedAt: null });
  }

  #foldMoved(fact: FactOf<'visit.moved'>): void {
    const visit = fact.subject === null ? undefined : this.#visits.get(fact.subject);
    if (!visit) return;
    if (visit.cart !== null) this.#setCart(visit.cart, { subject: null });
    const zone = this.cart(fact.body.cart).zone;
    this.#visits.set(visit.subject, { ...visit, cart: fact.body.cart, zone, lastAt: fact.at });
    // Whose visit ended here for hers is nobody's business any more: a guest is forgotten with it.
    this.#setCart(fact.body.cart, { subject: visit.subject, handedOver: null, endedAt: null });
  }

  #foldClosed(fact: FactOf<'visit.closed'>): void {
    const visit = fact.subject === null ? undefined : this.#visits.get(fact.subject);
    if (!visit || visit.visit !== fact.body.visit) return;
    this.#visits.delete(visit.subject);
    if (visit.cart === null) return;
    const isRelabelled = fact.body.reason === 'taken-over';
    this.#setCart(visit.cart, {
      // Who comes next presents herself; until then the cart knows of nobody.
      ...(isRelabelled ? {} : { presented: null }),
      subject: null,
      handedOver: isRelabelled ? visit : null,
      endedAt: isRelabelled ? null : fact.at,
    });
  }

  /** What an associate did is no sign of life of hers. */
  #foldTask(
    fact: FactOf<'task.offered'> | FactOf<'task.claimed'> | FactOf<'task.done'> | FactOf<'task.released'>,
  ): void {
    const visit =
      fact.type === 'task.offered' && fact.subject !== null
        ? this.visitOf(fact.subject)
        : this.visitOfTask(fact.body.task);
    const help = visit && foldHelp(visit.help, fact);
    if (visit && help) this.#visits.set(visit.subject, { ...visit, help });
  }

  #foldAnswered(fact: FactOf<'consent.changed'>): void {
    for (const visit of this.#visits.values()) {
      if (visit.asked?.subject === fact.subject) this.#visits.set(visit.subject, { ...visit, asked: null });
    }
  }

  /** Who stood at this cart then; null: nobody, or somebody who has gone. */
  subjectAt(cart: string | null | undefined, at: number): number | null {
    return cart == null ? null : (this.visitOn(cart, at)?.subject ?? null);
  }

  /** Subject 0 stands for the carts themselves. */
  save(subject: number): string | null {
    if (subject === 0) return JSON.stringify([...this.#carts]);
    const visit = this.#visits.get(subject);
    return visit ? JSON.stringify(visit) : null;
  }

  load(subject: number, state: string): void {
    if (subject === 0) {
      for (const [cart, value] of JSON.parse(state) as [string, Cart][]) this.#carts.set(cart, value);
      return;
    }
    this.#visits.set(subject, { ...notKnownThen, ...(JSON.parse(state) as Visit) });
  }
}
