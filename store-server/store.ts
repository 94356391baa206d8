/**
 * A store, put together: the parts in the order in which a fact passes through them, the state found again, the
 * doors opened last. `main.ts` gives it the real ports; tests and a simulated world may give others.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CompiledRelease } from '@kairos/dialogue/compiled.ts';
import { createEngine } from '@kairos/dialogue/engine/create-engine.ts';
import type { Engine } from '@kairos/dialogue/engine/engine.ts';
import type { Fact } from '@kairos/protocol/facts.ts';
import type { Ports } from '@kairos/protocol/ports.ts';
import type { DeviceConfig } from '@kairos/protocol/topics.ts';
import type { Broker, BrokerListener } from './broker/broker.ts';
import { openEmbeddedBroker } from './broker/embedded-broker.ts';
import { openExternalBroker } from './broker/external-broker.ts';
import { importCustomers, readCustomers } from './catalogue/customers.ts';
import { type Goods, noGoods, readGoods } from './catalogue/goods.ts';
import { Conductor } from './conductor/conductor.ts';
import { People } from './conductor/people.ts';
import type { StoreConfig } from './config.ts';
import { Overview } from './delivery/overview.ts';
import { Screens } from './delivery/screens.ts';
import { createHttp } from './http/http-server.ts';
import { createMetrics, type Metrics } from './http/metrics.ts';
import { createIntake, type Intake } from './intake/intake.ts';
import { createStoreClock, type StoreClock } from './intake/store-clock.ts';
import { type OpenedJournal, openJournal } from './journal/open-journal.ts';
import type { Log } from './log.ts';
import { storePages } from './pages.ts';
import { StoreRadio } from './radio/store-radio.ts';
import { findReleases } from './releases/current-release.ts';
import { Visits } from './visits/visits.ts';

export interface RunningStore {
  readonly httpPort: number;
  /** Null with an external broker. */
  readonly mqttPort: number | null;
  /** What a person should know about where it listens. */
  readonly remarks: readonly string[];
  stop(): Promise<void>;
}

const version = '0.1.0';

export async function startStore(config: StoreConfig, ports: Ports, log: Log): Promise<RunningStore> {
  mkdirSync(config.data, { recursive: true });
  const metrics = createMetrics();
  const journal = await openJournal({
    file: join(config.data, 'journal.db'),
    groupMs: config.journal.groupMs,
    ports,
    onCommit: (commit) => metrics.committed(commit),
    unsafeAckBeforeCommit: config.test.ackBeforeCommit,
    slowCommitMs: config.test.slowCommitMs,
  });
  const clock = createStoreClock(ports.clock, await timeOfNewestFact(journal));
  const mind = await wake({ config, journal, clock, ports, log });
  return openDoors({ config, journal, clock, ports, log, metrics, ...mind });
}

async function timeOfNewestFact(journal: OpenedJournal): Promise<number> {
  const [newest] = await journal.facts({ limit: 1, newestFirst: true });
  return newest?.at ?? 0;
}

async function activatedRelease(journal: OpenedJournal): Promise<number> {
  const [newest] = await journal.facts({ types: ['release.activated'], limit: 1, newestFirst: true });
  return newest?.type === 'release.activated' ? newest.body.release : 0;
}

interface Foundations {
  readonly config: StoreConfig;
  readonly journal: OpenedJournal;
  readonly clock: StoreClock;
  readonly ports: Ports;
  readonly log: Log;
}

/** What decides: its people, its dialogues, its state as it was. */
interface Mind {
  readonly engine: Engine;
  readonly visits: Visits;
  readonly people: People;
  readonly conductor: Conductor;
  readonly goods: Goods;
  readonly release: CompiledRelease;
  readonly listeners: ((facts: readonly Fact[]) => void)[];
}

