/**
 * A store, put together: the parts in the order in which a fact passes through them, the state found again, the
 * doors opened last. `main.ts` gives it the real ports; tests and a simulated world may give others.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { planRemarks } from '@kairos/protocol/floor-plan-checks.ts';
import type { Ports } from '@kairos/protocol/ports.ts';
import type { DeviceStatus } from '@kairos/protocol/topics.ts';
import type { Broker } from './broker/broker.ts';
import { Doorkeeper } from './broker/doorkeeper.ts';
import { openBroker } from './broker/open-broker.ts';
import { CustomerPins } from './catalogue/customer-pins.ts';
import { readPictures } from './catalogue/pictures.ts';
import type { Conductor } from './conductor/conductor.ts';
import type { StoreConfig } from './config.ts';
import { type Delivery, openDelivery } from './delivery/delivery.ts';
import { PinDesk } from './delivery/pin-desk.ts';
import { openElsewhere } from './erased-elsewhere.ts';
import { serveHq } from './headquarters/hq-routes.ts';
import { openHeadquarters } from './headquarters/open-headquarters.ts';
import { HomeAssistant } from './home-assistant/home-assistant.ts';
import type { StoreProbes } from './home-assistant/states.ts';
import { serveDevices } from './http/device-routes.ts';
import { type HealthProbes, readHealth } from './http/health.ts';
import { createHttp, type HttpRoute } from './http/http-server.ts';
import { createMetrics, type Metrics } from './http/metrics.ts';
import { servePictures } from './http/picture-route.ts';
import { serveShell } from './http/shell-route.ts';
import { serveWhy } from './http/why-route.ts';
import { createDeviceMessages } from './intake/device-messages.ts';
import type { IncomingBatch } from './intake/incoming.ts';
import { createIntake, type Intake } from './intake/intake.ts';
import type { RejectionNote } from './intake/rejections.ts';
import { createStoreClock } from './intake/store-clock.ts';
import { type OpenedJournal, openJournal } from './journal/open-journal.ts';
import type { Log } from './log.ts';
import { openFigures } from './manager/figures/open-figures.ts';
import { noHq } from './manager/hq-line.ts';
import { openManagerRoom } from './manager/open-manager.ts';
import { servePlan } from './manager/plan/open-plan.ts';
import { type Foundations, type Mind, wake } from './mind.ts';
import { storePages } from './pages.ts';
import { openPrompts } from './prompt/open-prompts.ts';
import { startOwnAgent } from './radio/own-agent.ts';
import { StoreRadio } from './radio/store-radio.ts';
import { type Reloaded, rejectFaults, reload } from './reload.ts';
import { serveErasing } from './staff/erase-route.ts';
import { openStaff, type Staff } from './staff/open-staff.ts';
import { openTaskDesk } from './tasks/open-task-desk.ts';
import { serveQueues } from './tasks/queue-route.ts';
import { TillFeed } from './till/till-feed.ts';
import { SecureFront } from './tls/secure-front.ts';
import { serveTrust } from './tls/trust-routes.ts';
import { kairosVersion } from './version.ts';

/** Of what is to be said of the floor plan; its editor shows all. */
const planRemarksToldMax = 20;

export interface RunningStore {
  readonly httpPort: number;
  /** Null where it speaks on its own machine alone. */
  readonly httpsPort: number | null;
  /** Null with an external broker. */
  readonly mqttPort: number | null;
  /** Every way in: HTTP routes as they were registered, and namespaces of sockets. */
  readonly waysIn: { readonly routes: readonly HttpRoute[]; readonly namespaces: readonly string[] };
  /** What a person should know about where it listens. */
  readonly remarks: readonly string[];
  /** Goods, customers and dialogues, read anew. */
  reload(environment: Readonly<Record<string, string | undefined>>): Reloaded;
  stop(): Promise<void>;
}

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
  if (journal.snapshot !== null)
    log.info({ copy: journal.snapshot }, 'the journal was copied before this version writes');
  const clock = createStoreClock(ports.clock, await timeOfNewestFact(journal));
  const mind = await wake({ config, journal, clock, ports, log });
  return openDoors({ config, journal, clock, ports, log, metrics, ...mind });
}

async function timeOfNewestFact(journal: OpenedJournal): Promise<number> {
  const [newest] = await journal.facts({ limit: 1, newestFirst: true });
  return newest?.at ?? 0;
}

