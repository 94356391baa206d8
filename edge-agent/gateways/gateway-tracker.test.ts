import { floorPlan } from '@kairos/protocol/floor-plan.ts';
import { simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import { describe, expect, it } from 'vitest';
import { createGatewayTracker, type ZoneFact } from './gateway-tracker.ts';

const tag = 'e78f135624ce';
const anchors = [0, 5, 10, 15, 20].flatMap((x, column) =>
  [0, 10].map((y, row) => ({ address: `00000000${column}${row}00`, at: [x, y, 2.5] as [number, number, number] })),
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
  const facts: ZoneFact[] = [];
  const tracker = createGatewayTracker({
    plan,
    tags: new Map([[tag, 'cart-01']]),
    ports,
    emit: (fact) => facts.push(fact),
  });
  const rssiAt = (x: number, at: readonly number[]): number =>
    Math.round(-59 - 20 * Math.log10(Math.hypot(x - (at[0] as number), 5 - (at[1] as number), 1.3)));
  /** Every receiver hears the tag twice a second. */
  const stand = (x: number, seconds: number, sender = tag): void => {
    for (let half = 0; half < 2 * seconds; half += 1) {
      for (const { address, at } of anchors) {
        const line = `$GPRP,${sender.toUpperCase()},${address.toUpperCase()},${rssiAt(x, at)},020106\r\n`;
        tracker.ingest('ingics', Buffer.from(line));
      }
      ports.advance(500);
    }
  };
  return { ports, facts, tracker, stand, rssiAt };
}

describe('gateway messages', () => {
  it('become zone facts of the cart that carries the tag', () => {
    const { facts, tracker, stand } = start();
    stand(4, 20);
    stand(16, 30);
    expect(facts).toEqual([
      { type: 'zone.entered', body: { cart: 'cart-01', zone: 'west', confidence: expect.any(Number) } },
      { type: 'zone.left', body: { cart: 'cart-01', zone: 'west' } },
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
    const { tracker } = start();
    expect(tracker.ingest('ingics', Buffer.from('nonsense\n$GPRP,E78F135624CE,000000000000,42,\n'))).toEqual({
      heard: 0,
      foreign: 0,
      implausible: 1,
      unreadable: 1,
      unreadableText: 'nonsense\n',
    });
  });

  it('that cannot be read are shown without anything that may be an address', () => {
    const { tracker } = start();
    const broken = '$GPRP,C0FFEE123456,E78F135624CE,-4x,0201061AFF4C00\r\n$GPRP,C0FFEE12345\r\n';
    const { unreadable, unreadableText } = tracker.ingest('ingics', Buffer.from(broken));
    expect(unreadable).toBe(2);
    expect(unreadableText).toBe('$GPRP,…,…,-4x,…\n$GPRP,…\n');
    expect(tracker.ingest('ingics', Buffer.from('x '.repeat(9_000))).unreadableText.length).toBeLessThanOrEqual(500);
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
