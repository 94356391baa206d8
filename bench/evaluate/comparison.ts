/**
 * Kairos beside its peers: a thousand dialogues, one core, a process for each arm. A turn of each makes a round and the
 * order turns, so that the machine's moods hit all alike and no arm pays for another's garbage.
 *
 * Before any is timed each arm works for a while, as long as the others: until then Node compiles what it has found to
 * be hot, and time for that is no time for a fact. Kairos has lived through several visits of each customer by then.
 * And before each timed turn an arm has a shorter one that nobody counts: what the others have driven out of the core's
 * caches is there again.
 */
import { interleave } from '../measurement/interleaving.ts';
import { type PinnedTalk, talkPinned } from '../measurement/pinned.ts';
import type { ArmAnswers, ArmQuestion, ArmTurn, KairosCounts, PeerCounts, PeerName } from './arm.ts';
import { assertSameAnswers } from './equal-hits.ts';
import type { Counts } from './traffic.ts';

export type ComparisonArm = 'kairos' | 'kairosAgain' | 'kairosWandering' | PeerName;

export interface Comparison {
  /** Microseconds a fact, one a round. */
  readonly samples: Readonly<Record<ComparisonArm, readonly number[]>>;
  readonly counts: Counts;
  readonly hitsPerFact: number;
  readonly hitsPerQuestion: number;
}

export interface ComparisonOptions {
  readonly dialogues: number;
  readonly rounds: number;
  readonly turnMs: number;
  /** Before each turn, not counted. */
  readonly leadInMs: number;
  /** Of processor time, that each arm works before any is timed. */
  readonly warmUpMs: number;
  readonly say: (line: string) => void;
}

const names: readonly ComparisonArm[] = [
  'kairos',
  'jsonRules',
  'indexedJsonRules',
  'zen',
  'zenZoneFirst',
  'cel',
  'closures',
  'kairosAgain',
  'kairosWandering',
];
/** Answered by all and compared, before anything is timed. */
const probes = 100;

export async function compare(options: ComparisonOptions): Promise<Comparison> {
  const { rounds, turnMs, leadInMs, warmUpMs, say } = options;
  const talks = new Map(names.map((name) => [name, open(name, options)]));
  const ask = (name: ComparisonArm, question: ArmQuestion) => (talks.get(name) as PinnedTalk).ask(question);
  const answers = new Map<string, ArmAnswers['answers']>();
  for (const name of names) answers.set(name, ((await ask(name, { answers: probes })) as ArmAnswers).answers);
  say(`all engines agree on ${probes} stays: ${assertSameAnswers('closures', answers)} hits`);

  const arms = names.map((name) => ({
    name,
    async run() {
      await ask(name, { turnMs: leadInMs });
      return ((await ask(name, { turnMs })) as ArmTurn).us;
    },
  }));
  for (const name of names) await ask(name, { turnMs: warmUpMs });
  await ask('kairos', { forget: true });
  const samples = await interleave(arms, { rounds, afterRound: (round) => say(`round ${round} of ${rounds}`) });
  const { counts, hitsPerFact } = (await ask('kairos', { counts: true })) as KairosCounts;
  const { hitsPerQuestion } = (await ask('closures', { counts: true })) as PeerCounts;
  for (const talk of talks.values()) await talk.close();
  return {
    samples: Object.fromEntries(samples) as Record<ComparisonArm, number[]>,
    counts,
    hitsPerFact,
    hitsPerQuestion,
  };
}

function open(name: ComparisonArm, { dialogues, say }: ComparisonOptions): PinnedTalk {
  const args = [name, String(dialogues)];
  return talkPinned({ file: new URL('./arm.ts', import.meta.url), args, say });
}
