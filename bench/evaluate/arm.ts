/**
 * One arm of the comparison, alone in its process: another arm's garbage is not swept in its time, and its own heap is
 * all that its cache and its collector have to do with. It answers each line on standard input with a line of JSON and
 * waits in between, so that the arms take turns on one core.
 *
 *     {"turnMs": 200}   →  {"us": microseconds a fact (or question)}
 *     {"answers": 100}  →  {"answers": [[rules that hold], …]} of so many stays, the same for every arm
 *     {"forget": true}  →  {}, and what is counted is counted from here
 *     {"counts": true}  →  {"counts": …, "hitsPerFact": …} (Kairos), {"hitsPerQuestion": …} (peers)
 *
 * Arguments: the arm, the number of dialogues.
 */
import { createInterface } from 'node:readline';
import type { Fact } from '@kairos/protocol/facts.ts';
import { answersOf } from './equal-hits.ts';
import { createKairos, releaseOf } from './kairos.ts';
import { cel, closures, indexedJsonRules, jsonRules, type Peer, zen, zenZoneFirst } from './peers.ts';
import { makeProfiles, makeRules, makeStays, type Profile, type Stay, stayType, zoneNames } from './rules.ts';
import { microsecondsPerCall, type Timed } from './timing.ts';
import { type Counts, profileOf, Traffic } from './traffic.ts';
import { keepingToAZone, wandering } from './ways.ts';

const makePeer = { jsonRules, indexedJsonRules, zen, zenZoneFirst, cel, closures };
export type PeerName = keyof typeof makePeer;

export type ArmQuestion =
  | { readonly turnMs: number }
  | { readonly answers: number }
  | { readonly forget: true }
  | { readonly counts: true };

export interface ArmTurn {
  readonly us: number;
}

export interface ArmAnswers {
  /** In order of stays; each sorted. */
  readonly answers: readonly (readonly number[])[];
}

export interface KairosCounts {
  readonly counts: Counts;
  /** How many rules held on average of the facts it was given. */
  readonly hitsPerFact: number;
}

export interface PeerCounts {
  readonly hitsPerQuestion: number;
}

interface Arm {
  readonly turn: Timed;
  readonly peer: Peer;
  forget(): void;
  counts(): Promise<KairosCounts | PeerCounts>;
}

const averagedOver = 100_000;
const callsBetweenLooks = 256;
const factsPerBatch = 250;
const customers = 1000;

const [name = 'kairos', dialogues = '1000'] = process.argv.slice(2);
const zones = zoneNames(40);
const rules = makeRules(Number(dialogues), zones);
const profiles = makeProfiles(customers);
const wayOfShop = keepingToAZone(zones);
const arm = name in makePeer ? peerArm(name as PeerName) : kairosArm(name);

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answerTo(JSON.parse(line) as ArmQuestion))}\n`);
}

async function answerTo(question: ArmQuestion): Promise<unknown> {
  if ('turnMs' in question) return { us: await microsecondsPerCall(arm.turn, question.turnMs) } satisfies ArmTurn;
  if ('answers' in question) {
    const stays = makeStays(question.answers, zones);
    return { answers: await answersOf(arm.peer, { stays, profiles }) } satisfies ArmAnswers;
  }
  if ('counts' in question) return await arm.counts();
  arm.forget();
  return {};
}

function kairosArm(kind: string): Arm {
  const release = releaseOf(rules);
  const stayOf = kind === 'kairosWandering' ? wandering(zones) : wayOfShop;
  const traffic = new Traffic(createKairos(release, profiles).engine, { customers, profiles, stayOf });
  let facts: readonly Fact[] = [];
  return {
    // Another engine of the same release: who asks changes nothing in the one that is timed.
    peer: createKairos(release, profiles).asPeer,
    turn: {
      prepare() {
        facts = traffic.batch(factsPerBatch);
      },
      run() {
        traffic.handle(facts);
        return facts.length;
      },
    },
    forget: () => traffic.resetCounts(),
    async counts() {
      const { counts } = traffic;
      return { counts, hitsPerFact: await hitsPerFact(traffic.batch(averagedOver)) };
    },
  };
}

function peerArm(of: PeerName): Arm {
  const peer = makePeer[of](rules);
  return {
    peer,
    turn: peerTurn(of, peer),
    forget: () => undefined,
    counts: async () => ({ hitsPerQuestion: await hitsPerQuestion() }),
  };
}

/** The same customers at the same places, one after the other; who is who turns from round to round. */
function questionAt(n: number): { readonly stay: Stay; readonly profile: Profile } {
  const turn = Math.floor(n / customers);
  return { stay: wayOfShop(n % customers, n), profile: profiles[(n + turn) % profiles.length] as Profile };
}

function peerTurn(of: PeerName, peer: Peer): Timed {
  let next = 0;
  const one = () => {
    const { stay, profile } = questionAt(next++);
    return peer.evaluate(stay, profile);
  };
  if (of !== 'cel' && of !== 'closures') {
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
  const reference = closures(rules);
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
  const reference = closures(rules);
  let found = 0;
  for (let n = 0; n < averagedOver; n++) {
    const { stay, profile } = questionAt(n);
    found += (await reference.evaluate(stay, profile)).length;
  }
  return found / averagedOver;
}
