/**
 * Who the subjects of a recorded day are, as the engine asks for them, and what was drawn for them then: who was held
 * out of which dialogue, and which arm she took. The day's file has no chain-wide ids; where it says nothing of a
 * person and a dialogue, lots are drawn by her number in the file, the same in every rehearsal of it.
 */
import type { Person } from '@kairos/dialogue/engine/engine.ts';
import { createLots, type Lots } from '@kairos/dialogue/engine/holdout.ts';
import type { Fact } from '@kairos/protocol/facts.ts';
import type { RecordedDay } from './recorded-day.ts';

/** Only rehearsals draw by it: nothing that is secret depends on it. */
const rehearsalKey = 'a rehearsal draws by numbers in a file';
/** Held out of so many dialogues and let into none, she is taken for one of those to whom nothing speaks. */
const heldFromAllAt = 2;

function idOf(subject: number): string {
  return `subject/${subject}`;
}

export class RecordedPeople {
  readonly #people = new Map<number, Person>();

  constructor({ people }: Pick<RecordedDay, 'people'>) {
    for (const { subject, attributes, consent, locale } of people) {
      this.#people.set(subject, { chainId: idOf(subject), attributes, consent, locale });
    }
  }

  person(subject: number): Person | null {
    return this.#people.get(subject) ?? null;
  }

  /** Before the engine is told: what she agrees to stands outside the facts' fold, as in the store. */
  note(fact: Fact): void {
    if (fact.subject === null) return;
    if (fact.type === 'customer.erased') this.#people.delete(fact.subject);
    if (fact.type !== 'consent.changed') return;
    const person = this.#people.get(fact.subject);
    if (!person) return;
    const consent = { ...person.consent, [fact.body.purpose]: fact.body.granted };
    this.#people.set(fact.subject, { ...person, consent });
  }
}

/** Lots as they were drawn on the day. */
export function recordedLots(facts: Iterable<Fact>): Lots {
  const held = new Map<string, boolean>();
  const arms = new Map<string, string>();
  const tally = new Map<string, { held: number; let: number }>();
  const visits = new Map<number, string>();
  for (const { type, subject, body } of facts) {
    if (subject === null) continue;
    if (type === 'visit.opened') visits.set(subject, (body as { visit: string }).visit);
    if (type !== 'run.entered') continue;
    const { dialogue, held: isHeld, arm } = body as { dialogue: string; held: boolean; arm?: string };
    const id = idOf(subject);
    held.set(`${dialogue} ${id}`, isHeld);
    const counted = tally.get(id) ?? { held: 0, let: 0 };
    counted[isHeld ? 'held' : 'let'] += 1;
    tally.set(id, counted);
    if (arm !== undefined) for (const owner of [id, visits.get(subject)]) arms.set(`${dialogue} ${owner}`, arm);
  }
  const drawn = createLots(rehearsalKey);
  return {
    isHeld: (dialogue, chainId, share) =>
      chainId !== null && share > 0 && (held.get(`${dialogue} ${chainId}`) ?? drawn.isHeld(dialogue, chainId, share)),
    isHeldFromAll(chainId, share) {
      const known = chainId === null ? undefined : tally.get(chainId);
      if (!known) return drawn.isHeldFromAll(chainId, share);
      return share > 0 && known.let === 0 && known.held >= heldFromAllAt;
    },
    arm(dialogue, owner, choices) {
      const taken = arms.get(`${dialogue} ${owner}`);
      return choices.some(({ name }) => name === taken) ? (taken as string) : drawn.arm(dialogue, owner, choices);
    },
  };
}
