/**
 * What is wrong with a floor plan though its form is right: a zone where no radio is heard, a shelf that nobody can walk
 * to, things that stand in no zone. The editor shows them in place while it is drawn, and a store says them at its start.
 * Pure, and without a schema, so that a page carries neither.
 */
import type { FloorPlan } from './floor-plan.ts';
import { centreOf, contains, doCross, nearestOn, type Point } from './geometry.ts';
import { reachedFloor } from './walkable-floor.ts';

export const planRemarkKinds = [
  'doubled-id',
  'bad-name',
  'no-such-zone',
  'not-on-plan',
  'crosses-itself',
  'overlaps',
  'no-radio',
  'uncovered',
  'half-covered',
  'address-missing',
  'no-door',
  'unreachable',
  'outside-its-zone',
] as const;
export type PlanRemarkKind = (typeof planRemarkKinds)[number];

/** Lists of the plan. */
export const planLists = ['zones', 'shelves', 'walls', 'tills', 'doors', 'screens', 'anchors'] as const;
export type PlanList = (typeof planLists)[number];

export interface PlanThing {
  readonly list: PlanList;
  readonly index: number;
}

export interface PlanRemark {
  readonly kind: PlanRemarkKind;
  /** What it is about, the first thing first; empty: the plan as a whole. */
  readonly things: readonly PlanThing[];
  /** What to do, in a sentence. */
  readonly says: string;
}

/** As it is being drawn: a calibration is no business of it. */
export type PlanDraft = Omit<FloorPlan, 'calibration'> & { readonly calibration?: unknown };

/** Without a wall between, an anchor under the ceiling is heard well up to here; farther off zones blur into each other. */
export const anchorReachMetres = 8;
/** What stands farther outside its zone than this was put into the wrong one; a screen on a shared wall was not. */
const besideMetres = 1;
/** Zones may share an edge, and be drawn by hand: so much of the smaller one may lie in both. */
const sharedMax = 0.03;
/** Places looked at in a zone. */
const samplesMax = 400;
/** An address that nobody has typed yet begins with these. */
export const noAddress = '00000000';

const nameForm = /^[a-z0-9][a-z0-9-]{0,39}$/;
const addressForm = /^[0-9a-f]{12}$/;

/** In the order of the kinds; none: nothing is to be said. */
export function planRemarks(plan: PlanDraft): PlanRemark[] {
  const found = [...ids(plan), ...places(plan), ...zones(plan), ...radio(plan), ...ways(plan)];
  return found.sort((one, other) => planRemarkKinds.indexOf(one.kind) - planRemarkKinds.indexOf(other.kind));
}

/** With one of these a store does not start with the plan. */
export function isFault({ kind }: PlanRemark): boolean {
  return kind === 'doubled-id' || kind === 'bad-name' || kind === 'no-such-zone';
}

const named = ['zones', 'shelves', 'tills', 'screens'] as const;

function ids(plan: PlanDraft): PlanRemark[] {
  const remarks: PlanRemark[] = [];
  const first = new Map<string, PlanThing>();
  const known = new Set(plan.zones.map(({ id }) => id));
  const once = (id: string, thing: PlanThing, what: string): void => {
    const before = first.get(id);
    if (!before) first.set(id, thing);
    else
      remarks.push({ kind: 'doubled-id', things: [thing, before], says: `${what} stands twice: give each its own.` });
  };
  for (const list of named) {
    plan[list].forEach((thing, index) => {
      const place = { list, index };
      once(thing.id, place, `The name “${thing.id}”`);
      if (!nameForm.test(thing.id)) remarks.push({ kind: 'bad-name', things: [place], says: nameAdvice(thing.id) });
      if ('zone' in thing && !known.has(thing.zone)) {
        remarks.push({
          kind: 'no-such-zone',
          things: [place],
          says: `“${thing.id}” names a zone “${thing.zone}” that is not there: choose one.`,
        });
      }
    });
  }
  plan.doors.forEach(({ id }, index) => {
    if (!nameForm.test(id))
      remarks.push({ kind: 'bad-name', things: [{ list: 'doors', index }], says: nameAdvice(id) });
  });
  plan.anchors.forEach(({ address }, index) => {
    const place: PlanThing = { list: 'anchors', index };
    once(`radio ${address}`, place, `The address ${address}`);
    if (!addressForm.test(address)) {
      remarks.push({
        kind: 'bad-name',
        things: [place],
        says: `“${address}” is no radio address: 12 digits and letters a to f.`,
      });
    } else if (address.startsWith(noAddress)) {
      remarks.push({
        kind: 'address-missing',
        things: [place],
        says: 'This beacon has no address yet: type the one that is printed on it.',
      });
    }
  });
  return remarks;
}

