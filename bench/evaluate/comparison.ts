/**
 * One core, a thousand dialogues: Kairos beside its peers, alternating, each for a while a round. Prints the
 * microseconds a fact of every arm and round, and what Kairos did meanwhile. Arguments: dialogues, rounds,
 * milliseconds a turn.
 */
import { interleave } from '../measurement/interleaving.ts';
import { assertEqualHits } from './equal-hits.ts';
import { createKairos, releaseOf } from './kairos.ts';
import { cel, closures, indexedJsonRules, jsonRules, type Peer, zen } from './peers.ts';
import { makeProfiles, makeRules, makeStays, type Profile, type Stay, zoneNames } from './rules.ts';
import { microsecondsPerCall, type Timed } from './timing.ts';
import { type Counts, Traffic } from './traffic.ts';

export interface Comparison {
  readonly samples: Readonly<Record<ComparisonArm, readonly number[]>>;
  readonly counts: Counts;
  /** Of the stays of the comparison, how many rules held on average. */
  readonly hitsPerStay: number;
}

export type ComparisonArm = 'kairos' | 'kairosAgain' | keyof typeof makePeer;

const makePeer = { jsonRules, indexedJsonRules, zen, cel, closures };
/** Answered by all and compared, before anything is timed. */
const probes = 100;
const callsBetweenLooks = 256;
const factsPerBatch = 250;
const warmUpFacts = 600_000;

const [dialogues = 1000, rounds = 5, turnMs = 200] = process.argv.slice(2).map(Number);
const zones = zoneNames(40);
const rules = makeRules(dialogues, zones);
const profiles = makeProfiles(1000);
const stays = makeStays(20_011, zones);

const peers = new Map<string, Peer>(Object.entries(makePeer).map(([name, make]) => [name, make(rules)]));
const release = releaseOf(rules);
const asked = new Map([['kairos', createKairos(release, profiles).asPeer], ...peers]);
const reference = peers.get('closures') as Peer;
const hits = await assertEqualHits(reference, asked, { stays: stays.slice(0, probes), profiles });
process.stderr.write(`all engines agree on ${probes} stays: ${hits} hits\n`);

const { engine } = createKairos(release, profiles);
const traffic = new Traffic(engine, { customers: 1000, profiles, stayOf: spread });
for (let done = 0; done < warmUpFacts; done += factsPerBatch) traffic.handle(traffic.batch(factsPerBatch));
traffic.resetCounts();

const arms = [
  { name: 'kairos', run: () => microsecondsPerCall(kairosTurn(), turnMs) },
  ...[...peers].map(([name, peer]) => ({ name, run: () => microsecondsPerCall(peerTurn(name, peer), turnMs) })),
  { name: 'kairosAgain', run: () => microsecondsPerCall(kairosTurn(), turnMs) },
];
const samples = await interleave(arms, {
  rounds,
  afterRound: (round) => void process.stderr.write(`round ${round} of ${rounds}\n`),
});
const result: Comparison = {
  samples: Object.fromEntries(samples) as unknown as Comparison['samples'],
  counts: traffic.counts,
  hitsPerStay: await averageHits(reference),
};
process.stdout.write(JSON.stringify(result));

/** Customers go through the whole store, each on a way of her own. */
function spread(place: number, n: number): Stay {
  return stays[(place * 7919 + n * 31) % stays.length] as Stay;
}

function kairosTurn(): Timed {
  let facts: ReturnType<Traffic['batch']> = [];
  return {
    prepare() {
      facts = traffic.batch(factsPerBatch);
    },
    run() {
      traffic.handle(facts);
      return facts.length;
    },
  };
}

function peerTurn(name: string, peer: Peer): Timed {
  let next = 0;
  const isSync = name === 'cel' || name === 'closures';
  const one = () => {
    const stay = stays[next % stays.length] as Stay;
    return peer.evaluate(stay, profiles[next++ % profiles.length] as Profile);
  };
  if (!isSync) {
    return {
      async run() {
        await one();
        return 1;
      },
    };
  }
  return {
    run() {
      for (let call = 0; call < callsBetweenLooks; call++) one();
      return callsBetweenLooks;
    },
  };
}

async function averageHits(peer: Peer): Promise<number> {
  let found = 0;
  for (const [at, stay] of stays.entries()) {
    found += (await peer.evaluate(stay, profiles[at % profiles.length] as Profile)).length;
  }
  return found / stays.length;
}
