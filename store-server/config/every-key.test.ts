/**
 * Every key of the store's configuration and of the floor plan, each with a bad value of every kind that applies. The
 * keys come from the schemas: a new one without its cases fails here.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConfigFault, type ConfigReason, configReasons } from '@kairos/protocol/config-fault.ts';
import { floorPlan } from '@kairos/protocol/floor-plan.ts';
import { everyKey } from '@kairos/protocol/known-keys.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { z } from 'zod';
import { parseConfig } from '../config.ts';
import { parseFloorPlan } from './floor-plan-file.ts';
import { sections } from './schema.ts';

type Path = readonly (string | number)[];
type Case = readonly [value: unknown, reason: ConfigReason];

const square = [
  [0, 0],
  [10, 0],
  [10, 10],
];
const goodPlan = {
  name: 'Test',
  width: 10,
  height: 10,
  zones: [{ id: 'suits', name: 'Suits', kind: 'aisle', polygon: square }],
  walls: [
    [
      [0, 0],
      [1, 1],
    ],
  ],
  shelves: [{ id: 'shelf-1', zone: 'suits', polygon: square, departments: ['menswear'] }],
  tills: [{ id: 'till-1', zone: 'suits', at: [1, 1] }],
  doors: [{ id: 'door-1', at: [1, 1] }],
  screens: [{ id: 'screen-1', zone: 'suits', at: [2, 1] }],
  anchors: [{ address: '0123456789ab', at: [1, 1, 2], powerAt1m: -59, receiver: 'kitchen' }],
  calibration: {
    measured: '2026-11-22',
    fingerprints: [
      {
        at: [1, 1],
        zone: 'suits',
        seconds: 20,
        heard: [{ anchor: '0123456789ab', mean: -70.5, deviation: 4, readings: 40 }],
      },
    ],
  },
};

const good = {
  store: { id: 'demo', title: 'Demo store', timeZone: 'Europe/Berlin', currency: 'EUR', locale: 'en' },
  listen: { host: '127.0.0.1', http: 0, https: 0, names: ['store.local'], mqtt: 0, mqttPath: '/mqtt' },
  broker: { url: 'mqtt://127.0.0.1:1883', username: 'store', password: 'password' },
  data: 'data',
  floorPlan: 'floor-plan.yaml',
  goods: 'goods.csv',
  customers: 'customers.csv',
  staff: 'staff.yaml',
  dialogues: 'dialogues',
  pictures: 'dialogues',
  loyalty: { prefixes: ['29'], gsrn: true },
  chainKey: { file: 'chain.key' },
  carts: [
    {
      id: 'cart-1',
      tag: 'c0ffee000001',
      token: 'token-of-1',
      button: 'c0ffee000002',
      buttonKey: '00112233445566778899aabbccddeeff',
    },
  ],
  devices: [{ id: 'back-office', may: ['till-1'], token: 'token-of-2' }],
  gateways: [
    { topic: 'kairos/gateways/a/ingics', format: 'ingics', cart: 'cart-1', username: 'gateway', token: 'token-of-3' },
  ],
  radio: { beaconUuids: ['e2c56db5-dffb-48d2-b060-d0f5a71096e0'] },
  agent: { device: 'back-office', readers: [] },
  tillFeed: { folder: 'till-drop', pollSeconds: 2, token: 'token-of-4', workstations: { '34': 'till-1' } },
  tillPage: { frameOrigins: ['https://till.example'] },
  screens: { sleepAfterMinutes: 20, loop: [{ headline: 'Fresh bread at four', zones: ['suits'] }], slotSeconds: 12 },
  homeAssistant: {
    url: 'mqtt://127.0.0.1:1884',
    username: 'store',
    password: 'password',
    prefix: 'homeassistant',
    everySeconds: 5,
  },
  hq: {
    url: 'https://hq.example:8480',
    token: 'riverside.token-of-a-store',
    ca: 'authority.pem',
    releaseKey: 'a'.repeat(43),
    trickleMinutes: 5,
  },
  visit: { quietMinutes: 45 },
  journal: { groupMs: 10, snapshotEveryFacts: 1000 },
  limits: { messagesPerSecond: 10, messagesAtOnce: 10, clients: 10, payloadBytes: 2048 },
  test: { ackBeforeCommit: false, cheapPins: false, slowCommitMs: 0 },
};

const long = (length: number): string => 'x'.repeat(length);
const name: readonly Case[] = [
  [7, 'wrong-type'],
  ['Not A Name!', 'bad-form'],
  [long(41), 'bad-form'],
];
const text = (longest: number): readonly Case[] => [
  [7, 'wrong-type'],
  [long(longest + 1), 'out-of-range'],
];
const whole = (least: number, most: number): readonly Case[] => [
  ['ten', 'wrong-type'],
  [least + 0.5, 'wrong-type'],
  [least - 1, 'out-of-range'],
  [most + 1, 'out-of-range'],
];
const yesNo: readonly Case[] = [['perhaps', 'wrong-type']];
const section: readonly Case[] = [
  ['text', 'wrong-type'],
  [[1], 'wrong-type'],
];
const list = (tooMany?: unknown[]): readonly Case[] => [
  ['text', 'wrong-type'],
  ...(tooMany ? [[tooMany, 'out-of-range'] as const] : []),
];
const file: readonly Case[] = [
  [7, 'wrong-type'],
  ['', 'out-of-range'],
  ['not-there.yaml', 'bad-reference'],
];
const token: readonly Case[] = [
  [12345678, 'wrong-type'],
  ['short', 'out-of-range'],
  [long(201), 'out-of-range'],
];
const twice = <Value>(value: Value): Value[] => [value, value];

const configCases: Readonly<Record<string, readonly Case[]>> = {
  store: section,
  'store.id': name,
  'store.title': [['', 'out-of-range'], ...text(80)],
  'store.timeZone': [
    [7, 'wrong-type'],
    ['Europe/Berlino', 'bad-form'],
  ],
  'store.currency': [
    [7, 'wrong-type'],
    ['euro', 'bad-form'],
  ],
  'store.locale': [
    [7, 'wrong-type'],
    ['english', 'bad-form'],
  ],
  listen: section,
  'listen.host': [
    [7, 'wrong-type'],
    ['', 'out-of-range'],
  ],
  'listen.http': whole(0, 65_535),
  'listen.https': whole(0, 65_535),
  'listen.names': list(Array.from({ length: 33 }, () => 'store.local')),
  'listen.names.0': [
    [7, 'wrong-type'],
    ['https://store.local', 'wrong-type'],
  ],
  'listen.mqtt': whole(0, 65_535),
  'listen.mqttPath': [
    [7, 'wrong-type'],
    ['mqtt', 'bad-form'],
  ],
  broker: section,
  'broker.url': [
    [7, 'wrong-type'],
    ['127.0.0.1:1883', 'bad-form'],
    ['http://127.0.0.1', 'bad-form'],
  ],
  'broker.username': [['', 'out-of-range'], ...text(80)],
  'broker.password': [['', 'out-of-range'], ...text(200)],
  data: [
    [7, 'wrong-type'],
    ['', 'out-of-range'],
  ],
  floorPlan: file,
  goods: file,
  customers: file,
  staff: file,
  dialogues: [...file, ['goods.csv', 'bad-reference']],
  pictures: [...file, ['goods.csv', 'bad-reference']],
  loyalty: section,
  'loyalty.prefixes': list(Array.from({ length: 33 }, () => '29')),
  'loyalty.prefixes.0': [
    [29, 'wrong-type'],
    ['2', 'bad-form'],
    ['abc', 'bad-form'],
  ],
  'loyalty.gsrn': yesNo,
  'loyalty.cards': yesNo,
  'loyalty.hashed': yesNo,
  chainKey: [
    [7, 'wrong-type'],
    ['too short', 'out-of-range'],
    [{}, 'missing'],
    [{ file: 'short.key' }, 'out-of-range'],
  ],
  'chainKey.file': [
    [7, 'wrong-type'],
    ['not-there.key', 'bad-reference'],
  ],
  carts: [
    ...list(Array.from({ length: 2_001 }, (_, index) => ({ id: `cart-${index}` }))),
    [twice({ id: 'cart-1' }), 'doubled'],
    [
      [
        { id: 'cart-1', tag: 'c0ffee000001' },
        { id: 'cart-2', tag: 'c0ffee000001' },
      ],
      'doubled',
    ],
    [[{ id: 'till-1' }], 'doubled'],
  ],
  'carts.0': section,
  'carts.0.id': name,
  'carts.0.tag': [
    [7, 'wrong-type'],
    ['C0:FF:EE:00:00:01', 'bad-form'],
  ],
  'carts.0.token': token,
  'carts.0.button': [
    [7, 'wrong-type'],
    ['C0:FF:EE:00:00:02', 'bad-form'],
  ],
  'carts.0.buttonKey': [
    [7, 'wrong-type'],
    ['0011', 'bad-form'],
  ],
  devices: [
    ...list(Array.from({ length: 2_001 }, (_, index) => ({ id: `d-${index}`, may: [] }))),
    [twice({ id: 'd', may: [] }), 'doubled'],
  ],
  'devices.0': section,
  'devices.0.id': name,
  'devices.0.may': [
    [7, 'unknown-value'],
    ['all-cats', 'unknown-value'],
    [['cart-7'], 'bad-reference'],
  ],
  'devices.0.may.0': [
    [7, 'wrong-type'],
    ['Not A Name!', 'bad-form'],
    ['cart-01', 'bad-reference'],
  ],
  'devices.0.token': token,
  gateways: [
    ...list(Array.from({ length: 501 }, (_, index) => ({ topic: `t/${index}`, format: 'ingics' }))),
    [twice({ topic: 't', format: 'ingics' }), 'doubled'],
  ],
  'gateways.0': section,
  'gateways.0.topic': [
    [7, 'wrong-type'],
    ['', 'out-of-range'],
    [long(201), 'out-of-range'],
    ['kairos/#/x', 'bad-form'],
    ['kairos/devices/x/facts', 'contradiction'],
  ],
  'gateways.0.format': [
    [7, 'unknown-value'],
    ['ingic', 'unknown-value'],
  ],
  'gateways.0.username': [...name, ['cart-1', 'doubled']],
  'gateways.0.cart': [...name, ['cart-7', 'bad-reference']],
  'gateways.0.token': token,
  radio: section,
  'radio.beaconUuids': list(Array.from({ length: 33 }, () => 'e2c56db5-dffb-48d2-b060-d0f5a71096e0')),
  'radio.beaconUuids.0': [
    [7, 'wrong-type'],
    ['e2c56db5', 'bad-form'],
  ],
  agent: [
    ['text', 'wrong-type'],
    [{ device: 'Back Office' }, 'bad-form'],
    [{}, 'missing'],
    [{ device: 'back-office', colour: 'red' }, 'unknown-key'],
    [{ device: 'back-office', readers: [{ name: 'a', kind: 'telepathy', path: '/dev/x' }] }, 'unknown-value'],
  ],
  tillFeed: section,
  'tillFeed.folder': [
    [7, 'wrong-type'],
    ['', 'out-of-range'],
  ],
  'tillFeed.pollSeconds': whole(1, 3_600),
  'tillFeed.token': token,
  'tillFeed.workstations': [
    ['text', 'wrong-type'],
    [{ '34': 'till-9' }, 'bad-reference'],
    [{ '34': 'No Till' }, 'bad-form'],
  ],
  tillPage: section,
  'tillPage.frameOrigins': list(Array.from({ length: 21 }, () => 'https://till.example')),
  'tillPage.frameOrigins.0': [
    [7, 'wrong-type'],
    ['https://till.example/path', 'bad-form'],
    [`https://${'a'.repeat(200)}.example`, 'out-of-range'],
  ],
  screens: section,
  'screens.sleepAfterMinutes': whole(1, 1_440),
  'screens.loop': list(Array.from({ length: 25 }, () => ({ headline: 'a' }))),
  'screens.loop.0': section,
  'screens.loop.0.headline': [['', 'out-of-range'], ...text(80)],
  'screens.loop.0.zones': list(Array.from({ length: 201 }, () => 'suits')),
  'screens.loop.0.zones.0': [...name, ['nowhere', 'bad-reference']],
  'screens.slotSeconds': whole(4, 600),
  homeAssistant: section,
  'homeAssistant.url': [
    [7, 'wrong-type'],
    ['127.0.0.1:1883', 'bad-form'],
  ],
  'homeAssistant.username': [['', 'out-of-range'], ...text(80)],
  'homeAssistant.password': [['', 'out-of-range'], ...text(200)],
  'homeAssistant.prefix': [
    [7, 'wrong-type'],
    ['home assistant/#', 'bad-form'],
  ],
  'homeAssistant.everySeconds': whole(1, 3_600),
  hq: section,
  'hq.url': [
    [7, 'wrong-type'],
    ['hq.example', 'bad-form'],
    ['http://hq.example:8480', 'contradiction'],
  ],
  'hq.token': [
    [7, 'wrong-type'],
    ['short', 'out-of-range'],
    [long(201), 'out-of-range'],
  ],
  'hq.ca': file,
  'hq.releaseKey': [
    [7, 'wrong-type'],
    ['short', 'bad-form'],
  ],
  'hq.trickleMinutes': whole(0, 1_440),
  visit: section,
  'visit.quietMinutes': whole(1, 24 * 60),
  journal: section,
  'journal.groupMs': whole(0, 10),
  'journal.snapshotEveryFacts': whole(100, 10_000_000),
  limits: section,
  'limits.messagesPerSecond': whole(1, 100_000),
  'limits.messagesAtOnce': whole(1, 1_000_000),
  'limits.clients': whole(1, 100_000),
  'limits.payloadBytes': whole(1_024, 16 * 1024 * 1024),
  test: section,
  'test.ackBeforeCommit': yesNo,
  'test.cheapPins': yesNo,
  'test.slowCommitMs': whole(0, 10_000),
};

const metres: readonly Case[] = [
  ['far', 'wrong-type'],
  [1_001, 'out-of-range'],
  [-1_001, 'out-of-range'],
];
const size: readonly Case[] = [
  ['far', 'wrong-type'],
  [0, 'out-of-range'],
  [1_001, 'out-of-range'],
];
const point: readonly Case[] = [
  ['here', 'wrong-type'],
  [[1], 'out-of-range'],
  [[1, 2, 3, 4], 'out-of-range'],
];
const polygon: readonly Case[] = [...list(Array.from({ length: 65 }, () => [0, 0])), [[[0, 0]], 'out-of-range']];
const inZone: readonly Case[] = [...name, ['suit', 'bad-reference'], ['elsewhere', 'bad-reference']];
const many = (length: number, entry: object): unknown[] =>
  Array.from({ length }, (_, index) => ({ ...entry, id: `thing-${index}` }));

const planCases: Readonly<Record<string, readonly Case[]>> = {
  name: text(80),
  width: size,
  height: size,
  zones: [
    ...list(many(1_001, goodPlan.zones[0] as object)),
    [[], 'out-of-range'],
    [twice(goodPlan.zones[0]), 'doubled'],
  ],
  'zones.0': section,
  'zones.0.id': name,
  'zones.0.name': text(60),
  'zones.0.kind': [
    [7, 'unknown-value'],
    ['ailse', 'unknown-value'],
  ],
  'zones.0.polygon': polygon,
  'zones.0.polygon.0': point,
  'zones.0.polygon.0.0': metres,
  'zones.0.polygon.0.1': metres,
  walls: list(Array.from({ length: 1_001 }, () => goodPlan.walls[0])),
  'walls.0': [...list(Array.from({ length: 65 }, () => [0, 0])), [[[0, 0]], 'out-of-range']],
  'walls.0.0': point,
  'walls.0.0.0': metres,
  'walls.0.0.1': metres,
  shelves: [...list(many(2_001, goodPlan.shelves[0] as object)), [twice(goodPlan.shelves[0]), 'doubled']],
  'shelves.0': section,
  'shelves.0.id': [...name, ['suits', 'doubled']],
  'shelves.0.zone': inZone,
  'shelves.0.polygon': polygon,
  'shelves.0.polygon.0': point,
  'shelves.0.polygon.0.0': metres,
  'shelves.0.polygon.0.1': metres,
  'shelves.0.departments': list(Array.from({ length: 33 }, () => 'a')),
  'shelves.0.departments.0': text(80),
  tills: [...list(many(201, goodPlan.tills[0] as object)), [twice(goodPlan.tills[0]), 'doubled']],
  'tills.0': section,
  'tills.0.id': [...name, ['shelf-1', 'doubled']],
  'tills.0.zone': inZone,
  'tills.0.at': point,
  'tills.0.at.0': metres,
  'tills.0.at.1': metres,
  doors: list(many(51, goodPlan.doors[0] as object)),
  'doors.0': section,
  'doors.0.id': name,
  'doors.0.at': point,
  'doors.0.at.0': metres,
  'doors.0.at.1': metres,
  screens: [...list(many(501, goodPlan.screens[0] as object)), [twice(goodPlan.screens[0]), 'doubled']],
  'screens.0': section,
  'screens.0.id': [...name, ['till-1', 'doubled']],
  'screens.0.zone': inZone,
  'screens.0.at': point,
  'screens.0.at.0': metres,
  'screens.0.at.1': metres,
  anchors: [
    ...list(
      Array.from({ length: 5_001 }, (_, index) => ({ address: index.toString(16).padStart(12, '0'), at: [0, 0, 0] })),
    ),
    [twice(goodPlan.anchors[0]), 'doubled'],
  ],
  'anchors.0': section,
  'anchors.0.address': [
    [7, 'wrong-type'],
    ['01:23:45:67:89:AB', 'bad-form'],
  ],
  'anchors.0.at': point,
  'anchors.0.at.0': metres,
  'anchors.0.at.1': metres,
  'anchors.0.at.2': metres,
  'anchors.0.receiver': [['', 'out-of-range'], ...text(60)],
  'anchors.0.powerAt1m': [
    ['loud', 'wrong-type'],
    [1, 'out-of-range'],
    [-128, 'out-of-range'],
  ],
  calibration: [[7, 'wrong-type'], file[2] as Case],
  'calibration.measured': text(40),
  'calibration.fingerprints': list(Array.from({ length: 1_001 }, () => goodPlan.calibration.fingerprints[0])),
  'calibration.fingerprints.0': section,
  'calibration.fingerprints.0.at': point,
  'calibration.fingerprints.0.at.0': metres,
  'calibration.fingerprints.0.at.1': metres,
  'calibration.fingerprints.0.zone': name,
  'calibration.fingerprints.0.seconds': [
    ['long', 'wrong-type'],
    [-1, 'out-of-range'],
    [3_601, 'out-of-range'],
  ],
  'calibration.fingerprints.0.heard': list(
    Array.from({ length: 65 }, () => goodPlan.calibration.fingerprints[0]?.heard[0]),
  ),
  'calibration.fingerprints.0.heard.0': section,
  'calibration.fingerprints.0.heard.0.anchor': [
    [7, 'wrong-type'],
    ['01:23:45:67:89:AB', 'bad-form'],
  ],
  'calibration.fingerprints.0.heard.0.mean': [
    ['loud', 'wrong-type'],
    [1, 'out-of-range'],
    [-128, 'out-of-range'],
  ],
  'calibration.fingerprints.0.heard.0.deviation': [
    ['much', 'wrong-type'],
    [-1, 'out-of-range'],
    [41, 'out-of-range'],
  ],
  'calibration.fingerprints.0.heard.0.readings': whole(1, 1_000_000),
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kairos-every-key-'));
  mkdirSync(join(folder, 'dialogues'));
  writeFileSync(join(folder, 'floor-plan.yaml'), stringify(goodPlan));
  writeFileSync(join(folder, 'goods.csv'), 'code,name,department,price\n');
  writeFileSync(join(folder, 'customers.csv'), 'number\n');
  writeFileSync(join(folder, 'authority.pem'), 'a certificate\n');
  writeFileSync(join(folder, 'staff.yaml'), 'staff: []\n');
  writeFileSync(join(folder, 'chain.key'), 'sixteen-characters-and-more\n');
  writeFileSync(join(folder, 'short.key'), 'short\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Subject {
  readonly schema: z.ZodType;
  readonly good: object;
  readonly cases: Readonly<Record<string, readonly Case[]>>;
  readonly faultsOf: (text: string) => readonly ConfigFault[];
}

const subjects: readonly (readonly [string, Subject])[] = [
  [
    'the configuration',
    {
      schema: z.strictObject(sections),
      good,
      cases: configCases,
      faultsOf: (written) => {
        const loaded = parseConfig({ file: join(folder, 'store.yaml'), text: written, environment: {} });
        return loaded.kind === 'faulty' ? loaded.faults : [];
      },
    },
  ],
  [
    'the floor plan',
    {
      schema: floorPlan,
      good: goodPlan,
      cases: planCases,
      faultsOf: (written) => {
        const parsed = parseFloorPlan('floor-plan.yaml', written);
        return parsed.kind === 'faulty' ? parsed.faults : [];
      },
    },
  ],
];

/** The good one with one place changed; `undefined` takes it out. */
function changed(value: unknown, path: Path, bad: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return bad;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string | number, unknown>;
  const inner = rest.length === 0 ? bad : changed(copy[key], rest, bad);
  if (inner === undefined) delete copy[key];
  else copy[key] = inner;
  return copy;
}

