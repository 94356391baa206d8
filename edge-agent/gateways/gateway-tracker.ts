/**
 * Zones of carts from gateways: what they publish goes in, facts come out. The store runs one for all carts. A gateway
 * on the ceiling hears the tags on carts; one that rides on a cart hears the beacons of the floor plan. It also takes
 * the `readings` of devices that pass their radio on without reckoning zones themselves. A button on a cart calls for
 * help, as the shopper's "call an associate" does.
 *
 * It works on the monotonic clock, so that a step of the wall clock, or of a gateway's, moves no cart. What it cannot
 * use it counts for each gateway; it answers with what became of a message, so that intake can keep what was refused.
 */
import type { DeviceFactBody } from '@kairos/protocol/device-facts.ts';
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import type { Ports } from '@kairos/protocol/ports.ts';
import type { GatewayFormat, Readings } from '@kairos/protocol/topics.ts';
import type { RadioObservation } from '../radio/observation.ts';
import { type CartButton, createOwnRadio, type OwnRadio, type RadioTally } from '../radio/own-radio.ts';
import { SourceClocks } from '../radio/source-clocks.ts';
import { createZoneTracker, type TrackerTally, type ZoneTracker } from '../zones/tracker.ts';
import { toZoneFact, type ZoneFact } from '../zones/zone-fact.ts';
import type { GatewayMessage } from './adapter.ts';
import { ButtonPresses } from './button-presses.ts';
import { formatOfMessage, gatewayAdapters } from './formats.ts';
import { GatewayCounts, type GatewayStatus } from './gateway-counts.ts';
import { Gathering } from './gathering.ts';
import { HeldReadings } from './held-readings.ts';
import type { GatewayRefusal, RefusedEntry } from './refusal.ts';

/** Carts take turns within the second, so the tracker is asked this often. */
const tickEveryMs = 100;

/** Below these a battery wants changing; a coin cell of 3 V has little left at 2.4. */
const lowPercent = 15;
const lowMillivolts = 2_400;

/** A gateway as the store's configuration names it. */
export interface GatewaySource {
  /** A topic, or a filter where the vendor puts the device into it. */
  readonly topic: string;
  readonly format: GatewayFormat;
  /** The cart it rides on; without one it hangs on the ceiling. */
  readonly cart?: string | undefined;
}

export type GatewayFact =
  | ZoneFact
  | { readonly type: 'help.requested'; readonly body: DeviceFactBody<'help.requested'> };

export interface Ingested {
  readonly tally: RadioTally;
  readonly refused: Readonly<Partial<Record<GatewayRefusal, number>>>;
  /** Some of them, masked. */
  readonly samples: readonly RefusedEntry[];
  /** Where nothing could be read: the format that the message looks like. */
  readonly suggestion: GatewayFormat | null;
}

export interface GatewayTracker {
  /** A message of a gateway, as it came. Returns what became of it; never throws. */
  ingest(source: GatewaySource, message: GatewayMessage): Ingested;
  /** Readings that a device passed on, already validated. */
  observe(readings: Readings): void;
  /** The zone a cart is in, as far as was said. */
  zoneOf(cart: string): string | null;
  /** Of all gateways together; `status` tells them apart. */
  readonly radio: Readonly<RadioTally>;
  readonly tracker: Readonly<TrackerTally>;
  status(): GatewayStatus[];
  /** Anchor of the floor plan → milliseconds since it reported anything, of those that have. */
  receivers(): ReadonlyMap<string, number>;
  /** Tags and buttons on carts whose battery was low when they last said so. */
  lowBatteries(): number;
  stop(): void;
}

export interface GatewayTrackerOptions {
  readonly plan: FloorPlan;
  /** Address of a tag (12 lower-case hex digits, or `beaconAddress`) → the cart that carries it. */
  readonly tags: ReadonlyMap<string, string>;
  /** Address of a button → its cart. */
  readonly buttons?: ReadonlyMap<string, CartButton>;
  readonly beaconUuids?: readonly string[];
  readonly ports: Ports;
  readonly emit: (fact: GatewayFact) => void;
}

export function createGatewayTracker(options: GatewayTrackerOptions): GatewayTracker {
  return new Gateways(options);
}

class Gateways implements GatewayTracker {
  readonly #options: GatewayTrackerOptions;
  readonly #own: OwnRadio;
  readonly #tracker: ZoneTracker;
  readonly #counts: GatewayCounts;
  readonly #clocks = new SourceClocks();
  readonly #held = new HeldReadings();
  readonly #presses = new ButtonPresses();
  /** What a receiver calls itself → the anchor that it is. */
  readonly #anchors: ReadonlyMap<string, string>;
  readonly #heardAt = new Map<string, number>();
  /** Addresses of the store's own: as many as it has tags, buttons and beacons. */
  readonly #lowBatteries = new Set<string>();
  #isStopped = false;
  #cancel: () => void;

