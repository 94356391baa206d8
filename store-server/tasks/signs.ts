/**
 * Which sign each visit has while somebody is asked to come to it. Two that are open never have the same, as long as there
 * are enough; in memory only, and gone with the visit.
 */
import { signsFor, type VisitSign } from '@kairos/protocol/visit-sign.ts';

export class Signs {
  readonly #given = new Map<string, VisitSign>();

  of(visit: string): VisitSign {
    const known = this.#given.get(visit);
    if (known) return known;
    const taken = new Set([...this.#given.values()].map(nameOf));
    const wanted = [...signsFor(visit)];
    // More are open than there are signs: the place tells them apart.
    const sign = wanted.find((one) => !taken.has(nameOf(one))) ?? (wanted[0] as VisitSign);
    this.#given.set(visit, sign);
    return sign;
  }

  giveBack(visit: string): void {
    this.#given.delete(visit);
  }
}

function nameOf({ shape, colour }: VisitSign): string {
  return `${colour} ${shape}`;
}
