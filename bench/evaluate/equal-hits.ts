/**
 * Whether two engines find the same: a comparison of speed between engines that answer differently compares nothing.
 * Kairos is asked from outside: a customer who has just come in enters exactly the dialogues whose rules hold for her.
 */
import type { Engine } from '@kairos/dialogue/engine/engine.ts';
import type { Fact } from '@kairos/protocol/facts.ts';
import { ruleOf } from './dialogues.ts';
import type { Peer } from './peers.ts';
import type { Profile, Stay } from './rules.ts';

/** Customers of these probes are numbered from here, so that they are nobody of the traffic. */
export const probesFrom = 1_000_000_000;

/** One customer can be in so many dialogues at a time, whatever their size: no more can be seen from outside. */
const seenMax = 6;

/**
 * What each engine answered to the same questions, by its name. Throws where any differs from the reference; how many
 * rules held in all.
 */
export function assertSameAnswers(
  reference: string,
  answers: ReadonlyMap<string, readonly (readonly number[])[]>,
): number {
  let hits = 0;
  for (const [at, expected] of (answers.get(reference) ?? []).entries()) {
    if (expected.length > seenMax) continue;
    hits += expected.length;
    for (const [name, found] of answers) {
      if (found[at]?.join() === expected.join()) continue;
      throw new Error(`${name} finds [${found[at]}], not [${expected}], at stay ${at}`);
    }
  }
  return hits;
}

/** Of each stay the rules that hold, sorted; the same customers in the same order for whoever is asked. */
export async function answersOf(peer: Peer, { stays, profiles }: Questions): Promise<number[][]> {
  const found: number[][] = [];
  for (const [at, stay] of stays.entries()) {
    const hits = await peer.evaluate(stay, profiles[at % profiles.length] as Profile);
    found.push(hits.toSorted((one, other) => one - other));
  }
  return found;
}

export interface Questions {
  readonly stays: readonly Stay[];
  readonly profiles: readonly Profile[];
}

/** The engine as one that only answers which rules hold. `person` of the engine must know the probes by their number. */
export function asPeer(engine: Engine, profileIs: (subject: number, profile: Profile) => void): Peer {
  let subject = probesFrom;
  return {
    evaluate(stay, profile) {
      subject++;
      profileIs(subject, profile);
      const fact = (type: Fact['type'], body: unknown): Fact =>
        ({ seq: subject, at: 1e12, subject, source: null, cause: null, late: false, type, body }) as Fact;
      const visit = `probe-${subject}`;
      engine.handle(fact('visit.opened', { visit, cart: 'cart-probe', strength: 'strong', reason: 'known' }));
      const decisions = engine.handle(fact(stay.type as Fact['type'], { zone: stay.zone, dwell: stay.dwell }));
      engine.handle(fact('visit.closed', { visit, reason: 'paid' }));
      engine.evict(subject);
      return decisions.flatMap(({ type, body }) => (type === 'run.entered' ? [ruleOf(body.dialogue)] : []));
    },
  };
}