async function wake({ config, journal, clock, ports, log }: Foundations): Promise<Mind> {
  const { floorPlan, store } = config;
  const goods = readGoodsFile(config, log);
  const { before, next, remarks } = findReleases({
    folder: config.dialogues,
    shelf: join(config.data, 'releases'),
    activated: await activatedRelease(journal),
    zones: floorPlan.zones.map((zone) => zone.id),
    departments: [...new Set(goods.all.map((item) => item.department))],
  });
  for (const remark of remarks) log.warn(remark);
  const first = before.at(-1) ?? (next as CompiledRelease);
  const people = new People(journal, store.locale);
  const changed = await importCustomersFile(config, journal, people, next ?? first, log);
  const engine = createEngine({
    release: first,
    earlier: before.slice(0, -1),
    chainKey: config.chainKey,
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
    onFailure: (fact, error) =>
      log.error(
        { seq: fact.seq, type: fact.type, error: String(error) },
        'a fact could not be handled; it is recorded',
      ),
  });
  await conductor.start();
  conductor.observe('store.started', null, { epoch: journal.start.storeEpoch, version });
  if (next) conductor.activate(next);
  for (const { subject, attributes } of changed) conductor.observe('customer.changed', subject, { attributes });
  return { engine, visits, people, conductor, goods, release: next ?? first, listeners };
}

function readGoodsFile(config: StoreConfig, log: Log): Goods {
  if (config.goods === null) return noGoods;
  const { goods, faults } = readGoods(config.goods, readFileSync(config.goods, 'utf8'));
  for (const { file, line, reason } of faults) log.warn(`${file}:${line}: ${reason}`);
  return goods;
}

/** Returns those who were known before and are other now. */
async function importCustomersFile(
  config: StoreConfig,
  journal: OpenedJournal,
  people: People,
  release: CompiledRelease,
  log: Log,
): Promise<{ subject: number; attributes: string[] }[]> {
  if (config.customers === null) return [];
  const attributeTypes = Object.fromEntries(
    Object.entries(release.house.attributes).map(([name, { type }]) => [name, type]),
  );
  const { customers, faults } = readCustomers({
    file: config.customers,
    text: readFileSync(config.customers, 'utf8'),
    loyalty: config.loyalty,
    chainKey: config.chainKey,
    defaultLocale: config.store.locale,
    attributeTypes,
  });
  for (const { file, line, reason } of faults) log.warn(`${file}:${line}: ${reason}`);
  const found = importCustomers(customers, {
    known: (chainId) => journal.personByChainId(chainId),
    newSubject: () => people.newNumber(),
  });
  if (found.people.length > 0) {
    journal.put({ facts: [], people: found.people });
    await journal.committed();
  }
  return found.changed.filter(({ isNew, attributes }) => !isNew && attributes.length > 0);
}

