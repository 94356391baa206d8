/**
 * Off-the-shelf gateways at a whole store, over its real broker: a button on a cart calls an associate as the shopper
 * does; what cannot be used is counted by gateway and kept masked; and of radio that is not the store's own nothing is
 * left anywhere (DESIGN section 7), with a control that shows that this search finds what is there.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fact } from '@kairos/protocol/facts.ts';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterEach, describe, expect, it } from 'vitest';
import { openJournalView } from '../journal/journal-view.ts';
import { type OpenStore, openStore, TestScreen } from './open-store.ts';

const receiver = 'a4c1380000e1';
const button = 'b0ba00000001';
const logged: string[] = [];
const note = (...parts: unknown[]): void => void logged.push(JSON.stringify(parts));
const log = { info: note, warn: note, error: note, debug: note };
const settings = {
  carts: [
    { id: 'cart-1', tag: 'c0ffee000001', button },
    { id: 'cart-2', tag: 'c0ffee000002' },
  ],
  gateways: [
    { topic: 'home/OpenMQTTGateway/BTtoMQTT/#' },
    { topic: 'espresense/#' },
    { topic: 'plant/minew', format: 'minew' },
    { topic: 'plant/ingics', format: 'ingics' },
  ],
};
const plan = { anchors: [{ address: receiver, at: [5, 5, 2.5], receiver: 'office' }] };

let store: OpenStore;
let client: MqttClient;
afterEach(async () => {
  await client?.endAsync();
  await store?.close();
});

async function start(): Promise<void> {
  logged.length = 0;
  store = await openStore(settings, { plan, log });
  client = await connectAsync(`mqtt://127.0.0.1:${store.running.mqttPort}`, {
    protocolVersion: 4,
    clientId: 'anybody',
  });
}

const say = (topic: string, payload: string | Buffer): Promise<unknown> =>
  client.publishAsync(topic, payload, { qos: 1 });

async function until<Value>(what: string, look: () => Promise<Value | null>): Promise<Value> {
  for (let tries = 0; tries < 2_000; tries += 1) {
    const value = await look();
    if (value !== null) return value;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`${what} did not come`);
}

function journalled(type: Fact['type']): Fact[] {
  const view = openJournalView(join(store.folder, 'data'));
  if (typeof view === 'string') return [];
  try {
    return [...view.allFacts({})].filter((fact) => fact.type === type);
  } finally {
    view.close();
  }
}

interface GatewayHealth {
  readonly topic: string;
  readonly refused: Record<string, number>;
  readonly foreign: number;
}
const gateways = async (): Promise<GatewayHealth[]> =>
  ((await store.get('/health')) as { gateways: GatewayHealth[] }).gateways;

describe('a button on a cart', () => {
  const press = (packet: number): Promise<unknown> =>
    say(
      'home/OpenMQTTGateway/BTtoMQTT/B0BA00000001',
      JSON.stringify({
        id: 'B0:BA:00:00:00:01',
        rssi: -61,
        servicedatauuid: '0xfcd2',
        servicedata: `4400${packet.toString(16).padStart(2, '0')}01643a01`,
      }),
    );

  it('is the same fact as "call an associate" on its page, of the same shopper, once', async () => {
    await start();
    const page = new TestScreen(store.running.httpPort, { screen: 'cart-1', epoch: 'page-1' });
    await page.refusal();
    page.say('identity.presented', { cart: 'cart-1', means: 'guest' });
    const asked = page.say('help.requested', { cart: 'cart-1' });
    await page.until(() => page.acks.some(({ upTo }) => upTo >= asked));
    for (let heard = 0; heard < 4; heard += 1) await press(7);
    const [byPage, byButton] = await until('the call', async () => {
      const calls = journalled('help.requested');
      return calls.length === 2 ? calls : null;
    });
    expect(byButton?.source?.device).toBe('store-radio');
    expect({ ...byButton, seq: 0, at: 0, source: null }).toEqual({ ...byPage, seq: 0, at: 0, source: null });
    expect(byPage?.subject).not.toBeNull();
    page.close();
  });
});

describe('what gateways say that cannot be used', () => {
  it('has a closed reason, is counted by gateway and kept, and stops nothing', async () => {
    await start();
    await say('plant/minew', 'no json');
    await say('plant/minew', '[{"mac":"C0FFEE000001","rssi":42,"type":"S1","timestamp":"2022-01-20T13:22:49Z"}]');
    await say('plant/ingics', '[{"timestamp":"2022-01-20T13:22:49Z","type":"S1","mac":"C0FFEE000001","rssi":-38}]');
    await say('espresense/devices/known:c0ffee000001/attic', '{"rssi":-60}');
    const health = await until('all of it', async () => {
      const all = await gateways();
      return all.length === 3 ? all : null;
    });
    expect(health.map(({ topic, refused }) => [topic, refused])).toEqual([
      ['plant/minew', { 'not-json': 1, 'no-receiver': 1 }],
      ['plant/ingics', { 'not-text': 1 }],
      ['espresense/#', { 'unknown-receiver': 1 }],
    ]);
    const { rejected } = (await store.get('/api/rejected')) as { rejected: { device: string; detail: string }[] };
    const details = rejected.map(({ device, detail }) => `${device}: ${detail}`);
    expect(details.find((text) => text.startsWith('plant/ingics'))).toMatch(/it looks like minew/);
    expect(details.find((text) => text.startsWith('espresense'))).toMatch(/not on the floor plan/);
    await say('plant/ingics', `$GPRP,C0FFEE000001,${receiver.toUpperCase()},-50,\r\n`);
    await until('a good line', async () => {
      const { radio } = (await store.get('/health')) as { radio: { heard: number } };
      return radio.heard > 0 ? radio : null;
    });
  });
});

describe('radio that is not the store’s own', () => {
  const strangers = ['5a5b5c5d5e5f', '6a6b6c6d6e6f'];
  const written = (address: string): string[] => [
    address,
    address.toUpperCase(),
    (address.match(/../g) ?? []).join(':'),
    (address.match(/../g) ?? []).join(':').toUpperCase(),
  ];

  /** Everything that the store has written or would tell. */
  const everything = async (): Promise<string> => {
    const read = (folder: string): string[] =>
      readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
        const path = join(folder, entry.name);
        return entry.isDirectory() ? read(path) : [readFileSync(path, 'latin1')];
      });
    const told = await Promise.all(
      ['/health', '/metrics', '/api/rejected?limit=1000'].map(async (path) =>
        (await fetch(`http://127.0.0.1:${store.running.httpPort}${path}`)).text(),
      ),
    );
    return [...read(join(store.folder, 'data')), ...told, ...logged].join('\n');
  };

  it('leaves counts, and no address or name of anybody', async () => {
    await start();
    for (const address of strangers) {
      for (const mac of written(address)) {
        const entry = { mac, id: mac, name: 'Adelheid’s phone', rssi: -60 };
        await say(`home/OpenMQTTGateway/BTtoMQTT/${mac}`, JSON.stringify(entry));
        await say(`espresense/devices/${mac}/office`, JSON.stringify(entry));
        await say(`espresense/devices/${mac}/office`, JSON.stringify(entry).slice(0, -5));
        await say(
          'plant/minew',
          JSON.stringify([
            { ...entry, type: 'S1' },
            { ...entry, rawData: 'x' },
          ]),
        );
        await say('plant/minew', JSON.stringify({ ...entry }));
        await say('plant/ingics', `$GPRP,${mac},${receiver},-60,0201\r\n$GPRP,${mac},${receiver},-6x,\r\n`);
        // Nobody has configured these: the gateway is there before its line in the file.
        await say(`home/TheengsGateway/BTtoMQTT/${mac}`, JSON.stringify(entry));
        await say(
          `ruuvi/C8:25:2D:8E:9C:2C/${mac}`,
          JSON.stringify({ ...entry, gw_mac: receiver, data: `02010604FF${address}` }),
        );
      }
    }
    const health = await until('the last of them', async () => {
      const all = await gateways();
      return all.length === 4 ? all : null;
    });
    expect(health.every(({ foreign }) => foreign > 0)).toBe(true);
    const text = await everything();
    for (const address of strangers) for (const mac of written(address)) expect(text).not.toContain(mac);
    expect(text).not.toContain('Adelheid');
    // The control: what was kept is there to be found.
    expect(text).toContain('unreadable-advertising');
    expect(text).toContain('looks like ruuvi');
    expect(text).toContain('looks like theengs');
  });
});
