import { floorPlan } from '@kairos/protocol/floor-plan.ts';
import { simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import { describe, expect, it } from 'vitest';
import { theengsSamples } from '../test/gateway-samples.ts';
import { createGatewayTracker, type GatewayFact, type GatewaySource } from './gateway-tracker.ts';

const tag = 'e78f135624ce';
const button = 'b0ba00000001';
const ceiling: GatewaySource = { topic: 'kairos/gateways/ceiling/ingics', format: 'ingics' };
const anchors = [0, 5, 10, 15, 20].flatMap((x, column) =>
  [0, 10].map((y, row) => ({
    address: `00000000${column}${row}00`,
    at: [x, y, 2.5] as [number, number, number],
    receiver: `node-${column}-${row}`,
  })),
);
const plan = floorPlan.parse({
  name: 'Hall',
  width: 20,
  height: 10,
  zones: [
    { id: 'west', name: 'West', polygon: corners(0, 10) },
    { id: 'east', name: 'East', polygon: corners(10, 20) },
  ],
  anchors,
});
function corners(left: number, right: number): [number, number][] {
  return [
    [left, 0],
    [right, 0],
    [right, 10],
    [left, 10],
  ];
}

function start() {
  const ports = simulatedPorts({ startMs: 1_700_000_000_000, seed: 1 });
  const facts: GatewayFact[] = [];
  const tracker = createGatewayTracker({
    plan,
    tags: new Map([[tag, 'cart-01']]),
    buttons: new Map([[button, { cart: 'cart-01', key: null }]]),
    ports,
    emit: (fact) => facts.push(fact),
  });
  const say = (source: GatewaySource, payload: string, topic = source.topic) =>
    tracker.ingest(source, { topic, payload: new Uint8Array(Buffer.from(payload)) });
  const rssiAt = (x: number, at: readonly number[]): number =>
    Math.round(-59 - 20 * Math.log10(Math.hypot(x - (at[0] as number), 5 - (at[1] as number), 1.3)));
  /** Every receiver hears the tag twice a second. */
  const stand = (x: number, seconds: number, sender = tag): void => {
    for (let half = 0; half < 2 * seconds; half += 1) {
      for (const { address, at } of anchors) {
        const line = `$GPRP,${sender.toUpperCase()},${address.toUpperCase()},${rssiAt(x, at)},020106\r\n`;
        say(ceiling, line);
      }
      ports.advance(500);
    }
  };
  return { ports, facts, tracker, say, stand, rssiAt };
}

describe('gateway messages', () => {
  it('become zone facts of the cart that carries the tag', () => {
    const { facts, tracker, stand } = start();
    stand(4, 20);
    stand(16, 30);
    expect(facts).toEqual([
      { type: 'zone.entered', body: { cart: 'cart-01', zone: 'west', confidence: expect.any(Number) } },
      { type: 'zone.left', body: { cart: 'cart-01', zone: 'west', confidence: expect.any(Number) } },
      { type: 'zone.entered', body: { cart: 'cart-01', zone: 'east', confidence: expect.any(Number) } },
    ]);
    expect(tracker.zoneOf('cart-01')).toBe('east');
  });

  it('about anybody else’s radio leave nothing but a count', () => {
    const { facts, tracker, stand } = start();
    stand(4, 20, 'aaaaaaaaaaaa');
    expect(facts).toEqual([]);
    expect(tracker.radio).toMatchObject({ heard: 0, foreign: 20 * 2 * anchors.length });
    expect(tracker.tracker.used).toBe(0);
  });

  it('are answered with what became of them', () => {
    const { say } = start();
    expect(say(ceiling, 'nonsense\n$GPRP,E78F135624CE,000000000000,42,\n')).toEqual({
      tally: { heard: 0, foreign: 0, implausible: 1, unreadable: 1 },
      refused: { 'not-text': 1, 'impossible-rssi': 1 },
      samples: [
        { reason: 'not-text', sample: '…' },
        { reason: 'impossible-rssi', sample: '' },
      ],
      suggestion: null,
    });
  });

  it('that cannot be read are shown without anything that may be an address, and few of them', () => {
    const { say } = start();
    const broken = '$GPRP,C0FFEE123456,E78F135624CE,-4x,0201061AFF4C00\r\n$GPRP,C0FFEE12345\r\n';
    expect(say(ceiling, broken).samples.map(({ sample }) => sample)).toEqual(['$GPRP,…,…,-4x,…', '$GPRP,…']);
    const many = say(ceiling, 'x\n'.repeat(1_000));
    expect(many.refused).toEqual({ 'not-text': 1_000 });
    expect(many.samples).toHaveLength(5);
  });

  it('of another format than is configured are told which they are', () => {
    const { say } = start();
    const payload = '[{"timestamp":"2022-01-20T13:22:49Z","type":"S1","mac":"AC233F8C7CEE","rssi":-38}]';
    expect(say(ceiling, payload).suggestion).toBe('minew');
    expect(say({ ...ceiling, format: 'minew' }, payload).suggestion).toBeNull();
  });

  it('of receivers that are not on the plan say so, and name them', () => {
    const { say, tracker } = start();
    const line = '$GPRP,E78F135624CE,AABBCCDDEEFF,-50,\r\n';
    expect(say(ceiling, line).refused).toEqual({ 'unknown-receiver': 1 });
    expect(tracker.status()).toMatchObject([
      {
        topic: ceiling.topic,
        format: 'ingics',
        messages: 1,
        refused: { 'unknown-receiver': 1 },
        unknownReceivers: ['aabbccddeeff'],
      },
    ]);
  });

  it('are counted for each gateway apart', () => {
    const { say, tracker, stand } = start();
    stand(4, 1, 'aaaaaaaaaaaa');
    say({ topic: 'b', format: 'minew' }, 'no json');
    expect(tracker.status()).toMatchObject([
      { topic: ceiling.topic, messages: 20, foreign: 20, refused: {} },
      { topic: 'b', messages: 1, foreign: 0, refused: { 'not-json': 1 } },
    ]);
    expect(tracker.radio).toEqual({ heard: 0, foreign: 20, implausible: 0, unreadable: 1 });
    expect(tracker.receivers().size).toBe(anchors.length);
  });

  it('mean the same when the wall clock steps', () => {
    const { ports, facts, stand } = start();
    stand(4, 10);
    ports.stepWallClock(-3_600_000);
    stand(4, 10);
    expect(facts.map(({ type }) => type)).toEqual(['zone.entered']);
  });

  it('stop when it is stopped', () => {
    const { ports, tracker } = start();
    tracker.stop();
    ports.advance(1_000);
    expect(ports.pending).toBe(0);
  });
});

describe('the other way round', () => {
  it('a gateway that rides on a cart hears the beacons of the plan', () => {
    const { ports, facts, say, rssiAt } = start();
    const riding: GatewaySource = {
      topic: 'kairos/gateways/cart-07/openmqttgateway',
      format: 'openmqttgateway',
      cart: 'cart-07',
    };
    for (let second = 0; second < 10; second += 1) {
      ports.advance(1_000);
      for (const { address, at } of anchors) say(riding, JSON.stringify({ id: address, rssi: rssiAt(16, at) }));
    }
    expect(facts).toMatchObject([{ type: 'zone.entered', body: { cart: 'cart-07', zone: 'east' } }]);
  });
});

describe('a source that repeats a still tag every five seconds', () => {
  const node = (receiver: string): string => `espresense/devices/known:${tag}/${receiver}`;
  const source: GatewaySource = { topic: 'espresense/#', format: 'espresense' };

  it('finds the zone all the same, though no two receivers speak in the same second', () => {
    const { ports, facts, say, rssiAt } = start();
    for (let second = 0; second < 30; second += 1) {
      // Each receiver in its own turn of five seconds.
      anchors.forEach(({ at, receiver }, index) => {
        if ((second + index) % 5 === 0) say(source, JSON.stringify({ rssi: rssiAt(16, at) }), node(receiver));
      });
      ports.advance(1_000);
    }
    expect(facts).toMatchObject([{ type: 'zone.entered', body: { cart: 'cart-01', zone: 'east' } }]);
  });
});

describe('gateways whose clocks are wrong', () => {
  it('mean the same, and what they kept while out of touch moves no cart', () => {
    const { ports, facts, say, rssiAt } = start();
    const heard = (x: number, time: number): void => {
      for (const { address, at } of anchors) {
        say(
          ceiling,
          `$GPRP,${tag.toUpperCase()},${address.toUpperCase()},${rssiAt(x, at)},,${1_000_000_000_000 + time}\r\n`,
        );
      }
    };
    for (let second = 0; second < 15; second += 1) {
      heard(4, second * 1_000);
      ports.advance(1_000);
    }
    expect(facts).toMatchObject([{ type: 'zone.entered', body: { zone: 'west' } }]);
    // Half a minute of silence; then all that was kept, of a walk to the east and back, at once.
    ports.advance(30_000);
    for (let second = 15; second < 40; second += 1) heard(16, second * 1_000);
    ports.advance(3_000);
    expect(facts).toHaveLength(1);
  });
});

describe('a button on a cart', () => {
  const source: GatewaySource = { topic: 'home/#', format: 'openmqttgateway' };

  it('calls for help as the shopper does, once, whoever hears it', () => {
    const { ports, facts, say } = start();
    for (let again = 0; again < 5; again += 1) {
      say(source, String(theengsSamples.button.payload), theengsSamples.button.topic);
      ports.advance(200);
    }
    expect(facts).toEqual([{ type: 'help.requested', body: { cart: 'cart-01' } }]);
  });
});

describe('batteries of tags and buttons', () => {
  it('that want changing are counted until they have been changed', () => {
    const { say, tracker } = start();
    const source: GatewaySource = { topic: 'espresense/#', format: 'espresense' };
    const says = (words: object): number => {
      say(source, JSON.stringify({ rssi: -60, ...words }), `espresense/devices/known:${tag}/node-0-0`);
      return tracker.lowBatteries();
    };
    expect(says({ batt: 80 })).toBe(0);
    expect(says({ mV: 2_300 })).toBe(1);
    expect(says({})).toBe(1);
    expect(says({ batt: 9 })).toBe(1);
    expect(says({ mV: 3_000 })).toBe(0);
  });
});

describe('readings that a device passes on', () => {
  it('become zone facts in the same way', () => {
    const { ports, facts, tracker, rssiAt } = start();
    for (let second = 0; second < 10; second += 1) {
      ports.advance(1_000);
      tracker.observe({
        readings: anchors.map(({ address, at }) => ({
          cart: 'cart-07',
          anchor: address,
          rssi: rssiAt(16, at),
          ageMs: 300,
        })),
      });
    }
    expect(facts).toMatchObject([{ type: 'zone.entered', body: { cart: 'cart-07', zone: 'east' } }]);
  });
});
