/**
 * A real store in what Home Assistant would see, over Debian's Mosquitto: retained discovery and states, the number of
 * shoppers in a zone as it changes, everything again when Home Assistant starts, what an earlier plan left behind taken
 * away, and "offline" from the broker when the store is killed. Nowhere a cart or a customer.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { deviceTopic } from '@kairos/protocol/topics.ts';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lastingPort } from '../process/lasting-port.ts';
import { StoreProcess } from '../process/store-process.ts';
import { Mosquitto } from './mosquitto.ts';
import { card, hasRecordings, writeRecordedHall } from './recorded-hall.ts';

const waitMaxMs = 60_000;
const cart = 'cart-with-a-name-of-its-own';
const left = 'homeassistant/sensor/kairos_hall/zone-long-gone-shoppers/config';

let folder: string;
let broker: Mosquitto;
let store: StoreProcess;
let home: MqttClient;
/** What Home Assistant has heard, by topic; an empty message takes it away. */
const heard = new Map<string, string>();
let discoveries = 0;

async function until(what: string, isSo: () => boolean): Promise<void> {
  for (const since = performance.now(); !isSo(); await pause(50)) {
    if (performance.now() - since > waitMaxMs) throw new Error(`${what} did not come within ${waitMaxMs / 1000} s`);
  }
}
const state = (leaf: string): Record<string, unknown> =>
  JSON.parse(heard.get(`kairos/stores/hall/${leaf}`) ?? '{}') as Record<string, unknown>;
const availability = (): string | undefined => heard.get('kairos/stores/hall/availability');

describe.skipIf(!hasRecordings)('a store in Home Assistant', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kairos-ha-'));
    broker = new Mosquitto({ folder, port: await lastingPort() });
    await broker.start();
    const settings = { homeAssistant: { url: broker.url, everySeconds: 1 } };
    const { config, data } = await writeRecordedHall(folder, { carts: [{ id: cart }], gateways: () => [], settings });
    store = new StoreProcess({ config, data });
    home = await connectAsync(broker.url, { protocolVersion: 4, clientId: 'home-assistant' });
    home.on('message', (topic, payload) => {
      if (payload.length === 0) heard.delete(topic);
      else heard.set(topic, payload.toString());
      if (topic.endsWith('/config')) discoveries += 1;
    });
    await home.publishAsync(left, '{"name":"Long gone"}', { retain: true, qos: 1 });
    await home.subscribeAsync(['homeassistant/#', 'kairos/stores/#'], { qos: 1 });
  });
  afterAll(async () => {
    await home?.endAsync();
    await store?.kill();
    await broker?.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  test('is discovered, counts, says when it is gone, and names nobody', async () => {
    const { mqtt } = await store.start();
    await until('the store', () => availability() === 'online');
    expect([...heard.keys()].filter((topic) => topic.endsWith('-shoppers/config'))).toHaveLength(6);
    await until('what was left behind to go', () => !heard.has(left));
    expect(state('zones')).toEqual({ w1: 0, w2: 0, w3: 0, e1: 0, e2: 0, e3: 0 });

    const device = await connectAsync(`mqtt://127.0.0.1:${mqtt}`, {
      protocolVersion: 4,
      clientId: cart,
      username: cart,
    });
    const said = [
      { sequence: 1, ageMs: 0, type: 'identity.presented', body: { cart, means: 'scanned', number: card } },
      { sequence: 2, ageMs: 0, type: 'zone.entered', body: { cart, zone: 'e2', confidence: 900 } },
    ];
    await device.publishAsync(deviceTopic(cart, 'status'), JSON.stringify({ state: 'online' }), { qos: 1 });
    await device.publishAsync(
      deviceTopic(cart, 'facts'),
      JSON.stringify({ epoch: 'epoch-1', oldest: 1, facts: said }),
      {
        qos: 1,
      },
    );
    await until('a shopper in the zone', () => state('zones').e2 === 1);
    await until('a device', () => state('health').devicesOnline === 1);
    await device.endAsync();

    const before = discoveries;
    await home.publishAsync('homeassistant/status', 'online', { qos: 1 });
    await until('everything again', () => discoveries >= before + 12);
    const all = [...heard].flat().join('\n');
    for (const name of [cart, card, 'Ada']) expect(all).not.toContain(name);
    // The control: what stands there would be found.
    expect(all).toContain('kairos_hall');

    await store.kill();
    await until('the last will', () => availability() === 'offline');
    // Whoever asks later finds it so.
    const late = await connectAsync(broker.url, { protocolVersion: 4, clientId: 'late' });
    const retained = new Map<string, boolean>();
    late.on('message', (topic, _, { retain }) => retained.set(topic, retain));
    await late.subscribeAsync(['homeassistant/#', 'kairos/stores/#'], { qos: 1 });
    await until('what was retained', () => retained.has('kairos/stores/hall/availability') && retained.size > 20);
    expect([...retained.values()].every((isRetained) => isRetained)).toBe(true);
    await late.endAsync();
  });
});
