/**
 * The MQTT topics between a device and its store, each with its payload and manners (DESIGN sections 3 and 8).
 * MQTT 3.1.1; a PUBACK means only that the broker has it.
 */
import { z } from 'zod';
import { coupon } from './coupon.ts';
import { ack, deviceBatch } from './device-facts.ts';
import { floorPlan, radioAddress } from './floor-plan.ts';
import { loyaltyScheme } from './loyalty-number.ts';
import { epochId, instantMs, placeName } from './names.ts';
import { numberKey } from './number-digest.ts';
import { saleAnswer, tillSale } from './till-sale.ts';

/** Radio as heard: no fact, never stored. One cart's tag heard by receivers, or shelf beacons heard by a cart. */
export const readings = z.strictObject({
  readings: z
    .array(
      z.strictObject({
        /** The moving side. */
        cart: placeName,
        /** The fixed side. */
        anchor: radioAddress,
        /** dBm; readings outside -127 … -1 are dropped where they are decoded. */
        rssi: z.int().min(-127).max(-1),
        ageMs: z.int().min(0).max(600_000),
      }),
    )
    .min(1)
    .max(500),
});
export type Readings = z.infer<typeof readings>;

/** How a device is; retained, and its last will says `offline`. */
export const deviceStatus = z.strictObject({
  state: z.enum(['online', 'offline']),
  epoch: epochId.optional(),
  version: z.string().max(40).optional(),
  queue: z
    .strictObject({
      depth: z.int().min(0),
      bytes: z.int().min(0),
      oldestAgeMs: z.int().min(0),
      /** Given up by policy since the queue was made. */
      dropped: z.int().min(0),
      /** False where the disk takes no file, and a power cut loses what waits. */
      durable: z.boolean().optional(),
    })
    .optional(),
  readers: z
    .array(
      z.strictObject({
        name: placeName,
        state: z.enum(['open', 'absent', 'quiet', 'failed']),
        /** Lines or frames understood, and not, since the start. */
        read: z.int().min(0),
        unreadable: z.int().min(0),
      }),
    )
    .max(32)
    .optional(),
  batteryPercent: z.int().min(0).max(100).optional(),
  /** What else it counts since its start, by name: "misread.check-digit", "rejected.unknown-goods", "radio.foreign" … */
  counts: z.record(z.string().regex(/^[a-z][a-z0-9.-]{0,59}$/), z.int().min(0)).optional(),
});
export type DeviceStatus = z.infer<typeof deviceStatus>;

/** What the store tells a device about its world; retained, so that a device that starts knows it at once. */
export const deviceConfig = z.strictObject({
  store: placeName,
  storeTime: instantMs,
  cart: placeName.optional(),
  loyalty: loyaltyScheme,
  /** There where `loyalty.hashed` is set: what digests of numbers are made with. */
  numberKey: numberKey.optional(),
  floorPlan,
});
export type DeviceConfig = z.infer<typeof deviceConfig>;

export const deviceTopics = {
  facts: {
    payload: deviceBatch,
    from: 'device',
    qos: 1,
    retained: false,
    says: 'Facts in batches, in order, until acknowledged.',
  },
  readings: {
    payload: readings,
    from: 'device',
    qos: 0,
    retained: false,
    says: 'Radio as heard, for the store to turn into zones.',
  },
  acks: { payload: ack, from: 'store', qos: 1, retained: false, says: 'What is stored for good, or refused for good.' },
  status: {
    payload: deviceStatus,
    from: 'device',
    qos: 1,
    retained: true,
    says: 'How the device is; its last will says offline.',
  },
  config: {
    payload: deviceConfig,
    from: 'store',
    qos: 1,
    retained: true,
    says: 'The floor plan and the store’s settings.',
  },
  sales: {
    payload: tillSale,
    from: 'device',
    qos: 1,
    retained: false,
    says: 'One receipt of a till that keeps no queue of facts; said again until it is answered.',
  },
  coupons: {
    payload: coupon,
    from: 'store',
    qos: 1,
    retained: false,
    says: 'What the till is to print; said again until it is shown or its time is over.',
  },
  answers: {
    payload: saleAnswer,
    from: 'store',
    qos: 1,
    retained: false,
    says: 'What became of a receipt, once it is stored for good.',
  },
} as const;
export type DeviceTopic = keyof typeof deviceTopics;

/** What devices say; everything else is the store's to say. */
export type SaidByDevices = {
  [Topic in DeviceTopic]: (typeof deviceTopics)[Topic]['from'] extends 'device' ? Topic : never;
}[DeviceTopic];

export function isSaidByDevices(topic: DeviceTopic): topic is SaidByDevices {
  return deviceTopics[topic].from === 'device';
}

const root = 'kairos/devices';

/** "kairos/devices/cart-07/facts" */
export function deviceTopic(device: string, topic: DeviceTopic): string {
  return `${root}/${device}/${topic}`;
}

/** What the store subscribes to for all devices. */
export function everyDevice(topic: DeviceTopic): string {
  return `${root}/+/${topic}`;
}

/** Null where a topic is none of ours. */
export function parseDeviceTopic(topic: string): { device: string; topic: DeviceTopic } | null {
  const [first, second, device, leaf, ...rest] = topic.split('/');
  if (`${first}/${second}` !== root || rest.length > 0 || device === undefined || leaf === undefined) return null;
  if (!placeName.safeParse(device).success || !Object.hasOwn(deviceTopics, leaf)) return null;
  return { device, topic: leaf as DeviceTopic };
}

/** Formats of off-the-shelf gateways that this version reads; each has its adapter in `edge-agent/gateways/`. */
export const gatewayFormats = [
  'espresense',
  'openmqttgateway',
  'theengs',
  'minew',
  'moko',
  'april-brother',
  'ingics',
  'ruuvi',
  'shelly',
] as const;
export type GatewayFormat = (typeof gatewayFormats)[number];

const gatewayRoot = 'kairos/gateways';

/** What an installer types into a gateway as its topic: "kairos/gateways/e7dae08e6fc3/ingics". The payload is the vendor's. */
export function gatewayTopic(gateway: string, format: GatewayFormat): string {
  return `${gatewayRoot}/${gateway}/${format}`;
}
