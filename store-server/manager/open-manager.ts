/** The manager's room, put together: what its pages are told, and what a manager may do. */
import type { GatewayStatus } from '@kairos/edge-agent/gateways/gateway-counts.ts';
import type { ManagerScreen } from '@kairos/protocol/manager-events.ts';
import type { DeviceStatus } from '@kairos/protocol/topics.ts';
import type { FastifyInstance } from 'fastify';
import type { Server } from 'socket.io';
import type { ScreenState } from '../delivery/screen-watch.ts';
import type { Foundations, Mind } from '../mind.ts';
import type { StaffDoor } from '../staff/staff-door.ts';
import type { TaskDesk } from '../tasks/desk.ts';
import { pauseWords } from '../why/pause-words.ts';
import { DecisionBook } from './decision-book.ts';
import { DeviceBook, deviceRows, gatewayRows } from './device-book.ts';
import { FloorMap } from './floor-map.ts';
import { type HqProbe, noHq } from './hq-line.ts';
import { KeptLatency } from './kept-latency.ts';
import { Lanes } from './lanes.ts';
import { ManagerFeed } from './manager-feed.ts';
import { type ManagerRouteOptions, serveManager, watchers } from './manager-routes.ts';
import { NeedProbes } from './need-probes.ts';
import type { TaskWaiting } from './needs.ts';
import { PaintLatency } from './paint-latency.ts';
import { PauseBook, type PauseThen } from './pause-book.ts';
import { PauseDesk } from './pause-desk.ts';
import { PlainHeadlines } from './plain-headlines.ts';

export interface ManagerRoomOptions extends Foundations, Mind {
  readonly door: StaffDoor;
  /** Devices whose line to the broker is open. */
  readonly connected: () => readonly string[];
  /** How the radio and the store itself are. */
  readonly gateways: () => readonly GatewayStatus[];
  readonly lowBatteries: () => number;
  readonly complaints: () => readonly string[];
  readonly hq?: HqProbe;
}

export interface ManagerLines {
  readonly io: Server;
  readonly screenStates: () => Readonly<Record<string, ScreenState>>;
  /** What associates are asked, and where they say they are. */
  readonly desk: Pick<TaskDesk, 'book' | 'crew'>;
}

export interface ManagerRoom {
  routes(app: FastifyInstance): void;
  /** Once there are sockets and screens. */
  open(lines: ManagerLines): void;
  heardDevice(device: string, status: DeviceStatus): void;
  /** Lately set, past ones among them. */
  readonly pauses: readonly PauseThen[];
  close(): void;
}

export async function openManagerRoom(options: ManagerRoomOptions): Promise<ManagerRoom> {
  const { config, visits, journal, clock, conductor, listeners } = options;
  const now = (): number => clock.now();
  const zoneOf = (subject: number): string | null => visits.visitOf(subject)?.zone ?? null;
  const release = (): ManagerRoomOptions['release']['current'] => options.release.current;
  const texts = new PlainHeadlines({ release, store: config.store });
  const nameOf = (associate: string): string => config.staff.find(({ id }) => id === associate)?.name ?? associate;
  const [book, lanes] = [new PauseBook(), new Lanes()];
  await Promise.all([book.load(journal), lanes.load(journal, now())]);
  const pauses = new PauseDesk({
    book,
    conductor,
    now,
    isDialogue: (name) => release().dialogues.some((dialogue) => dialogue.name === name),
    titleOf: (name) => texts.title(name),
    nameOf,
  });
  const latency = new PaintLatency({ receivedAt: () => conductor.receivedAt, zoneOf, now });
  const { timers } = options.ports;
  const keptLatency = new KeptLatency({ latency, data: config.data, journal, timers, log: options.log });
  await keptLatency.recall();
  const heard = new DeviceBook();
  const configured = ownDevices(config);
  const devices: ManagerRouteOptions['devices'] = () =>
    deviceRows(heard, { configured, connected: new Set(options.connected()), now: now() });
  const gateways: ManagerRouteOptions['gateways'] = () => gatewayRows(options.gateways());
  listeners.push((facts) => {
    for (const fact of facts) if (fact.type === 'pause.changed') book.note(fact);
    latency.note(facts);
  });
  let feed: ManagerFeed | null = null;
  return {
    routes: (app) =>
      serveManager(app, {
        door: options.door,
        journal,
        release,
        wall: wallOf(options, book, nameOf),
        pauses,
        latency,
        devices,
        gateways,
        hq: options.hq ?? noHq,
        now,
      }),
    open: ({ io, screenStates, desk }) => {
      const screens = (): ManagerScreen[] => screensOf(options, screenStates());
      const probes = new NeedProbes({
        ...options,
        screens,
        devices,
        gateways,
        tasks: () => tasksWaiting(desk, zoneOf),
        now,
      });
      const placeOf = (associate: string): string | null => desk.crew.placeOf(associate);
      const needs = (): ReturnType<NeedProbes['needs']> => probes.needs();
      feed = openFeed(options, { io, screens, placeOf, texts, pauses, lanes, latency, needs });
    },
    heardDevice: (device, status) => heard.heard(device, status, now()),
    get pauses() {
      return book.all;
    },
    close: () => {
      keptLatency.close();
      feed?.close();
    },
  };
}

