/**
 * What reaches a store from elsewhere while it is tried: visits to the retailer's site by customers who agreed to be
 * known there, and whatever news a person has written down for the trial (`Happening`).
 */
import type { Fact } from '@kairos/protocol/facts.ts';
import { chanceOf } from './chance.ts';
import type { CustomerProfile } from './customer-profile.ts';
import type { SimulatedStore } from './simulated-store.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** Of the days on which a customer looks at the site, and pages she sees then. */
const lookingShare = 0.08;
const pages: readonly [number, number] = [1, 3];
const wakingHours: readonly [number, number] = [8, 23];

/** News for some customers: a fact that the retailer's own systems would send. */
export interface Happening {
  /** From 1. */
  readonly day: number;
  /** Milliseconds of the day. */
  readonly at: number;
  readonly type: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** Share of the customers who are told; 0: it is the store's own. */
  readonly to: number;
}

export interface OutsideOptions {
  readonly store: SimulatedStore;
  readonly seed: number;
  readonly startMs: number;
  readonly customers: readonly { readonly profile: CustomerProfile; readonly subject: number }[];
  readonly happenings: readonly Happening[];
}

export class Outside {
  readonly #options: OutsideOptions;

  constructor(options: OutsideOptions) {
    this.#options = options;
  }

  /** Once each day, at its beginning. */
  beginDay(day: number): void {
    const { store, seed, customers, happenings } = this.#options;
    for (const { profile, subject } of customers) {
      const chance = chanceOf(seed, `site/${profile.number}/${day}`);
      if (store.mind.people.person(subject)?.consent.web !== true || !chance.happens(lookingShare)) continue;
      let at = chance.between(...wakingHours) * hourMs;
      for (let page = chance.whole(...pages); page > 0; page -= 1) {
        const category = chance.pick([...profile.likes, 'sandals']);
        this.#at(day, at, () => store.observe('site.visited', subject, { page: `/${category}`, category }));
        at += chance.between(20_000, 120_000);
      }
    }
    for (const [index, happening] of happenings.entries()) {
      if (happening.day === day + 1) this.#at(day, happening.at, () => this.#tell(happening, index));
    }
  }

  #tell({ type, body, to }: Happening, index: number): void {
    const { store, seed, customers } = this.#options;
    const tell = (subject: number | null): void => store.observe(type as Fact['type'] & 'sale', subject, body as never);
    if (to === 0) tell(null);
    else {
      for (const { profile, subject } of customers) {
        if (chanceOf(seed, `news/${index}/${profile.number}`).happens(to)) tell(subject);
      }
    }
  }

  #at(day: number, ofDayMs: number, run: () => void): void {
    const { store, startMs } = this.#options;
    const at = startMs + day * dayMs + Math.round(ofDayMs);
    store.ports.timers.after(Math.max(0, at - store.ports.clock.now()), run);
  }
}
