/**
 * The line to the store: facts from the durable queue up, acknowledgements and the store's settings down, and how this
 * device is (DESIGN section 3). MQTT 3.1.1, so that every broker will do.
 *
 * A PUBACK counts for nothing here: only the store's acknowledgement deletes. What is not acknowledged is sent again
 * after a reconnection, or when the store stays silent. mqtt.js keeps nothing for us: each connection is a new client,
 * reached at intervals that grow and vary by chance, so that three hundred carts do not come back at one beat.
 */
import { type Coupon, coupon } from '@kairos/protocol/coupon.ts';
import { type Ack, ack, type RejectReason } from '@kairos/protocol/device-facts.ts';
import type { Ports } from '@kairos/protocol/ports.ts';
import { type DeviceConfig, type DeviceStatus, deviceTopic, type Readings } from '@kairos/protocol/topics.ts';
import { connect, type MqttClient } from 'mqtt';
import type { AgentLog } from '../log.ts';
import type { DurableQueue } from '../queue/durable-queue.ts';
import { counterOf, faultWords, hearConfig } from './heard-config.ts';

const retryFirstMs = 500;
const retryLastMs = 30_000;
/** A connection that has lasted so long was no accident: the intervals begin anew. */
const provenAfterMs = 30_000;
const connectTimeoutMs = 10_000;
/** Below a minute, mqtt.js takes a busy moment for a dead line (reliability.md, section 7). */
const keepaliveS = 60;
const statusEveryMs = 15_000;
/** Changes of the status are gathered for so long. */
const statusDelayMs = 500;
/** The store acknowledges within 250 ms; silent for so long, it is sent everything again. Doubles up to the last. */
const resendFirstMs = 10_000;
const resendLastMs = 120_000;
/** For so long nothing is sent where the store's time would tell how old it is. */
const storeTimeWaitMs = 2_000;
/** A farewell that takes longer is not waited for: the last will says the same. */
const farewellMaxMs = 2_000;

export interface UplinkOptions {
  readonly url: string;
  readonly device: string;
  /** What this device shows; null where it has nothing. Asked for at each connection. */
  readonly token: () => string | null;
  /** PEM of the certificate authority, for mqtts. */
  readonly ca?: string;
  readonly ports: Ports;
  readonly queue: DurableQueue;
  readonly log: AgentLog;
  /** Asked whenever the status is published. */
  readonly status: () => DeviceStatus;
  readonly onConfig: (config: DeviceConfig) => void;
  /** The store has refused a fact for good; once for each. */
  readonly onRejected?: (reason: RejectReason) => void;
  /** Something to print; without it this device has nothing to print with, and asks for nothing. */
  readonly onCoupon?: (coupon: Coupon) => void;
}

export interface Uplink {
  readonly isConnected: boolean;
  /** "rejected.<reason>", "uplink.<event>"; only ever counts up. */
  counts(): Readonly<Record<string, number>>;
  /** The status has changed and is published soon. */
  tellStatus(): void;
  /** Radio as heard; dropped while there is no connection. */
  sendReadings(readings: Readings): void;
  stop(): Promise<void>;
}

export function startUplink(options: UplinkOptions): Uplink {
  return new MqttUplink(options);
}

class MqttUplink implements Uplink {
  readonly #options: UplinkOptions;
  readonly #ports: Ports;
  readonly #queue: DurableQueue;
  readonly #counts = new Map<string, number>();
  #client: MqttClient | null = null;
  /** Connected, and acknowledgements are subscribed: facts may be sent. */
  #isReady = false;
  #isStopped = false;
  #attempts = 0;
  #connectedAt = 0;
  #reason = 'not connected yet';
  #resendMs = resendFirstMs;
  #cancelWait = (): void => undefined;
  #cancelRetry = (): void => undefined;
  #cancelStatus: (() => void) | null = null;
  #cancelBeat = (): void => undefined;
  #cancelResend: (() => void) | null = null;

  constructor(options: UplinkOptions) {
    this.#options = options;
    this.#ports = options.ports;
    this.#queue = options.queue;
    this.#queue.onReady(() => this.#send());
    this.#connect();
  }

