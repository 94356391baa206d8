/**
 * The store's own ear: what fixed receivers hear of tags on carts, and the readings that devices pass on, become zone
 * facts of the device `store-radio`; a button on a cart calls for help. Readings stay in bounded memory; only zones
 * and calls are facts (DESIGN section 3).
 */
import type { GatewayStatus } from '@kairos/edge-agent/gateways/gateway-counts.ts';
import {
  createGatewayTracker,
  type GatewayFact,
  type GatewayTracker,
  type Ingested,
} from '@kairos/edge-agent/gateways/gateway-tracker.ts';
import { type GatewayRefusal, refusalWords } from '@kairos/edge-agent/gateways/refusal.ts';
import type { CartButton } from '@kairos/edge-agent/radio/own-radio.ts';
import type { Fact } from '@kairos/protocol/facts.ts';
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import type { Clock, Ports } from '@kairos/protocol/ports.ts';
import type { Readings } from '@kairos/protocol/topics.ts';
import type { GatewayWords } from '../broker/broker.ts';
import type { StoreConfig } from '../config.ts';
import type { TakeIn } from '../intake/incoming.ts';
import type { Intake } from '../intake/intake.ts';

const radioDevice = 'store-radio';

export interface StoreRadioOptions {
  readonly plan: FloorPlan;
  readonly config: Pick<StoreConfig, 'carts' | 'radio'>;
  readonly ports: Ports;
  readonly clock: Clock;
  readonly takeIn: TakeIn;
  readonly reject: Intake['reject'];
}

export class StoreRadio {
  readonly #options: StoreRadioOptions;
  readonly #tracker: GatewayTracker;
  /** A new start is a new epoch: what was heard before it is gone, and was no fact. */
  readonly #epoch: string;
  #sequence = 0;

  constructor(options: StoreRadioOptions) {
    this.#options = options;
    this.#epoch = options.ports.random.id();
    const { plan, ports, config } = options;
    this.#tracker = createGatewayTracker({
      plan,
      ports,
      tags: new Map(config.carts.flatMap(({ id, tag }) => (tag === undefined ? [] : [[tag, id]]))),
      buttons: buttonsOf(config.carts),
      beaconUuids: config.radio.beaconUuids,
      emit: (fact) => this.#take(fact),
    });
  }

  /** What was not used is kept for inspection, masked; radio that is not the store's is only counted. */
  hear({ gateway, topic, payload }: GatewayWords): void {
    const ingested = this.#tracker.ingest(gateway, { topic, payload });
    const samples = new Map(ingested.samples.map(({ reason, sample }) => [reason, sample]));
    for (const [reason, count] of Object.entries(ingested.refused) as [GatewayRefusal, number][]) {
      this.#options.reject({
        by: 'gateway',
        device: gateway.username ?? gateway.topic,
        reason,
        detail: refusalDetail({ ...ingested, topic: gateway.topic, format: gateway.format, reason, count }),
        raw: samples.get(reason) ?? '',
      });
    }
  }

  /** Readings that a device passes on without reckoning zones itself; judged already (`intake/device-messages.ts`). */
  observe(heard: Readings['readings']): void {
    this.#tracker.observe({ readings: heard });
  }

  get tally(): Readonly<Record<string, number>> {
    return { ...this.#tracker.radio };
  }

  /** Each gateway with what became of its messages. */
  get gateways(): readonly GatewayStatus[] {
    return this.#tracker.status();
  }

  /** Anchor of the floor plan → milliseconds since it reported anything. */
  get receivers(): ReadonlyMap<string, number> {
    return this.#tracker.receivers();
  }

  /** Tags, buttons and beacons whose battery wants changing. */
  get lowBatteries(): number {
    return this.#tracker.lowBatteries();
  }

  stop(): void {
    this.#tracker.stop();
  }

  #take({ type, body }: GatewayFact): void {
    this.#sequence += 1;
    const source = { device: radioDevice, epoch: this.#epoch, sequence: this.#sequence };
    const at = this.#options.clock.now();
    const fact = { seq: 0, type, at, subject: null, source, cause: null, late: false, body } as Fact;
    this.#options.takeIn({
      facts: [{ fact, identity: null, cart: body.cart }],
      source: { device: radioDevice, epoch: this.#epoch, upTo: this.#sequence },
      rejected: [],
    });
  }
}

function refusalDetail(refusal: {
  readonly topic: string;
  readonly format: string;
  readonly reason: GatewayRefusal;
  readonly count: number;
  readonly suggestion: Ingested['suggestion'];
}): string {
  const { topic, format, reason, count, suggestion } = refusal;
  const advice = suggestion === null ? '' : `; it looks like ${suggestion}: is that the format to configure?`;
  return `${count} of ${topic} (${format}): ${refusalWords[reason]}${advice}`;
}

function buttonsOf(carts: StoreConfig['carts']): Map<string, CartButton> {
  return new Map(
    carts.flatMap(({ id, button, buttonKey }) =>
      button === undefined
        ? []
        : [[button, { cart: id, key: buttonKey === undefined ? null : new Uint8Array(Buffer.from(buttonKey, 'hex')) }]],
    ),
  );
}
