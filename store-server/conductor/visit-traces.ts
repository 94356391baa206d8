/**
 * What has to be known to forget a visit (DESIGN section 7, "forget this visit"): whose it was, from which fact on, and
 * what the engine knew of her before. Kept from its opening until her next visit, or for a day after it has closed,
 * because a cart that is out of touch tells the store late.
 *
 * What happened to her meanwhile and is not the visit's (a letter that came back, a consent, her next purchase at home)
 * is put aside, so that it is not forgotten with it.
 */
import { type Fact, lateAfterMs } from '@kairos/protocol/facts.ts';
import type { JournalChange } from '../journal/journal.ts';
import type { Visits } from '../visits/visits.ts';

export interface VisitTrace {
  readonly visit: string;
  readonly subject: number;
  /** The same shopper before she said who she is. */
  readonly guests: readonly number[];
  /** The number of its first fact. */
  readonly from: number;
  readonly carts: readonly string[];
  readonly openedAt: number;
  readonly closedAt: number | null;
  /** The engine's state of her before; null where there was none. */
  readonly engine: string | null;
  /** In order, with the decisions that followed. */
  readonly aside: readonly Fact[];
}

type States = NonNullable<JournalChange['states']>;

/** After its end a visit can be forgotten for so long. */
const keptAfterMs = 24 * 3_600_000;
/** So much that is not the visit's, and it is too long ago to be forgotten by itself. */
const asideMax = 200;
/** Of facts that come while she is here, those that are not about her being here. */
const notOfVisits: readonly string[] = [
  'consent.changed',
  'customer.changed',
  'email.sent',
  'email.bounced',
  'call.logged',
  'mail.printed',
  'site.visited',
  'cap.lent',
  'cap.recalled',
];
/** What may open a visit for somebody whom the store knows. */
const openings: readonly string[] = ['identity.presented', 'consent.changed'];

const noStates: States = [];

export class VisitTraces {
  readonly #traces = new Map<number, VisitTrace>();
  readonly #changed = new Set<number>();

  load(subject: number, state: string): void {
    this.#traces.set(subject, JSON.parse(state) as VisitTrace);
  }

  /** Whether a fact may open a visit of hers: then the engine's state of her is wanted with `note`. */
  mayOpen(fact: Fact, visits: Visits): fact is Fact & { readonly subject: number } {
    return fact.subject !== null && openings.includes(fact.type) && visits.visitOf(fact.subject) === null;
  }

  /** What has been recorded because of `root`, in order. `before`: as `mayOpen` asked for. */
  note(
    root: Fact,
    recorded: readonly Fact[],
    before: { readonly subject: number; readonly engine: string | null },
  ): void {
    const isOfVisit = !notOfVisits.includes(root.type);
    /** What a visit's end leads to is still the visit's. */
    const endedNow = new Set<number>();
    for (const fact of recorded) {
      if (fact.subject === null) continue;
      const known = this.#traces.get(fact.subject);
      const isOver = known !== undefined && known.closedAt !== null && !endedNow.has(fact.subject);
      if (known && (isOver || !isOfVisit) && fact.type !== 'visit.opened') this.#putAside(known, fact);
      if (fact.type === 'visit.opened') this.#noteOpened(root, fact, before);
      else if (fact.type === 'customer.erased' && fact.body.reason !== 'guest') this.#drop(fact.subject);
      else if (fact.type === 'visit.moved' && known) {
        this.#set({ ...known, carts: [...new Set([...known.carts, fact.body.cart])] });
      } else if (fact.type === 'visit.closed' && known?.visit === fact.body.visit) {
        this.#set({ ...known, closedAt: fact.at });
        endedNow.add(fact.subject);
      }
    }
  }

  /** The visit that was on a cart then, open or not; null where it is unknown or too long ago. */
  find(cart: string, at: number): VisitTrace | null {
    const here = [...this.#traces.values()].filter(
      ({ carts, closedAt }) => carts.includes(cart) && at <= (closedAt ?? Number.POSITIVE_INFINITY),
    );
    // Clocks may differ a little; but who was there for certain comes first.
    const certain = here.filter(({ openedAt }) => openedAt <= at);
    const possible = certain.length > 0 ? certain : here.filter(({ openedAt }) => openedAt - lateAfterMs <= at);
    return possible.sort((one, other) => other.openedAt - one.openedAt)[0] ?? null;
  }

  asideOf(subject: number): readonly Fact[] {
    return this.#traces.get(subject)?.aside ?? [];
  }

  forget(subject: number): void {
    this.#drop(subject);
  }

  /** Rows to be committed with the facts that changed them. */
  takeChanges(foldedTo: number): States {
    if (this.#changed.size === 0) return noStates;
    const rows = [...this.#changed].map((subject) => {
      const trace = this.#traces.get(subject);
      return { subject, kind: 'trace' as const, state: trace ? JSON.stringify(trace) : null, foldedTo };
    });
    this.#changed.clear();
    return rows;
  }

  #noteOpened(
    root: Fact,
    { subject, at, body }: Extract<Fact, { type: 'visit.opened' }>,
    before: { readonly subject: number; readonly engine: string | null },
  ): void {
    for (const trace of this.#traces.values()) {
      if (trace.closedAt !== null && at - trace.closedAt > keptAfterMs) this.#drop(trace.subject);
    }
    const carts = body.cart === undefined ? [] : [body.cart];
    const own = this.#traces.get(subject as number);
    if (own?.visit === body.visit) {
      this.#set({ ...own, carts: [...new Set([...own.carts, ...carts])] });
      return;
    }
    // A login over a guest goes on with the guest's visit.
    const guest = [...this.#traces.values()].find((trace) => trace.visit === body.visit);
    if (guest) this.#drop(guest.subject);
    this.#set({
      visit: body.visit,
      subject: subject as number,
      guests: guest ? [...guest.guests, guest.subject] : [],
      from: guest?.from ?? root.seq,
      carts: [...new Set([...(guest?.carts ?? []), ...carts])],
      openedAt: guest?.openedAt ?? at,
      closedAt: null,
      engine: before.subject === subject ? before.engine : null,
      aside: [],
    });
  }

  #putAside(trace: VisitTrace, fact: Fact): void {
    if (trace.aside.length >= asideMax) this.#drop(trace.subject);
    else this.#set({ ...trace, aside: [...trace.aside, fact] });
  }

  #set(trace: VisitTrace): void {
    this.#traces.set(trace.subject, trace);
    this.#changed.add(trace.subject);
  }

  #drop(subject: number): void {
    if (this.#traces.delete(subject)) this.#changed.add(subject);
  }
}
