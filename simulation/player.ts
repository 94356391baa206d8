/**
 * Plays the world against a store, from outside: what shoppers do becomes facts of carts and tills, what receivers hear
 * becomes a gateway's lines, and what the store says on a cart is taken as each shopper takes it. The world's clock runs
 * `speed` times as fast as the machine's; where the machine falls behind, the world catches up step by step.
 */
import type { Ports } from '@kairos/protocol/ports.ts';
import type { CartView, ScreenMessage } from '@kairos/protocol/screen-events.ts';
import { DeviceClient } from './devices/device-client.ts';
import { IngicsGateway } from './devices/ingics-gateway.ts';
import { ScreenClient } from './devices/screen-client.ts';
import { chanceOf } from './world/chance.ts';
import { reportOf } from './world/deed-report.ts';
import type { Act } from './world/deeds.ts';
import type { Hearing } from './world/radio.ts';
import type { Shop, SimulatedCart } from './world/shop.ts';
import { firstUseMs, reactionOf, rememberShare } from './world/temperament.ts';
import { stepMs, type World } from './world/world.ts';

export interface PlayerOptions {
  readonly world: World;
  readonly shop: Shop;
  readonly carts: readonly SimulatedCart[];
  readonly seed: number;
  readonly speed: number;
  readonly store: { readonly http: string; readonly mqtt: string; readonly gateway: { name: string; topic: string } };
  readonly ports: Ports;
  /** Carts whose radio and scanner go through a real edge agent instead of the gateway. */
  readonly wired?: ReadonlyMap<string, WiredCart>;
  /** Tags that move by a will of their own. */
  readonly companions?: readonly Companion[];
  readonly onAct: (act: Act) => void;
  readonly onRefused: (device: string, type: string, reason: string) => void;
}

/** What a cart with a computer of its own is given: raw bytes on its serial lines. */
export interface WiredCart {
  hears(hearings: readonly Hearing[]): void;
  scans(code: string): void;
}

/** Something that carries a tag beside the world's shoppers. */
export interface Companion {
  readonly tag: string;
  hear(nowMs: number): readonly Hearing[];
}

/** Tags send every second step. */
const stepsPerPacket = 2;
/** Steps made up for in one turn, so that a machine that slept does not starve its sockets. */
const stepsPerTurnMax = 40;

export class Player {
  readonly #options: PlayerOptions;
  readonly #devices = new Map<string, DeviceClient>();
  readonly #screens = new Map<string, ScreenClient>();
  readonly #gateway: IngicsGateway;
  readonly #startedAt: number;
  readonly #receipts: string;
  #steps = 0;
  #sales = 0;
  #reactions = 0;
  #stopped = false;
  readonly #cancels = new Map<string, () => void>();

  constructor(options: PlayerOptions) {
    const { shop, carts, store, ports, onRefused } = options;
    this.#options = options;
    this.#startedAt = ports.clock.monotonic();
    // Receipts of an earlier run must not come again.
    this.#receipts = ports.random.id().slice(0, 6);
    const wired = options.wired ?? new Map();
    for (const device of [...carts.filter(({ id }) => !wired.has(id)), ...shop.plan.tills]) {
      const onRejected = (type: string, reason: string): void => onRefused(device.id, type, reason);
      this.#devices.set(device.id, new DeviceClient({ device: device.id, url: store.mqtt, ports, onRejected }));
    }
    for (const { id } of carts) this.#screens.set(id, this.#screenOf(id));
    this.#gateway = new IngicsGateway({ ...store.gateway, url: store.mqtt });
  }

