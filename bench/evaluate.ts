/**
 * `evaluate`: what it costs to evaluate a fact, beside the peers and beside hand-written closures, with everything on
 * that production has on: state of each customer, limits, holdouts, the choice of the moment, the ledger, timers. Then
 * how flat the cost stays, how soon a release is active, and what the engine holds in memory.
 *
 * Every measurement is a process of its own on one core, each arm of the comparison too; arms alternate, ratios are
 * taken round by round.
 * Counted is processor time, so that neighbours on the machine are not measured.
 */
import type { Activation } from './evaluate/activation.ts';
import { compare } from './evaluate/comparison.ts';
import type { Flatness } from './evaluate/flatness.ts';
import type { Heap } from './evaluate/heap.ts';
import type { BenchOptions, BenchResult, Figure } from './measurement/figures.ts';
import { isPinningPossible, runPinned } from './measurement/pinned.ts';
import { median, pairwiseRatio, spreadOf } from './measurement/samples.ts';

export async function run(options: BenchOptions): Promise<BenchResult> {
  if (!isPinningPossible()) options.say('no taskset on this machine: nothing is kept on one core');
  return {
    figures: [
      ...(await compared(options)),
      ...(await flat(options)),
      ...(await activated(options)),
      ...(await checked(options)),
      ...(await heaped(options)),
    ],
  };
}

async function compared({ long, say }: BenchOptions): Promise<Figure[]> {
  const { samples, counts, hitsPerFact, hitsPerQuestion } = await compare({
    dialogues: 1000,
    rounds: long ? 41 : 21,
    turnMs: 200,
    leadInMs: 150,
    warmUpMs: 4000,
    say,
  });
  const { kairos } = samples;
  const faster = (name: string, peer: readonly number[], goal: string | null): Figure => ({
    name,
    ...pairwiseRatio(peer, kairos),
    unit: 'x',
    goal,
  });
  return [
    faster('json_rules_engine_ratio', samples.jsonRules, '>= 10000'),
    faster('indexed_json_rules_ratio', samples.indexedJsonRules, '>= 30'),
    faster('zen_ratio', samples.zen, '>= 400'),
    faster('zen_zone_first_ratio', samples.zenZoneFirst, null),
    faster('cel_ratio', samples.cel, '>= 150'),
    faster('closure_share', samples.closures, '>= 0.3'),
    faster('aa_ratio', samples.kairosAgain, null),
    { name: 'fact_us', value: median(kairos), unit: 'us', goal: null, spread: spreadOf(kairos) },
    {
      name: 'fact_wandering_us',
      value: median(samples.kairosWandering),
      unit: 'us',
      goal: null,
      spread: spreadOf(samples.kairosWandering),
    },
    once('hits_per_fact', hitsPerFact, 'rules', null),
    once('hits_per_peer_question', hitsPerQuestion, 'rules', null),
    once('speaking_share', counts.speakingFacts / counts.facts, 'of facts', '>= 0.01'),
    once('decisions_per_fact', counts.decisions / counts.facts, 'decisions', null),
  ];
}

async function flat({ long, say }: BenchOptions): Promise<Figure[]> {
  const { samples } = await child<Flatness>('flatness', [long ? '15' : '5', '200'], say);
  const ratio = pairwiseRatio(samples.many, samples.few);
  const again = pairwiseRatio(samples.fewAgain, samples.few);
  return [
    { name: 'flatness_10_to_10000', ...ratio, unit: 'x', goal: '<= 2.5' },
    { name: 'flatness_aa_ratio', ...again, unit: 'x', goal: null },
  ];
}

async function activated({ long, say }: BenchOptions): Promise<Figure[]> {
  const runs: Activation[] = [];
  for (let round = 0; round < (long ? 5 : 3); round++) {
    runs.push(await child<Activation>('activation', ['10000', '20'], say));
  }
  const active = runs.map(({ activateMs }) => activateMs);
  const swaps = runs.flatMap(({ swapMs }) => swapMs);
  // Right after a start, before the machine has compiled what it takes.
  const first = runs.flatMap(({ swapMs }) => swapMs.slice(0, 1));
  const dropped = runs.reduce((sum, { factsGiven, factsHandled }) => sum + factsGiven - factsHandled, 0);
  const ignored = runs.reduce((sum, { swapMs, changesInForce }) => sum + swapMs.length - changesInForce, 0);
  return [
    { name: 'activate_10000_ms', value: median(active), unit: 'ms', goal: '< 1000', spread: spreadOf(active) },
    { name: 'swap_one_ms', value: median(swaps), unit: 'ms', goal: '< 10', spread: spreadOf(swaps) },
    { name: 'swap_first_ms', value: median(first), unit: 'ms', goal: null, spread: spreadOf(first) },
    once('swap_dropped_facts', dropped, 'facts', '= 0'),
    once('swap_without_effect', ignored, 'changes', '= 0'),
  ];
}

async function checked({ long, say }: BenchOptions): Promise<Figure[]> {
  const yaml: number[] = [];
  const check: number[] = [];
  for (let round = 0; round < (long ? 7 : 3); round++) {
    yaml.push((await child<{ ms: number }>('cold-check', ['yaml', '10000'], say)).ms);
    check.push((await child<{ ms: number }>('cold-check', ['check', '10000'], say)).ms);
    say(`cold check: round ${round + 1}`);
  }
  return [
    { name: 'check_10000_over_yaml', ...pairwiseRatio(check, yaml), unit: 'x', goal: '<= 4' },
    { name: 'check_10000_ms', value: median(check), unit: 'ms', goal: null, spread: spreadOf(check) },
  ];
}

async function heaped({ say }: BenchOptions): Promise<Figure[]> {
  const heap = await child<Heap>('heap', ['1000000', '5000'], say, ['--expose-gc', '--no-warnings']);
  return [
    once('heap_mb_1000_active', heap.engineMb, 'MB', '< 150'),
    once('heap_active_customers', heap.activeCustomers, 'customers', null),
    once('heap_customers_on_disk', heap.customersOnDisk, 'customers', '>= 1000000'),
  ];
}

function once(name: string, value: number, unit: string, goal: string | null): Figure {
  return { name, value, unit, goal, spread: null };
}

function child<Result>(
  name: string,
  args: readonly string[],
  say: BenchOptions['say'],
  nodeFlags: readonly string[] = [],
): Promise<Result> {
  return runPinned<Result>({ file: new URL(`./evaluate/${name}.ts`, import.meta.url), args, nodeFlags, say });
}
