/**
 * Zones of the recorded trolley runs: F1 of zone entries by the matching rule of the judge, false entries for each
 * true one, latency, and the same with 11 % of the seconds silenced; without fingerprints, with those of set 1, and with
 * those of set 2 (another day). Beside the strongest receiver, with one run left out, with each setting thirty per cent
 * off, and with what it costs for a store full of carts. The office scans stand at the end.
 *
 * Every ratio is over all runs at five phases of the tracker's look within half a second, its spread that of the
 * phases; counts are means over the phases. The settings were chosen with these six runs in sight; `…_left_out` chooses
 * the trade between latency and false entries on the other runs only. Recordings unseen say more than either.
 */
import { judge, summarise, type Verdict, type ZoneFigures } from '@kairos/edge-agent/zones/judge.ts';
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import { type BenchOptions, type BenchResult, type Figure, rounded } from './measurement/figures.ts';
import { evidenceGrid, leaveOneOut } from './zones/leave-one-out.ts';
import { judgeOffice, readOffice, zoneCounts } from './zones/office-scans.ts';
import {
  detect,
  detectByStrongest,
  phasesMs,
  type RecordedRun,
  readRecordings,
  recordingsFolder,
  silenced,
} from './zones/recorded-runs.ts';
import { type Shifted, shiftEach } from './zones/sensitivity.ts';
import { measureCost } from './zones/tracker-cost.ts';

const silentShare = 0.11;
const silencedSeeds = 20;

export async function run({ long, say }: BenchOptions): Promise<BenchResult> {
  const recordings = readRecordings();
  const office = readOffice();
  if (recordings === null || office === null) {
    const folders = 'tetam-ble and uji-ble';
    throw new Error(
      `no recordings in ${recordingsFolder()}: set KAIROS_RECORDINGS to the folder that holds ${folders}`,
    );
  }
  const { plan, measured, runs } = recordings;
  say(`${runs.length} runs at ${phasesMs.length} phases`);
  const plain = atEveryPhase(plan, runs);
  const figures = [...mainFigures(plain), ...silencedFigures(plan, runs, plain.all.f1)];
  say('with fingerprints');
  figures.push(...fingerprintFigures('fingerprints', '>= 0.9', atEveryPhase(measured[1], runs)));
  figures.push(...fingerprintFigures('fingerprints_other_day', null, atEveryPhase(measured[2], runs)));
  say(`leave one out: enterEvidence of ${evidenceGrid.join(', ')}`);
  figures.push(...leftOutFigures('left_out', '>= 0.7', leaveOneOut(plan, runs), say));
  figures.push(...leftOutFigures('left_out_fingerprints', '>= 0.9', leaveOneOut(measured[1], runs), say));
  say('each setting thirty per cent off');
  figures.push(...sensitivityFigures('sensitivity', shiftEach(plan, runs), say));
  if (long) figures.push(...sensitivityFigures('sensitivity_fingerprints', shiftEach(measured[1], runs), say));
  const strongest = summarise(runs.map((one) => judge(one.truth, detectByStrongest(plan, one.rows))));
  figures.push(plainFigure('f1_strongest_receiver', rounded(strongest.f1), 'ratio'));
  say('cost');
  const cost = measureCost(plan, long ? 60 : 10);
  figures.push(
    { name: 'core_share_300_carts', value: rounded(cost.coreShare), unit: 'cores', goal: '<= 0.2', spread: null },
    plainFigure('per_reading_us', rounded(cost.perReadingUs), 'us'),
    { name: 'memory_per_cart_kb', value: rounded(cost.bytesPerCart / 1024), unit: 'KB', goal: '<= 64', spread: null },
  );
  say('office scans');
  for (const count of zoneCounts) {
    const { likeliest, said, strongest: peer, empty } = judgeOffice(office, count);
    const named = (name: string): string => `office_${count}_${name}`;
    figures.push(
      { ...plainFigure(named('right'), rounded(likeliest.right), 'ratio'), goal: `>= ${rounded(peer.right)}` },
      { ...plainFigure(named('wrong'), rounded(likeliest.wrong), 'ratio'), goal: `<= ${rounded(peer.wrong)}` },
      plainFigure(named('abstained'), rounded(likeliest.abstained), 'ratio'),
      plainFigure(named('said_right'), rounded(said.right), 'ratio'),
      plainFigure(named('said_wrong'), rounded(said.wrong), 'ratio'),
      plainFigure(named('strongest_right'), rounded(peer.right), 'ratio'),
      plainFigure(named('strongest_wrong'), rounded(peer.wrong), 'ratio'),
      { ...plainFigure(named('empty_unknown'), empty.unknown, 'count'), goal: `= ${empty.scans}` },
    );
  }
  return { figures };
}

interface AtPhases {
  readonly all: ZoneFigures;
  readonly phases: readonly ZoneFigures[];
}

function atEveryPhase(plan: FloorPlan, runs: readonly RecordedRun[]): AtPhases {
  const verdicts = phasesMs.map((phaseMs): Verdict[] =>
    runs.map((one) => judge(one.truth, detect(plan, one.rows, { phaseMs }))),
  );
  return { all: summarise(verdicts.flat()), phases: verdicts.map(summarise) };
}

