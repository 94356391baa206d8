/**
 * The recorded trolley runs as the gateways of each vendor publish them, through the real broker: whether the same zone
 * facts come out as of the rows themselves, F1 of zone entries for the one vendor that says less than it hears, and
 * what a message costs beside reading its JSON alone.
 */
import { gatewayAdapters } from '@kairos/edge-agent/gateways/formats.ts';
import { Gathering } from '@kairos/edge-agent/gateways/gathering.ts';
import { createOwnRadio } from '@kairos/edge-agent/radio/own-radio.ts';
import { judge, summarise, type ZoneEntry } from '@kairos/edge-agent/zones/judge.ts';
import { type GatewayFormat, gatewayFormats } from '@kairos/protocol/topics.ts';
import { createGatewayWriter } from '@kairos/simulation/replay/gateway-messages.ts';
import type { RecordedRow } from '@kairos/simulation/replay/recording.ts';
import { factsOfRows, isSame, openBrokerLine, type TimedFact } from './gateways/recorded-facts.ts';
import { type BenchOptions, type BenchResult, type Figure, rounded } from './measurement/figures.ts';
import { type RecordedRun, readRecordings, recordingsFolder } from './zones/recorded-runs.ts';

/** It smooths and repeats a still tag every five seconds: its facts come later, so they are judged, not compared. */
const smoothing: GatewayFormat = 'espresense';

export async function run({ long, say }: BenchOptions): Promise<BenchResult> {
  const recordings = readRecordings();
  if (recordings === null) {
    throw new Error(`no recordings in ${recordingsFolder()}: set KAIROS_RECORDINGS to the folder that holds tetam-ble`);
  }
  const { plan, runs } = recordings;
  const line = await openBrokerLine();
  const figures: Figure[] = [];
  const heard = new Map<GatewayFormat, (readonly TimedFact[])[]>();
  const references = runs.map((one) => factsOfRows(plan, one.rows));
  try {
    for (const format of gatewayFormats) {
      say(`${format}: ${runs.length} runs`);
      const results = [];
      for (const one of runs) results.push(await line.hear(plan, one.rows, format));
      heard.set(
        format,
        results.map(({ facts }) => facts),
      );
      figures.push(counted(`${named(format)}_messages`, sum(results.map(({ published }) => published))));
    }
  } finally {
    await line.close();
  }
  for (const [format, facts] of heard) {
    const same = facts.filter((one, index) => isSame(one, references[index] ?? [])).length / runs.length;
    const goal = format === smoothing ? null : '= 1';
    figures.push({ name: `${named(format)}_same_facts`, value: rounded(same), unit: 'ratio', goal, spread: null });
  }
  figures.push(
    counted('zone_facts', sum(references.map((facts) => facts.length))),
    ratio('rows_f1', f1Of(runs, references)),
    ratio('espresense_f1', f1Of(runs, heard.get(smoothing) ?? [])),
    ...gatewayFormats.map((format) => costOf(format, runs[0]?.rows ?? [], long ? 20 : 5)),
  );
  return { figures };
}

const named = (format: GatewayFormat): string => format.replaceAll('-', '_');
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const counted = (name: string, value: number): Figure => ({ name, value, unit: 'count', goal: null, spread: null });
const ratio = (name: string, value: number): Figure => ({
  name,
  value: rounded(value),
  unit: 'ratio',
  goal: null,
  spread: null,
});

/** Of the six runs together, by the rule of the judge. */
function f1Of(runs: readonly RecordedRun[], facts: readonly (readonly TimedFact[])[]): number {
  return summarise(
    runs.map(({ truth, rows }, index) => {
      const start = rows[0]?.at ?? 0;
      const entries = (facts[index] ?? []).filter(({ type }) => type === 'zone.entered');
      return judge(
        truth,
        entries.map(({ zone, at }): ZoneEntry => ({ zone, at: start + at })),
      );
    }),
  ).f1;
}

/** Microseconds for a message with one advertisement of ours: opened, decoded, asked whose it is. */
function costOf(format: GatewayFormat, rows: readonly RecordedRow[], rounds: number): Figure {
  const write = createGatewayWriter(format);
  const own = createOwnRadio({ tags: new Map(rows.slice(0, 1).map(({ tag }) => [tag, 'cart-01'])) });
  const messages = rows
    .map(write)
    .filter((message) => message !== null)
    .map(({ topic, payload }) => ({ topic, payload: new Uint8Array(Buffer.from(payload)) }));
  const adapter = gatewayAdapters[format];
  const costs = Array.from({ length: rounds }, () => {
    const start = performance.now();
    for (const message of messages) adapter.read(message, new Gathering({ format, own, receivedAt: 0 }));
    return ((performance.now() - start) * 1000) / messages.length;
  }).slice(1);
  const sorted = costs.toSorted((one, other) => one - other);
  return {
    name: `${named(format)}_us_per_message`,
    value: rounded(sorted[Math.floor(sorted.length / 2)] ?? 0),
    unit: 'us',
    goal: null,
    spread: [rounded(sorted[0] ?? 0), rounded(sorted.at(-1) ?? 0)],
  };
}
