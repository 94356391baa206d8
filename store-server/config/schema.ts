/** The sections of the store's configuration file, each with what it allows, and words for what is wrong otherwise. */

import { radioAddress } from '@kairos/protocol/floor-plan.ts';
import { loyaltyScheme } from '@kairos/protocol/loyalty-number.ts';
import { placeName } from '@kairos/protocol/names.ts';
import { isTimeZone } from '@kairos/protocol/time.ts';
import { isTopicFilter } from '@kairos/protocol/topic-filter.ts';
import { gatewayFormats } from '@kairos/protocol/topics.ts';
import { z } from 'zod';

/** Group commits are at most this far apart (DESIGN section 3). */
const groupMsMax = 10;

const port = z
  .int('give a port number; 0 takes any free one')
  .min(0, 'ports begin at 0')
  .max(65_535, 'ports end at 65535');
const path = z.string('give a path, relative to this file').min(1, 'give a path, relative to this file');
const secret = z.string().min(8, 'at least 8 characters').max(200, 'at most 200 characters');

function whole(unit: string, min: number, max: number): z.ZodInt {
  const error = `give a whole number of ${unit}, ${min} to ${max}`;
  return z.int(error).min(min, error).max(max, error);
}

const chainKeyAdvice = 'give at least 16 characters that only the chain knows, or {file: …} with them in it';

const timeZone = z.string().refine(isTimeZone, 'is no time zone; give an IANA name such as Europe/Berlin');

const hostName = z.string().regex(/^[a-zA-Z0-9]([a-zA-Z0-9.-]{0,251}[a-zA-Z0-9])?$/);

