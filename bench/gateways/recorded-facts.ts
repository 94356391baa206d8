/**
 * A recorded trolley run as one vendor's gateways would publish it, through a real broker into the store's adapters
 * and tracker. The clock is simulated and moves in step with the recording: what is due in a tenth of a second goes out
 * over the broker, and only when all of it has arrived does time go on. So the same run gives the same facts, and what
 * differs between formats is what the formats lose.
 */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGatewayTracker } from '@kairos/edge-agent/gateways/gateway-tracker.ts';
import { createZoneTracker } from '@kairos/edge-agent/zones/tracker.ts';
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import { simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import type { GatewayFormat } from '@kairos/protocol/topics.ts';
import { createGatewayWriter } from '@kairos/simulation/replay/gateway-messages.ts';
import type { RecordedRow } from '@kairos/simulation/replay/recording.ts';
import type { BrokerListener } from '@kairos/store-server/broker/broker.ts';
import { Doorkeeper } from '@kairos/store-server/broker/doorkeeper.ts';
import { openEmbeddedBroker } from '@kairos/store-server/broker/embedded-broker.ts';
import { connectAsync, type MqttClient } from 'mqtt';

const stepMs = 100;
const cart = 'cart-01';
/** A vendor's usual place for all of its gateways, as a store would configure it. */
const filters: Readonly<Record<GatewayFormat, string>> = {
  espresense: 'espresense/#',
  openmqttgateway: 'home/+/BTtoMQTT/+',
  theengs: 'home/+/BTtoMQTT/+',
  minew: 'kairos/gateways/+/minew',
  moko: 'kairos/gateways/+/moko',
  'april-brother': 'kairos/gateways/+/april-brother',
  ingics: 'kairos/gateways/+/ingics',
  ruuvi: 'ruuvi/+/+',
  shelly: '+/events/rpc',
};

export interface TimedFact {
  readonly type: string;
  readonly zone: string;
  /** Milliseconds since the first row. */
  readonly at: number;
  /** Thousandths; null of what left. */
  readonly confidence: number | null;
}

export interface Heard {
  readonly facts: readonly TimedFact[];
  readonly published: number;
  readonly observations: number;
  readonly implausible: number;
  readonly unreadable: number;
  readonly foreign: number;
}

export interface BrokerLine {
  /** The facts of one run in one format. */
  hear(plan: FloorPlan, rows: readonly RecordedRow[], format: GatewayFormat): Promise<Heard>;
  close(): Promise<void>;
}

type Listener = BrokerListener['gateway'];

export async function openBrokerLine(): Promise<BrokerLine> {
  const lines = await Promise.all(
    (Object.keys(filters) as GatewayFormat[]).map(async (format) => [format, await openLine(format)] as const),
  );
  const byFormat = new Map(lines);
  return {
    hear: async (plan, rows, format) => {
      const line = byFormat.get(format);
      if (!line) throw new Error(`no line for ${format}`);
      return hear({ plan, rows, format, ...line });
    },
    close: async () => {
      for (const [, { close }] of lines) await close();
    },
  };
}

interface Line {
  readonly client: MqttClient;
  listen(to: Listener): void;
  close(): Promise<void>;
}

async function openLine(format: GatewayFormat): Promise<Line> {
  let listener: Listener = () => undefined;
  const nothing = (): void => undefined;
  const config = {
    listen: { host: '127.0.0.1', http: 0, mqtt: 0, mqttPath: '/mqtt', names: [] },
    limits: { messagesPerSecond: 100_000, messagesAtOnce: 1_000_000, clients: 10, payloadBytes: 262_144 },
    devices: new Map(),
    gateways: [{ topic: filters[format], format }],
    // Without devices nothing is read or written there.
    data: join(tmpdir(), 'kairos-no-store'),
  };
  const broker = await openEmbeddedBroker({
    config,
    ports: systemPorts,
    door: new Doorkeeper({ config, ports: systemPorts }),
    listener: {
      facts: nothing,
      readings: nothing,
      status: nothing,
      sales: nothing,
      gateway: (words) => listener(words),
      refused: ({ detail }) => {
        throw new Error(`the broker let a message of ${format} not through: ${detail}`);
      },
    },
    meter: { refusedConnection: nothing, throttled: nothing },
    configOf: () => ({}),
  });
  const client = await connectAsync(`mqtt://127.0.0.1:${broker.port}`, { protocolVersion: 4, clientId: format });
  return {
    client,
    listen: (to) => {
      listener = to;
    },
    close: async () => {
      await client.endAsync();
      await broker.close();
    },
  };
}

async function hear(options: {
  readonly plan: FloorPlan;
  readonly rows: readonly RecordedRow[];
  readonly format: GatewayFormat;
  readonly client: MqttClient;
  listen(to: Listener): void;
}): Promise<Heard> {
  const { plan, rows, format, client, listen } = options;
  const first = rows[0];
  if (!first) throw new Error('an empty run');
  const ports = simulatedPorts({ startMs: 1_700_000_000_000, seed: 1 });
  const facts: TimedFact[] = [];
  const tracker = createGatewayTracker({
    plan,
    tags: new Map([[first.tag, cart]]),
    ports,
    emit: ({ type, body }) => {
      if (type === 'help.requested') return;
      const { confidence = null } = body;
      facts.push({ type, zone: body.zone, at: ports.clock.monotonic(), confidence });
    },
  });
  const write = createGatewayWriter(format);
  let published = 0;
  let arrived = 0;
  let arriving = Promise.withResolvers<void>();
  listen(({ gateway, topic, payload }) => {
    tracker.ingest(gateway, { topic, payload });
    arrived += 1;
    if (arrived === published) arriving.resolve();
  });
  for (const due of inSteps(rows)) {
    const messages = due.map(write).filter((message) => message !== null);
    if (messages.length > 0) {
      arriving = Promise.withResolvers();
      published += messages.length;
      for (const { topic, payload } of messages) client.publish(topic, Buffer.from(payload));
      await arriving.promise;
    }
    ports.advance(stepMs);
  }
  tracker.stop();
  const { heard: observations, implausible, unreadable, foreign } = tracker.radio;
  return { facts, published, observations, implausible, unreadable, foreign };
}

/** What the tracker makes of the same rows with no gateway in between. */
export function factsOfRows(plan: FloorPlan, rows: readonly RecordedRow[]): TimedFact[] {
  const tracker = createZoneTracker(plan);
  const facts: TimedFact[] = [];
  let now = 0;
  for (const due of inSteps(rows)) {
    for (const { receiver, rssi } of due) tracker.observe({ cart, anchor: receiver, rssi, at: now });
    now += stepMs;
    for (const { kind, zone, confidence } of tracker.tick(now)) {
      facts.push({ type: `zone.${kind}`, zone, at: now, confidence: kind === 'entered' ? confidence : null });
    }
  }
  return facts;
}

/** The rows of each tenth of a second, in the order of the file: one dated before its neighbour goes out with it. */
function* inSteps(rows: readonly RecordedRow[]): IterableIterator<readonly RecordedRow[]> {
  const start = rows[0]?.at ?? 0;
  let due: RecordedRow[] = [];
  let end = stepMs;
  for (const row of rows) {
    while (row.at - start >= end) {
      yield due;
      due = [];
      end += stepMs;
    }
    due.push(row);
  }
  yield due;
  // What was heard last is judged in the seconds that follow.
  for (let rest = 0; rest < 3_000; rest += stepMs) yield [];
}

/** Whether both say the same in the same order, within a second. */
export function isSame(one: readonly TimedFact[], other: readonly TimedFact[]): boolean {
  return (
    one.length === other.length &&
    one.every((fact, index) => {
      const twin = other[index];
      return fact.type === twin?.type && fact.zone === twin.zone && Math.abs(fact.at - twin.at) <= 1_000;
    })
  );
}
