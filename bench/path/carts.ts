/**
 * A thousand carts as one server sees them: an MQTT connection and a screen each. Publishes on a fixed schedule (open
 * loop) and takes the time from publish to the update that answers it.
 */
import type { Update } from '@kairos/protocol/screen-events.ts';
import { screenNamespace } from '@kairos/protocol/screen-events.ts';
import { deviceTopic } from '@kairos/protocol/topics.ts';
import { connectAsync, type MqttClient } from 'mqtt';
import { io, type Socket } from 'socket.io-client';
import { cartName, type Step, stepOf } from './workload.ts';

interface Cart {
  readonly index: number;
  readonly name: string;
  readonly mqtt: MqttClient;
  readonly screen: Socket;
  readonly epoch: string;
  sequence: number;
  acked: number;
  waiting: { readonly sentAt: number; readonly expects: Step['expects'] } | null;
}

export interface Window {
  /** Milliseconds from publish to update, of every fact. */
  readonly all: number[];
  /** Of those that made a message appear. */
  readonly speaking: number[];
  readonly sent: number;
  /** Facts whose update had not come when the next of that cart was due. */
  readonly unanswered: number;
}

const connectAtOnce = 50;

export class Carts {
  readonly #carts: Cart[] = [];
  #window: { all: number[]; speaking: number[]; sent: number; unanswered: number } | null = null;

  readonly #stepOf: typeof stepOf;

  private constructor(ofStep: typeof stepOf) {
    this.#stepOf = ofStep;
  }

  /** `stepOf`: what each cart says next, where it is another load than the path's. */
  static async connect(options: {
    readonly count: number;
    readonly mqttPort: number;
    readonly httpPort: number;
    readonly epoch: string;
    readonly stepOf?: typeof stepOf;
  }): Promise<Carts> {
    const carts = new Carts(options.stepOf ?? stepOf);
    for (let from = 0; from < options.count; from += connectAtOnce) {
      const group = Array.from({ length: Math.min(connectAtOnce, options.count - from) }, (_, index) => from + index);
      await Promise.all(group.map((index) => carts.#add(index, options)));
    }
    return carts;
  }

  get unacknowledged(): number {
    return this.#carts.reduce((sum, cart) => sum + (cart.sequence - cart.acked), 0);
  }

  /** Publishes at `perSecond` over all carts for `seconds`, then waits for the stragglers. */
  async run(perSecond: number, seconds: number): Promise<Window> {
    this.#window = { all: [], speaking: [], sent: 0, unanswered: 0 };
    const total = Math.round(perSecond * seconds);
    const startedAt = performance.now();
    for (let sent = 0; sent < total; ) {
      const due = Math.min(total, Math.floor(((performance.now() - startedAt) / 1000) * perSecond));
      while (sent < due) this.#publish(this.#carts[sent++ % this.#carts.length] as Cart);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await new Promise((resolve) => setTimeout(resolve, 700));
    const window = this.#window;
    for (const cart of this.#carts) {
      if (cart.waiting) window.unanswered += 1;
      cart.waiting = null;
    }
    this.#window = null;
    return window;
  }

  async close(): Promise<void> {
    for (const cart of this.#carts) cart.screen.disconnect();
    await Promise.all(this.#carts.map((cart) => cart.mqtt.endAsync(true)));
  }

  async #add(index: number, options: { mqttPort: number; httpPort: number; epoch: string }): Promise<void> {
    const name = cartName(index);
    const mqtt = await connectAsync({
      port: options.mqttPort,
      host: '127.0.0.1',
      protocolVersion: 4,
      clientId: name,
      username: name,
      keepalive: 120,
      queueQoSZero: false,
    });
    // Without it Nagle and delayed acknowledgement add 40 ms (performance.md, section 1).
    (mqtt.stream as { setNoDelay?: (on: boolean) => void }).setNoDelay?.(true);
    const screen = io(`http://127.0.0.1:${options.httpPort}${screenNamespace}`, {
      transports: ['websocket'],
      forceNew: true,
      auth: { screen: name, epoch: options.epoch },
    });
    const cart: Cart = { index, name, mqtt, screen, epoch: options.epoch, sequence: 0, acked: 0, waiting: null };
    screen.on('update', (update: Update) => this.#updated(cart, update));
    await new Promise<void>((resolve, reject) => {
      screen.once('snapshot', () => resolve());
      screen.once('connect_error', reject);
    });
    mqtt.on('message', (_, payload) => {
      cart.acked = Math.max(cart.acked, (JSON.parse(payload.toString()) as { upTo: number }).upTo);
    });
    await mqtt.subscribeAsync(deviceTopic(name, 'acks'), { qos: 0 });
    this.#carts[index] = cart;
  }

  #publish(cart: Cart): void {
    const { fact, expects } = this.#stepOf(cart.index, cart.sequence, this.#carts.length);
    cart.sequence += 1;
    if (this.#window) {
      this.#window.sent += 1;
      if (cart.waiting) this.#window.unanswered += 1;
    }
    const batch = {
      epoch: cart.epoch,
      oldest: cart.acked + 1,
      facts: [{ sequence: cart.sequence, ageMs: 0, ...fact }],
    };
    const payload = JSON.stringify(batch);
    cart.waiting = { sentAt: performance.now(), expects };
    cart.mqtt.publish(deviceTopic(cart.name, 'facts'), payload, { qos: 1 });
  }

  #updated(cart: Cart, update: Update): void {
    const { waiting } = cart;
    if (!waiting || !this.#window) return;
    const { zone, speaks } = waiting.expects;
    if (zone !== null && update.changes.zone !== zone) return;
    if (speaks && !update.changes.message) return;
    const took = performance.now() - waiting.sentAt;
    cart.waiting = null;
    this.#window.all.push(took);
    if (speaks) this.#window.speaking.push(took);
  }
}