export const sections = {
  store: z.strictObject({
    id: placeName,
    title: z.string().min(1, 'give the store a title').max(80, 'at most 80 characters'),
    timeZone: timeZone.default('UTC'),
    currency: z.string().regex(/^[A-Z]{3}$/, 'give an ISO 4217 code such as EUR'),
    locale: z
      .string()
      .regex(/^[a-z]{2,3}(-[A-Z]{2})?$/, 'give a language such as en or de-CH')
      .default('en'),
  }),
  listen: z
    .strictObject({
      /** Loopback only unless said otherwise. */
      host: z.string().min(1).default('127.0.0.1'),
      http: port.default(8470),
      /** TLS, for other machines; 8443 unless said otherwise where the host is not loopback. */
      https: port.optional(),
      /** Under which other machines know this one; else what it says of itself. */
      names: z
        .array(z.union([z.ipv4(), z.ipv6(), hostName], 'give a host name or an address, without https://'))
        .max(32)
        .default([]),
      mqtt: port.default(1883),
      /** MQTT over WebSocket, on the http port. */
      mqttPath: z
        .string()
        .regex(/^\/[a-z0-9/-]+$/, 'give a path such as /mqtt')
        .default('/mqtt'),
    })
    .prefault({}),
  broker: z
    .strictObject({
      /** Another broker instead of the embedded one. */
      url: z
        .string()
        .regex(/^(mqtts?|wss?):\/\/.+/, 'give an address such as mqtt://127.0.0.1:1883')
        .optional(),
      username: z.string().min(1).max(80).optional(),
      password: z.string().min(1).max(200).optional(),
    })
    .prefault({}),
  data: path.default('data'),
  floorPlan: path,
  goods: path.optional(),
  customers: path.optional(),
  /** Who works here, with badge and role; without it nobody signs in. */
  staff: path.optional(),
  dialogues: path,
  /** A folder of pictures for messages, named for their dialogue, or for dialogue and step. */
  pictures: path.optional(),
  loyalty: loyaltyScheme.prefault({ prefixes: [] }),
  chainKey: z.union([z.string().min(16, chainKeyAdvice), z.strictObject({ file: path })], chainKeyAdvice),
  carts: z
    .array(
      z.strictObject({
        id: placeName,
        tag: radioAddress.optional(),
        token: secret.optional(),
        /** A BTHome button on it (Shelly BLU): pressed, it calls for help. */
        button: radioAddress.optional(),
        /** Where its presses are encrypted. */
        buttonKey: z
          .string()
          .regex(/^[0-9a-fA-F]{32}$/, 'give the 32 hexadecimal digits that its app shows')
          .optional(),
      }),
    )
    .max(2_000)
    .default([]),
  devices: z
    .array(
      z.strictObject({
        id: placeName,
        /** The carts, tills and screens it may speak for. */
        may: z.union([z.literal('all-carts'), z.array(placeName).max(2_000)], 'give a list of ids, or all-carts'),
        token: secret.optional(),
      }),
    )
    .max(2_000)
    .default([]),
  gateways: z
    .array(
      z.strictObject({
        topic: z
          .string()
          .min(1)
          .max(200)
          .refine(isTopicFilter, 'give a topic, or a filter such as espresense/devices/#'),
        /** May be left out where the topic gives it away. */
        format: z.enum(gatewayFormats, `give one of: ${gatewayFormats.join(', ')}`).optional(),
        /** It rides on this cart and hears the beacons of the floor plan; else it hangs there and hears the tags. */
        cart: placeName.optional(),
        /** Who it connects as; without one, whoever connects without a name may publish here. */
        username: placeName.optional(),
        token: secret.optional(),
      }),
    )
    .max(500)
    .default([]),
  /** Shoppers in zones and the health of devices, as numbers, for Home Assistant; off unless its broker is named. */
  homeAssistant: z
    .strictObject({
      url: z.string().regex(/^(mqtts?|wss?):\/\/.+/, 'give the address of its broker, such as mqtt://127.0.0.1:1883'),
      username: z.string().min(1).max(80).optional(),
      password: z.string().min(1).max(200).optional(),
      prefix: z
        .string()
        .regex(/^[A-Za-z0-9_-]+(\/[A-Za-z0-9_-]+)*$/, 'give a topic such as homeassistant')
        .default('homeassistant'),
      everySeconds: whole('seconds', 1, 3_600).default(5),
    })
    .optional(),
  radio: z
    .strictObject({
      /** Beacons and tags that carry one of these are the store's own, whatever their address. */
      beaconUuids: z.array(z.uuid('give an iBeacon UUID, with dashes').toLowerCase()).max(32).default([]),
    })
    .prefault({}),
  /** This box's own serial ports and readers: the edge agent judges it. */
  agent: z.record(z.string(), z.unknown()).optional(),
  /** Receipts of tills that speak POSLog or plain JSON. */
  tillFeed: z
    .strictObject({
      /** Where tills drop their documents. */
      folder: path.optional(),
      pollSeconds: whole('seconds', 1, 3_600).default(2),
      /** What a till shows that posts from another machine. */
      token: secret.optional(),
      /** The till of each workstation, where it is not called till-N. */
      workstations: z.record(z.string().min(1).max(40), placeName).default({}),
    })
    .prefault({}),
  tillPage: z
    .strictObject({
      /** Pages of tills that may hold the store's page for tills in a frame. */
      frameOrigins: z
        .array(
          z
            .string()
            .max(200, 'at most 200 characters')
            .regex(/^https?:\/\/[a-z0-9.-]+(:\d+)?$/, 'give an origin such as https://till.example, with no path'),
        )
        .max(20)
        .default([]),
    })
    .prefault({}),
  /** Headquarters; without it the store is by itself. */
  hq: z
    .strictObject({
      url: z.string().regex(/^https?:\/\/.+/, 'give its address, such as https://hq.example:8480'),
      /** What `npm run hq -- store NAME` printed. */
      token: z.string().min(16, 'give the token that headquarters printed for this store').max(200),
      /** Certificates that sign that of headquarters, PEM; those of the machine if not given. */
      ca: path.optional(),
      /** What `npm run hq -- key` printed; without it the store takes no dialogues from there. */
      releaseKey: z
        .string()
        .regex(/^[A-Za-z0-9_-]{43}$/, 'give the 43 characters that headquarters printed for their key')
        .optional(),
      /** Between two small syncs by day; 0: by night alone. */
      trickleMinutes: whole('minutes', 0, 1_440).default(5),
    })
    .refine(({ url }) => url.startsWith('https:') || /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]?/.test(url), {
      message: 'goes over https: the store shows its secret there; http is for this machine alone',
      path: ['url'],
      params: { reason: 'contradiction' },
    })
    .optional(),
  screens: z
    .strictObject({
      /** The display of a cart that nobody touches may sleep after so long. */
      sleepAfterMinutes: whole('minutes', 1, 1_440).default(20),
      /** What zone screens show while nobody is spoken to; eight words are read in passing. */
      loop: z
        .array(
          z.strictObject({
            headline: z.string().min(1, 'give it words').max(80, 'at most 80 characters'),
            /** Only there; everywhere if not given. */
            zones: z.array(placeName).max(200).optional(),
          }),
        )
        .max(24)
        .default([]),
      slotSeconds: whole('seconds', 4, 600).default(12),
    })
    .prefault({}),
  visit: z.strictObject({ quietMinutes: whole('minutes', 1, 24 * 60).default(45) }).prefault({}),
  journal: z
    .strictObject({
      groupMs: whole('milliseconds', 0, groupMsMax).default(groupMsMax),
      snapshotEveryFacts: whole('facts', 100, 10_000_000).default(20_000),
    })
    .prefault({}),
  limits: z
    .strictObject({
      /** Messages of one device: so many a second, and so many at once. */
      messagesPerSecond: whole('messages', 1, 100_000).default(200),
      messagesAtOnce: whole('messages', 1, 1_000_000).default(1_000),
      clients: whole('connections', 1, 100_000).default(2_500),
      payloadBytes: whole('bytes', 1_024, 16 * 1024 * 1024).default(256 * 1024),
    })
    .prefault({}),
  test: z
    .strictObject({
      /** The negative control of the kill test: never in a store. */
      ackBeforeCommit: z.boolean().default(false),
      /** PINs hashed in no time, so that tests that sign in are about something else: never in a store. */
      cheapPins: z.boolean().default(false),
      /** A slow disk, on request: each commit begins so much later. */
      slowCommitMs: whole('milliseconds', 0, 10_000).default(0),
    })
    .prefault({}),
} as const;

export type SectionName = keyof typeof sections;
export type Sections = { readonly [Name in SectionName]: z.infer<(typeof sections)[Name]> };
export const sectionNames = Object.keys(sections) as SectionName[];

/** Values that a fault never repeats. */
export const secretKeys = ['password', 'token', 'chainKey', 'buttonKey'];