interface FeedParts {
  readonly io: Server;
  readonly screens: () => ManagerScreen[];
  readonly placeOf: (associate: string) => string | null;
  readonly texts: PlainHeadlines;
  readonly pauses: PauseDesk;
  readonly lanes: Lanes;
  readonly latency: PaintLatency;
  readonly needs: () => ReturnType<NeedProbes['needs']>;
}

function openFeed(options: ManagerRoomOptions, { texts, pauses, latency, ...parts }: FeedParts): ManagerFeed {
  const { config, visits, engine, journal, clock, ports, door, listeners, forgetters } = options;
  const { store, floorPlan: plan } = config;
  const feed = new ManagerFeed({
    ...parts,
    admits: door.admitsOrHere(...watchers),
    store: { title: store.title, timeZone: store.timeZone, currency: store.currency },
    plan,
    floor: new FloorMap({ plan, carts: config.carts.map(({ id }) => id), visits, engine }),
    visits,
    decisions: new DecisionBook({
      texts,
      journal,
      zoneOf: (subject) => visits.visitOf(subject)?.zone ?? null,
      cartOf: (subject) => visits.visitOf(subject)?.cart ?? null,
    }),
    pauses: () => pauses.current,
    dialogues: () => options.release.current.dialogues.map(({ name }) => ({ name, title: texts.title(name) })),
    latency: () => latency.current,
    clock,
    timers: ports.timers,
  });
  listeners.push((facts) => feed.note(facts));
  forgetters.push((subjects) => feed.forget(subjects));
  return feed;
}

/** Devices that are named for themselves: carts, screens and tills need no agent. */
function ownDevices({ devices, carts, floorPlan }: ManagerRoomOptions['config']): string[] {
  const places = new Set([...carts, ...floorPlan.screens, ...floorPlan.tills].map(({ id }) => id));
  return [...devices.keys()].filter((id) => !places.has(id));
}

/** Asked of associates and taken by nobody; a shopper's call is told as what it is. */
function tasksWaiting({ book }: ManagerLines['desk'], zoneOf: (subject: number) => string | null): TaskWaiting[] {
  return [...book.open()]
    .filter(({ associate, kind }) => associate === null && kind !== 'help')
    .map(({ id, kind, role, since, subject }) => ({
      task: id,
      kind: kind === 'approval' ? 'approval' : 'claim',
      role,
      zone: subject === null ? null : zoneOf(subject),
      since,
    }));
}

/** Every screen that the store has, with how it is; one that has not come since the start is unseen. */
function screensOf({ config }: ManagerRoomOptions, states: Readonly<Record<string, ScreenState>>): ManagerScreen[] {
  const screen = (id: string, zone: string | null): ManagerScreen => ({ id, zone, state: states[id] ?? 'unseen' });
  return [
    ...config.floorPlan.screens.map(({ id, zone }) => screen(id, zone)),
    ...config.carts.map(({ id }) => screen(id, null)),
  ];
}

function wallOf(
  { config }: ManagerRoomOptions,
  book: PauseBook,
  nameOf: (associate: string) => string,
): ManagerRouteOptions['wall'] {
  const { timeZone, currency } = config.store;
  const zones = new Map(config.floorPlan.zones.map(({ id, name }) => [id, name]));
  return {
    timeZone,
    currency,
    zoneName: (zone) => zones.get(zone) ?? zone,
    pausedBy: (dialogue, at, words) => pauseWords({ pauses: book.all, timeZone, nameOf }, dialogue, { at, words }),
  };
}
