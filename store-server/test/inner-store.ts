/**
 * The inner half of a store for scenarios: journal, intake, broker and HTTP, on free ports and a folder of its own.
 * What is taken in goes into the journal, each fact as nobody's; visits and dialogues are not here.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { faultText } from '@kairos/protocol/config-fault.ts';
import type { Fact } from '@kairos/protocol/facts.ts';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import type { DeviceStatus, Readings } from '@kairos/protocol/topics.ts';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import type { Broker } from '../broker/broker.ts';
import { Doorkeeper } from '../broker/doorkeeper.ts';
import { openEmbeddedBroker } from '../broker/embedded-broker.ts';
import { openExternalBroker } from '../broker/external-broker.ts';
import { readGoods } from '../catalogue/goods.ts';
import { parseConfig, type StoreConfig } from '../config.ts';
import { createHttp, type HttpServer } from '../http/http-server.ts';
import { createMetrics, type Metrics } from '../http/metrics.ts';
import type { Page } from '../http/pages.ts';
import { createDeviceMessages } from '../intake/device-messages.ts';
import { createIntake, type Intake } from '../intake/intake.ts';
import { createStoreClock } from '../intake/store-clock.ts';
import type { Rejection } from '../journal/journal.ts';
import { type OpenedJournal, openJournal } from '../journal/open-journal.ts';

/** Twenty milliseconds apart: a minute. */
const untilTriesMax = 3_000;
const plan = `name: Test
width: 10
height: 10
zones:
  - { id: suits, name: Suits, polygon: [[0, 0], [10, 0], [10, 10]] }
tills:
  - { id: till-1, zone: suits, at: [1, 1] }
anchors:
  - { address: '0123456789ab', at: [1, 1, 2] }
`;

const base = `store: { id: test, title: Test, currency: EUR }
listen: { http: 0, mqtt: 0 }
floorPlan: floor-plan.yaml
dialogues: dialogues
loyalty: { prefixes: ['29'] }
chainKey: sixteen-characters-and-more
carts:
  - { id: cart-01 }
  - { id: cart-02, token: token-of-cart-2 }
gateways:
  - { topic: kairos/gateways/a/ingics, format: ingics }
`;

export interface InnerStore {
  readonly config: StoreConfig;
  readonly journal: OpenedJournal;
  readonly intake: Intake;
  readonly broker: Broker;
  readonly door: Doorkeeper;
  readonly http: HttpServer;
  readonly metrics: Metrics;
  readonly url: string;
  readonly heard: { readings: Readings['readings'][]; statuses: [string, DeviceStatus][]; gateways: string[] };
  /** Through the door that everybody else uses. */
  rejected(): Promise<Rejection[]>;
  /** Of one series, 0 where it does not exist: `counter('rejected_total', 'reason="not-json",by="mqtt"')`. */
  counter(name: string, labels?: string): Promise<number>;
  /** Until it holds; fails where it does not within five seconds. */
  until(what: string, holds: () => boolean | Promise<boolean>): Promise<void>;
  connect(device: string, options?: Partial<IClientOptions>): Promise<MqttClient>;
  close(): Promise<void>;
}

