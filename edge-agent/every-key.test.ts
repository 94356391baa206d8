/**
 * Every key of the agent's configuration, each with a bad value of every kind that applies. The keys come from the
 * schema: a new one without its cases fails here, and wants a line in `cases` below.
 */
import type { ConfigFault, ConfigReason } from '@kairos/protocol/config-fault.ts';
import { everyKey } from '@kairos/protocol/known-keys.ts';
import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { agentSettings, readAgentConfig } from './config.ts';

type Case = readonly [value: unknown, reason: ConfigReason];
type Path = readonly (string | number)[];

const good = {
  device: 'till-1',
  till: 'till-1',
  store: { url: 'mqtts://192.168.0.10:8883', token: 'secret-token', ca: 'ca.pem' },
  state: 'state',
  readers: [
    { name: 'scanner', kind: 'barcode', path: '/dev/ttyACM0', baudRate: 9600, quietSeconds: 60, idleMs: 60 },
    { name: 'shelves', kind: 'absniffer', path: '/dev/ttyUSB0' },
  ],
  isolateReaders: true,
  zones: 'here',
  beaconUuids: ['e2c56db5-dffb-48d2-b060-d0f5a71096e0'],
  printer: { address: 'tcp://192.168.0.20:9100', baudRate: 9600 },
  display: { address: '/dev/ttyUSB1', baudRate: 9600 },
  page: { port: 8471, token: 'a-secret-of-16-or-more', origins: ['http://192.168.0.10:8470'] },
  queue: { megabytes: 256, hours: 168 },
};

const name: readonly Case[] = [
  [7, 'wrong-type'],
  ['Cart 07', 'bad-form'],
];
const text: readonly Case[] = [
  [7, 'wrong-type'],
  ['', 'out-of-range'],
];
const whole = (least: number, most: number): readonly Case[] => [
  ['ten', 'wrong-type'],
  [least + 0.5, 'wrong-type'],
  [least - 1, 'out-of-range'],
  [most + 1, 'out-of-range'],
];
const section: readonly Case[] = [['text', 'wrong-type']];
const reader = (index: number) => ({ name: `r-${index}`, kind: 'barcode', path: `/dev/r${index}` });

const cases: Readonly<Record<string, readonly Case[]>> = {
  device: name,
  cart: [...name, ['cart-07', 'contradiction']],
  till: name,
  printer: section,
  'printer.address': [
    [7, 'wrong-type'],
    ['192.168.0.20', 'bad-form'],
    ['tcp://printer:port', 'bad-form'],
  ],
  'printer.baudRate': whole(300, 4_000_000),
  display: section,
  'display.address': [
    [7, 'wrong-type'],
    ['COM3', 'bad-form'],
  ],
  'display.baudRate': whole(300, 4_000_000),
  page: section,
  'page.port': whole(1_024, 65_535),
  'page.token': [
    [7, 'wrong-type'],
    ['short', 'out-of-range'],
    ['x'.repeat(201), 'out-of-range'],
  ],
  'page.origins': [
    ['text', 'wrong-type'],
    [Array.from({ length: 9 }, (_, index) => `http://store-${index}`), 'out-of-range'],
  ],
  'page.origins.0': [
    [7, 'wrong-type'],
    ['192.168.0.10', 'bad-form'],
    ['http://192.168.0.10/cart/', 'bad-form'],
  ],
  store: section,
  'store.url': [
    [7, 'wrong-type'],
    ['192.168.0.10', 'bad-form'],
  ],
  'store.token': [...text, ['x'.repeat(201), 'out-of-range']],
  'store.ca': text,
  state: text,
  readers: [
    ['text', 'wrong-type'],
    [Array.from({ length: 17 }, (_, index) => reader(index)), 'out-of-range'],
    [[reader(1), { ...reader(2), name: 'r-1' }], 'doubled'],
    [[reader(1), { ...reader(2), path: '/dev/r1' }], 'doubled'],
  ],
  'readers.0': section,
  'readers.0.name': name,
  'readers.0.kind': [
    [7, 'unknown-value'],
    ['barcod', 'unknown-value'],
  ],
  'readers.0.path': text,
  'readers.0.baudRate': whole(300, 4_000_000),
  'readers.0.quietSeconds': whole(5, 3_600),
  'readers.0.idleMs': whole(10, 1_000),
  isolateReaders: [['perhaps', 'wrong-type']],
  zones: [
    [7, 'unknown-value'],
    ['their', 'unknown-value'],
  ],
  beaconUuids: [
    ['text', 'wrong-type'],
    [Array.from({ length: 33 }, () => 'e2c56db5-dffb-48d2-b060-d0f5a71096e0'), 'out-of-range'],
  ],
  'beaconUuids.0': [
    [7, 'wrong-type'],
    ['e2c56db5dffb48d2b060d0f5a71096e0', 'bad-form'],
  ],
  queue: section,
  'queue.megabytes': whole(1, 16_384),
  'queue.hours': whole(1, 8_760),
};

const keys = everyKey(agentSettings);
const written = (value: unknown): string => stringify(value, { aliasDuplicateObjects: false });

function changed(value: unknown, [key, ...rest]: Path, bad: unknown): unknown {
  if (key === undefined) return bad;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string | number, unknown>;
  if (rest.length === 0 && bad === undefined) delete copy[key];
  else copy[key] = changed(copy[key], rest, bad);
  return copy;
}

function faultsOf(value: unknown): readonly ConfigFault[] {
  const read = readAgentConfig(written(value), { file: 'edge.yaml', env: {} });
  return read.kind === 'faults' ? read.faults : [];
}

function expectSaid(value: unknown, key: Path, reason: ConfigReason): void {
  const at = key.join('.');
  const faults = faultsOf(value);
  const fault = faults.find((one) => one.reason === reason && (one.path === at || one.path.startsWith(`${at}.`)));
  expect(fault, `${at}: ${reason}, but ${JSON.stringify(faults)}`).toBeDefined();
  expect(fault?.message).not.toMatch(/^(Invalid|Too |$)/);
  if (reason !== 'missing' || key.length > 1) expect(fault?.line, at).not.toBeNull();
}

it('what is right is taken', () => expect(faultsOf(good)).toEqual([]));

it('has cases for every key of the schema, and for no other', () => {
  expect(Object.keys(cases).sort()).toEqual(keys.map((key) => key.join('.')).sort());
});

it.each(keys.map((key) => [key.join('.'), key] as const))('%s: says what is wrong with each bad value', (at, key) => {
  for (const [bad, reason] of cases[at] ?? []) expectSaid(changed(good, key, bad), key, reason);
});

const named = keys.filter((key) => typeof key.at(-1) === 'string' && key[0] !== 'till');
it.each(named.map((key) => [key.join('.'), key] as const))('%s: misspelt or missing, it says so', (_, key) => {
  const slip = [...key.slice(0, -1), `${key.at(-1)}x`];
  expectSaid(changed(good, slip, 1), slip, 'unknown-key');
  expect(faultsOf(changed(good, slip, 1))[0]?.message).toContain(`did you mean "${key.at(-1)}"?`);
  const without = changed(good, key, undefined);
  if (!agentSettings.safeParse(without).success) expectSaid(without, key, 'missing');
  else expect(faultsOf(without)).toEqual([]);
});
