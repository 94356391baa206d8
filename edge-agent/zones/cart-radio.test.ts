import { floorPlan } from '@kairos/protocol/floor-plan.ts';
import { simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import { type Readings, readings as readingsSchema } from '@kairos/protocol/topics.ts';
import { describe, expect, it } from 'vitest';
import type { RadioObservation } from '../radio/observation.ts';
import { createCartRadio } from './cart-radio.ts';
import type { ZoneFact } from './zone-fact.ts';

const uuid = 'b5b182c7-eab1-4988-aa99-b5c1517008d9';
const beacons = ['aaaaaaaaaa01', 'aaaaaaaaaa02', '0000000103e8', 'aaaaaaaaaa04'];
const plan = floorPlan.parse({
  name: 'Hall',
  width: 20,
  height: 10,
  zones: [
    {
      id: 'west',
      name: 'West',
      polygon: [
        [0, 0],
        [10, 0],
        [10, 10],
        [0, 10],
      ],
    },
    {
      id: 'east',
      name: 'East',
      polygon: [
        [10, 0],
        [20, 0],
        [20, 10],
        [10, 10],
      ],
    },
  ],
  anchors: beacons.map((address, index) => ({ address, at: [index < 2 ? 2 : 18, index % 2 === 0 ? 1 : 9, 2] })),
});

function heard(address: string, rssi: number, minor?: number): RadioObservation {
  return {
    format: 'absniffer',
    receiver: 'shelves',
    address,
    id: minor === undefined ? { kind: 'address' } : { kind: 'ibeacon', uuid, major: 1, minor },
    rssi,
    powerAt1m: null,
    sourceTime: null,
    clock: 'none',
    receivedAt: 0,
    filtered: false,
  };
}

function start(mode: 'here' | 'store') {
  const ports = simulatedPorts({ startMs: 0, seed: 1 });
  const facts: ZoneFact[] = [];
  const sent: Readings[] = [];
  const radio = createCartRadio({
    ports,
    mode,
    beaconUuids: [uuid],
    onZone: (fact) => facts.push(fact),
    onReadings: (readings) => sent.push(readings),
  });
  const listen = (seconds: number): void => {
    for (let second = 0; second < seconds; second += 1) {
      radio.hear(heard(beacons[0] as string, -62));
      radio.hear(heard(beacons[1] as string, -64));
      // Placed on the plan by its iBeacon numbers; it changes its address.
      radio.hear(heard('c0ffee000000', -88, 1_000));
      radio.hear(heard(beacons[3] as string, -86));
      ports.advance(1_000);
    }
  };
  return { ports, radio, facts, sent, listen };
}

describe('a cart that hears shelf beacons', () => {
  it('knows its zone once it knows the floor plan and its own name', () => {
    const { radio, facts, listen } = start('here');
    listen(10);
    expect(facts).toEqual([]);
    expect(radio.counts()['radio.unplaced']).toBe(40);
    radio.configure({ plan, cart: null });
    listen(10);
    expect(facts).toEqual([]);
    radio.configure({ plan, cart: 'cart-07' });
    listen(10);
    expect(facts).toEqual([
      { type: 'zone.entered', body: { cart: 'cart-07', zone: 'west', confidence: expect.any(Number) } },
    ]);
    expect(radio.counts()['radio.used']).toBe(40);
  });

  it('or passes its readings on, in the shape of the protocol, with their age', () => {
    const { radio, facts, sent, listen } = start('store');
    radio.configure({ plan, cart: 'cart-07' });
    listen(3);
    expect(facts).toEqual([]);
    expect(sent).toHaveLength(3);
    for (const readings of sent) expect(readingsSchema.safeParse(readings).success).toBe(true);
    expect(sent[0]?.readings[2]).toEqual({ cart: 'cart-07', anchor: '0000000103e8', rssi: -88, ageMs: 500 });
  });

  it('passes on no more than a message holds', () => {
    const { ports, radio, sent } = start('store');
    radio.configure({ plan, cart: 'cart-07' });
    for (let index = 0; index < 700; index += 1) radio.hear(heard(beacons[0] as string, -60));
    ports.advance(500);
    expect(sent[0]?.readings).toHaveLength(500);
    expect(radio.counts()['radio.overflow']).toBe(200);
  });

  it('stops when it is stopped', () => {
    const { ports, radio } = start('here');
    radio.stop();
    expect(ports.pending).toBe(0);
  });
});
