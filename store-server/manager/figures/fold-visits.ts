/**
 * Visits, what they spent, and where their carts stood, folded into rows. A presence is a visit in a zone from when its
 * cart was known to be there until it was known elsewhere, or the visit ended: what an opportunity to see is counted by.
 */
import type { Fact, FactOf } from '@kairos/protocol/facts.ts';
import type Database from 'better-sqlite3';

interface CartPlace {
  readonly zone: string | null;
  readonly visit: string | null;
}

export class VisitRows {
  readonly #db: Database.Database;
  readonly #sql: ReturnType<typeof statements>;
  readonly #watched: ReadonlySet<string>;
  /** Where each cart is, and who has it: most facts are about that, and few of them end in a row. */
  readonly #carts: Map<string, CartPlace>;
  readonly #changedCarts = new Set<string>();

  /** `watched`: zones with a screen. Where a cart stood otherwise is of no figure. */
  constructor(db: Database.Database, watched: Iterable<string>) {
    this.#db = db;
    this.#sql = statements(db);
    this.#watched = new Set(watched);
    const carts = db.prepare('SELECT cart, zone, visit FROM carts').all() as ({ cart: string } & CartPlace)[];
    this.#carts = new Map(carts.map(({ cart, zone, visit }) => [cart, { zone, visit }]));
  }

  /** Writes down where the carts are: with the position that it is true of, in one transaction. */
  flush(): void {
    for (const cart of this.#changedCarts) this.#sql.cart.run({ cart, ...this.#carts.get(cart) });
    this.#changedCarts.clear();
  }

  note(fact: Fact): void {
    switch (fact.type) {
      case 'visit.opened':
        this.#open(fact);
        return;
      case 'visit.moved':
        this.#leaveCarts(fact.body.visit, fact.at);
        this.#take(fact.body.cart, fact.body.visit, fact.at);
        return;
      case 'visit.closed':
        this.#sql.close.run(fact.at, fact.body.visit);
        this.#leaveCarts(fact.body.visit, fact.at);
        return;
      case 'zone.entered':
        this.#place(fact.body.cart, fact.body.zone, fact.at);
        return;
      case 'zone.left':
        if (this.#carts.get(fact.body.cart)?.zone === fact.body.zone) this.#place(fact.body.cart, null, fact.at);
        return;
      case 'sale':
      case 'return': {
        const sign = fact.type === 'sale' ? 1 : -1;
        if (fact.subject !== null) this.#sql.spend.run(fact.seq, fact.at, fact.subject, sign * fact.body.total);
        return;
      }
      default:
        return;
    }
  }

  /** Of the visit that is open now. */
  openVisitOf(subject: number): string | null {
    return (this.#sql.openOf.get(subject) as string | undefined) ?? null;
  }

  isGuest(subject: number): boolean {
    return this.#sql.isGuest.get(subject) !== undefined;
  }

  /** Whose visit it was: hers, and the guest's whom she was before. */
  shoppersOf(visit: string): number[] {
    return this.#sql.shoppersOf.all(visit) as number[];
  }

  /** Presences that nobody is in any more go with the visits that are forgotten. */
  forget(visit: string): void {
    for (const table of ['visits', 'presences', 'shoppers'])
      this.#db.prepare(`DELETE FROM ${table} WHERE visit = ?`).run(visit);
    for (const [cart, place] of this.#carts) if (place.visit === visit) this.#put(cart, { ...place, visit: null });
    this.flush();
  }

  #open({ seq, at, subject, body: { visit, cart, strength } }: FactOf<'visit.opened'>): void {
    const guest = strength === 'guest';
    this.#sql.open.run({ visit, seq, at, subject, guest: guest ? 1 : 0 });
    if (subject !== null) this.#sql.shopper.run(visit, subject);
    if (guest && subject !== null) this.#sql.guest.run(subject);
    if (cart !== undefined) this.#take(cart, visit, at);
  }

  #take(cart: string, visit: string, at: number): void {
    const known = this.#carts.get(cart);
    if (known?.visit === visit) return;
    const zone = known?.zone ?? null;
    this.#leave(cart, zone, at);
    this.#put(cart, { zone, visit });
    this.#enter(cart, at);
  }

  #leaveCarts(visit: string, at: number): void {
    for (const [cart, place] of this.#carts) {
      if (place.visit !== visit) continue;
      this.#leave(cart, place.zone, at);
      this.#put(cart, { ...place, visit: null });
    }
  }

  #place(cart: string, zone: string | null, at: number): void {
    const known = this.#carts.get(cart);
    if (known && known.zone === zone) return;
    this.#leave(cart, known?.zone ?? null, at);
    this.#put(cart, { zone, visit: known?.visit ?? null });
    this.#enter(cart, at);
  }

  #put(cart: string, place: CartPlace): void {
    this.#carts.set(cart, place);
    this.#changedCarts.add(cart);
  }

  #enter(cart: string, at: number): void {
    const { zone = null, visit = null } = this.#carts.get(cart) ?? {};
    if (zone !== null && visit !== null && this.#watched.has(zone)) this.#sql.enter.run(cart, at, zone, visit);
  }

  #leave(cart: string, zone: string | null, at: number): void {
    if (zone !== null && this.#watched.has(zone)) this.#sql.leave.run(at, cart);
  }
}

function statements(db: Database.Database) {
  return {
    // A card that is shown later, and a login over a guest, go on with the same visit; its first fact stays its own.
    open: db.prepare(
      `INSERT INTO visits (visit, seq, subject, guest, opened_at) VALUES (@visit, @seq, @subject, @guest, @at)
       ON CONFLICT (visit) DO UPDATE SET subject = excluded.subject, guest = excluded.guest, closed_at = NULL`,
    ),
    close: db.prepare('UPDATE visits SET closed_at = ? WHERE visit = ?'),
    openOf: db.prepare('SELECT visit FROM visits WHERE subject = ? AND closed_at IS NULL').pluck(),
    shopper: db.prepare('INSERT INTO shoppers VALUES (?, ?) ON CONFLICT DO NOTHING'),
    shoppersOf: db.prepare('SELECT subject FROM shoppers WHERE visit = ?').pluck(),
    guest: db.prepare('INSERT INTO guests VALUES (?) ON CONFLICT DO NOTHING'),
    isGuest: db.prepare('SELECT 1 FROM guests WHERE subject = ?').pluck(),
    cart: db.prepare(
      `INSERT INTO carts VALUES (@cart, @zone, @visit)
       ON CONFLICT (cart) DO UPDATE SET zone = excluded.zone, visit = excluded.visit`,
    ),
    enter: db.prepare('INSERT INTO presences (cart, from_at, zone, visit) VALUES (?, ?, ?, ?)'),
    leave: db.prepare('UPDATE presences SET to_at = max(from_at, ?) WHERE cart = ? AND to_at IS NULL'),
    spend: db.prepare('INSERT INTO spendings VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING'),
  };
}
