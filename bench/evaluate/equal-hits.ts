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

/** Throws where any differs from the reference; how many rules held in all. */
export async function assertEqualHits(
  reference: Peer,
  others: ReadonlyMap<string, Peer>,
  work: { readonly stays: readonly Stay[]; readonly profiles: readonly Profile[] },
): Promise<number> {
  let hits = 0;
  for (const [at, stay] of work.stays.entries()) {
    const profile = work.profiles[at % work.profiles.length] as Profile;
    const expected = sorted(await reference.evaluate(stay, profile));
    if (expected.length > seenMax) continue;
    hits += expected.length;
    for (const [name, peer] of others) {
      const found = sorted(await peer.evaluate(stay, profile));
      if (found.join() === expected.join()) continue;
      throw new Error(`${name} finds [${found}], not [${expected}]: ${JSON.stringify({ stay, profile })}`);
    }
  }
  return hits;
}

function sorted(found: readonly number[]): number[] {
  return found.toSorted((one, other) => one - other);
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
