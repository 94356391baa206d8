/** The manager's room, put together: what its pages are told, and what a manager may do. */
import type { ManagerScreen } from '@kairos/protocol/manager-events.ts';
import type { Server, Socket } from 'socket.io';
import type { ScreenState } from '../delivery/screen-watch.ts';
import { isFromThisMachine } from '../http/guards.ts';
import type { Foundations, Mind } from '../mind.ts';
import { DecisionBook } from './decision-book.ts';
import { FloorMap } from './floor-map.ts';
import { Lanes } from './lanes.ts';
import { ManagerFeed } from './manager-feed.ts';
import { PlainHeadlines } from './plain-headlines.ts';

export interface ManagerRoomOptions extends Foundations, Mind {
  readonly io: Server;
  readonly screenStates: () => Readonly<Record<string, ScreenState>>;
}

export interface ManagerRoom {
  close(): void;
}

export async function openManagerRoom(options: ManagerRoomOptions): Promise<ManagerRoom> {
  const { config, visits, engine, journal, clock, ports, listeners, forgetters, io } = options;
  const { store, floorPlan: plan } = config;
  const carts = config.carts.map(({ id }) => id);
  const texts = new PlainHeadlines({ release: () => options.release.current, store });
  const lanes = new Lanes();
  await lanes.load(journal, clock.now());
  const decisions = new DecisionBook({
    texts,
    journal,
    zoneOf: (subject) => visits.visitOf(subject)?.zone ?? null,
    cartOf: (subject) => visits.visitOf(subject)?.cart ?? null,
  });
  const feed = new ManagerFeed({
    io,
    admits: fromThisMachine,
    store: { title: store.title, timeZone: store.timeZone, currency: store.currency },
    plan,
    floor: new FloorMap({ plan, carts, visits, engine }),
    visits,
    decisions,
    lanes,
    screens: () => screensOf(options),
    needs: async () => [],
    pauses: () => [],
    dialogues: () => options.release.current.dialogues.map(({ name }) => ({ name, title: texts.title(name) })),
    latency: () => null,
    clock,
    timers: ports.timers,
  });
  listeners.push((facts) => feed.note(facts));
  forgetters.push((subjects) => feed.forget(subjects));
  return { close: () => feed.close() };
}

/** Every screen that the store has, with how it is; one that has not come since the start is unseen. */
function screensOf({ config, screenStates }: ManagerRoomOptions): ManagerScreen[] {
  const states = screenStates();
  const screen = (id: string, zone: string | null): ManagerScreen => ({ id, zone, state: states[id] ?? 'unseen' });
  return [
    ...config.floorPlan.screens.map(({ id, zone }) => screen(id, zone)),
    ...config.carts.map(({ id }) => screen(id, null)),
  ];
}

function fromThisMachine(socket: Socket, next: (error?: Error) => void): void {
  next(isFromThisMachine(socket.request) ? undefined : new Error('signed-out'));
}