/** Opens the doors: HTTP, Socket.IO, the broker, radio. Nothing comes in before everything stands. */
async function openDoors(parts: Foundations & Mind & { readonly metrics: Metrics }): Promise<RunningStore> {
  const { config, journal, clock, ports, log, metrics, conductor, visits, engine } = parts;
  let isReady = false;
  const door = new Doorkeeper({ config, ports });
  const staff = openStaff({ config, clock, ports });
  const front = await SecureFront.prepare({ config, now: () => clock.now(), timers: ports.timers, log });
  for (const { kind, says } of planRemarks(config.floorPlan).slice(0, planRemarksToldMax)) log.warn({ kind }, says);
  const figures = openFigures({ ...parts, door: staff.door });
  const customerPins = openCustomerPins(parts, staff);
  const doors: { broker?: Broker; delivery?: Delivery; tillFeed?: TillFeed } = {};
  const elsewhere = openElsewhere(parts, customerPins, (erased) => doors.tillFeed?.forgetNumbers(erased));
  const headquarters = openHeadquarters({ ...parts, cleanElsewhere: () => elsewhere.clean() });
  const hqLine = headquarters?.line ?? null;
  /** How each device last said it is. */
  const devices = new Map<string, DeviceStatus>();
  const intake = createIntake({
    config,
    floorPlan: config.floorPlan,
    goods: parts.goods,
    journal,
    takeIn: (batch) => {
      const isTaken = takeOrEnd(conductor, batch, log);
      if (isTaken) headquarters?.asker.note(batch);
      return isTaken;
    },
    sendAck: (device, by, ack) => {
      if (by === 'screen') doors.delivery?.sendAck(device, ack);
      else if (by === 'mqtt') doors.broker?.sendToDevice(device, 'acks', ack);
    },
    clock,
    timers: ports.timers,
    meter: metrics.intake,
  });
  const radio = openRadio(parts, intake);
  const prompts = openPrompts({ ...parts, intake, staff: staff.door });
  const tillFeed = new TillFeed({ ...parts, intake });
  doors.tillFeed = tillFeed;
  await tillFeed.recall();
  const probes: HealthProbes = {
    isReady: () => isReady,
    journal: () => journal.health(),
    broker: () => doors.broker?.health ?? { kind: 'embedded', isUp: false, reason: null, clients: 0 },
    clock,
    screens: () => doors.delivery?.connected ?? 0,
    complaints: () => [...(front?.complaints() ?? []), ...(hqLine?.complaints ?? [])],
    more: () => ({
      screenStates: doors.delivery?.screenStates ?? {},
      release: parts.release.current.number,
      timers: conductor.pendingTimers,
      radio: radio.tally,
      gateways: radio.gateways,
      lowBatteries: radio.lowBatteries,
      devices: Object.fromEntries(devices),
      tillFolder: tillFeed.folder,
      hq: hqLine?.standing ?? null,
    }),
  };
  const manager = await openManagerRoom({
    ...parts,
    door: staff.door,
    connected: () => doors.broker?.connectedDevices() ?? [],
    gateways: () => radio.gateways,
    lowBatteries: () => radio.lowBatteries,
    complaints: () => readHealth(probes).complaints,
    ...(hqLine ? { hq: () => hqLine.probe } : {}),
  });
  const pictures = readPictures(config.pictures);
  for (const name of pictures.leftOut) log.warn({ name }, 'this file is no picture of a message, and is left out');
  const http = await createHttp({
    probes,
    metrics,
    journal,
    floorPlan: config.floorPlan,
    pages: storePages,
    mayRead: staff.door.onlyOrHere('service', 'manager'),
    routes: (app) => {
      staff.routes(app);
      serveTrust(app, { front, title: config.store.title });
      figures.routes(app);
      manager.routes(app);
      serveWhy(app, { engine, store: config.store, pauses: () => manager.pauses, staff: staff.door });
      serveDevices(app, { door, staff: staff.door, connected: () => doors.broker?.connectedDevices() ?? [] });
      servePlan(app, { config, clock, door: staff.door, environment: process.env });
      tillFeed.routes(app);
      prompts.routes(app);
      serveShell(app, config);
      servePictures(app, pictures);
      serveQueues(app, { config, conductor, door: staff.door });
      serveErasing(app, { ...parts, door: staff.door, audit: staff.audit, hq: () => hqLine?.probe ?? noHq() });
      serveHq(app, { line: () => hqLine, door: staff.door });
    },
  });
  const tasks = await openTaskDesk({ ...parts, door: staff.door, intake });
  const delivery = await openDelivery({
    ...parts,
    desk: tasks,
    http: http.server,
    intake,
    pictures,
    prompts,
    pinDesk: new PinDesk({ ...parts, book: staff.pins.book, pins: customerPins }),
    sendCoupon: (till, coupon) => {
      const agents = [...config.devices.values()].filter(({ may }) => may.has(till)).map(({ id }) => id);
      for (const agent of agents) doors.broker?.sendToDevice(agent, 'coupons', coupon);
      const here = doors.broker?.connectedDevices() ?? [];
      if (!agents.some((agent) => here.includes(agent))) prompts.showCoupon(till, coupon);
    },
  });
  doors.delivery = delivery;
  manager.open({ io: delivery.io, screenStates: () => delivery.screenStates, desk: tasks.desk });
  tasks.open({ io: delivery.io, onCart: (cart) => delivery.helpChanged(cart) });
  metrics.watchJournal(() => journal.health());
  metrics.watch('screens', 'Screens that are connected', () => delivery.connected);
  metrics.watch('handhelds', 'Handhelds that are connected', () => tasks.connected);
  metrics.watch('visits', 'Visits that are open', () => [...visits.open()].length);
  metrics.watch('coupons', 'Coupons that wait for a printer', () => delivery.coupons.waiting);
  if (hqLine)
    metrics.watch('hq_pending_facts', 'Facts that headquarters have not got', () => hqLine.standing.pending ?? 0);
  metrics.watch('timers', 'Subjects that wait for a moment', () => conductor.pendingTimers);
  const listener = createDeviceMessages({
    intake,
    config,
    floorPlan: config.floorPlan,
    onReadings: (_, heard) => radio.observe(heard),
    onStatus: (device, status) => {
      devices.set(device, status);
      manager.heardDevice(device, status);
      if (status.state === 'online')
        for (const place of config.devices.get(device)?.may ?? []) delivery.coupons.resend(place);
    },
    onSale: (device, payload) =>
      tillFeed.hear(device, payload, (answer) => doors.broker?.sendToDevice(device, 'answers', answer)),
    onGateway: (message) => radio.hear(message),
  });
  const broker = await openBroker({ ...parts, door }, listener, http.server);
  doors.broker = broker;
  door.onRevoked = (device) => broker.disconnect(device);
  const agent = startOwnAgent({
    config,
    secretOf: (device) => door.ownSecret(device),
    ports,
    mqttPort: broker.port,
    log,
    reject: (note) => intake.reject(note),
    countRejected: metrics.intake.rejected,
  });
  const homeAssistant = openHomeAssistant(parts, {
    visits: () => visits.open(),
    devices: () => devices.values(),
    receivers: () => radio.receivers,
    lowBatteries: () => radio.lowBatteries,
    complaints: () => readHealth(probes).complaints.length,
    screens: probes.screens,
  });
  front?.stand(http.server);
  const { port, isTaken } = await http.listen({ host: config.listen.host, port: config.listen.http });
  const secure = (await front?.listen(http.server, port)) ?? null;
  tillFeed.open();
  isReady = true;
  const remarks = [
    ...(isTaken ? [`port ${config.listen.http} is taken; the pages are on ${port}`] : []),
    ...(secure?.isTaken ? [`the port for https is taken; it is on ${secure.port}`] : []),
    ...(broker.isPortTaken ? [`port ${config.listen.mqtt} is taken; MQTT is on ${broker.port}`] : []),
  ];
  for (const remark of remarks) log.warn(remark);
  const reject = (note: RejectionNote): void => intake.reject(note);
  rejectFaults(reject, 'goods-file', parts.leftOut.goods);
  rejectFaults(reject, 'customers-file', parts.leftOut.customers);
  const replaceStaff = (members: StoreConfig['staff']): void => {
    staff.replace(members);
    tasks.replaceStaff(members);
  };
  return {
    httpPort: port,
    httpsPort: secure?.port ?? null,
    mqttPort: broker.port,
    waysIn: { routes: http.routes, namespaces: [...delivery.io._nsps.keys()] },
    remarks,
    reload: (environment) => reload({ ...parts, customerPins, environment, reject, replaceStaff }),
    stop: async () => {
      isReady = false;
      hqLine?.close();
      await homeAssistant?.close();
      await agent?.stop();
      radio.stop();
      await tillFeed.close();
      await broker.close();
      manager.close();
      tasks.close();
      await delivery.close();
      front?.close();
      await http.close();
      intake.close();
      conductor.stop();
      await elsewhere.close();
      staff.close();
      await figures.close();
      await journal.close();
      metrics.close();
    },
  };
}

