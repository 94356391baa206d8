/**
 * Which of a chain's stores stand on a page of `/hq`, and how many there are of each kind: thousands are read as one short
 * row each, put in order here, and only those that are shown are asked about further. Pure.
 */

export interface StoreSummary {
  readonly number: number;
  readonly store: string;
  readonly madeAt: number;
  /** 0: never. */
  readonly heardAt: number;
  /** Up to when everything that it had is here; 0: it never was. */
  readonly syncedAt: number;
  readonly facts: number;
  readonly pending: number;
  readonly quarantined: number;
  /** Erasure receipts. */
  readonly owed: number;
  readonly release: number;
  readonly releaseFault: string | null;
  readonly revokedAt: number | null;
}

/** A store may be of several: all, needs and fine are made of the others, and who owes a receipt is at work on it mostly. */
export const showings = ['all', 'needs', 'fine', 'never', 'late', 'refused', 'aside', 'owing'] as const;
export type Showing = (typeof showings)[number];

/** needs: whoever needs somebody first, and then by name. */
export const storeOrders = ['needs', 'name', 'heard', 'toCome', 'aside'] as const;
export type StoreOrder = (typeof storeOrders)[number];

/** A store that was not heard, or has not told all, for so long needs somebody. */
export const lateMs = 36 * 3_600_000;
export const storesOfPage = 50;
const likeMax = 60;

export interface StoresAsked {
  readonly show: Showing;
  readonly order: StoreOrder;
  /** A part of a name, in small letters; empty: any. */
  readonly like: string;
  /** From 1. */
  readonly page: number;
}

export interface StorePage {
  /** Of all stores, whatever is asked for. */
  readonly counts: Readonly<Record<Showing, number>>;
  readonly stores: readonly StoreSummary[];
  /** That are as asked, on all pages. */
  readonly found: number;
  /** Before this page. */
  readonly before: number;
  readonly page: number;
  readonly pages: number;
}

/** What cannot be understood is as if it were not said. */
export function readAsked(query: URLSearchParams): StoresAsked {
  const page = Number(query.get('page') ?? 1);
  return {
    show: showings.find((one) => one === query.get('show')) ?? 'all',
    order: storeOrders.find((one) => one === query.get('order')) ?? 'needs',
    like: (query.get('store') ?? '').trim().toLowerCase().slice(0, likeMax),
    page: Number.isSafeInteger(page) && page > 0 ? page : 1,
  };
}

/** The same as an address, or another page of it. */
export function addressOf({ show, order, like, page }: StoresAsked): string {
  const query = new URLSearchParams();
  if (show !== 'all') query.set('show', show);
  if (order !== 'needs') query.set('order', order);
  if (like !== '') query.set('store', like);
  if (page > 1) query.set('page', String(page));
  return query.size === 0 ? '/hq' : `/hq?${query}`;
}

/** A page beyond the last is the last. */
export function pageOf(stores: readonly StoreSummary[], asked: StoresAsked, now: number): StorePage {
  const judged = stores.map((one) => ({ one, is: kindsOf(one, now), key: countedName(one.store) }));
  const counts = Object.fromEntries(
    showings.map((kind) => [kind, judged.reduce((all, { is }) => all + Number(is[kind]), 0)]),
  ) as Record<Showing, number>;
  const found = judged.filter(({ one, is }) => is[asked.show] && one.store.includes(asked.like));
  const rank = rankOf[asked.order];
  found.sort((one, other) => rank(one) - rank(other) || (one.key < other.key ? -1 : 1));
  const pages = Math.max(1, Math.ceil(found.length / storesOfPage));
  const page = Math.min(asked.page, pages);
  const before = (page - 1) * storesOfPage;
  const shown = found.slice(before, before + storesOfPage).map(({ one }) => one);
  return { counts, stores: shown, found: found.length, before, page, pages };
}

export function kindsOf(store: StoreSummary, now: number): Readonly<Record<Showing, boolean>> {
  const { heardAt, syncedAt, madeAt, pending } = store;
  const never = heardAt === 0;
  const late = !never && (now - heardAt > lateMs || (pending > 0 && now - Math.max(syncedAt, madeAt) > lateMs));
  const refused = store.releaseFault !== null || store.revokedAt !== null;
  const aside = store.quarantined > 0;
  const needs = never || late || refused || aside;
  return { all: true, needs, fine: !needs, never, late, refused, aside, owing: store.owed > 0 };
}

interface Judged {
  readonly one: StoreSummary;
  readonly is: Readonly<Record<Showing, boolean>>;
}

/** Least first. */
const rankOf: Readonly<Record<StoreOrder, (judged: Judged) => number>> = {
  needs: ({ is }) => (is.needs ? 0 : 1),
  name: () => 0,
  heard: ({ one }) => one.heardAt,
  toCome: ({ one }) => -one.pending,
  aside: ({ one }) => -one.quarantined,
};

/** As people count: store-2 before store-10. Thousands are compared, so each is made ready once. */
function countedName(name: string): string {
  return name.replace(/\d+/g, (digits) => digits.padStart(12, '0'));
}