  constructor(options: GatewayTrackerOptions) {
    const { plan, ports } = options;
    this.#options = options;
    this.#own = createOwnRadio({ ...options, anchors: plan.anchors.map(({ address }) => address) });
    this.#tracker = createZoneTracker(plan);
    this.#counts = new GatewayCounts(ports.clock);
    this.#anchors = new Map(
      plan.anchors.flatMap(({ address, receiver }) => [
        [address, address],
        ...(receiver === undefined ? [] : [[receiver, address] as const]),
      ]) as [string, string][],
    );
    this.#cancel = ports.timers.after(tickEveryMs, () => this.#tick());
  }

  get radio(): Readonly<RadioTally> {
    return this.#counts.total;
  }

  get tracker(): Readonly<TrackerTally> {
    return this.#tracker.tally;
  }

  zoneOf(cart: string): string | null {
    return this.#tracker.zoneOf(cart);
  }

  ingest(source: GatewaySource, message: GatewayMessage): Ingested {
    const { clock } = this.#options.ports;
    const gathering = new Gathering({ format: source.format, own: this.#own, receivedAt: clock.now() });
    gatewayAdapters[source.format].read(message, gathering);
    const now = clock.monotonic();
    for (const receiver of gathering.receivers) this.#noteAlive(receiver, now);
    for (const observation of gathering.observations) {
      this.#noteBattery(observation);
      this.#place(observation, source, gathering, now);
    }
    this.#answerButtons(gathering, now);
    this.#counts.note(source, gathering);
    const { tally, refused, samples } = gathering;
    const isUnread = tally.unreadable > 0 && tally.heard + tally.foreign + tally.implausible === 0;
    const looksLike = isUnread ? formatOfMessage(message) : null;
    return { tally, refused, samples, suggestion: looksLike === source.format ? null : looksLike };
  }

  observe({ readings }: Readings): void {
    const now = this.#options.ports.clock.monotonic();
    for (const { cart, anchor, rssi, ageMs } of readings)
      this.#tracker.observe({ cart, anchor, rssi, at: now - ageMs });
  }

  status(): GatewayStatus[] {
    return this.#counts.status();
  }

  receivers(): ReadonlyMap<string, number> {
    const now = this.#options.ports.clock.monotonic();
    return new Map([...this.#heardAt].map(([anchor, at]) => [anchor, now - at]));
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  lowBatteries(): number {
    return this.#lowBatteries.size;
  }

  #noteBattery({ address, battery }: RadioObservation): void {
    if (battery === undefined || address === null) return;
    const { percent = 100, millivolts = lowMillivolts } = battery;
    if (percent < lowPercent || millivolts < lowMillivolts) this.#lowBatteries.add(address);
    else this.#lowBatteries.delete(address);
  }

  #noteAlive(receiver: string, now: number): void {
    const anchor = this.#anchors.get(receiver);
    if (anchor !== undefined) this.#heardAt.set(anchor, now);
  }

  #place(observation: RadioObservation, source: GatewaySource, gathering: Gathering, now: number): void {
    const { receiver, rssi, sourceTime, clock, holdsMs, filtered: smoothed } = observation;
    const pair = source.cart === undefined ? this.#underCeiling(observation) : this.#onCart(observation, source.cart);
    // A receiver that hears a shelf beacon of ours says nothing about a cart.
    if (pair === 'nothing') return;
    if (pair === 'unknown-receiver') {
      gathering.refuse('unknown-receiver', '');
      this.#counts.noteUnknown(source, receiver);
      return;
    }
    // One receiver may be heard in two formats, each with a clock of its own.
    const age = this.#clocks.age({ source: `${source.format} ${receiver}`, sourceTime, clock, arrivedAt: now });
    this.#tracker.observe({ ...pair, rssi, at: now - age, smoothed });
    if (holdsMs !== undefined) this.#held.hold({ ...pair, rssi }, { now, holdsMs });
  }

  #underCeiling(observation: RadioObservation): Pair | 'nothing' | 'unknown-receiver' {
    const cart = this.#own.cartOf(observation);
    if (cart === null) return 'nothing';
    const anchor = this.#anchors.get(observation.receiver);
    return anchor === undefined ? 'unknown-receiver' : { cart, anchor };
  }

  #onCart(observation: RadioObservation, cart: string): Pair | 'nothing' {
    const anchor = this.#own.anchorOf(observation);
    return anchor === null ? 'nothing' : { cart, anchor };
  }

  #answerButtons(gathering: Gathering, now: number): void {
    for (const report of gathering.buttons) {
      const verdict = this.#presses.judge(report, now);
      if (verdict === 'press') this.#options.emit({ type: 'help.requested', body: { cart: report.cart } });
      else if (verdict === 'repeated-counter') gathering.refuse('repeated-button', '');
    }
  }

  #tick(): void {
    const { ports, emit } = this.#options;
    const now = ports.clock.monotonic();
    for (const { cart, anchor, rssi } of this.#held.due(now)) {
      this.#tracker.observe({ cart, anchor, rssi, at: now, smoothed: true });
    }
    for (const event of this.#tracker.tick(now)) emit(toZoneFact(event));
    if (!this.#isStopped) this.#cancel = ports.timers.after(tickEveryMs, () => this.#tick());
  }
}

interface Pair {
  readonly cart: string;
  readonly anchor: string;
}
