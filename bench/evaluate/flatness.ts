/**
 * Whether cost follows matches, not the number of dialogues: ten dialogues in one zone beside ten thousand in a
 * thousand zones, ten in each, with the same rules in every zone, so that the same customers match equally often.
 * Prints the microseconds a fact of each, alternating. Arguments: rounds, milliseconds a turn.
 */
import { interleave } from '../measurement/interleaving.ts';
import { createKairos, releaseOf } from './kairos.ts';
import { makeEqualRules, makeProfiles, makeStays, type Stay, zoneNames } from './rules.ts';
import { microsecondsPerCall } from './timing.ts';
import { type Counts, Traffic } from './traffic.ts';

export interface Flatness {
  readonly samples: Readonly<Record<'few' | 'fewAgain' | 'many', readonly number[]>>;
  readonly few: Counts;
  readonly many: Counts;
}

const dialoguesPerZone = 10;
const factsPerBatch = 250;
const warmUpFacts = 600_000;

const [rounds = 5, turnMs = 200] = process.argv.slice(2).map(Number);
const profiles = makeProfiles(1000);
const dwells = makeStays(20_011, ['any']);

const few = trafficIn(1);
const many = trafficIn(1000);
const samples = await interleave(
  [
    { name: 'few', run: () => turn(few) },
    { name: 'many', run: () => turn(many) },
    { name: 'fewAgain', run: () => turn(few) },
  ],
  { rounds, afterRound: (round) => void process.stderr.write(`flatness: round ${round} of ${rounds}\n`) },
);
const result: Flatness = {
  samples: Object.fromEntries(samples) as unknown as Flatness['samples'],
  few: few.counts,
  many: many.counts,
};
process.stdout.write(JSON.stringify(result));

/** Each place of the store belongs to one zone, so that a customer meets ten dialogues, whatever the size. */
function trafficIn(zoneCount: number): Traffic {
  const zones = zoneNames(zoneCount);
  const { engine } = createKairos(releaseOf(makeEqualRules(dialoguesPerZone, zones)), profiles);
  const stayOf = (place: number, n: number): Stay => {
    const stay = dwells[(place * 7919 + n * 31) % dwells.length] as Stay;
    return { ...stay, zone: zones[place % zoneCount] as string };
  };
  const traffic = new Traffic(engine, { customers: 1000, profiles, stayOf });
  for (let done = 0; done < warmUpFacts; done += factsPerBatch) traffic.handle(traffic.batch(factsPerBatch));
  traffic.resetCounts();
  return traffic;
}

function turn(traffic: Traffic): Promise<number> {
  let facts: ReturnType<Traffic['batch']> = [];
  return microsecondsPerCall(
    {
      prepare() {
        facts = traffic.batch(factsPerBatch);
      },
      run() {
        traffic.handle(facts);
        return facts.length;
      },
    },
    turnMs,
  );
}
