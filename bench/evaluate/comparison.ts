/**
 * One core, a thousand dialogues: Kairos beside its peers, alternating, each for a while a round. The first round only
 * warms up, every arm alike. Prints the microseconds a fact of every arm and round, and what Kairos did meanwhile.
 * Arguments: dialogues, rounds, milliseconds a turn.
 */
import type { Fact } from '@kairos/protocol/facts.ts';
import { interleave } from '../measurement/interleaving.ts';
import { assertEqualHits } from './equal-hits.ts';
import { createKairos, releaseOf } from './kairos.ts';
import { cel, closures, indexedJsonRules, jsonRules, type Peer, zen } from './peers.ts';
import { makeProfiles, makeRules, makeStays, type Profile, type Stay, stayType, zoneNames } from './rules.ts';
import { microsecondsPerCall, type Timed } from './timing.ts';
import { type Counts, profileOf, Traffic } from './traffic.ts';
import { keepingToAZone, type StayOf, wandering } from './ways.ts';

export interface Comparison {
  readonly samples: Readonly<Record<ComparisonArm, readonly number[]>>;
  readonly counts: Counts;
  /** How many rules held on average: of the facts that Kairos was given, and of the questions to its peers. */
  readonly hitsPerFact: number;
  readonly hitsPerQuestion: number;
}

export type ComparisonArm = 'kairos' | 'kairosAgain' | 'kairosWandering' | keyof typeof makePeer;

const makePeer = { jsonRules, indexedJsonRules, zen, cel, closures };
/** Answered by all and compared, before anything is timed. */
const probes = 100;
const averagedOver = 100_000;
const callsBetweenLooks = 256;
const factsPerBatch = 250;
const customers = 1000;
/** Several visits of each. */
const warmUpFacts = 600_000;
const warmUpRounds = 1;

const [dialogues = 1000, rounds = 5, turnMs = 200] = process.argv.slice(2).map(Number);
const zones = zoneNames(40);
const rules = makeRules(dialogues, zones);
const profiles = makeProfiles(customers);
const wayOfShop = keepingToAZone(zones);

const peers = new Map<string, Peer>(Object.entries(makePeer).map(([name, make]) => [name, make(rules)]));
const release = releaseOf(rules);
const asked = new Map([['kairos', createKairos(release, profiles).asPeer], ...peers]);
const reference = peers.get('closures') as Peer;
const hits = await assertEqualHits(reference, asked, { stays: makeStays(probes, zones), profiles });
process.stderr.write(`all engines agree on ${probes} stays: ${hits} hits\n`);

const traffic = trafficOn(wayOfShop);
const crowd = trafficOn(wandering(zones));
const arms = [
  { name: 'kairos', run: () => microsecondsPerCall(kairosTurn(traffic), turnMs) },
  ...[...peers].map(([name, peer]) => ({ name, run: () => microsecondsPerCall(peerTurn(name, peer), turnMs) })),
  { name: 'kairosAgain', run: () => microsecondsPerCall(kairosTurn(traffic), turnMs) },
  { name: 'kairosWandering', run: () => microsecondsPerCall(kairosTurn(crowd), turnMs) },
];
await interleave(arms, { rounds: warmUpRounds });
traffic.resetCounts();
const samples = await interleave(arms, {
  rounds,
  afterRound: (round) => void process.stderr.write(`round ${round} of ${rounds}\n`),
});
const result: Comparison = {
  samples: Object.fromEntries(samples) as unknown as Comparison['samples'],
  counts: traffic.counts,
  hitsPerFact: await hitsPerFact(traffic.batch(averagedOver)),
  hitsPerQuestion: await hitsPerQuestion(),
};
process.stdout.write(JSON.stringify(result));

function trafficOn(stayOf: StayOf): Traffic {
  const made = new Traffic(createKairos(release, profiles).engine, { customers, profiles, stayOf });
  for (let done = 0; done < warmUpFacts; done += factsPerBatch) made.handle(made.batch(factsPerBatch));
  return made;
}

function kairosTurn(on: Traffic): Timed {
  let facts: ReturnType<Traffic['batch']> = [];
  return {
    prepare() {
      facts = on.batch(factsPerBatch);
    },
    run() {
      on.handle(facts);
      return facts.length;
    },
  };
}

/** The same customers at the same places, one after the other; who is who turns from round to round. */
function questionAt(n: number): { readonly stay: Stay; readonly profile: Profile } {
  const turn = Math.floor(n / customers);
  return { stay: wayOfShop(n % customers, n), profile: profiles[(n + turn) % profiles.length] as Profile };
}

function peerTurn(name: string, peer: Peer): Timed {
  let next = 0;
  const isSync = name === 'cel' || name === 'closures';
  const one = () => {
    const { stay, profile } = questionAt(next++);
    return peer.evaluate(stay, profile);
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

async function hitsPerFact(facts: readonly Fact[]): Promise<number> {
  let found = 0;
  let stays = 0;
  for (const { type, subject, body } of facts) {
    if (type !== stayType) continue;
    const { zone, dwell } = body as unknown as Stay;
    found += (await reference.evaluate({ type, zone, dwell }, profileOf(subject as number, profiles))).length;
    stays++;
  }
  return found / stays;
}

async function hitsPerQuestion(): Promise<number> {
  let found = 0;
  for (let n = 0; n < averagedOver; n++) {
    const { stay, profile } = questionAt(n);
    found += (await reference.evaluate(stay, profile)).length;
  }
  return found / averagedOver;
}
