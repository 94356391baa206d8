/**
 * Another broker by URL: the way up when a store has more devices than one process should hold. Who may say what is
 * then the other broker's business, by files that `npm run store -- broker-files` writes for Mosquitto; the store only
 * listens and answers.
 */
import type { Ports } from '@kairos/protocol/ports.ts';
import { type DeviceTopic, deviceTopic, deviceTopics, everyDevice, isSaidByDevices } from '@kairos/protocol/topics.ts';
import { connect, type MqttClient } from 'mqtt';
import type { StoreConfig } from '../config.ts';
import { createGatewayFinder } from './access.ts';
import type { Broker, BrokerHealth, BrokerListener } from './broker.ts';
import { TopicCache } from './topic-cache.ts';

/** Between two tries to connect: never all stores of a chain at the same moment. */
const reconnectMinMs = 500;
const reconnectMaxMs = 3_000;

export interface ExternalBrokerOptions {
  readonly config: Pick<StoreConfig, 'store' | 'devices' | 'gateways' | 'limits'>;
  readonly broker: NonNullable<StoreConfig['broker']>;
  readonly ports: Ports;
  readonly listener: BrokerListener;
  readonly configOf: (device: string) => object;
}

/** Resolves at once; a broker that is not there yet is waited for, and `health` says so. */
export function openExternalBroker(options: ExternalBrokerOptions): Broker {
  const { config, broker, ports, listener, configOf } = options;
  let reason: string | null = `${broker.url} has not answered yet; see that it runs and lets the store in`;
  const client = connect(broker.url, {
    protocolVersion: 4,
    clientId: `kairos-store-${config.store.id}-${ports.random.id()}`,
    // Devices keep what is not acknowledged: nothing has to wait in the broker for us.
    clean: true,
    username: broker.username,
    password: broker.password,
    reconnectOnConnackError: true,
    reconnectPeriod: reconnectMinMs,
    queueQoSZero: false,
    resubscribe: false,
  });
  const filters = {
    ...Object.fromEntries(
      (Object.keys(deviceTopics) as DeviceTopic[])
        .filter(isSaidByDevices)
        .map((topic) => [everyDevice(topic), { qos: deviceTopics[topic].qos }]),
    ),
    ...Object.fromEntries(config.gateways.map(({ topic }) => [topic, { qos: 0 as const }])),
  };
  client.on('connect', () => {
    (client.stream as { setNoDelay?: (on: boolean) => void }).setNoDelay?.(true);
    client.subscribe(filters, (error, granted) => {
      const denied = (granted ?? []).filter(({ qos }) => qos === 128).map(({ topic }) => topic);
      if (error) reason = `${broker.url} did not answer to a subscription: ${error.message}`;
      else if (denied.length > 0)
        reason = `${broker.url} does not let the store hear ${denied.join(', ')}; see its rules`;
      else reason = null;
    });
    for (const device of config.devices.keys()) {
      client.publish(deviceTopic(device, 'config'), JSON.stringify(configOf(device)), { qos: 1, retain: true });
    }
  });
  client.on('close', () => {
    reason = `the line to ${broker.url} is down; it is tried again every few seconds`;
    client.options.reconnectPeriod = reconnectMinMs + ports.random.next() * (reconnectMaxMs - reconnectMinMs);
  });
  client.on('error', (error) => {
    reason = `${broker.url}: ${error.message}`;
  });
  client.on('message', dispatch(options, listener));
  return new ExternalBroker(client, () => reason);
}

class ExternalBroker implements Broker {
  readonly port = null;
  readonly isPortTaken = false;
  readonly #client: MqttClient;
  readonly #reason: () => string | null;

  constructor(client: MqttClient, reason: () => string | null) {
    this.#client = client;
    this.#reason = reason;
  }

  get health(): BrokerHealth {
    const reason = this.#reason();
    return { kind: 'external', isUp: reason === null, reason, clients: this.#client.connected ? 1 : 0 };
  }

  connectedDevices(): readonly string[] {
    return [];
  }

  disconnect(): void {}

  sendToDevice(device: string, topic: Parameters<Broker['sendToDevice']>[1], payload: object): void {
    // While the line is down mqtt.js would keep it in memory without a limit; the device will ask again.
    if (!this.#client.connected) return;
    this.#client.publish(deviceTopic(device, topic), JSON.stringify(payload), { qos: 1 }, () => {});
  }

  async close(): Promise<void> {
    await this.#client.endAsync(true);
  }
}

function dispatch(
  { config }: ExternalBrokerOptions,
  listener: BrokerListener,
): (topic: string, payload: Buffer, packet: { readonly retain: boolean }) => void {
  const topics = new TopicCache();
  const findGateway = createGatewayFinder(config.gateways);
  return (topic, payload, { retain }) => {
    const parsed = topics.parse(topic);
    const gateway = parsed === null ? findGateway(topic) : null;
    // What a broker kept is of another time: nobody is where it says.
    if (gateway !== null && retain) return;
    if (payload.length > config.limits.payloadBytes) {
      const detail = `${payload.length} bytes; at most ${config.limits.payloadBytes}`;
      listener.refused({ device: parsed?.device ?? '', topic, reason: 'too-large', detail, raw: '' });
    } else if (gateway !== null) listener.gateway({ gateway, topic, payload });
    else if (!parsed || !config.devices.has(parsed.device)) {
      const detail = `published on ${topic}`;
      listener.refused({ device: parsed?.device ?? '', topic, reason: 'unknown-topic', detail, raw: payload });
    } else if (isSaidByDevices(parsed.topic)) {
      listener[parsed.topic](parsed.device, payload);
    }
  };
}