/**
 * What is thrown here is a broken invariant beyond one fact, or a disk that cannot be read: the process ends and begins
 * again from the journal. Nothing of the batch was acknowledged, so its device sends it again.
 */
function takeOrEnd(conductor: Conductor, batch: IncomingBatch, log: Log): boolean {
  try {
    return conductor.take(batch);
  } catch (error) {
    log.error(
      { device: batch.source.device, error: String(error) },
      'a batch could not be taken in; the store starts anew',
    );
    // Past whatever transport called: none of them may swallow it.
    queueMicrotask(() => {
      throw error;
    });
    throw error;
  }
}

/** What the list of customers says of PINs is in force, and who was erased has none. */
function openCustomerPins({ clock, people, listedPins }: Foundations & Mind, { db, pins }: Staff): CustomerPins {
  const customerPins = new CustomerPins({ db, book: pins.book, now: () => clock.now() });
  customerPins.adopt(listedPins);
  customerPins.forgetErased((chainId) => people.isErased(chainId));
  people.onErased = (chainId) => customerPins.forget(chainId);
  return customerPins;
}

function openRadio({ config, ports, clock, conductor }: Foundations & Mind, intake: Intake): StoreRadio {
  return new StoreRadio({
    plan: config.floorPlan,
    config,
    ports,
    clock,
    takeIn: (batch) => conductor.take(batch),
    reject: (note) => intake.reject(note),
  });
}

/** Null where the configuration names no broker of Home Assistant's. */
function openHomeAssistant({ config, ports, log }: Foundations, probes: StoreProbes): HomeAssistant | null {
  const settings = config.homeAssistant;
  if (settings === undefined) return null;
  const store = { id: config.store.id, title: config.store.title, version: kairosVersion };
  return new HomeAssistant({ settings, store, plan: config.floorPlan, probes, ports, log });
}
