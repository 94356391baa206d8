/**
 * The store in Home Assistant, over the broker that Home Assistant listens to: a connection of its own, off unless the
 * configuration names a broker. It publishes discovery and states, retained; its last will says that the store is not
 * available. Entities that the store no longer has are taken away, and all is said again when Home Assistant says that
 * it has started. Nothing that comes in changes anything in the store, and the store does without that broker.
 */
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import type { Ports } from '@kairos/protocol/ports.ts';
import { connect, type MqttClient } from 'mqtt';
import type { Log } from '../log.ts';
import { discoveryOf, nodeId, type StoreIdentity, stateTopic } from './discovery.ts';
import { readStates, type StoreProbes } from './states.ts';

/** Between two tries to connect. */
const reconnectMinMs = 1_000;
const reconnectMaxMs = 5_000;
/** On leaving, the farewell has so long. */
const farewellMaxMs = 1_000;

export interface HomeAssistantSettings {
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly prefix: string;
  /** States are told when they have changed, at most this often. */
  readonly everySeconds: number;
}

export interface HomeAssistantOptions {
  readonly settings: HomeAssistantSettings;
  readonly store: StoreIdentity;
  readonly plan: FloorPlan;
  readonly probes: StoreProbes;
  readonly ports: Ports;
  readonly log: Log;
}

export class HomeAssistant {
  readonly #options: HomeAssistantOptions;
  readonly #client: MqttClient;
  readonly #availability: string;
  /** State topic → what was said on it last. */
  readonly #told = new Map<string, string>();
  #cancel: () => void = () => undefined;

  constructor(options: HomeAssistantOptions) {
    const { settings, store, ports, log } = options;
    this.#options = options;
    this.#availability = stateTopic(store.id, 'availability');
    this.#client = connect(settings.url, {
      protocolVersion: 4,
      clientId: `kairos-${store.id}-${ports.random.id()}`,
      clean: true,
      ...(settings.username === undefined ? {} : { username: settings.username }),
      ...(settings.password === undefined ? {} : { password: settings.password }),
      will: { topic: this.#availability, payload: Buffer.from('offline'), qos: 1, retain: true },
      reconnectOnConnackError: true,
      reconnectPeriod: reconnectMinMs,
      queueQoSZero: false,
      resubscribe: false,
    });
    this.#client.on('connect', () => this.#begin());
    this.#client.on('message', (topic, payload) => this.#hear(topic, payload));
    this.#client.on('close', () => {
      this.#client.options.reconnectPeriod = reconnectMinMs + ports.random.next() * (reconnectMaxMs - reconnectMinMs);
    });
    let lastFault = '';
    this.#client.on('error', (error) => {
      if (error.message !== lastFault) log.warn({ reason: error.message }, 'the broker of Home Assistant refuses');
      lastFault = error.message;
    });
    this.#wait();
  }

  get isConnected(): boolean {
    return this.#client.connected;
  }

  async close(): Promise<void> {
    this.#cancel();
    if (this.#client.connected) {
      const { timers } = this.#options.ports;
      await new Promise<void>((resolve) => {
        const giveUp = timers.after(farewellMaxMs, resolve);
        this.#client.publish(this.#availability, 'offline', { qos: 1, retain: true }, () => {
          giveUp();
          resolve();
        });
      });
    }
    await this.#client.endAsync(true);
  }

  #begin(): void {
    const { prefix } = this.#options.settings;
    const filters = [`${prefix}/status`, `${prefix}/+/${nodeId(this.#options.store.id)}/+/config`];
    this.#client.subscribe(filters, { qos: 1 });
    this.#tellAll();
  }

  #tellAll(): void {
    for (const { topic, payload } of discoveryOf({ ...this.#options, prefix: this.#options.settings.prefix })) {
      this.#publish(topic, JSON.stringify(payload));
    }
    this.#told.clear();
    this.#tellStates();
    // Last, so that nothing is available before there is something to see.
    this.#publish(this.#availability, 'online');
  }

  /** Home Assistant's own start, or what an earlier plan of this store left behind. */
  #hear(topic: string, payload: Uint8Array): void {
    const { prefix } = this.#options.settings;
    if (topic === `${prefix}/status`) {
      if (Buffer.from(payload).toString() === 'online') this.#tellAll();
      return;
    }
    if (payload.length === 0) return;
    const known = discoveryOf({ ...this.#options, prefix }).some((entity) => entity.topic === topic);
    if (!known) this.#publish(topic, '');
  }

  #tellStates(): void {
    const { plan, probes, store } = this.#options;
    const states = readStates(plan, probes);
    for (const leaf of ['zones', 'health', 'receivers'] as const) {
      const topic = stateTopic(store.id, leaf);
      const text = JSON.stringify(states[leaf]);
      if (this.#told.get(topic) === text) continue;
      this.#told.set(topic, text);
      this.#publish(topic, text);
    }
  }

  #publish(topic: string, payload: string): void {
    // While the line is down mqtt.js would keep it in memory without a limit; all is said again on connecting.
    if (this.#client.connected) this.#client.publish(topic, payload, { qos: 1, retain: true }, () => undefined);
  }

  #wait(): void {
    const { ports, settings } = this.#options;
    this.#cancel = ports.timers.after(settings.everySeconds * 1_000, () => {
      if (this.#client.connected) this.#tellStates();
      this.#wait();
    });
  }
}
