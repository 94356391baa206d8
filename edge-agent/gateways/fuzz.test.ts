/**
 * Whatever comes over the air or the network, nothing crashes and nothing that is not the store's own gets through:
 * literal samples, broken in every way, and noise. Short here; at length by `KAIROS_RUNS=1000000` (inputs for each
 * format), another course by `KAIROS_SEED`. A failure prints what brought it about.
 */

import { floorPlan } from '@kairos/protocol/floor-plan.ts';
import { seededRandom, simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import { type GatewayFormat, gatewayFormats } from '@kairos/protocol/topics.ts';
import { encode } from '@msgpack/msgpack';
import { describe, expect, it } from 'vitest';
import { decodeAdvertising, identify } from '../radio/advertising.ts';
import { readBthome } from '../radio/bthome.ts';
import { createOwnRadio } from '../radio/own-radio.ts';
import { aprilDevice, aprilJson, type GatewaySample, gatewaySamples } from '../test/gateway-samples.ts';
import { gatewayAdapters } from './formats.ts';
import { createGatewayTracker } from './gateway-tracker.ts';
import { Gathering } from './gathering.ts';

const runs = Number(process.env.KAIROS_RUNS ?? 3_000);
const seed = Number(process.env.KAIROS_SEED ?? 20261122);
const patienceMs = 60_000 + runs * 2;

const tags = new Map(
  ['dd8800003777', '58782076bc24', 'ac233f8c7cee', 'c8fd1949a530', '0c61cfc1452e', 'f41f0c28cbd6'].map((tag) => [
    tag,
    'cart-01',
  ]),
);
const key = new Uint8Array(Buffer.from('231d39c1d7cc1ab1aee224cd096db932', 'hex'));
const buttons = new Map([
  ['b0ba00000001', { cart: 'cart-01', key: null }],
  ['54945e9f64c4', { cart: 'cart-02', key }],
]);
const ours = { tags, buttons, beaconUuids: ['e2c56db5-dffb-48d2-b060-d0f5a71096e0'], anchors: ['a4c1380000e1'] };
const own = createOwnRadio(ours);

const bytesOf = ({ payload }: GatewaySample): Uint8Array => new Uint8Array(Buffer.from(payload));
const packed: GatewaySample = {
  ...aprilJson,
  payload: encode({ v: '1', mid: 7, time: 35, mac: '12345678ABCD', devices: [Buffer.from(aprilDevice, 'hex')] }),
};
const samplesOf = (format: GatewayFormat): readonly GatewaySample[] => [
  // Two formats share their words.
  ...gatewaySamples.filter((sample) => sample.format === (format === 'theengs' ? 'openmqttgateway' : format)),
  ...(format === 'april-brother' ? [packed, packed, packed] : []),
];

/** Values that have broken parsers before, as JSON writes them. */
const oddValues =
  '0 -0 127 -128 42 1e999 -1e-999 9007199254740993 99999999999999999999 null true "" "NaN" "-88" "+42" [] {} [[]] "\\u0000" {"__proto__":1}'.split(
    ' ',
  );

class Breaker {
  readonly #next: () => number;
  constructor(from: number) {
    this.#next = seededRandom(from);
  }
  below(limit: number): number {
    return Math.floor(this.#next() * limit);
  }
  one<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)] as Item;
  }
  noise(lengthMax: number): Uint8Array {
    return Uint8Array.from({ length: this.below(lengthMax) }, () => this.below(256));
  }
  /** The whole, or with one to three things done to it; sometimes nothing but noise. */
  broken(whole: Uint8Array, others: readonly Uint8Array[]): Uint8Array {
    if (this.below(20) === 0) return this.noise(300);
    let bytes = whole;
    for (let damages = this.below(4); damages > 0; damages -= 1) bytes = this.#damage(bytes, others);
    return bytes;
  }
  #damage(bytes: Uint8Array, others: readonly Uint8Array[]): Uint8Array {
    const at = this.below(bytes.length + 1);
    const to = Math.min(bytes.length, at + this.below(12));
    const join = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));
    switch (this.below(7)) {
      case 0:
        return bytes.length === 0 ? bytes : bytes.with(Math.min(at, bytes.length - 1), this.below(256));
      case 1:
        return bytes.slice(0, at);
      case 2:
        return join(bytes.slice(0, at), bytes.slice(to));
      case 3:
        return join(bytes.slice(0, at), this.noise(8), bytes.slice(at));
      case 4:
        return join(bytes.slice(0, to), bytes.slice(at));
      case 5:
        return join(bytes.slice(0, at), this.one(others).slice(this.below(60)));
      default:
        return this.#oddValue(bytes);
    }
  }
  /** Another value at one place of a JSON text. */
  #oddValue(bytes: Uint8Array): Uint8Array {
    const text = Buffer.from(bytes).toString('latin1');
    const values = [...text.matchAll(/:\s*("[^"]*"|-?[\d.]+)/g)];
    const found = values[this.below(values.length)];
    if (found?.index === undefined) return bytes;
    const broken = `${text.slice(0, found.index)}:${this.one(oddValues)}${text.slice(found.index + found[0].length)}`;
    return new Uint8Array(Buffer.from(broken, 'latin1'));
  }
}

