/**
 * A set of dialogues, tried on simulated shoppers: the store's real mind, a world of people, and days of their lives as
 * fast as the machine can go. Everything follows from the seed, the set and the files: the same ones give the same facts.
 */
import type { CompiledRelease } from '@kairos/dialogue/compiled.ts';
import type { SourceFile } from '@kairos/dialogue/language/compile.ts';
import { chainIdOf } from '@kairos/protocol/chain-id.ts';
import type { Fact } from '@kairos/protocol/facts.ts';
import type { StoreConfig } from '@kairos/store-server/config.ts';
import { Tally } from '@kairos/store-server/rehearsal/tally.ts';
import { Addressees } from './addressees.ts';
import { chanceOf } from './chance.ts';
import { type CustomerProfile, profilesOf } from './customer-profile.ts';
import { type Happening, Outside } from './outside.ts';
import { dayPace } from './pace.ts';
import { recordPast } from './past.ts';
import { SaidMessages } from './said-messages.ts';
import type { SimulatedCart } from './shop.ts';
import { Shoppers } from './shoppers.ts';
import { shopOf, weighted } from './simulated-shop.ts';
import { SimulatedStore } from './simulated-store.ts';
import { Staff } from './staff.ts';
import { type Temperament, temperamentOf } from './temperament.ts';
import { stepMs, World } from './world.ts';

const dayMs = 86_400_000;
/** A year: long enough for every window that a measure usually has. */
export const pastDaysUsual = 365;
/** The world holds still so often and lets the store's disk come after: each time costs a flush of a real disk. */
const settleEveryMs = 900_000;

export interface TrialOptions {
  readonly config: StoreConfig;
  readonly dialogues: readonly SourceFile[];
  /** The customers' file, as text. */
  readonly customers: string;
  readonly seed: number;
  readonly days: number;
  readonly carts: readonly SimulatedCart[];
  readonly associates: number;
  /** Midnight on the store's wall, at the beginning of the first day. */
  readonly startMs: number;
  /** How far back what customers did before is made up. */
  readonly pastDays?: number;
  readonly happenings?: readonly Happening[];
  /** The store's data folder, to be left behind. */
  readonly keep?: string;
  /** Everything that is recorded, in order. */
  readonly onFacts?: (facts: readonly Fact[]) => void;
  /** After each simulated quarter of an hour; `pauseMs` gives another span. Awaited: somebody may slow it down. */
  readonly onPause?: (now: { readonly worldMs: number; readonly facts: number }) => Promise<void> | undefined;
  readonly pauseMs?: number;
}

export interface Trial {
  readonly release: CompiledRelease;
  readonly tally: Tally;
  /** Facts recorded on these days, decisions among them. */
  readonly facts: number;
  readonly customers: number;
  readonly refused: ReadonlyMap<string, number>;
  /** Facts that the engine could not handle: a mistake of ours, never of the draft's. */
  readonly failures: number;
}

/** Throws `BrokenDialoguesError` where the dialogues cannot run. */
export async function runTrial(options: TrialOptions): Promise<Trial> {
  const { config, customers, seed, startMs, days, onPause, pauseMs = settleEveryMs } = options;
  const plain = shopOf(config, customers);
  const profiles = profilesOf(seed, plain, options.pastDays ?? pastDaysUsual);
  const shop = weighted(plain, profiles);
  const past = { seed, shop, profiles, customers, startMs };
  const store = await SimulatedStore.open({
    ...options,
    past: (journal, staged) => recordPast(journal, staged, past),
  });
  const tally = new Tally();
  const said = new SaidMessages();
  let facts = 0;
  store.listen((recorded) => {
    facts += recorded.length;
    for (const fact of recorded) {
      said.note(fact);
      tally.note(fact, fact.at);
    }
    tally.gatherStops(store.mind.engine);
    options.onFacts?.(recorded);
  });
  const people = populate(store, { ...options, profiles, said });
  const world = new World({ shop, carts: options.carts, seed, pace: dayPace });
  const placeOf = (message: string): string => said.placeOf(message);
  const shoppers = new Shoppers({ store, world, carts: options.carts, seed, startMs, placeOf });
  shoppers.connect();
  for (let day = 0; day < days; day += 1) {
    people.beginDay(day);
    for (const until = (day + 1) * dayMs; world.nowMs < until; ) {
      for (const pause = world.nowMs + pauseMs; world.nowMs < pause; ) shoppers.step();
      await store.settle();
      await onPause?.({ worldMs: world.nowMs, facts });
    }
  }
  store.ports.runUntil(startMs + days * dayMs - stepMs);
  await store.settle();
  const { current: release } = store.mind.release;
  const { refused, failures } = store.mishaps;
  await store.close();
  return { release, tally, facts, customers: people.customers, refused, failures };
}

interface People {
  readonly customers: number;
  beginDay(day: number): void;
}

/** Everybody but the shoppers on the floor: associates, readers at home, visitors of the site. */
function populate(
  store: SimulatedStore,
  options: TrialOptions & { readonly profiles: readonly CustomerProfile[]; readonly said: SaidMessages },
): People {
  const { seed, startMs, said, profiles, config, associates, happenings = [] } = options;
  const known = profiles.flatMap((profile) => {
    const subject = store.mind.people.subjectOf(chainIdOf(config.chainKey, profile.number));
    const isKnown = subject !== null && store.mind.people.remembered(subject) === true;
    return isKnown ? [{ profile, subject }] : [];
  });
  const bySubject = new Map(known.map(({ profile, subject }) => [subject, profile.temperament]));
  const temperament = (subject: number): Temperament =>
    bySubject.get(subject) ?? temperamentOf(chanceOf(seed, `temperament/${subject}`));
  const staff = new Staff({ store, said, seed, associates, startMs, temperamentOf: temperament });
  new Addressees({ store, said, seed, temperamentOf: temperament });
  const outside = new Outside({ store, seed, startMs, customers: known, happenings });
  return {
    customers: known.length,
    beginDay: (day) => {
      staff.beginDay(day);
      outside.beginDay(day);
    },
  };
}