  get isConnected(): boolean {
    return this.#isReady;
  }

  counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  tellStatus(): void {
    this.#cancelStatus ??= this.#ports.timers.after(statusDelayMs, () => {
      this.#cancelStatus = null;
      this.#publishStatus(this.#options.status());
    });
  }

  sendReadings(readings: Readings): void {
    if (!this.#isReady) return;
    this.#client?.publish(deviceTopic(this.#options.device, 'readings'), JSON.stringify(readings), { qos: 0 });
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelRetry();
    this.#cancelStatus?.();
    const client = this.#client;
    if (this.#isReady) this.#publishStatus({ ...this.#options.status(), state: 'offline' });
    this.#endConnection();
    if (!client) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#ports.timers.after(farewellMaxMs, () => client.end(true, () => resolve()));
      client.end(false, () => {
        cancel();
        resolve();
      });
    });
  }

  #connect(): void {
    const { url, device, ca } = this.#options;
    const token = this.#options.token();
    const client = connect(url, {
      protocolVersion: 4,
      clientId: device,
      username: device,
      ...(token === null ? {} : { password: token }),
      ...(ca === undefined ? {} : { ca }),
      clean: true,
      keepalive: keepaliveS,
      connectTimeout: connectTimeoutMs,
      // We come back ourselves; mqtt.js would do so every second on the beat, and not at all after a refusal.
      reconnectPeriod: 0,
      queueQoSZero: false,
      resubscribe: false,
      will: {
        topic: deviceTopic(device, 'status'),
        payload: Buffer.from(JSON.stringify({ state: 'offline' } satisfies DeviceStatus)),
        qos: 1,
        retain: true,
      },
    });
    this.#client = client;
    client.on('connect', () => this.#begin(client));
    client.on('message', (topic, payload) => this.#hear(client, topic, payload));
    client.on('error', (error) => {
      this.#reason = error.message;
      client.end(true);
    });
    client.on('close', () => this.#lose(client));
  }

  #begin(client: MqttClient): void {
    if (client !== this.#client || this.#isStopped) return;
    this.#connectedAt = this.#ports.clock.monotonic();
    // Without this a small message waits up to 40 ms for the one before it (performance.md).
    if ('setNoDelay' in client.stream) (client.stream as unknown as { setNoDelay(on: boolean): void }).setNoDelay(true);
    const { device, onCoupon } = this.#options;
    const heard = (['config', 'acks', ...(onCoupon === undefined ? [] : ['coupons' as const])] as const).map((topic) =>
      deviceTopic(device, topic),
    );
    client.subscribe(heard, { qos: 1 }, (error, granted) => {
      if (client !== this.#client || this.#isStopped) return;
      if (error || granted?.some(({ qos }) => qos > 2)) {
        this.#reason = error?.message ?? `the store does not let "${device}" hear its own topics`;
        client.end(true);
        return;
      }
      this.#options.log.info({ url: this.#options.url, device }, 'connected to the store');
      this.#count('uplink.connected');
      this.#isReady = true;
      this.#beat();
      if (this.#isWaitingForTime) this.#cancelWait = this.#ports.timers.after(storeTimeWaitMs + 50, () => this.#send());
      else this.#send();
    });
  }

  #lose(client: MqttClient): void {
    if (client !== this.#client || this.#isStopped) return;
    const wasReady = this.#isReady;
    this.#endConnection();
    this.#queue.rewind();
    const lastedMs = wasReady ? this.#ports.clock.monotonic() - this.#connectedAt : 0;
    this.#attempts = lastedMs >= provenAfterMs ? 0 : this.#attempts + 1;
    const fullMs = Math.min(retryLastMs, retryFirstMs * 2 ** this.#attempts);
    const delayMs = fullMs * (1 - this.#ports.random.next() / 2);
    if (wasReady || this.#attempts === 1) {
      this.#options.log.warn(
        { url: this.#options.url, reason: this.#reason },
        'no connection to the store; facts wait',
      );
    }
    this.#reason = 'the connection was closed';
    this.#cancelRetry = this.#ports.timers.after(delayMs, () => this.#connect());
  }

  #endConnection(): void {
    this.#isReady = false;
    this.#client = null;
    this.#cancelBeat();
    this.#cancelWait();
    this.#cancelResend?.();
    this.#cancelResend = null;
  }

  #hear(client: MqttClient, topic: string, payload: Buffer): void {
    if (client !== this.#client) return;
    const { device, onCoupon } = this.#options;
    if (topic === deviceTopic(device, 'acks')) {
      const parsed = ack.safeParse(parseJson(payload));
      if (parsed.success) this.#acknowledge(parsed.data);
      else this.#count('uplink.unreadable-ack');
    } else if (topic === deviceTopic(device, 'config')) {
      this.#hearConfig(payload);
    } else if (topic === deviceTopic(device, 'coupons')) {
      const parsed = coupon.safeParse(parseJson(payload));
      if (parsed.success) onCoupon?.(parsed.data);
      else this.#count('uplink.unreadable-coupon');
    }
  }

  /** What is wrong is counted and said, and what was before stays in force. */
  #hearConfig(payload: Buffer): void {
    const heard = hearConfig(payload);
    if (heard.kind === 'config') {
      // The message may be old where another broker has kept it; an acknowledgement never is.
      if (this.#queue.needsStoreTime) this.#queue.noteStoreTime(heard.config.storeTime);
      this.#options.onConfig(heard.config);
      this.#cancelWait();
      this.#send();
      return;
    }
    this.#count('uplink.unreadable-config');
    for (const { reason } of heard.faults) this.#count(counterOf(reason));
    const wrong = faultWords(heard.faults);
    this.#options.log.warn({ wrong }, 'the store sent settings that cannot be read; those from before stay in force');
    this.tellStatus();
  }

  /** The settings come at once, and with them the time by which to date what an earlier start has left. */
  get #isWaitingForTime(): boolean {
    return this.#queue.needsStoreTime && this.#ports.clock.monotonic() - this.#connectedAt < storeTimeWaitMs;
  }

  #acknowledge({ epoch, upTo, rejected, storeTime }: Ack): void {
    this.#queue.noteStoreTime(storeTime);
    // The same acknowledgement may come twice; its refusals count once.
    if (this.#queue.acknowledge({ epoch, upTo }) > 0) {
      for (const { reason } of rejected) {
        this.#count(`rejected.${reason}`);
        this.#options.onRejected?.(reason);
      }
    }
    this.#attempts = 0;
    this.#resendMs = resendFirstMs;
    this.#cancelResend?.();
    this.#cancelResend = null;
    this.#send();
  }

  #send(): void {
    const client = this.#client;
    if (!this.#isReady || !client || this.#isStopped || this.#isWaitingForTime) return;
    for (let batch = this.#queue.nextBatch(); batch; batch = this.#queue.nextBatch()) {
      // An error here is the loss of the connection; the close that follows deals with it.
      client.publish(deviceTopic(this.#options.device, 'facts'), batch.payload, { qos: 1 }, () => undefined);
    }
    if (this.#queue.isAwaitingAck)
      this.#cancelResend ??= this.#ports.timers.after(this.#resendMs, () => this.#resend());
  }

  #resend(): void {
    this.#cancelResend = null;
    this.#resendMs = Math.min(resendLastMs, this.#resendMs * 2);
    this.#count('uplink.resent');
    this.#queue.rewind();
    this.#send();
  }

  #beat(): void {
    this.#publishStatus(this.#options.status());
    this.#cancelBeat = this.#ports.timers.after(statusEveryMs, () => this.#beat());
  }

  #publishStatus(status: DeviceStatus): void {
    if (!this.#isReady) return;
    const topic = deviceTopic(this.#options.device, 'status');
    this.#client?.publish(topic, JSON.stringify(status), { qos: 1, retain: true }, () => undefined);
  }

  #count(name: string): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }
}

function parseJson(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString('utf8'));
  } catch {
    return undefined;
  }
}
