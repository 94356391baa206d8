import { floorPlan } from '@kairos/protocol/floor-plan.ts';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type DiscoveryMessage, discoveryOf, receiversMax } from './discovery.ts';
import { readStates } from './states.ts';

const corners: [number, number][] = [
  [0, 0],
  [10, 0],
  [10, 10],
];
const plan = floorPlan.parse({
  name: 'Hall',
  width: 10,
  height: 10,
  zones: [
    { id: 'suits', name: 'Suits', polygon: corners },
    { id: 'fitting-rooms', name: 'Fitting rooms', polygon: corners },
  ],
  anchors: [
    { address: 'a4c1380000e1', at: [1, 1, 2], receiver: 'office' },
    { address: 'a4c1380000e2', at: [2, 1, 2] },
  ],
});
const store = { id: 'riverside', title: 'Riverside', version: '0.1.0' };
const messages = discoveryOf({ store, plan, prefix: 'homeassistant' });

/** home-assistant.io, "MQTT Discovery", "MQTT Sensor" and "MQTT binary sensor": of all fields, those that may be there. */
const shared = {
  name: z.string().min(1),
  unique_id: z.string().regex(/^[A-Za-z0-9_-]+$/),
  state_topic: z.string().regex(/^[^+#]+$/),
  value_template: z.string().regex(/^\{\{ .+ \}\}$/),
  entity_category: z.literal('diagnostic').optional(),
  icon: z
    .string()
    .regex(/^mdi:[a-z-]+$/)
    .optional(),
  availability_topic: z.string().regex(/^[^+#]+$/),
  payload_available: z.string(),
  payload_not_available: z.string(),
  device: z.strictObject({
    identifiers: z.array(z.string()).min(1),
    name: z.string(),
    manufacturer: z.string(),
    model: z.string(),
    sw_version: z.string(),
  }),
  origin: z.strictObject({ name: z.string(), sw_version: z.string() }),
};
const documented = {
  sensor: z.strictObject({
    ...shared,
    state_class: z.enum(['measurement', 'total', 'total_increasing']),
    unit_of_measurement: z.string(),
  }),
  binary_sensor: z.strictObject({
    ...shared,
    device_class: z.enum(['occupancy', 'problem', 'connectivity']),
    payload_on: z.string().optional(),
    payload_off: z.string().optional(),
  }),
};

describe('what a store looks like in Home Assistant', () => {
  it.each(messages.map((message) => [message.topic, message] as const))('%s is a documented message', (_, message) => {
    const [, component, node, object] =
      /^homeassistant\/(sensor|binary_sensor)\/([A-Za-z0-9_-]+)\/([A-Za-z0-9_-]+)\/config$/.exec(message.topic) ?? [];
    expect(node).toBe('kairos_riverside');
    expect(message.payload.unique_id).toBe(`${node}_${object}`);
    documented[component as keyof typeof documented].parse(message.payload);
  });

  it('has an entity once, and each speaks of a state that is told', () => {
    expect(new Set(messages.map(({ topic }) => topic)).size).toBe(messages.length);
    expect(new Set(messages.map(({ payload }) => payload.unique_id)).size).toBe(messages.length);
    const states = readStates(plan, {
      visits: () => [],
      devices: () => [],
      receivers: () => new Map(),
      lowBatteries: () => 0,
      complaints: () => 0,
      screens: () => 0,
    });
    for (const { payload } of messages) {
      const leaf = payload.state_topic.split('/').at(-1) as keyof typeof states;
      const field = /value_json(?:\['([^']+)'\]|\.(\w+))/.exec(payload.value_template)?.slice(1).find(Boolean) ?? '';
      expect(Object.keys(states[leaf]), payload.name).toContain(field);
    }
  });

  it('counts shoppers in zones, tells which are occupied, and how things are', () => {
    const names = ({ topic, payload }: DiscoveryMessage): string => `${topic.split('/')[1]}: ${payload.name}`;
    expect(messages.map(names)).toEqual([
      'sensor: Suits shoppers',
      'binary_sensor: Suits occupied',
      'sensor: Fitting rooms shoppers',
      'binary_sensor: Fitting rooms occupied',
      'binary_sensor: Problem',
      'sensor: Devices online',
      'sensor: Devices offline',
      'sensor: Readers failing',
      'sensor: Facts waiting at devices',
      'sensor: Receivers silent',
      'sensor: Batteries low',
      'sensor: Screens connected',
      'binary_sensor: Receiver office',
      'binary_sensor: Receiver a4c1380000e2',
    ]);
  });

  it('does not grow without end', () => {
    const anchors = Array.from({ length: 1_000 }, (_, index) => ({
      address: index.toString(16).padStart(12, '0'),
      at: [1, 1, 1] as [number, number, number],
      powerAt1m: -59,
    }));
    const large = discoveryOf({ store, plan: { ...plan, anchors }, prefix: 'homeassistant' });
    expect(large.filter(({ topic }) => topic.includes('/receiver-'))).toHaveLength(receiversMax);
  });
});

describe('its states', () => {
  it('are numbers: nobody is named', () => {
    const states = readStates(plan, {
      visits: () => [{ zone: 'suits' }, { zone: 'suits' }, { zone: null }, { zone: 'gone' }],
      devices: () => [
        {
          state: 'online',
          queue: { depth: 3, bytes: 1, oldestAgeMs: 1, dropped: 0 },
          readers: [
            { name: 'beacons', state: 'open', read: 1, unreadable: 0 },
            { name: 'scanner', state: 'absent', read: 0, unreadable: 0 },
          ],
        },
        { state: 'offline' },
      ],
      receivers: () => new Map([['a4c1380000e1', 500_000]]),
      lowBatteries: () => 2,
      complaints: () => 1,
      screens: () => 4,
    });
    expect(states).toEqual({
      zones: { suits: 2, 'fitting-rooms': 0 },
      health: {
        complaints: 1,
        devicesOnline: 1,
        devicesOffline: 1,
        readersFailing: 1,
        factsWaiting: 3,
        receiversSilent: 1,
        batteriesLow: 2,
        screensConnected: 4,
      },
      receivers: { a4c1380000e1: 'silent', a4c1380000e2: 'silent' },
    });
  });
});