/** Line by line, so that each place has a line of its own. */
const written = (value: unknown): string => stringify(value, { aliasDuplicateObjects: false });

function expectSaid(faults: readonly ConfigFault[], path: Path, reason: ConfigReason, source: string): void {
  const at = path.join('.');
  const fault = faults.find((one) => one.reason === reason && (one.path === at || one.path.startsWith(`${at}.`)));
  expect(fault, `${at}: ${reason}, but ${JSON.stringify(faults)}`).toBeDefined();
  const { line, column, message } = fault as ConfigFault;
  const lines = source.split('\n');
  expect(line, at).not.toBeNull();
  expect(lines[(line as number) - 1]?.length, at).toBeGreaterThanOrEqual(column as number);
  expect(message.length, at).toBeGreaterThan(5);
  expect(message, at).not.toMatch(/^(Invalid|Too |Unrecognized)/);
  for (const one of faults) expect(configReasons).toContain(one.reason);
}

describe.each(subjects)('%s', (_, { schema, good: whole, cases, faultsOf }) => {
  const keys = everyKey(schema);

  it('is right as it stands, so that what follows is the fault of one key', () => {
    expect(faultsOf(written(whole))).toEqual([]);
  });

  it('has bad values of every kind for every key of its schema, and for no other', () => {
    expect(keys.length).toBeGreaterThan(30);
    expect(Object.keys(cases).sort()).toEqual(keys.map((key) => key.join('.')).sort());
  });

  it.each(keys.map((key) => [key.join('.'), key] as const))('%s: says what is wrong with each', (at, key) => {
    for (const [bad, reason] of cases[at] ?? []) {
      const source = written(changed(whole, key, bad));
      expectSaid(faultsOf(source), key, reason, source);
    }
  });

  const named = keys.filter((key) => typeof key.at(-1) === 'string');
  it.each(named.map((key) => [key.join('.'), key] as const))(
    '%s: misspelt, it is asked whether it was meant',
    (at, key) => {
      const meant = key.at(-1) as string;
      const slip = `${meant}x`;
      const source = written(changed(whole, [...key.slice(0, -1), slip], 1));
      const fault = faultsOf(source).find(({ path }) => path === [...key.slice(0, -1), slip].join('.'));
      expect(fault, at).toMatchObject({
        reason: 'unknown-key',
        message: expect.stringContaining(`did you mean "${meant}"?`),
      });
      expect(source.split('\n')[(fault?.line as number) - 1]).toContain(`${slip}:`);
    },
  );

  it('tells every key that is missing and has no default, and no other', () => {
    const missing = named.filter((key) =>
      faultsOf(written(changed(whole, key, undefined))).some(({ reason }) => reason === 'missing'),
    );
    for (const key of missing) {
      const source = written(changed(whole, key, undefined));
      expectSaid(faultsOf(source), key, 'missing', source);
    }
    const needed = named.filter((key) => !schema.safeParse(changed(whole, key, undefined)).success);
    expect(missing).toEqual(needed);
    expect(missing.length).toBeGreaterThan(5);
  });

  it('says every fault of every key at once', () => {
    const leaves = keys.filter(
      (key) => !keys.some((other) => other.length > key.length && key.every((k, i) => other[i] === k)),
    );
    const broken = leaves.reduce<unknown>((value, key) => changed(value, key, { no: ['value'] }), whole);
    const paths = new Set(faultsOf(written(broken)).map(({ path }) => path));
    for (const key of leaves) {
      const at = key.join('.');
      expect(
        [...paths].some((path) => path === at || path.startsWith(`${at}.`)),
        at,
      ).toBe(true);
    }
  });
});

it('a key that no case covers is noticed', () => {
  const grown = everyKey(z.strictObject({ ...sections, brandNew: z.string() })).map((key) => key.join('.'));
  expect(grown.filter((key) => !(key in configCases))).toContain('brandNew');
});