  get areAllConnected(): boolean {
    return (
      this.#gateway.isConnected &&
      [...this.#devices.values()].every((device) => device.isConnected) &&
      [...this.#screens.values()].every((screen) => screen.isConnected)
    );
  }

  /** Runs until `untilMs` of the world's time, or until stopped; resolves then. */
  play(untilMs = Number.POSITIVE_INFINITY): Promise<void> {
    const { world, speed, ports } = this.#options;
    return new Promise((resolve) => {
      const turn = (): void => {
        const due = ((ports.clock.monotonic() - this.#startedAt) * speed) / stepMs;
        for (let made = 0; this.#steps < due && made < stepsPerTurnMax && !this.#stopped; made += 1) this.#step();
        if (this.#stopped || world.nowMs >= untilMs) resolve();
        else ports.timers.after(stepMs / speed, turn);
      };
      turn();
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const cancel of this.#cancels.values()) cancel();
    for (const screen of this.#screens.values()) screen.close();
    await Promise.all([this.#gateway.close(), ...[...this.#devices.values()].map((device) => device.close())]);
  }

  #step(): void {
    const { world, onAct } = this.#options;
    this.#steps += 1;
    for (const act of world.step()) {
      onAct(act);
      this.#enact(act);
    }
    if (this.#steps % stepsPerPacket === 0) this.#radio();
  }

  #radio(): void {
    const { world, carts, wired, companions = [] } = this.#options;
    const heard = companions.map(({ tag, hear }) => ({ tag, hearings: hear(world.nowMs) }));
    for (const { id, tag } of carts) {
      const hearings = world.hear(id);
      const cart = wired?.get(id);
      if (cart !== undefined) cart.hears(hearings);
      else heard.push({ tag, hearings });
    }
    this.#gateway.report(heard);
  }

  #enact(act: Act): void {
    const { cart, visit, deed } = act;
    const wired = this.#options.wired?.get(cart);
    // A cart with a computer of its own has no other device here: what is not scanned is pressed on its page.
    if (wired !== undefined && deed.kind === 'presents' && deed.means === 'scanned') {
      wired.scans(deed.number);
      return;
    }
    if (wired !== undefined && deed.kind === 'takes') {
      for (let piece = 0; piece < deed.quantity; piece += 1000) wired.scans(deed.code);
      return;
    }
    if (deed.kind === 'pays') this.#sales += 1;
    const till = deed.kind === 'pays' ? deed.till : '';
    const receipt = `${till}-${this.#receipts}-${visit}-${this.#sales}`;
    const report = reportOf(act, { receipt, currency: this.#options.shop.currency });
    if (report === null) return;
    const device = this.#devices.get(report.device) ?? this.#screens.get(report.device);
    device?.say(report.type, report.body);
  }

  #screenOf(cart: string): ScreenClient {
    const { store, ports } = this.#options;
    const screen: ScreenClient = new ScreenClient({
      cart,
      url: store.http,
      ports,
      onMessage: (message) => this.#react(screen, cart, message),
      onMessageGone: () => this.#cancels.get(cart)?.(),
      onPhase: (phase) => this.#atPhase(screen, cart, phase),
    });
    return screen;
  }

  #react(screen: ScreenClient, cart: string, message: ScreenMessage): void {
    const { world, seed, speed, ports } = this.#options;
    const visit = world.visitOn(cart);
    if (visit === null) return;
    this.#reactions += 1;
    const chance = chanceOf(seed, `reaction/${visit.number}/${this.#reactions}`);
    const answers = message.answers.map(({ id }) => id);
    const reaction = reactionOf(visit.temperament, answers, chance);
    if (reaction === null) return;
    this.#cancels.get(cart)?.();
    const answer = (): void => screen.answer(message.id, reaction.answer);
    this.#cancels.set(cart, ports.timers.after(reaction.afterMs / speed, answer));
  }

  #atPhase(screen: ScreenClient, cart: string, phase: CartView['phase']): void {
    const { world, seed, speed, ports } = this.#options;
    if (phase !== 'first-use') return;
    const granted = chanceOf(seed, `first-use/${world.visitOn(cart)?.number ?? 0}`).happens(rememberShare);
    this.#cancels.get(cart)?.();
    this.#cancels.set(
      cart,
      ports.timers.after(firstUseMs / speed, () => screen.remember(granted)),
    );
  }
}