function nameAdvice(id: string): string {
  return `“${id}” is no name: small letters, digits and hyphens, 40 at most.`;
}

/** Where each thing of a list stands: a point, or an outline. */
export function outlineOf(plan: PlanDraft, { list, index }: PlanThing): readonly Point[] {
  switch (list) {
    case 'zones':
    case 'shelves':
      return plan[list][index]?.polygon ?? [];
    case 'walls':
      return plan.walls[index] ?? [];
    case 'anchors': {
      const at = plan.anchors[index]?.at;
      return at ? [[at[0], at[1]]] : [];
    }
    default: {
      const at = plan[list][index]?.at;
      return at ? [at] : [];
    }
  }
}

function nameOf(plan: PlanDraft, { list, index }: PlanThing): string {
  if (list === 'walls') return 'A wall';
  if (list === 'anchors') return `The beacon ${plan.anchors[index]?.address ?? ''}`;
  return list === 'zones' ? (plan.zones[index]?.name ?? '') : `“${plan[list][index]?.id ?? ''}”`;
}

function places(plan: PlanDraft): PlanRemark[] {
  const remarks: PlanRemark[] = [];
  const slack = 0.05;
  const isOn = ([x, y]: Point): boolean =>
    x >= -slack && y >= -slack && x <= plan.width + slack && y <= plan.height + slack;
  for (const list of planLists) {
    for (let index = 0; index < plan[list].length; index += 1) {
      const thing = { list, index };
      if (outlineOf(plan, thing).every(isOn)) continue;
      remarks.push({
        kind: 'not-on-plan',
        things: [thing],
        says: `${nameOf(plan, thing)} reaches beyond the plan: move it, or make the plan larger.`,
      });
    }
  }
  for (const list of ['shelves', 'tills', 'screens'] as const) {
    plan[list].forEach(({ id, zone: name }, index) => {
      const zone = plan.zones.find((one) => one.id === name);
      const outline = outlineOf(plan, { list, index });
      const middle = centreOf(outline);
      if (!zone || contains(zone.polygon, middle) || nearestOn(middle, zone.polygon, true).distance <= besideMetres)
        return;
      const what = list === 'screens' ? 'screen' : list === 'tills' ? 'till' : 'shelf';
      remarks.push({
        kind: 'outside-its-zone',
        things: [{ list, index }],
        says: `The ${what} “${id}” does not stand in ${zone.name}, its zone: move it, or choose another.`,
      });
    });
  }
  return remarks;
}

function zones(plan: PlanDraft): PlanRemark[] {
  const remarks: PlanRemark[] = [];
  plan.zones.forEach((zone, index) => {
    if (crossesItself(zone.polygon)) {
      remarks.push({
        kind: 'crosses-itself',
        things: [{ list: 'zones', index }],
        says: `The outline of ${zone.name} crosses itself: put its corners in order.`,
      });
    }
    for (let other = index + 1; other < plan.zones.length; other += 1) {
      const second = plan.zones[other] as FloorPlan['zones'][number];
      if (!isShared(zone.polygon, second.polygon)) continue;
      const things: PlanThing[] = [
        { list: 'zones', index },
        { list: 'zones', index: other },
      ];
      remarks.push({
        kind: 'overlaps',
        things,
        says: `${zone.name} and ${second.name} lie on each other: a cart there is taken to be in ${zone.name}.`,
      });
    }
  });
  return remarks;
}

