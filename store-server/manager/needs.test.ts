import { type ManagerScreen, managerNeed } from '@kairos/protocol/manager-events.ts';
import { expect, test } from 'vitest';
import { languages, talkIn } from '../pages/manager/words/languages.ts';
import { type NeedWords, needWords } from '../pages/manager/words/need-words.ts';
import type { DeviceRow } from './device-book.ts';
import { type NeedSources, needsOf } from './needs.ts';

const minute = 60_000;
const now = 1_000 * minute;
const plan = { zones: [{ id: 'wine', name: 'Wine', kind: 'aisle' as const, polygon: [] }] };
const quiet: NeedSources = {
  now,
  calls: [],
  tasks: [],
  screens: [],
  cartsInUse: new Set(),
  devices: [],
  gateways: [],
  lowBatteries: 0,
  complaints: [],
  refused: [],
  disk: { freeBytes: 50e9, bytes: 100e9 },
};
const device: DeviceRow = {
  id: 'gateway-2',
  state: 'online',
  version: '1.0',
  batteryPercent: 80,
  queueDepth: 0,
  queueOldestMs: 0,
  dropped: 0,
  lastHeard: now,
  readersFailed: [],
};
const told = (sources: Partial<NeedSources>, locale = 'en'): NeedWords[] =>
  needsOf({ ...quiet, ...sources }).map((need) => needWords(need, plan, talkIn(locale)));
const says = (sources: Partial<NeedSources>): string[] => told(sources).map((words) => words.says);

test('on a good day nobody is needed', () => {
  expect(
    needsOf({ ...quiet, devices: [device], screens: [{ id: 'screen-1', zone: 'wine', state: 'connected' }] }),
  ).toEqual([]);
});

test('what a customer waits for goes before what can wait, and the longest wait first', () => {
  const call = { cart: 'cart-07', zone: 'wine', isUnanswered: false };
  const sources: Partial<NeedSources> = {
    refused: [{ device: 'scale-1', reason: 'unknown-goods', count: 3, last: now }],
    lowBatteries: 2,
    devices: [{ ...device, state: 'silent', lastHeard: now - 5 * minute }],
    tasks: [{ task: 't1', kind: 'claim', role: 'associate', zone: 'wine', since: now - 3 * minute }],
    calls: [
      { ...call, since: now - minute },
      { ...call, cart: 'cart-1', since: now - 2 * minute, isUnanswered: true },
    ],
    complaints: ['journal: the disk is full; free some room'],
  };
  expect(says(sources)).toEqual([
    'The store’s journal is in trouble',
    'Cart 1 asks for somebody at Wine',
    'Cart 7 asks for somebody at Wine',
    'Nobody has taken a task at Wine',
    'gateway-2 is silent',
    '2 tags or beacons have little battery left',
    '3 facts from scale-1 could not be taken in (unknown-goods)',
  ]);
  for (const need of needsOf({ ...quiet, ...sources })) expect(managerNeed.safeParse(need).error).toBeUndefined();
  // In every language all of it is said, and nothing is left blank.
  for (const language of languages) {
    for (const words of told(sources, language)) {
      expect(words.advice.length, language).toBeGreaterThan(10);
      expect(`${words.says} ${words.advice}`).not.toMatch(/\{\{|undefined|null| {2}/);
    }
  }
});

test('a task is nobody’s trouble in its first two minutes', () => {
  const tasks = [{ task: 't1', kind: 'claim' as const, role: null, zone: null, since: now - 2 * minute + 1 }];
  expect(says({ tasks })).toEqual([]);
});

test('the screen of a cart that nobody has may be dark; one that somebody reads may not', () => {
  const screens: ManagerScreen[] = [{ id: 'cart-3', zone: null, state: 'dark' }];
  expect(says({ screens })).toEqual([]);
  expect(says({ screens, cartsInUse: new Set(['cart-3']) })).toEqual([
    'The screen of cart 3 is covered or switched off',
  ]);
});

test('many screens in the same trouble are one trouble', () => {
  const screens = Array.from({ length: 20 }, (_, index) => ({
    id: `screen-${index}`,
    zone: 'wine',
    state: 'lost' as const,
  }));
  expect(told({ screens })).toMatchObject([
    {
      says: '20 screens are out of touch',
      advice: expect.stringContaining('screen-0, screen-1, screen-2 and 17 more'),
    },
  ]);
});

test('a device tells of its battery, its queue, what it gave up and what does not answer it', () => {
  const row = {
    ...device,
    batteryPercent: 15,
    queueDepth: 40,
    queueOldestMs: 6 * minute,
    dropped: 2,
    readersFailed: ['scanner'],
  };
  expect(says({ devices: [row] })).toEqual([
    'gateway-2 has no answer from scanner',
    'gateway-2 has 15% of its battery left',
    '40 facts wait in gateway-2, the oldest for 6 mins',
    'gateway-2 has had to give up 2 facts',
  ]);
});

test('the certificate and the disk are told before it is too late', () => {
  expect(says({ complaints: ['https: the certificate ends in 3 days and was not renewed'] })).toEqual([
    'The store’s certificate needs you',
  ]);
  expect(says({ disk: { freeBytes: 9e9, bytes: 100e9 } })).toEqual(['The store’s disk has 8.4 GB left']);
  expect(says({ disk: null })).toEqual([]);
});
