/**
 * What decides, found again: people, dialogues, visits and the engine with the state they had, before anything new is
 * heard.
 */
import { join } from 'node:path';
import type { CompiledRelease } from '@kairos/dialogue/compiled.ts';
import { createEngine } from '@kairos/dialogue/engine/create-engine.ts';
import type { Engine } from '@kairos/dialogue/engine/engine.ts';
import { tombstoneOf } from '@kairos/protocol/chain-id.ts';
import { type ConfigFault, faultText } from '@kairos/protocol/config-fault.ts';
import type { Fact } from '@kairos/protocol/facts.ts';
import type { Ports } from '@kairos/protocol/ports.ts';
import type { CustomerPin } from './catalogue/customer-pins.ts';
import { importCustomers } from './catalogue/customers.ts';
import { CurrentGoods, noGoods } from './catalogue/goods.ts';
import { Conductor } from './conductor/conductor.ts';
import { People } from './conductor/people.ts';
import type { StoreConfig } from './config.ts';
import { dialoguesFolder } from './headquarters/published-dialogues.ts';
import type { StoreClock } from './intake/store-clock.ts';
import type { OpenedJournal } from './journal/open-journal.ts';
import type { Log } from './log.ts';
import { findReleases } from './releases/current-release.ts';
import { storeCardOf, writeStoreCard } from './store-card.ts';
import { departmentsOf, readCustomersFile, readGoodsFile } from './store-files.ts';
import { kairosVersion } from './version.ts';
import { Visits } from './visits/visits.ts';

async function activatedRelease(journal: OpenedJournal): Promise<number> {
  const [newest] = await journal.facts({ types: ['release.activated'], limit: 1, newestFirst: true });
  return newest?.type === 'release.activated' ? newest.body.release : 0;
}

export interface Foundations {
  readonly config: StoreConfig;
  readonly journal: OpenedJournal;
  readonly clock: StoreClock;
  readonly ports: Ports;
  readonly log: Log;
}

/** What decides: its people, its dialogues, its state as it was. */
export interface Mind {
  readonly engine: Engine;
  readonly visits: Visits;
  readonly people: People;
  readonly conductor: Conductor;
  readonly goods: CurrentGoods;
  /** As the list of customers has them. */
  readonly listedPins: readonly CustomerPin[];
  /** Rows that were not taken: to be counted, once something counts. */
  readonly leftOut: { readonly goods: readonly ConfigFault[]; readonly customers: readonly ConfigFault[] };
  /** The one in force. */
  readonly release: { current: CompiledRelease };
  /** Until when what headquarters have lent of caps of one counts; null: they lend none. */
  readonly caps: { until: number | null };
  readonly listeners: ((facts: readonly Fact[]) => void)[];
  /** Told whose visit is forgotten. */
  readonly forgetters: ((subjects: readonly number[]) => void)[];
}

export async function wake({ config, journal, clock, ports, log }: Foundations): Promise<Mind> {
  const { floorPlan, store } = config;
  const read = readGoodsFile(config.goods);
  const goods = new CurrentGoods(read.goods ?? noGoods);
  const departments = departmentsOf(goods);
  writeStoreCard(config.data, storeCardOf({ store, floorPlan, departments }));
  const { before, next, remarks } = findReleases({
    folder: dialoguesFolder(config),
    shelf: join(config.data, 'releases'),
    activated: await activatedRelease(journal),
    zones: floorPlan.zones.map((zone) => zone.id),
    departments,
  });
  for (const remark of remarks) log.warn(remark);
  const first = before.at(-1) ?? (next as CompiledRelease);
  const people = new People(journal, {
    defaultLocale: store.locale,
    tombstoneOf: (chainId) => tombstoneOf(config.chainKey, chainId),
  });
  const customers = await importCustomersFile(config, journal, people, next ?? first);
  const { passedOver } = customers;
  if (passedOver > 0) log.info({ passedOver }, 'customers who were erased are not taken in again');
  for (const fault of [...read.faults, ...customers.faults]) log.warn({ reason: fault.reason }, faultText(fault));
  const caps: Mind['caps'] = { until: journal.start.fromHq?.capsUntil ?? null };
  const engine = createEngine({
    release: first,
    earlier: before.slice(0, -1),
    chainKey: config.chainKey,
    // Outside visits, and off site, headquarters decide.
    ...(config.hq === null ? {} : { seat: 'store' as const, capsUntil: () => caps.until }),
    store: { name: store.title, currency: store.currency, timeZone: store.timeZone },
    person: (subject) => people.person(subject),
    places: {
      zones: Object.fromEntries(floorPlan.zones.map((zone) => [zone.id, zone.kind])),
      screens: Object.fromEntries(floorPlan.screens.map((screen) => [screen.id, screen.zone])),
      tills: Object.fromEntries(floorPlan.tills.map((till) => [till.id, till.zone])),
    },
  });
  const visits = new Visits(floorPlan);
  const listeners: Mind['listeners'] = [];
  const forgetters: Mind['forgetters'] = [];
  const conductor = new Conductor({
    journal,
    engine,
    visits,
    people,
    clock,
    timers: ports.timers,
    quietMs: config.visit.quietMinutes * 60_000,
    snapshotEveryFacts: config.journal.snapshotEveryFacts,
    listeners,
    onForgotten: (subjects) => {
      for (const forget of forgetters) forget(subjects);
    },
    onBroken: (fact, error) => {
      log.error(
        { type: fact.type, device: fact.source?.device, error: String(error) },
        'a fact could not be handled; it is put aside, and the store starts anew',
      );
      const end = (): void => {
        throw error;
      };
      // Past whoever called, and past promises: the process ends, and whatever watches it starts it again.
      const endSoon = (): unknown => ports.timers.after(0, end);
      journal.committed().then(endSoon, endSoon);
    },
  });
  await conductor.start();
  conductor.observe('store.started', null, { epoch: journal.start.storeEpoch, version: kairosVersion });
  if (next) conductor.activate(next);
  for (const { subject, attributes } of customers.changed)
    conductor.observe('customer.changed', subject, { attributes });
  const leftOut = { goods: read.faults, customers: customers.faults };
  return {
    engine,
    visits,
    people,
    conductor,
    goods,
    leftOut,
    listedPins: customers.pins,
    release: { current: next ?? first },
    caps,
    listeners,
    forgetters,
  };
}

/** Returns those who were known before and are other now. */
async function importCustomersFile(
  config: StoreConfig,
  journal: OpenedJournal,
  people: People,
  release: CompiledRelease,
): Promise<{
  changed: { subject: number; attributes: string[] }[];
  faults: readonly ConfigFault[];
  passedOver: number;
  pins: readonly CustomerPin[];
}> {
  const { customers: file, loyalty, chainKey, store } = config;
  const { customers, faults } = readCustomersFile({ file, loyalty, chainKey, defaultLocale: store.locale, release });
  const found = importCustomers(customers, {
    isErased: (chainId) => people.isErased(chainId),
    known: (chainId) => journal.personByChainId(chainId),
    newSubject: () => people.newNumber(),
  });
  if (found.people.length > 0) {
    journal.put({ facts: [], people: found.people });
    await journal.committed();
  }
  const { passedOver } = found;
  return {
    changed: found.changed.filter(({ isNew, attributes }) => !isNew && attributes.length > 0),
    faults,
    passedOver,
    pins: found.pins,
  };
}