/** Runs `look` on each broken input; says what it was where it throws. */
function onEach(wholes: readonly Uint8Array[], look: (bytes: Uint8Array, breaker: Breaker) => void): void {
  const breaker = new Breaker(seed);
  for (let round = 0; round < runs; round += 1) {
    const bytes = breaker.broken(breaker.one(wholes), wholes);
    try {
      look(bytes, breaker);
    } catch (error) {
      const input = Buffer.from(bytes).toString('hex');
      throw new Error(`seed ${seed}, round ${round}, input ${input}: ${String(error)}`, { cause: error });
    }
  }
}

function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

describe(`${runs} broken inputs each (seed ${seed})`, () => {
  it.each(gatewayFormats)(
    'crash nothing in %s, and let nothing through that is not ours',
    (format) => {
      const samples = samplesOf(format);
      let heard = 0;
      let refused = 0;
      onEach(samples.map(bytesOf), (payload, breaker) => {
        const { topic } = breaker.one(samples);
        const brokenTopic = breaker.below(10) === 0 ? topic.slice(breaker.below(topic.length)) : topic;
        const gathering = new Gathering({ format, own, receivedAt: 0 });
        gatewayAdapters[format].read({ topic: brokenTopic, payload }, gathering);
        for (const observation of gathering.observations) {
          must(own.owns(observation), 'a stranger got through');
          must(
            Number.isInteger(observation.rssi) && observation.rssi >= -127 && observation.rssi <= -1,
            'no such RSSI',
          );
        }
        for (const { address } of gathering.buttons) must(buttons.has(address), 'a stranger’s button got through');
        must(gathering.tally.heard === gathering.observations.length, 'what was heard is counted');
        heard += gathering.tally.heard;
        refused += gathering.tally.unreadable;
      });
      // Both ways are gone: what is whole is heard, what is broken refused.
      expect(heard).toBeGreaterThan(runs / 50);
      expect(refused).toBeGreaterThan(runs / 50);
    },
    patienceMs,
  );

  it(
    'crash nothing in the decoder of advertising data',
    () => {
      const wholes = [
        '0201061AFF4C000215B5B182C7EAB14988AA99B5C1517008D90001E6F0C5',
        '1309696773206D65656820233220285445535429020106',
        '1BFF1801BEAC0102030405060708090A0B0C0D0E0F1011121314C500',
        '0303AAFE1716AAFE00EE00112233445566778899AABBCCDDEEFF0000',
        '1116AAFE20000BB81980000000FF00000064',
        '0C16AAFE10EE036B6169726F07',
        '0201060B094449592D73656E736F720A16D2FC4002C40903BF13',
      ].map((hex) => new Uint8Array(Buffer.from(hex, 'hex')));
      let understood = 0;
      onEach(wholes, (bytes) => {
        const advertising = decodeAdvertising(bytes);
        const { powerAt1m } = identify(advertising);
        must(powerAt1m === null || powerAt1m < 0, 'no such power');
        must(advertising.frames.length <= bytes.length / 2, 'more frames than bytes');
        understood += advertising.frames.length;
      });
      expect(understood).toBeGreaterThan(runs / 10);
    },
    patienceMs,
  );

  it(
    'crash nothing in BTHome, and open nothing without the key',
    () => {
      const wholes = ['4002C40903BF13', '44002A01643A01', '41A47266C95F730011223378237214'].map(
        (hex) => new Uint8Array(Buffer.from(hex, 'hex')),
      );
      const genuine = Buffer.from(wholes[2] ?? []).toString('hex');
      let opened = 0;
      onEach(wholes, (bytes) => {
        readBthome(bytes, { address: '5448e68f80a5', key: null });
        const read = readBthome(bytes, { address: '5448e68f80a5', key });
        if (read.kind === 'refused') return;
        opened += 1;
        // Four bytes of proof: one forgery in four thousand million may pass.
        must(Buffer.from(bytes).toString('hex') === genuine, 'a forgery was opened');
      });
      expect(opened).toBeGreaterThan(0);
    },
    patienceMs,
  );

  it(
    'crash nothing in the whole way from a message to a zone, whichever format it is taken for',
    () => {
      const ports = simulatedPorts({ startMs: 1_700_000_000_000, seed });
      const square: [number, number][] = [
        [0, 0],
        [10, 0],
        [10, 10],
      ];
      const plan = floorPlan.parse({
        name: 'x',
        width: 10,
        height: 10,
        zones: [{ id: 'a', name: 'A', polygon: square }],
        anchors: [{ address: 'e7dae08e6fc3', at: [5, 5, 2], receiver: 'office' }],
      });
      const tracker = createGatewayTracker({ ...ours, plan, ports, emit: () => undefined });
      const wholes = [...gatewaySamples, packed].map(bytesOf);
      onEach(wholes, (payload, breaker) => {
        const { topic } = breaker.one(gatewaySamples);
        const format = breaker.one(gatewayFormats);
        tracker.ingest(
          { topic: format, format, ...(breaker.below(3) === 0 ? { cart: 'cart-07' } : {}) },
          { topic, payload },
        );
        ports.advance(breaker.below(200));
      });
      expect(tracker.status().length).toBe(gatewayFormats.length);
      expect(tracker.radio.heard).toBeGreaterThan(0);
      tracker.stop();
    },
    patienceMs,
  );
});
