/**
 * The store's own ear: what fixed receivers hear of tags on carts, and the readings that devices pass on, become zone
 * facts of the device `store-radio`. Readings stay in bounded memory; only zones are facts (DESIGN section 3).
 */
import {
  createGatewayTracker,
  type GatewayTracker,
  type ZoneFact,
} from '@kairos/edge-agent/gateways/gateway-tracker.ts';
import type { Fact } from '@kairos/protocol/facts.ts';
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import type { Clock, Ports } from '@kairos/protocol/ports.ts';
import type { Readings } from '@kairos/protocol/topics.ts';
import type { BrokerListener } from '../broker/broker.ts';
import type { TakeIn } from '../intake/incoming.ts';
import type { Intake } from '../intake/intake.ts';

const radioDevice = 'store-radio';
type GatewayMessage = Parameters<BrokerListener['gateway']>[0];

export interface StoreRadioOptions {
  readonly plan: FloorPlan;
  /** Tag address → cart. */
  readonly tags: ReadonlyMap<string, string>;
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
    this.#tracker = createGatewayTracker({ ...options, emit: (fact) => this.#take(fact) });
  }

  /** A line of a gateway. What cannot be read is kept for inspection; radio that is not the store's is only counted. */
  hear({ topic, format, payload }: GatewayMessage): void {
    const { unreadable, unreadableText } = this.#tracker.ingest(format, payload);
    if (unreadable === 0) return;
    const detail = `${unreadable} lines of ${topic} are no ${format}`;
    // With addresses masked: they may be those of people's own devices (DESIGN section 7).
    const note = {
      by: 'mqtt',
      device: radioDevice,
      reason: 'unreadable-reading',
      detail,
      raw: unreadableText,
    } as const;
    this.#options.reject(note);
  }

  /** Readings that a device passes on without reckoning zones itself; judged already (`intake/device-messages.ts`). */
  observe(heard: Readings['readings']): void {
    this.#tracker.observe({ readings: heard });
  }

  get tally(): Readonly<Record<string, number>> {
    return { ...this.#tracker.radio };
  }

  stop(): void {
    this.#tracker.stop();
  }

  #take({ type, body }: ZoneFact): void {
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
