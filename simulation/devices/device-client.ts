/**
 * A device on the store's broker: a cart's computer, a till. Says facts in its own epoch and sequence, holds each until
 * the store has acknowledged it, sends the held ones again when the line comes back, and leaves a last will.
 */
import type { Ack, DeviceBatch, DeviceFact } from '@kairos/protocol/device-facts.ts';
import type { Ports } from '@kairos/protocol/ports.ts';
import { type DeviceStatus, deviceTopic } from '@kairos/protocol/topics.ts';
import mqtt, { type MqttClient } from 'mqtt';
import { Outbox } from './outbox.ts';

export interface DeviceClientOptions {
  readonly device: string;
  /** "mqtt://127.0.0.1:1883" */
  readonly url: string;
  readonly ports: Ports;
  /** Told of each fact that the store refused, once. */
  readonly onRejected?: (type: string, reason: string) => void;
  readonly onAck?: (ack: Ack) => void;
}

/** Between two attempts to reach the broker. */
const retryMs = 500;
const goodbyeMaxMs = 1000;

export class DeviceClient {
  readonly #options: DeviceClientOptions;
  readonly #outbox: Outbox;
  readonly #client: MqttClient;
  /** What was sent under which number, until it is acknowledged. */
  readonly #sent = new Map<number, string>();

  constructor(options: DeviceClientOptions) {
    const { device, url, ports } = options;
    this.#options = options;
    this.#outbox = new Outbox(ports.random.id(), () => ports.clock.monotonic());
    this.#client = mqtt.connect(url, {
      protocolVersion: 4,
      clientId: device,
      username: device,
      reconnectPeriod: retryMs,
      // The outbox holds what could not be sent; a second copy in the client would come out of order.
      queueQoSZero: false,
      will: { topic: deviceTopic(device, 'status'), payload: status('offline'), qos: 1, retain: true },
    });
    this.#client.on('error', () => undefined);
    this.#client.on('connect', () => this.#connected());
    this.#client.on('message', (_topic, payload) => this.#acknowledged(JSON.parse(payload.toString()) as Ack));
  }

  get isConnected(): boolean {
    return this.#client.connected;
  }

  /** Facts that the store has not acknowledged. */
  get held(): number {
    return this.#outbox.held;
  }

  say(type: DeviceFact['type'], body: object): void {
    this.#sent.set(this.#outbox.add(type, body), type);
    if (this.#client.connected) this.#publish(this.#outbox.newest());
  }

  async close(): Promise<void> {
    if (this.#client.connected) await this.#sayOffline();
    await this.#client.endAsync(true);
  }

  /** Resolves when the broker has it, or when it takes longer than anybody should wait: the store may be going, too. */
  #sayOffline(): Promise<void> {
    const { device, ports } = this.#options;
    return new Promise((resolve) => {
      const cancel = ports.timers.after(goodbyeMaxMs, resolve);
      this.#client.publish(deviceTopic(device, 'status'), status('offline'), { qos: 1, retain: true }, () => {
        cancel();
        resolve();
      });
    });
  }

  #connected(): void {
    const { device } = this.#options;
    // Batches are small and apart: Nagle's algorithm would hold each for up to 40 ms.
    (this.#client.stream as { setNoDelay?: (on: boolean) => void }).setNoDelay?.(true);
    this.#client.publish(deviceTopic(device, 'status'), status('online', this.#outbox.epoch), { qos: 1, retain: true });
    this.#client.subscribe(deviceTopic(device, 'acks'), { qos: 1 }, () => {
      for (const batch of this.#outbox.batches()) this.#publish(batch);
    });
  }

  #publish(batch: DeviceBatch | null): void {
    if (batch === null) return;
    this.#client.publish(
      deviceTopic(this.#options.device, 'facts'),
      JSON.stringify(batch),
      { qos: 1 },
      () => undefined,
    );
  }

  #acknowledged(ack: Ack): void {
    this.#options.onAck?.(ack);
    if (ack.epoch !== this.#outbox.epoch) return;
    for (const { sequence, reason } of ack.rejected) {
      const type = this.#sent.get(sequence);
      if (type !== undefined) this.#options.onRejected?.(type, reason);
    }
    for (const sequence of this.#sent.keys()) if (sequence <= ack.upTo) this.#sent.delete(sequence);
    this.#outbox.acknowledge(ack);
  }
}

function status(state: DeviceStatus['state'], epoch?: string): string {
  const said: DeviceStatus = epoch === undefined ? { state } : { state, epoch, version: 'simulation' };
  return JSON.stringify(said);
}