/** `host` is where it listens: loopback alone unless it is said. */
export async function openInnerStore(
  options: { yaml?: string; pages?: readonly Page[]; host?: string } = {},
): Promise<InnerStore> {
  const folder = mkdtempSync(join(tmpdir(), 'kairos-inner-'));
  mkdirSync(join(folder, 'dialogues'));
  writeFileSync(join(folder, 'floor-plan.yaml'), plan);
  const loaded = parseConfig({
    file: join(folder, 'store.yaml'),
    text: base.replace('listen: {', `listen: { host: '${options.host ?? '127.0.0.1'}',`) + (options.yaml ?? ''),
    environment: {},
  });
  if (loaded.kind === 'faulty') throw new Error(loaded.faults.map(faultText).join('\n'));
  const { config } = loaded;
  const metrics = createMetrics();
  const journal = await openJournal({
    file: join(config.data, 'journal.db'),
    groupMs: config.journal.groupMs,
    ports: systemPorts,
    onCommit: (commit) => metrics.committed(commit),
  });
  const clock = createStoreClock(systemPorts.clock);
  const { goods } = readGoods('goods.csv', 'code,name,department,price\n9521,Paint,paint,4999\n');
  const heard: InnerStore['heard'] = { readings: [], statuses: [], gateways: [] };
  let broker: Broker | null = null;
  const intake = createIntake({
    config,
    floorPlan: config.floorPlan,
    goods,
    journal,
    clock,
    timers: systemPorts.timers,
    meter: metrics.intake,
    takeIn: ({ facts, source, rejected }) => {
      const numbered = facts.map(({ fact }) => ({ ...fact, seq: journal.number() }) as Fact);
      journal.put({ facts: numbered, sources: [source], rejected });
      return true;
    },
    sendAck: (device, _, ack) => broker?.sendToDevice(device, 'acks', ack),
  });
  const listener = createDeviceMessages({
    intake,
    config,
    floorPlan: config.floorPlan,
    onReadings: (_, readings) => heard.readings.push(readings),
    onStatus: (device, status) => heard.statuses.push([device, status]),
    onSale: () => undefined,
    onGateway: ({ payload }) => heard.gateways.push(Buffer.from(payload).toString()),
  });
  const http = await createHttp({
    probes: {
      isReady: () => true,
      journal: () => journal.health(),
      broker: () => broker?.health ?? { kind: 'embedded', isUp: false, reason: 'starting', clients: 0 },
      clock,
      screens: () => 0,
    },
    metrics,
    journal,
    floorPlan: config.floorPlan,
    pages: options.pages ?? [],
  });
  const door = new Doorkeeper({ config, ports: systemPorts });
  const configOf = (device: string) => ({ store: config.store.id, cart: device });
  const opened = config.broker
    ? openExternalBroker({ config, broker: config.broker, ports: systemPorts, listener, configOf })
    : await openEmbeddedBroker({
        config,
        ports: systemPorts,
        door,
        listener,
        meter: metrics.broker,
        configOf,
        httpServer: http.server,
      });
  broker = opened;
  door.onRevoked = (device) => opened.disconnect(device);
  const { port } = await http.listen({ host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${port}`;
  const clients: MqttClient[] = [];
  return {
    config,
    journal,
    intake,
    broker: opened,
    door,
    http,
    metrics,
    url,
    heard,
    rejected: async () =>
      ((await (await fetch(`${url}/api/rejected?limit=1000`)).json()) as { rejected: Rejection[] }).rejected,
    counter: async (name, labels) => {
      const text = await (await fetch(`${url}/metrics`)).text();
      const series = labels === undefined ? `kairos_${name}` : `kairos_${name}{${labels}}`;
      const line = text.split('\n').find((one) => one.startsWith(`${series} `));
      return line === undefined ? 0 : Number(line.slice(series.length + 1));
    },
    until: async (what, holds) => {
      for (let tries = 0; tries < untilTriesMax; tries += 1) {
        if (await holds()) return;
        await new Promise<void>((resolve) => systemPorts.timers.after(20, resolve));
      }
      throw new Error(`waited in vain for this: ${what}`);
    },
    connect: async (device, more = {}) => {
      const client = await connectAsync(
        `mqtt://127.0.0.1:${opened.port}`,
        { protocolVersion: 4, clientId: device, username: device, reconnectPeriod: 0, ...more },
        false,
      );
      client.on('error', () => {});
      clients.push(client);
      return client;
    },
    close: async () => {
      for (const client of clients) await client.endAsync(true);
      await opened.close();
      intake.close();
      await http.close();
      await journal.close();
      metrics.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