function mainFigures(found: AtPhases): Figure[] {
  return [
    ratio('f1', '>= 0.7', found, ({ f1 }) => f1),
    ratio('false_per_true', '<= 0.5', found, ({ falsePerTrue }) => falsePerTrue),
    { ...ratio('latency_p95_s', '<= 6', found, ({ latencyP95S }) => latencyP95S), unit: 's' },
    { ...ratio('latency_median_s', null, found, ({ latencyMedianS }) => latencyMedianS), unit: 's' },
    ...counts('', found),
  ];
}

function fingerprintFigures(name: string, goal: string | null, found: AtPhases): Figure[] {
  return [
    ratio(`f1_${name}`, goal, found, ({ f1 }) => f1),
    ratio(`false_per_true_${name}`, goal && '<= 0.5', found, ({ falsePerTrue }) => falsePerTrue),
    { ...ratio(`latency_p95_${name}_s`, goal && '<= 6', found, ({ latencyP95S }) => latencyP95S), unit: 's' },
    ...counts(`_${name}`, found),
  ];
}

function ratio(
  name: string,
  goal: string | null,
  { all, phases }: AtPhases,
  of: (figures: ZoneFigures) => number,
): Figure {
  const each = phases.map(of);
  const spread: [number, number] = [rounded(Math.min(...each)), rounded(Math.max(...each))];
  return { name, value: rounded(of(all)), unit: 'ratio', goal, spread };
}

function counts(suffix: string, { phases }: AtPhases): Figure[] {
  const counted = (name: string, of: (figures: ZoneFigures) => number): Figure => {
    const each = phases.map(of);
    const mean = each.reduce((sum, count) => sum + count, 0) / each.length;
    return {
      name: `${name}${suffix}`,
      value: rounded(mean),
      unit: 'count',
      goal: null,
      spread: [Math.min(...each), Math.max(...each)],
    };
  };
  return [
    counted('true_entries', ({ trueEntries }) => trueEntries),
    counted('found', ({ found }) => found),
    counted('false_entries', ({ falseEntries }) => falseEntries),
    counted('missed', ({ missed }) => missed),
  ];
}

function silencedFigures(plan: FloorPlan, runs: readonly RecordedRun[], f1: number): Figure[] {
  const f1s = Array.from({ length: silencedSeeds }, (_, seed) => {
    const phaseMs = phasesMs[seed % phasesMs.length] as number;
    const quiet = runs.map((one) => silenced(one, silentShare, seed + 1));
    return summarise(quiet.map((one) => judge(one.truth, detect(plan, one.rows, { phaseMs })))).f1;
  });
  const mean = f1s.reduce((sum, one) => sum + one, 0) / f1s.length;
  const spread: [number, number] = [rounded(Math.min(...f1s)), rounded(Math.max(...f1s))];
  return [
    { name: 'f1_silenced', value: rounded(mean), unit: 'ratio', goal: `>= ${rounded(f1 - 0.05)}`, spread },
    { name: 'f1_silenced_fall', value: rounded(f1 - mean), unit: 'ratio', goal: '<= 0.05', spread: null },
  ];
}

function leftOutFigures(
  name: string,
  goal: string,
  { figures, chosen }: ReturnType<typeof leaveOneOut>,
  say: BenchOptions['say'],
): Figure[] {
  say(`${name}: chosen ${chosen.join(', ')}`);
  return [
    { ...plainFigure(`f1_${name}`, rounded(figures.f1), 'ratio'), goal },
    { ...plainFigure(`false_per_true_${name}`, rounded(figures.falsePerTrue), 'ratio'), goal: '<= 0.5' },
    { ...plainFigure(`latency_p95_${name}_s`, figures.latencyP95S, 's'), goal: '<= 6' },
  ];
}

function sensitivityFigures(name: string, shifted: readonly Shifted[], say: BenchOptions['say']): Figure[] {
  const worst = (unit: string, of: (figures: ZoneFigures) => number, isWorse: (a: number, b: number) => boolean) => {
    const one = shifted.reduce((found, next) => (isWorse(of(next.figures), of(found.figures)) ? next : found));
    say(`${name}: worst ${unit} ${rounded(of(one.figures))} with ${one.setting} × ${one.factor}`);
    return rounded(of(one.figures));
  };
  return [
    plainFigure(
      `${name}_f1_least`,
      worst(
        'F1',
        ({ f1 }) => f1,
        (a, b) => a < b,
      ),
      'ratio',
    ),
    plainFigure(
      `${name}_false_per_true_most`,
      worst(
        'false entries for each true one',
        ({ falsePerTrue }) => falsePerTrue,
        (a, b) => a > b,
      ),
      'ratio',
    ),
    plainFigure(
      `${name}_latency_p95_most_s`,
      worst(
        'latency',
        ({ latencyP95S }) => latencyP95S,
        (a, b) => a > b,
      ),
      's',
    ),
  ];
}

function plainFigure(name: string, value: number, unit: string): Figure {
  return { name, value, unit, goal: null, spread: null };
}
