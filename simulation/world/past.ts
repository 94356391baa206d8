/**
 * The past of a simulated store: visits and purchases of a year (or less), as its journal would have them before the first day, so
 * that measures, rhythms and "the first time" mean something. Recorded, never decided: no dialogue has spoken yet.
 */
import { createCalendar } from '@kairos/dialogue/measure/calendar.ts';
import { chainIdOf } from '@kairos/protocol/chain-id.ts';
import type { Fact, SaleLine } from '@kairos/protocol/facts.ts';
import { importCustomers, readCustomers } from '@kairos/store-server/catalogue/customers.ts';
import type { StoreConfig } from '@kairos/store-server/config.ts';
import type { OpenedJournal } from '@kairos/store-server/journal/open-journal.ts';
import { chanceOf } from './chance.ts';
import { basketOf, type CustomerProfile } from './customer-profile.ts';
import type { Goods, Shop } from './shop.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;
const weekMs = 7 * dayMs;
/** A visit of the past lasts so long. */
const visitMs = 12 * 60_000;
/** Facts in one change of the journal. */
const changeFactsMax = 5_000;

export interface PastOptions {
  readonly seed: number;
  readonly shop: Shop;
  readonly profiles: readonly CustomerProfile[];
  readonly customers: string;
  /** The first simulated day begins. */
  readonly startMs: number;
}

/** What one customer did, in order. Times are on the store's wall, between opening and closing. */
interface PastVisit {
  readonly at: number;
  readonly profile: CustomerProfile;
  readonly goods: readonly Goods[];
}

export function pastVisits({ seed, shop, profiles, startMs }: PastOptions): PastVisit[] {
  const visits = profiles.flatMap((profile): PastVisit[] => {
    const chance = chanceOf(seed, `past/${profile.number}`);
    const found: PastVisit[] = [];
    const until = startMs - profile.stoppedDaysAgo * dayMs;
    let at = startMs - profile.since * dayMs;
    for (;;) {
      // Between two visits: never twice in a day, and as regular as people are.
      at += Math.max(dayMs, ((0.5 - Math.log(1 - chance.next()) * 0.5) * weekMs) / profile.visitsAWeek);
      const day = Math.floor((at - startMs) / dayMs);
      const opened = startMs + day * dayMs + 9 * hourMs + Math.floor(chance.between(0, 10.5) * hourMs);
      if (opened + visitMs >= until) return found;
      found.push({ at: opened, profile, goods: basketOf(profile, shop.goods, chance) });
    }
  });
  return visits.sort((one, other) => one.at - other.at || (one.profile.number < other.profile.number ? -1 : 1));
}

/** Written into an empty journal: who the customers are, and what they did. */
export function recordPast(journal: OpenedJournal, config: StoreConfig, options: PastOptions): void {
  const { shop, startMs } = options;
  const subjects = putCustomers(journal, config, options);
  const tags = new Map(shop.goods.map(({ code, tags: own = [] }) => [code, own]));
  let facts: Fact[] = [];
  const flush = (): void => {
    journal.put({ facts });
    facts = [];
  };
  const note = (type: Fact['type'], at: number, subject: number, body: object): void => {
    const envelope = { seq: journal.number(), type, at, subject, source: null, cause: null, late: false, body };
    facts.push(envelope as unknown as Fact);
  };
  for (const [index, { at, profile, goods }] of pastVisits(options).entries()) {
    const subject = subjects.get(profile.number);
    if (subject === undefined || goods.length === 0) continue;
    const visit = `past-visit-${index}`;
    const [till] = shop.plan.tills;
    const lines = goods.map((item, line) => soldLine(item, `past-${index}/${line}`, tags.get(item.code) ?? []));
    const total = lines.reduce((sum, { amount }) => sum + amount, 0);
    note('visit.opened', at, subject, { visit, till: till?.id ?? 'till', strength: 'strong', reason: 'at-till' });
    const paper = { till: till?.id ?? 'till', receipt: `past-${index}`, currency: shop.currency };
    note('sale', at + visitMs, subject, { ...paper, lines, total });
    note('visit.closed', at + visitMs, subject, { visit, reason: 'paid' });
    if (facts.length >= changeFactsMax) flush();
  }
  // What had come due before the first day is over: a store that begins to speak today does not speak of last year.
  for (const subject of subjects.values()) note('timer.fired', startMs - 1, subject, { due: startMs - 1 });
  flush();
  journal.put({ facts: [], timers: [...subjects.values()].map((subject) => ({ subject, due: startMs })) });
}

/** Subjects of those who may be remembered, by number. */
function putCustomers(
  journal: OpenedJournal,
  config: StoreConfig,
  { customers, profiles }: PastOptions,
): ReadonlyMap<string, number> {
  const { loyalty, chainKey, store } = config;
  const read = readCustomers({ file: 'customers', text: customers, loyalty, chainKey, defaultLocale: store.locale });
  let next = journal.start.nextSubject;
  const newSubject = (): number => {
    next += 1;
    return next - 1;
  };
  const { people } = importCustomers(read.customers, { known: () => null, isErased: () => false, newSubject });
  journal.put({ facts: [], people });
  const byChainId = new Map(
    people.flatMap((one) => (one.kind === 'put' && one.consent.remember ? [[one.chainId, one.subject]] : [])),
  );
  const subjects = new Map<string, number>();
  for (const { number } of profiles) {
    const subject = byChainId.get(chainIdOf(chainKey, number));
    if (subject !== undefined) subjects.set(number, subject);
  }
  return subjects;
}

function soldLine({ code, name, department, price }: Goods, id: string, tags: readonly string[]): SaleLine {
  return { id, code, name, department, tags: [...tags], quantity: 1000, unitPrice: price, amount: price };
}

/** Midnight at the beginning of a day on the store's wall; null: there is no such day. */
export function startOfDay(timeZone: string, date: string): number | null {
  const [, year, month, day] = (/^(\d{4})-(\d{2})-(\d{2})$/.exec(date) ?? []).map(Number);
  if (year === undefined || month === undefined || day === undefined) return null;
  const calendar = createCalendar(timeZone);
  const noon = calendar.instant(year, month, day, 12 * 60);
  const local = calendar.local(noon);
  return local.month === month && local.day === day ? calendar.startOf('day', noon) : null;
}
