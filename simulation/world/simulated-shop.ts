/** The shop of a store's own configuration, as the world walks in it, and its customers: from their file, or made up. */
import { readFileSync } from 'node:fs';
import { createCalendar } from '@kairos/dialogue/measure/calendar.ts';
import { checkDigit } from '@kairos/protocol/check-digit.ts';
import { readCsv } from '@kairos/store-server/catalogue/csv.ts';
import { readGoods } from '@kairos/store-server/catalogue/goods.ts';
import type { StoreConfig } from '@kairos/store-server/config.ts';
import { chanceOf } from './chance.ts';
import type { CustomerProfile } from './customer-profile.ts';
import type { Shop } from './shop.ts';

const firstNames = ['Ada', 'Bela', 'Chiara', 'Dana', 'Emil', 'Femi', 'Greta', 'Hugo', 'Ines', 'Jonas', 'Kaya', 'Lena'];
const lastNames = ['Adler', 'Bauer', 'Costa', 'Demir', 'Engel', 'Fischer', 'Garcia', 'Huber', 'Ito', 'Jansen'];
const locales = ['en', 'en', 'de', 'de', 'es', 'fr'];
const consents = { remember: 0.9, inStore: 0.9, email: 0.7, call: 0.5, mail: 0.6, web: 0.6, sensitive: 0.2 };
const dayMs = 86_400_000;

export function shopOf(config: StoreConfig, customers: string): Shop {
  const { goods } = config.goods === null ? { goods: { all: [] } } : readGoods(config.goods, text(config.goods));
  const { rows } = readCsv('customers', customers);
  return {
    plan: config.floorPlan,
    goods: goods.all,
    members: rows.map(({ fields }) => ({ number: fields.number ?? '', firstName: fields.firstName ?? 'somebody' })),
    currency: config.store.currency,
    loyaltyPrefix: config.loyalty.prefixes[0] ?? '29',
  };
}

/** Whoever comes often is met often. */
export function weighted(shop: Shop, profiles: readonly CustomerProfile[]): Shop {
  const byNumber = new Map(profiles.map((profile) => [profile.number, profile]));
  const weightOf = (number: string): number => {
    const profile = byNumber.get(number);
    return profile === undefined || profile.stoppedDaysAgo > 0 ? 0 : profile.visitsAWeek;
  };
  return { ...shop, members: shop.members.map((member) => ({ ...member, weight: weightOf(member.number) })) };
}

/** A file of made-up customers, as `customers:` of a store's configuration reads it. */
export function madeUpCustomers(options: { count: number; seed: number; prefix: string; startMs: number }): string {
  const { count, seed, prefix, startMs } = options;
  const chance = chanceOf(seed, 'population');
  const purposes = Object.entries(consents);
  const header = ['number', 'firstName', 'lastName', 'locale', 'birthday', 'suitSize', 'shoeSize'];
  const lines = Array.from({ length: count }, (_, index) => {
    const digits = `${prefix}${String(1_000_000 + index).padStart(12 - prefix.length, '0')}`;
    const birthday = dayText(startMs - Math.floor(chance.between(18 * 365, 80 * 365)) * dayMs);
    const sizes = [chance.happens(0.4) ? chance.whole(44, 56) : '', chance.happens(0.4) ? chance.whole(36, 46) : ''];
    const agreed = purposes.map(([, share]) => (chance.happens(share) ? 'yes' : 'no'));
    const person = [chance.pick(firstNames), chance.pick(lastNames), chance.pick(locales), birthday];
    return [`${digits}${checkDigit(digits)}`, ...person, ...sizes, ...agreed].join(',');
  });
  return [[...header, ...purposes.map(([name]) => name)].join(','), ...lines, ''].join('\n');
}

function dayText(ms: number): string {
  const { year, month, day } = createCalendar('UTC').local(ms);
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

function text(file: string): string {
  return readFileSync(file, 'utf8');
}
