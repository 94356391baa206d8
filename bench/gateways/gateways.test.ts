/** The same zone facts from the same recorded run, whichever vendor's gateways publish it, through the real broker. */
import { gatewayFormats } from '@kairos/protocol/topics.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Recordings, readRecordings, recordingsFolder } from '../zones/recorded-runs.ts';
import { type BrokerLine, factsOfRows, isSame, openBrokerLine, type TimedFact } from './recorded-facts.ts';

const recordings = readRecordings();
const missing = `no recordings in ${recordingsFolder()}: set KAIROS_RECORDINGS`;
let line: BrokerLine;
beforeAll(async () => {
  line = await openBrokerLine();
});
afterAll(async () => line.close());

/** The shortest run: from the east to the west. */
const runName = 'straight_04_all_sensors.mbd';

/** The one skip there is: without the recordings, and not in CI, where they are required. */
function onRecordings(name: string, test: (recordings: Recordings) => Promise<void>): void {
  it(name, async (context) => {
    if (recordings !== null) return test(recordings);
    if (process.env.CI === 'true') throw new Error(missing);
    context.skip(missing);
  });
}

for (const format of gatewayFormats.filter((one) => one !== 'espresense')) {
  onRecordings(`published as ${format}, the run gives the facts that its rows give`, async ({ plan, runs }) => {
    const rows = runs.find(({ name }) => name === runName)?.rows ?? [];
    const reference = factsOfRows(plan, rows);
    const heard = await line.hear(plan, rows, format);
    expect(reference.length).toBeGreaterThanOrEqual(3);
    expect(heard).toMatchObject({ published: rows.length, unreadable: 0, foreign: 0 });
    expect(isSame(heard.facts, reference), JSON.stringify({ heard: heard.facts, reference })).toBe(true);
  });
}

onRecordings(
  'published as ESPresense, which smooths, five runs of six give the same zones in the same order',
  async ({ plan, runs }) => {
    const words = (facts: readonly TimedFact[]): string => facts.map(({ type, zone }) => `${type} ${zone}`).join();
    let same = 0;
    for (const { rows } of runs) {
      const heard = await line.hear(plan, rows, 'espresense');
      // It says far less than it hears.
      expect(heard.published).toBeLessThan(rows.length / 2);
      if (words(heard.facts) === words(factsOfRows(plan, rows))) same += 1;
    }
    expect(same).toBeGreaterThanOrEqual(5);
  },
);

it('is no comparison that cannot fail: another order, zone or time is not the same', () => {
  const entered = { type: 'zone.entered', zone: 'e2', at: 2_000, confidence: 900 };
  const left = { type: 'zone.left', zone: 'e2', at: 9_000, confidence: null };
  expect(isSame([entered, left], [{ ...entered, at: 2_900, confidence: 800 }, left])).toBe(true);
  expect(isSame([entered, left], [left, entered])).toBe(false);
  expect(isSame([entered], [{ ...entered, zone: 'e1' }])).toBe(false);
  expect(isSame([entered], [{ ...entered, at: 3_001 }])).toBe(false);
  expect(isSame([entered], [entered, left])).toBe(false);
});
