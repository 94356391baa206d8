/**
 * Bad lines on real serial lines, before a real agent: each gets its reason and its count, can be looked at, and stops
 * nothing; and what is kept of it names no card and nobody's telephone (DESIGN section 7).
 */
import { floorPlan } from '@kairos/protocol/floor-plan.ts';
import { checkDigit } from '@kairos/protocol/loyalty-number.ts';
import type { DeviceConfig } from '@kairos/protocol/topics.ts';
import { expect, it, type TestContext } from 'vitest';
import type { RefusedLine } from '../readers/refusal.ts';
import { type AgentBench, device, openAgentBench } from './agent-bench.ts';

const beacon = '0000a0b0c0d0';
const settings: DeviceConfig = {
  store: 'small',
  storeTime: 1,
  cart: device,
  loyalty: { prefixes: ['29'], gsrn: true },
  floorPlan: floorPlan.parse({
    name: 'Hall',
    width: 10,
    height: 10,
    zones: [
      {
        id: 'all',
        name: 'All',
        polygon: [
          [0, 0],
          [10, 0],
          [10, 10],
          [0, 10],
        ],
      },
    ],
    anchors: [{ address: beacon, at: [5, 5, 2.5] }],
  }),
};
const good = (rssi: number): string => `OK+SCAN:${beacon.toUpperCase()},${rssi},3,3,020106\r\n`;
const ean = (number: number): string => {
  const digits = `400${String(number).padStart(9, '0')}`;
  return digits + checkDigit(digits);
};

/** An agent of its own for each test: they wait for what it tells of itself every fifteen seconds, beside each other. */
async function openBench({ onTestFinished }: TestContext): Promise<AgentBench> {
  const readers = { shelves: 'kind: absniffer', scanner: 'kind: barcode' };
  const bench = await openAgentBench({ settings, readers });
  onTestFinished(() => bench.close());
  return bench;
}

const radioLines: readonly (readonly [reason: string, line: string])[] = [
  ['not-a-frame', '\u0000\u00ff\u0081noise C0FFEE12\r\n'],
  ['cut-off', 'OK+SCAN:C0FFEE12,-86,3,3,020106\r\n'],
  ['cut-off', 'OK+SCAN:C0FFEE123456,-86,3,30,020106\r\n'],
  ['rssi', good(42)],
  ['too-long', `OK+SCAN:C0FFEE123456${'0'.repeat(700)}\r\n`],
];
const scanLines: readonly (readonly [reason: string, line: string])[] = [
  ['not-text', '29123\u009945678906\r'],
  ['check-digit', '2912345678905\r'],
  ['check-digit', ']E04006381333932\r'],
  ['shape', 'two words\r'],
  ['too-long', `${'2912345678906'.repeat(400)}\r`],
];

it.concurrent('bad lines have a reason, a count and a place where they can be seen; the good ones between them all arrive', async (context) => {
  const bench = await openBench(context);
  const { store, cables } = bench;
  for (const [, line] of radioLines) await cables.shelves?.write(good(-60) + line + good(-60));
  await cables.shelves?.write('OK+SCAN:C0FFEE123456,-40,3,3,020106\r\n');
  let scanned = 0;
  for (const [, line] of scanLines) {
    await cables.scanner?.write(`${ean(++scanned)}\r${line}${ean(++scanned)}\r`);
  }
  await store.until(() => store.facts.length === scanned);
  expect(store.facts.map(({ body }) => (body as { code: string }).code)).toEqual(
    Array.from({ length: scanned }, (_, index) => ean(index + 1)),
  );

  const expected: Record<string, number> = {
    'refused.not-a-frame': 1,
    'refused.cut-off': 2,
    'refused.rssi': 1,
    'refused.not-text': 1,
    'refused.too-long': 2,
    'misread.check-digit': 2,
    'misread.shape': 1,
    'radio.foreign': 1,
  };
  const isCounted = (): boolean => {
    const { counts, readers } = bench.status() ?? {};
    // Good ones, the one that cannot be as strong, and the stranger.
    const heard = readers?.find(({ name }) => name === 'shelves')?.read;
    return heard === 2 * radioLines.length + 2 && Object.entries(expected).every(([name, n]) => counts?.[name] === n);
  };
  await store.until(isCounted);

  const seen = async (): Promise<RefusedLine[]> =>
    (JSON.parse(await bench.command('rejected', '--json')) as { rejected: RefusedLine[] }).rejected;
  const all = radioLines.length + scanLines.length;
  let lines = await seen();
  while (lines.length < all) lines = await seen();
  expect(lines).toHaveLength(all);
  for (const [reader, written] of [
    ['shelves', radioLines],
    ['scanner', scanLines],
  ] as const) {
    const reasons = lines.filter((line) => line.reader === reader).map(({ reason }) => reason);
    expect(reasons.toSorted(), reader).toEqual(written.map(([reason]) => reason).toSorted());
  }
  const printed = await bench.command('rejected');
  expect(printed).toContain(`OK+SCAN:${beacon.toUpperCase()},42,3,3,••••••`);
  expect(printed).toContain(']E0•••••••••••32');
  const everything = JSON.stringify([lines, printed, store.facts, store.statuses, bench.logged()]).toLowerCase();
  for (const secret of ['c0ffee', '29123', '456789']) expect(everything).not.toContain(secret);
});

it.concurrent('a flood of them is counted to the last, kept in part, and a scan amid it arrives', async (context) => {
  const bench = await openBench(context);
  const { store, cables } = bench;
  const before = bench.status()?.counts?.['refused.not-text'] ?? 0;
  const scans = store.facts.length;
  for (let part = 0; part < 20; part += 1) await cables.scanner?.write('\u0001\u0099\r'.repeat(250));
  await cables.scanner?.write(`${ean(99)}\r`);
  for (let part = 0; part < 20; part += 1) await cables.scanner?.write('\u0001\u0099\r'.repeat(250));
  await store.until(() => store.facts.length === scans + 1);
  await store.until(() => (bench.status()?.counts?.['refused.not-text'] ?? 0) === before + 10_000);
  const { rejected } = JSON.parse(await bench.command('rejected', '--json')) as { rejected: RefusedLine[] };
  expect(rejected.length).toBeLessThan(200);
});
