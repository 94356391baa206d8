/**
 * The work that all engines are given: rules of one shape, customers, and what happens to them. From a fixed seed, so
 * that every run and every engine has the same.
 *
 *     type == T && zone == Z && dwell >= t && tier in [..] && !(category in bought)
 *
 * As `reference/performance.md` measured its peers: of the rules in a zone about one in eight holds.
 */

export interface Rule {
  readonly id: number;
  readonly type: string;
  readonly zone: string;
  /** Seconds. */
  readonly dwell: number;
  readonly tiers: readonly string[];
  readonly category: string;
}

export interface Profile {
  readonly tier: string;
  readonly bought: readonly string[];
}

/** She stayed somewhere for a while. */
export interface Stay {
  readonly type: string;
  readonly zone: string;
  readonly dwell: number;
}

export const stayType = 'custom.stayed';
export const tiers = ['basic', 'silver', 'gold', 'diamond'];
const categories = Array.from({ length: 12 }, (_, n) => `c${String(n).padStart(2, '0')}`);
const dwellMax = 120;

/** Numbers in [0, 1), the same for the same seed (a Weyl sequence, mixed). */
function createChance(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 4_294_967_296;
  };
}

export function zoneNames(count: number): string[] {
  return Array.from({ length: count }, (_, n) => `z${String(n).padStart(4, '0')}`);
}

/** Spread evenly over the zones. */
export function makeRules(count: number, zones: readonly string[], seed = 1): Rule[] {
  const chance = createChance(seed);
  return Array.from({ length: count }, (_, id) => makeRule(id, zones[id % zones.length] as string, chance));
}

/** The same rules in each zone, so that what happens in a zone matches equally often however many zones there are. */
export function makeEqualRules(perZone: number, zones: readonly string[], seed = 1): Rule[] {
  return zones.flatMap((zone, place) => {
    const chance = createChance(seed);
    return Array.from({ length: perZone }, (_, rank) => makeRule(place * perZone + rank, zone, chance));
  });
}

function makeRule(id: number, zone: string, chance: () => number): Rule {
  return {
    id,
    type: stayType,
    zone,
    dwell: 5 + Math.floor(chance() * 1.25 * dwellMax),
    tiers: some(tiers, 1 + Math.floor(chance() * 3), chance),
    category: categories[Math.floor(chance() * categories.length)] as string,
  };
}

export function makeProfiles(count: number, seed = 2): Profile[] {
  const chance = createChance(seed);
  return Array.from({ length: count }, () => ({
    tier: tiers[Math.floor(chance() * tiers.length)] as string,
    bought: some(categories, Math.floor(chance() * 7), chance),
  }));
}

export function makeStays(count: number, zones: readonly string[], seed = 3): Stay[] {
  const chance = createChance(seed);
  return Array.from({ length: count }, () => ({
    type: stayType,
    zone: zones[Math.floor(chance() * zones.length)] as string,
    dwell: Math.floor(chance() * dwellMax),
  }));
}

function some(all: readonly string[], count: number, chance: () => number): string[] {
  const left = [...all];
  return Array.from(
    { length: count },
    () => left.splice(Math.floor(chance() * left.length), 1)[0] as string,
  ).toSorted();
}
