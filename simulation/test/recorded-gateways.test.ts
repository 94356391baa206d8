/**
 * The same recorded trolley run at two real store servers, in real time, published as the gateways of several vendors
 * at once: on the store's own broker, and on Debian's Mosquitto. Each vendor's tag rides on a cart of its own, and the
 * journal has to say the same of all of them.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GatewayFormat } from '@kairos/protocol/topics.ts';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lastingPort } from '../process/lasting-port.ts';
import { StoreProcess } from '../process/store-process.ts';
import { readRows } from '../replay/recording.ts';
import { replayAsGateways } from '../replay/replay.ts';
import { Mosquitto } from './mosquitto.ts';
import { hasRecordings, shortRun, writeRecordedHall } from './recorded-hall.ts';

/** In the vendors' own topics where they have some; the format of these needs no saying. */
const gateways: readonly { readonly format: GatewayFormat; readonly topic: string }[] = [
  { format: 'ingics', topic: 'kairos/gateways/+/ingics' },
  { format: 'minew', topic: 'kairos/gateways/+/minew' },
  { format: 'moko', topic: 'kairos/gateways/+/moko' },
  { format: 'april-brother', topic: 'kairos/gateways/+/april-brother' },
  { format: 'ruuvi', topic: 'ruuvi/+/+' },
  { format: 'openmqttgateway', topic: 'home/+/BTtoMQTT/+' },
  { format: 'espresense', topic: 'espresense/devices/#' },
];
const onMosquitto: readonly GatewayFormat[] = ['minew', 'april-brother', 'ruuvi'];
const cartOf = (format: GatewayFormat): string => `cart-${format}`;
const tagOf = (format: GatewayFormat): string =>
  `c0ffee0000${gateways
    .findIndex((gateway) => gateway.format === format)
    .toString(16)
    .padStart(2, '0')}`;

let folder: string;
let broker: Mosquitto;
const stores: StoreProcess[] = [];

async function openStore(name: string, environment: Record<string, string> = {}) {
  const home = join(folder, name);
  mkdirSync(home);
  const { config, data } = await writeRecordedHall(home, {
    carts: gateways.map(({ format }) => ({ id: cartOf(format), tag: tagOf(format) })),
    gateways: () => gateways.map(({ format, topic }) => (format === 'openmqttgateway' ? { topic, format } : { topic })),
  });
  const store = new StoreProcess({ config, data, environment });
  stores.push(store);
  return { ports: await store.start(), journal: join(data, 'journal.db') };
}

/** Cart → what was said of it, in order. */
function zonesByCart(journal: string): Map<string, string[]> {
  const database = new Database(journal, { readonly: true });
  try {
    const rows = database
      .prepare(
        `SELECT type.text AS type, cart.text AS cart, zone.text AS zone FROM facts
         JOIN words AS type ON type.id = facts.type JOIN words AS cart ON cart.id = facts.place
         JOIN words AS zone ON zone.id = facts.thing WHERE type.text IN ('zone.entered', 'zone.left') ORDER BY seq`,
      )
      .all() as { type: string; cart: string; zone: string }[];
    const byCart = new Map<string, string[]>();
    for (const { type, cart, zone } of rows) byCart.set(cart, [...(byCart.get(cart) ?? []), `${type} ${zone}`]);
    return byCart;
  } finally {
    database.close();
  }
}

describe.skipIf(!hasRecordings)('a recorded run as gateways publish it', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kairos-gateways-'));
    broker = new Mosquitto({ folder, port: await lastingPort() });
    await broker.start();
  });
  afterAll(async () => {
    for (const store of stores) await store.stop();
    await broker?.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  test('gives the same zone facts in six formats, and in a seventh that smooths, on the store’s broker and in three on Mosquitto', async () => {
    const rows = readRows(readFileSync(shortRun, 'utf8'));
    const own = await openStore('own');
    const other = await openStore('other', { KAIROS_BROKER_URL: broker.url });
    const play = (format: GatewayFormat, url: string): Promise<number> => {
      const tag = tagOf(format);
      return replayAsGateways(
        rows.map((row) => ({ ...row, tag })),
        { url, format },
        { speed: 1 },
      );
    };
    await Promise.all([
      ...gateways.map(({ format }) => play(format, `mqtt://127.0.0.1:${own.ports.mqtt}`)),
      ...onMosquitto.map((format) => play(format, broker.url)),
    ]);
    const expected = ['zone.entered e2', 'zone.left e2', 'zone.entered w2'];
    const last = (journal: string): (string | undefined)[] =>
      [...zonesByCart(journal).values()].map((all) => all.at(-1));
    const isEnded = (journal: string, carts: number): boolean =>
      last(journal).filter((said) => said === expected.at(-1)).length === carts;
    // The last zone is entered well before the end of the run; a busy store may say so later.
    await expect.poll(() => isEnded(own.journal, gateways.length)).toBe(true);
    await expect.poll(() => isEnded(other.journal, onMosquitto.length)).toBe(true);
    const said = zonesByCart(own.journal);
    // What ESPresense smooths depends on the moment of each reading: where the run begins and ends does not.
    const smoothed = said.get(cartOf('espresense')) ?? [];
    expect([smoothed.at(0), smoothed.at(-1)]).toEqual([expected.at(0), expected.at(-1)]);
    said.delete(cartOf('espresense'));
    const exact = gateways.filter(({ format }) => format !== 'espresense');
    expect(Object.fromEntries(said)).toEqual(Object.fromEntries(exact.map(({ format }) => [cartOf(format), expected])));
    expect(Object.fromEntries(zonesByCart(other.journal))).toEqual(
      Object.fromEntries(onMosquitto.map((format) => [cartOf(format), expected])),
    );
  });
});