/** Opens the doors: HTTP, Socket.IO, the broker, radio. Nothing comes in before everything stands. */
async function openDoors(parts: Foundations & Mind & { readonly metrics: Metrics }): Promise<RunningStore> {
  const { config, journal, clock, ports, log, metrics, conductor, visits, engine, people } = parts;
  let isReady = false;
  const doors: { broker?: Broker; screens?: Screens } = {};
  const intake = createIntake({
    config,
    floorPlan: config.floorPlan,
    goods: parts.goods,
    journal,
    takeIn: (batch) => conductor.take(batch),
    sendAck: (device, by, ack) => {
      if (by === 'screen') doors.screens?.sendAck(device, ack);
      else if (by === 'mqtt') doors.broker?.sendToDevice(device, 'acks', ack);
    },
    clock,
    timers: ports.timers,
    meter: metrics.intake,
  });
  const radio = openRadio(parts, intake);
  const http = await createHttp({
    probes: {
      isReady: () => isReady,
      journal: () => journal.health(),
      broker: () => doors.broker?.health ?? { kind: 'embedded', isUp: false, reason: null, clients: 0 },
      clock,
      screens: () => doors.screens?.connected ?? 0,
      more: () => ({ release: parts.release.number, timers: conductor.pendingTimers, radio: radio.tally }),
    },
    metrics,
    journal,
    floorPlan: config.floorPlan,
    pages: storePages,
  });
  const screens = new Screens({
    http: http.server,
    tokens: new Map([...config.carts.map(({ id }) => id)].map((id) => [id, config.devices.get(id)?.token ?? null])),
    sources: { store: config.store, visits, people, engine },
    plan: config.floorPlan,
    visits,
    clock,
    timers: ports.timers,
    receive: (device, payload) => intake.receive(device, 'screen', payload),
    reject: (note) => intake.reject(note),
    onReachable: (screen, reached) =>
      conductor.observe('screen.changed', null, { screen, state: reached ? 'connected' : 'lost' }),
  });
  doors.screens = screens;
  const titles = new Map(parts.release.dialogues.map(({ name, title }) => [name, title]));
  const overview = new Overview({
    io: screens.io,
    store: config.store,
    plan: config.floorPlan,
    carts: config.carts.map(({ id }) => id),
    visits,
    engine,
    titleOf: (dialogue) => titles.get(dialogue) ?? dialogue,
    clock,
    timers: ports.timers,
  });
  parts.listeners.push(
    (facts) => screens.deliver(facts),
    (facts) => overview.note(facts),
  );
  metrics.watchJournal(() => journal.health());
  metrics.watch('screens', 'Screens that are connected', () => screens.connected);
  metrics.watch('visits', 'Visits that are open', () => [...visits.open()].length);
  metrics.watch('timers', 'Subjects that wait for a moment', () => conductor.pendingTimers);
  const listener: BrokerListener = {
    facts: (device, payload) => intake.receive(device, 'mqtt', payload),
    readings: (device, payload) => radio.observe(device, payload),
    status: () => undefined,
    gateway: ({ topic, format, payload }) => radio.hear(topic, format, payload),
    refused: (refusal) => intake.reject({ by: 'mqtt', ...refusal }),
  };
  const broker = await openBroker(parts, listener, http.server);
  doors.broker = broker;
  const { port, isTaken } = await http.listen({ host: config.listen.host, port: config.listen.http });
  isReady = true;
  const remarks = [
    ...(isTaken ? [`port ${config.listen.http} is taken; the pages are on ${port}`] : []),
    ...(broker.isPortTaken ? [`port ${config.listen.mqtt} is taken; MQTT is on ${broker.port}`] : []),
  ];
  for (const remark of remarks) log.warn(remark);
  return {
    httpPort: port,
    mqttPort: broker.port,
    remarks,
    stop: async () => {
      isReady = false;
      radio.stop();
      overview.close();
      await broker.close();
      await screens.close();
      await http.close();
      intake.close();
      conductor.stop();
      await journal.close();
      metrics.close();
    },
  };
}

function openRadio({ config, ports, clock, conductor }: Foundations & Mind, intake: Intake): StoreRadio {
  return new StoreRadio({
    plan: config.floorPlan,
    tags: new Map(config.carts.flatMap(({ id, tag }) => (tag === undefined ? [] : [[tag, id]]))),
    ports,
    clock,
    takeIn: (batch) => conductor.take(batch),
    reject: (note) => intake.reject(note),
    mayOf: (device) => config.devices.get(device)?.may ?? new Set(),
  });
}

async function openBroker(
  { config, ports, clock, metrics }: Foundations & { readonly metrics: Metrics },
  listener: BrokerListener,
  httpServer: Parameters<typeof openEmbeddedBroker>[0]['httpServer'],
): Promise<Broker> {
  const carts = new Set(config.carts.map(({ id }) => id));
  const configOf = (device: string): DeviceConfig => ({
    store: config.store.id,
    storeTime: clock.now(),
    ...(carts.has(device) ? { cart: device } : {}),
    loyalty: config.loyalty,
    floorPlan: config.floorPlan,
  });
  if (config.broker) return openExternalBroker({ config, broker: config.broker, ports, listener, configOf });
  return openEmbeddedBroker({ config, ports, listener, meter: metrics.broker, configOf, httpServer });
}
