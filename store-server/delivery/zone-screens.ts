/**
 * Delivery to the screens in zones: what each shows, whole, on connecting and at each change. The screens of one zone
 * are one voice: whichever of them the engine speaks through, all show it, and their loops go by the store's time, so
 * that they are in step (DESIGN section 5).
 */
import type { Engine } from '@kairos/dialogue/engine/engine.ts';
import type { Ack } from '@kairos/protocol/device-facts.ts';
import type { Fact } from '@kairos/protocol/facts.ts';
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import type { Clock } from '@kairos/protocol/ports.ts';
import { type ScreenHello, type ScreenMessage, screenAlive } from '@kairos/protocol/screen-events.ts';
import {
  type LoopItem,
  type StoreToZoneScreen,
  type ZoneScreenToStore,
  type ZoneScreenView,
  zoneScreenNamespace,
} from '@kairos/protocol/zone-screen-events.ts';
import type { Server, Socket } from 'socket.io';
import type { Pictures } from '../catalogue/pictures.ts';
import type { Intake } from '../intake/intake.ts';
import { ScreenDoor } from './screen-door.ts';
import type { ScreenWatch } from './screen-watch.ts';

type ZoneSocket = Socket<ZoneScreenToStore, StoreToZoneScreen, Record<string, never>, { hello: ScreenHello }>;

export interface ZoneScreensOptions {
  readonly pictures: Pick<Pictures, 'of'>;
  readonly io: Server;
  readonly plan: FloorPlan;
  readonly tokens: ReadonlyMap<string, string | null>;
  readonly store: { readonly title: string; readonly locale: string };
  /** What is shown while nobody is spoken to, by zone; and for how long each. */
  readonly loopOf: (zone: string) => readonly LoopItem[];
  readonly slotMs: number;
  readonly engine: Pick<Engine, 'messageOn' | 'render'>;
  /** It waits for the disk, and may not be said yet. */
  readonly isHeld: (message: string) => boolean;
  readonly clock: Clock;
  readonly receive: (device: string, payload: unknown) => void;
  readonly reject: Intake['reject'];
  readonly watch: ScreenWatch;
}

/** Facts after which a zone's screens may have to show something else. */
const changing: ReadonlySet<string> = new Set([
  'message.decided',
  'message.withdrawn',
  'message.answered',
  'message.silent',
]);

export class ZoneScreens {
  readonly #options: ZoneScreensOptions;
  readonly #door: ScreenDoor;
  /** Screen to zone, and zone to its screens. */
  readonly #zoneOf: ReadonlyMap<string, string>;
  readonly #sockets = new Map<string, Set<ZoneSocket>>();
  readonly #versions = new Map<string, number>();
  /** What each zone was last sent, so that only a change is sent. */
  readonly #said = new Map<string, string | null>();

  constructor(options: ZoneScreensOptions) {
    this.#options = options;
    this.#zoneOf = new Map(options.plan.screens.map(({ id, zone }) => [id, zone]));
    this.#door = new ScreenDoor({ ...options, events: ['facts', 'alive'] });
    const screens = options.io.of(zoneScreenNamespace);
    screens.use(this.#door.admit);
    screens.on('connection', (socket) => this.#connected(socket as unknown as ZoneSocket));
    options.watch.expect(this.#zoneOf.keys());
  }

  get connected(): number {
    return [...this.#sockets.values()].reduce((sum, sockets) => sum + sockets.size, 0);
  }

  deliver(facts: readonly Fact[]): void {
    if (facts.some(({ type }) => changing.has(type))) this.#look();
  }

  /** These messages may be said now. */
  released(): void {
    this.#look();
  }

  sendAck(device: string, ack: Ack): void {
    for (const socket of this.#sockets.get(device) ?? []) socket.emit('acks', ack);
  }

  /** Every zone whose message is another than it was told; a store has some dozens of screens. */
  #look(): void {
    for (const zone of new Set(this.#zoneOf.values())) {
      const message = this.#messageIn(zone);
      if (message?.id === (this.#said.get(zone) ?? undefined)) continue;
      this.#said.set(zone, message?.id ?? null);
      for (const [screen, own] of this.#zoneOf) if (own === zone) this.#push(screen);
    }
  }

  #push(screen: string): void {
    this.#versions.set(screen, (this.#versions.get(screen) ?? 0) + 1);
    for (const socket of this.#sockets.get(screen) ?? []) this.#send(socket);
  }

  #connected(socket: ZoneSocket): void {
    const { receive, watch, plan } = this.#options;
    const { screen, watching } = socket.data.hello;
    const sockets = this.#sockets.get(screen) ?? new Set();
    this.#sockets.set(screen, sockets.add(socket));
    this.#door.guard(socket);
    socket.emit('plan', plan);
    this.#send(socket);
    socket.on('facts', (payload) => {
      if (!watching) receive(screen, payload);
    });
    socket.on('alive', (payload) => {
      const alive = screenAlive.safeParse(payload);
      if (!alive.success) this.#door.refuse(screen, 'a sign of life names version, message and visibility', payload);
      else if (!watching) watch.alive(screen, alive.data, this.#versions.get(screen) ?? 0);
    });
    socket.on('disconnect', () => {
      sockets.delete(socket);
      const isGone = ![...sockets].some((other) => !other.data.hello.watching);
      if (!watching && isGone) watch.gone(screen);
    });
    if (!watching) watch.connected(screen);
  }

  #send(socket: ZoneSocket): void {
    const { screen } = socket.data.hello;
    const version = this.#versions.get(screen) ?? 0;
    socket.emit('view', { version, storeTime: this.#options.clock.now(), view: this.#view(screen) });
  }

  #view(screen: string): ZoneScreenView {
    const { plan, store, loopOf, slotMs } = this.#options;
    const id = this.#zoneOf.get(screen) as string;
    const name = plan.zones.find((zone) => zone.id === id)?.name ?? id;
    return {
      screen,
      store: store.title,
      locale: store.locale,
      zone: { id, name },
      loop: [...loopOf(id)],
      slotMs,
      message: this.#messageIn(id),
    };
  }

  /** What the engine says through any screen of this zone. Nothing to press is on it, and no reason of anybody's. */
  #messageIn(zone: string): ScreenMessage | null {
    const { engine, clock, isHeld, pictures } = this.#options;
    for (const [screen, own] of this.#zoneOf) {
      const speaking = own === zone ? engine.messageOn(screen) : null;
      const rendered = speaking && !isHeld(speaking.message) && engine.render(speaking.subject, speaking.message);
      if (!rendered) continue;
      const validForMs = rendered.validUntil - clock.now();
      if (validForMs <= 0) continue;
      const picture = pictures.of(rendered.dialogue, rendered.step);
      return {
        id: rendered.message,
        headline: rendered.headline,
        body: rendered.body,
        answers: [],
        validForMs,
        ...(picture === null ? {} : { picture }),
      };
    }
    return null;
  }
}