function radio(plan: PlanDraft): PlanRemark[] {
  if (plan.anchors.length === 0) {
    return [
      { kind: 'no-radio', things: [], says: 'No beacon and no receiver stands on this plan: carts cannot be located.' },
    ];
  }
  return plan.zones.flatMap((zone, index): PlanRemark[] => {
    const samples = samplesOf(zone.polygon);
    const isHeard = ([x, y]: Point): boolean =>
      plan.anchors.some(({ at }) => Math.hypot(at[0] - x, at[1] - y) <= anchorReachMetres);
    const heard = samples.filter(isHeard).length;
    const things: PlanThing[] = [{ list: 'zones', index }];
    if (heard === 0) {
      return [
        { kind: 'uncovered', things, says: `No beacon covers ${zone.name}: put one within ${anchorReachMetres} m.` },
      ];
    }
    if (heard * 2 >= samples.length) return [];
    return [
      {
        kind: 'half-covered',
        things,
        says: `Most of ${zone.name} is farther than ${anchorReachMetres} m from any beacon: add one.`,
      },
    ];
  });
}

function ways(plan: PlanDraft): PlanRemark[] {
  const remarks: PlanRemark[] = [];
  if (plan.doors.length === 0) {
    remarks.push({ kind: 'no-door', things: [], says: 'The plan has no door: say where shoppers come in.' });
  }
  const floor = reachedFloor(plan);
  plan.shelves.forEach(({ id, polygon }, index) => {
    if (floor.reaches(polygon)) return;
    remarks.push({
      kind: 'unreachable',
      things: [{ list: 'shelves', index }],
      says: `Nobody can walk to the shelf “${id}” with a cart: look for a wall or a gap that is too narrow.`,
    });
  });
  return remarks;
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

function boxOf(outline: readonly Point[]): Box {
  const [xs, ys] = [outline.map(([x]) => x), outline.map(([, y]) => y)];
  return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
}

/** Places within an outline, evenly; its middle where it is too thin for any. */
function samplesOf(outline: readonly Point[], box: Box = boxOf(outline)): Point[] {
  const [width, height] = [box.right - box.left, box.bottom - box.top];
  const step = Math.max(Math.sqrt((width * height) / samplesMax), 0.05);
  const samples: Point[] = [];
  for (let y = box.top + step / 2; y < box.bottom; y += step) {
    for (let x = box.left + step / 2; x < box.right; x += step) if (contains(outline, [x, y])) samples.push([x, y]);
  }
  return samples.length > 0 ? samples : [centreOf(outline)];
}

/** Whether more than a drawing's slack lies in both. */
function isShared(one: readonly Point[], other: readonly Point[]): boolean {
  const [a, b] = [boxOf(one), boxOf(other)];
  if (a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top) return false;
  const [inner, outer] =
    (a.right - a.left) * (a.bottom - a.top) <= (b.right - b.left) * (b.bottom - b.top) ? [one, other] : [other, one];
  const samples = samplesOf(inner);
  return samples.filter((place) => contains(outer, place)).length > samples.length * sharedMax;
}

function crossesItself(outline: readonly Point[]): boolean {
  const edge = (index: number): readonly [Point, Point] => [
    outline[index] as Point,
    outline[(index + 1) % outline.length] as Point,
  ];
  for (let one = 0; one < outline.length; one += 1) {
    for (let other = one + 2; other < outline.length; other += 1) {
      if (one === 0 && other === outline.length - 1) continue;
      if (doCross(...edge(one), ...edge(other))) return true;
    }
  }
  return false;
}
