/**
 * Visits, what they spent, and where their carts stood, folded into rows. A presence is a visit in a zone from when its
 * cart was known to be there until it was known elsewhere, or the visit ended: what an opportunity to see is counted by.
 */
import type { Fact, FactOf } from '@kairos/protocol/facts.ts';
import type Database from 'better-sqlite3';

export class VisitRows {
  readonly #db: Database.Database;
  readonly #sql: ReturnType<typeof statements>;

  constructor(db: Database.Database) {
    this.#db = db;
    this.#sql = statements(db);
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
        if (this.#cart(fact.body.cart)?.zone === fact.body.zone) this.#place(fact.body.cart, null, fact.at);
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
    this.#db.prepare('UPDATE carts SET visit = NULL WHERE visit = ?').run(visit);
  }

  #open({ seq, at, subject, body: { visit, cart, strength } }: FactOf<'visit.opened'>): void {
    const guest = strength === 'guest';
    this.#sql.open.run({ visit, seq, at, subject, guest: guest ? 1 : 0 });
    if (subject !== null) this.#sql.shopper.run(visit, subject);
    if (guest && subject !== null) this.#sql.guest.run(subject);
    if (cart !== undefined) this.#take(cart, visit, at);
  }

  #take(cart: string, visit: string, at: number): void {
    const known = this.#cart(cart);
    if (known?.visit === visit) return;
    this.#sql.leave.run(at, cart);
    this.#sql.cart.run({ cart, zone: known?.zone ?? null, visit });
    if (known?.zone) this.#sql.enter.run(cart, at, known.zone, visit);
  }

  #leaveCarts(visit: string, at: number): void {
    for (const cart of this.#sql.cartsOf.all(visit) as string[]) {
      this.#sql.leave.run(at, cart);
      this.#sql.cart.run({ cart, zone: this.#cart(cart)?.zone ?? null, visit: null });
    }
  }

  #place(cart: string, zone: string | null, at: number): void {
    const known = this.#cart(cart);
    if (known?.zone === zone) return;
    this.#sql.cart.run({ cart, zone, visit: known?.visit ?? null });
    if (!known?.visit) return;
    this.#sql.leave.run(at, cart);
    if (zone !== null) this.#sql.enter.run(cart, at, zone, known.visit);
  }

  #cart(cart: string): { zone: string | null; visit: string | null } | undefined {
    return this.#sql.cartOf.get(cart) as { zone: string | null; visit: string | null } | undefined;
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
    cartOf: db.prepare('SELECT zone, visit FROM carts WHERE cart = ?'),
    cartsOf: db.prepare('SELECT cart FROM carts WHERE visit = ?').pluck(),
    cart: db.prepare(
      `INSERT INTO carts VALUES (@cart, @zone, @visit)
       ON CONFLICT (cart) DO UPDATE SET zone = excluded.zone, visit = excluded.visit`,
    ),
    enter: db.prepare('INSERT INTO presences (cart, from_at, zone, visit) VALUES (?, ?, ?, ?)'),
    leave: db.prepare('UPDATE presences SET to_at = max(from_at, ?) WHERE cart = ? AND to_at IS NULL'),
    spend: db.prepare('INSERT INTO spendings VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING'),
  };
}
