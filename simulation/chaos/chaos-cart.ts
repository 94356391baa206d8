/**
 * One cart in the storm: a device over MQTT and a screen over Socket.IO. It logs in, walks, dwells, picks goods,
 * answers or stays silent, pays, and begins anew; all the while the store dies under it.
 */
import type { Ack } from '@kairos/protocol/device-facts.ts';
import type { CartView, Snapshot, Update } from '@kairos/protocol/screen-events.ts';
import { screenNamespace } from '@kairos/protocol/screen-events.ts';
import { deviceTopic } from '@kairos/protocol/topics.ts';
import mqtt, { type MqttClient } from 'mqtt';
import { io, type Socket } from 'socket.io-client';
import { Outbox } from '../devices/outbox.ts';
import type { Ledger } from './ledger.ts';

export interface ChaosCartOptions {
  readonly cart: string;
  readonly till: string;
  readonly numbers: readonly string[];
  readonly zones: readonly string[];
  readonly goods: readonly string[];
  readonly ports: { readonly mqtt: number; readonly http: number };
  readonly ledger: Ledger;
  readonly chance: () => number;
}

const stepMsMin = 60;
const stepMsMax = 240;

export class ChaosCart {
  readonly #options: ChaosCartOptions;
  readonly #device: Outbox;
  readonly #tillOutbox: Outbox;
  readonly #screen: Outbox;
  #mqtt: MqttClient | null = null;
  #tillMqtt: MqttClient | null = null;
  #socket: Socket | null = null;
  #view: CartView | null = null;
  #version = -1;
  #visit = 0;
  #step = 0;
  #stopped = false;
  /** Messages that this screen has painted, and those that are over for it: it never paints one again. */
  readonly #painted = new Set<string>();

  constructor(options: ChaosCartOptions) {
    this.#options = options;
    const epoch = (): string =>
      Array.from({ length: 12 }, () => Math.floor(options.chance() * 36).toString(36)).join('');
    this.#device = new Outbox(epoch(), () => performance.now());
    this.#tillOutbox = new Outbox(epoch(), () => performance.now());
    this.#screen = new Outbox(epoch(), () => performance.now());
  }

  start(): void {
    this.#mqtt = this.#connectMqtt(this.#options.cart, this.#device);
    this.#tillMqtt = this.#connectMqtt(this.#options.till, this.#tillOutbox);
    this.#connectScreen();
    this.#tick();
  }

  /** Facts that the store has not acknowledged yet. */
  get held(): number {
    return this.#device.held + this.#tillOutbox.held + this.#screen.held;
  }

