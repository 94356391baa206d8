/**
 * The load of the path benchmark, the same for every arm: a thousand carts, each at one fact a second, in a cycle of
 * twenty: a login of the next customer, a step into the zone where a message speaks, and eighteen that wake no dialogue. Seeded by place, not by chance, so that two arms get the same facts.
 */
import { checkDigit } from '@kairos/protocol/check-digit.ts';
import type { DeviceFact } from '@kairos/protocol/device-facts.ts';
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';

export const cycleLength = 20;
export const zoneCount = 40;
const speakingZone = 'z00';
/** Right after the login: later she walks too fast to be spoken to, a zone a second (DESIGN section 5, quiet states). */
const speakingPlace = 1;

export function zoneName(index: number): string {
  return `z${String(index).padStart(2, '0')}`;
}

export function cartName(index: number): string {
  return `cart-${String(index).padStart(4, '0')}`;
}

/** The loyalty number of the n-th customer. */
export function customerNumber(index: number): string {
  const digits = `29${String(index).padStart(10, '0')}`;
  return `${digits}${checkDigit(digits)}`;
}

export interface Step {
  readonly fact: Pick<DeviceFact, 'type' | 'body'>;
  /** What the pushed update must hold to be the answer to this fact. */
  readonly expects: { readonly zone: string | null; readonly speaks: boolean };
}

/** The n-th fact of a cart, from 0. Carts stand at different places of the cycle, so that the load is even. */
export function stepOf(cart: number, n: number, carts: number): Step {
  const place = (n + cart) % cycleLength;
  const name = cartName(cart);
  if (place === 0) {
    const round = Math.floor((n + cart) / cycleLength);
    const number = customerNumber(round * carts + cart);
    return {
      fact: { type: 'identity.presented', body: { cart: name, means: 'card', number } },
      expects: { zone: null, speaks: false },
    } as Step;
  }
  const zone = place === speakingPlace ? speakingZone : zoneName(1 + ((cart + place) % (zoneCount - 1)));
  return {
    fact: { type: 'zone.entered', body: { cart: name, zone, confidence: 900 } },
    expects: { zone, speaks: place === speakingPlace },
  } as Step;
}

/** How many customers the store must know for `facts` facts of each cart. */
export function customersFor(facts: number, carts: number): number {
  return (Math.ceil((facts + carts) / cycleLength) + 1) * carts;
}

export function workloadFloorPlan(): FloorPlan {
  return {
    name: 'bench',
    width: 80,
    height: 50,
    zones: Array.from({ length: zoneCount }, (_, index) => {
      const [x, y] = [(index % 8) * 10, Math.floor(index / 8) * 10];
      const polygon: [number, number][] = [
        [x, y],
        [x + 10, y],
        [x + 10, y + 10],
        [x, y + 10],
      ];
      return { id: zoneName(index), name: zoneName(index), kind: 'aisle' as const, polygon };
    }),
    walls: [],
    shelves: [],
    tills: [],
    doors: [],
    screens: [],
    anchors: [],
  };
}

/**
 * `count` dialogues over the forty zones; all but the first are evaluated where their zone is entered and found not
 * to fit. The first speaks.
 */
export function workloadDialogues(count: number): { readonly name: string; readonly text: string }[] {
  const say = (then: string): string => `    say:
      cart: { moment: any, text: { en: "Fresh from the oven: shall we keep one for you?" } }
      validFor: 5m
      answers:
        yes: { label: { en: "Yes, please" }, then: ${then} }
        no: { label: { en: "Not today" }, then: end }
      silence: { never-shown: end, ignored: { after: 2m, then: end }, walked-away: end, acted-elsewhere: end }
`;
  return Array.from({ length: count }, (_, index) => {
    const name = `bench-${String(index).padStart(5, '0')}`;
    const where =
      index === 0
        ? `fact.zone == "${speakingZone}"`
        : `fact.zone == "${zoneName(1 + (index % (zoneCount - 1)))}" && fact.confidence >= ${901 + (index % 90)} && customer.tier == "gold"`;
    const text = `dialogue: ${name}
type: III
objective: { on: sale, within: 7d, value: 100 }
holdout: 0%
limits: { perVisit: 1, perCustomer: 1 per 90d }
enter:
  - { on: zone.entered, where: '${where}' }
steps:
  ask:
${say('end')}`;
    return { name, text };
  });
}