  /** What the glass shows now. */
  get shows(): { readonly message: string | null; readonly total: number | null } {
    return { message: this.#view?.message?.id ?? null, total: this.#view?.basket.total ?? null };
  }

  get name(): string {
    return this.#options.cart;
  }

  /** Walks no further; the queues go on until they are empty. */
  rest(): void {
    this.#stopped = true;
  }

  async close(): Promise<void> {
    this.#stopped = true;
    this.#socket?.disconnect();
    await Promise.all([this.#mqtt?.endAsync(true), this.#tillMqtt?.endAsync(true)]);
  }

  #connectMqtt(device: string, outbox: Outbox): MqttClient {
    const { ports, ledger } = this.#options;
    const client = mqtt.connect({
      host: '127.0.0.1',
      port: ports.mqtt,
      protocolVersion: 4,
      clientId: `${device}-${outbox.epoch}`,
      username: device,
      reconnectPeriod: 100 + Math.floor(this.#options.chance() * 150),
      connectTimeout: 2000,
      reconnectOnConnackError: true,
      queueQoSZero: false,
    });
    client.on('error', () => undefined);
    client.on('connect', () => {
      (client.stream as { setNoDelay?: (on: boolean) => void }).setNoDelay?.(true);
      client.subscribe(deviceTopic(device, 'acks'), { qos: 1 }, () => this.#resend(client, device, outbox));
    });
    client.on('message', (_, payload) => {
      const ack = JSON.parse(payload.toString()) as Ack;
      ledger.noteAck(device, ack);
      outbox.acknowledge(ack);
    });
    return client;
  }

  #resend(client: MqttClient, device: string, outbox: Outbox): void {
    for (const batch of outbox.batches()) this.#publish(client, device, batch);
  }

  #publish(client: MqttClient | null, device: string, batch: object | null): void {
    if (batch && client?.connected)
      client.publish(deviceTopic(device, 'facts'), JSON.stringify(batch), { qos: 1 }, () => undefined);
  }

  #connectScreen(): void {
    const { ports, cart, ledger } = this.#options;
    const socket = io(`http://127.0.0.1:${ports.http}${screenNamespace}`, {
      transports: ['websocket'],
      forceNew: true,
      reconnectionDelay: 100,
      reconnectionDelayMax: 400,
      auth: { screen: cart, epoch: this.#screen.epoch },
    });
    this.#socket = socket;
    socket.on('snapshot', ({ version, view }: Snapshot) => {
      this.#version = version;
      this.#show(view);
      for (const batch of this.#screen.batches()) socket.emit('facts', batch);
    });
    socket.on('update', ({ version, changes }: Update) => {
      if (version !== this.#version + 1 || !this.#view) {
        socket.emit('resync', { have: Math.max(0, this.#version) });
        return;
      }
      this.#version = version;
      this.#show({ ...this.#view, ...changes });
    });
    socket.on('acks', (ack: Ack) => {
      ledger.noteAck(cart, ack);
      this.#screen.acknowledge(ack);
    });
  }

  #show(view: CartView): void {
    const before = this.#view?.message?.id;
    this.#view = view;
    const { message } = view;
    if (!message || message.id === before || this.#painted.has(message.id)) return;
    this.#painted.add(message.id);
    this.#options.ledger.notePainted({
      screen: this.#options.cart,
      message: message.id,
      shopper: view.shopper?.name ?? 'nobody',
      headline: message.headline,
    });
    this.#say('message.shown', { message: message.id, screen: this.#options.cart });
    const [answer] = message.answers;
    // Half of them answer after a moment; the others leave it to the clock of silence.
    if (answer && this.#options.chance() < 0.5) {
      setTimeout(
        () => {
          if (this.#view?.message?.id !== message.id) return;
          this.#say('message.answered', { message: message.id, answer: answer.id, screen: this.#options.cart });
        },
        50 + this.#options.chance() * 600,
      );
    }
  }

  #say(type: 'message.shown' | 'message.answered', body: object): void {
    this.#screen.add(type, body);
    if (this.#socket?.connected) this.#socket.emit('facts', this.#screen.newest());
  }

  #tick(): void {
    if (this.#stopped) return;
    this.#next();
    setTimeout(() => this.#tick(), stepMsMin + this.#options.chance() * (stepMsMax - stepMsMin));
  }

  /** One thing she does: a cycle of login, walking with a long stop, goods, and paying. */
  #next(): void {
    const { cart, till, numbers, zones, goods, chance } = this.#options;
    const pick = <T>(from: readonly T[]): T => from[Math.floor(chance() * from.length)] as T;
    const place = this.#step++ % 30;
    if (place === 0) {
      this.#visit += 1;
      const number = numbers[(this.#visit - 1) % numbers.length] as string;
      this.#device.add('identity.presented', { cart, means: 'scanned', number });
    } else if (place === 29) {
      const receipt = `${cart}-${this.#visit}`;
      const code = pick(goods);
      const lines = [{ code, quantity: 1000, unitPrice: 100, amount: 100 }];
      this.#tillOutbox.add('sale', { till, cart, receipt, currency: 'EUR', lines, total: 100 });
      this.#publish(this.#tillMqtt, till, this.#tillOutbox.newest());
      return;
    } else if (place % 14 === 4) {
      // Then she stays: the steps up to the next zone are goods taken from the shelf.
      this.#device.add('zone.entered', { cart, zone: zones[0] as string, confidence: 900 });
    } else if (place % 14 === 2) {
      this.#device.add('zone.entered', { cart, zone: pick(zones.slice(1)), confidence: 900 });
    } else {
      this.#device.add('basket.added', { cart, code: pick(goods), quantity: 1000 });
    }
    this.#publish(this.#mqtt, cart, this.#device.newest());
  }
}
