/**
 * A floor plan while it is drawn: things are added, moved, named and taken away, each step a new draft, so that any can be
 * undone. Pure. Metres, to the centimetre.
 */
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import {
  noAddress,
  outlineOf,
  type PlanDraft,
  type PlanList,
  type PlanThing,
} from '@kairos/protocol/floor-plan-checks.ts';
import { centreOf, contains, type Point } from '@kairos/protocol/geometry.ts';

/** Beacons hang under the ceiling. */
const ceilingMetres = 2.7;
const powerUsual = -59;

/** Corners that an outline of the list has at least; 1: it is a point. */
export const cornersMin: Readonly<Record<PlanList, number>> = {
  zones: 3,
  shelves: 3,
  walls: 2,
  tills: 1,
  doors: 1,
  screens: 1,
  anchors: 1,
};

export interface Added {
  readonly draft: PlanDraft;
  readonly thing: PlanThing;
}

/** `zoneName`: what a new zone is called until somebody names it, by its number. */
export function add(
  draft: PlanDraft,
  {
    list,
    outline,
    zoneName,
  }: {
    readonly list: PlanList;
    readonly outline: readonly Point[];
    readonly zoneName: (number: number) => string;
  },
): Added {
  const points = outline.map(rounded);
  const at = points[0] as Point;
  const thing = { list, index: draft[list].length };
  const put = (item: unknown): Added => ({ draft: { ...draft, [list]: [...draft[list], item] } as PlanDraft, thing });
  switch (list) {
    case 'zones': {
      const id = freeName(draft, 'zone');
      return put({ id, name: zoneName(Number(id.slice(5))), kind: 'open', polygon: points });
    }
    case 'shelves':
      return put({
        id: freeName(draft, 'shelf'),
        zone: zoneOf(draft, centreOf(points)),
        polygon: points,
        departments: [],
      });
    case 'walls':
      return put(points);
    case 'tills':
      return put({ id: freeName(draft, 'till'), zone: zoneOf(draft, at), at });
    case 'screens':
      return put({ id: freeName(draft, 'screen'), zone: zoneOf(draft, at), at });
    case 'doors':
      return put({ id: freeName(draft, 'door'), at });
    case 'anchors':
      return put({ address: freeAddress(draft), at: [at[0], at[1], ceilingMetres], powerAt1m: powerUsual });
  }
}

export function remove(draft: PlanDraft, { list, index }: PlanThing): PlanDraft {
  return { ...draft, [list]: draft[list].filter((_, place) => place !== index) };
}

/** Its outline or its point, elsewhere. What stands in a zone belongs to the zone where it stands now. */
export function reshape(draft: PlanDraft, thing: PlanThing, outline: readonly Point[]): PlanDraft {
  const points = outline.map(rounded);
  const at = points[0] as Point;
  const { list } = thing;
  if (list === 'walls') return replaced(draft, thing, points);
  const item = draft[list][thing.index];
  if (!item) return draft;
  if (list === 'anchors') {
    return replaced(draft, thing, { ...item, at: [at[0], at[1], draft.anchors[thing.index]?.at[2] ?? ceilingMetres] });
  }
  const place = list === 'zones' || list === 'shelves' ? { polygon: points } : { at };
  if (!('zone' in item)) return replaced(draft, thing, { ...item, ...place });
  const zone = zoneOf(draft, list === 'shelves' ? centreOf(points) : at, item.zone);
  return replaced(draft, thing, { ...item, ...place, zone });
}

export function moved(draft: PlanDraft, thing: PlanThing, [dx, dy]: Point): PlanDraft {
  return reshape(
    draft,
    thing,
    outlineOf(draft, thing).map(([x, y]): Point => [x + dx, y + dy]),
  );
}

/** One of its words or numbers. A zone's new name in things is its name in what stands in it as well. */
export function set(draft: PlanDraft, thing: PlanThing, field: string, value: unknown): PlanDraft {
  const item = draft[thing.list][thing.index];
  if (!item || thing.list === 'walls') return draft;
  const next = replaced(draft, thing, { ...item, [field]: value });
  if (thing.list !== 'zones' || field !== 'id') return next;
  const before = (item as FloorPlan['zones'][number]).id;
  const inIt = <Item extends { readonly zone: string }>(one: Item): Item =>
    one.zone === before ? { ...one, zone: value as string } : one;
  return { ...next, shelves: next.shelves.map(inIt), tills: next.tills.map(inIt), screens: next.screens.map(inIt) };
}

/** The plan of a similar store: its rooms and shelves, under this store's name, with beacons that wait for their addresses. */
export function copied(from: PlanDraft, into: PlanDraft): PlanDraft {
  const { calibration: _, ...rest } = from;
  const anchors = rest.anchors.map(({ receiver: __, ...anchor }, index) => ({
    ...anchor,
    address: addressOf(index + 1),
  }));
  return { ...rest, name: into.name, anchors };
}

export function nameOfThing(
  draft: PlanDraft,
  { list, index }: PlanThing,
  wallName: (number: number) => string,
): string {
  switch (list) {
    case 'walls':
      return wallName(index + 1);
    case 'zones':
      return draft.zones[index]?.name ?? '';
    case 'anchors':
      return draft.anchors[index]?.receiver ?? draft.anchors[index]?.address ?? '';
    default:
      return draft[list][index]?.id ?? '';
  }
}

/** What lies under a point: small things before large ones, what was drawn last before what lies below. */
export function thingAt(draft: PlanDraft, [x, y]: Point, reach: number): PlanThing | null {
  const isNear = ([px, py]: Point): boolean => Math.hypot(px - x, py - y) <= reach;
  for (const list of ['anchors', 'screens', 'tills', 'doors'] as const) {
    for (let index = draft[list].length - 1; index >= 0; index -= 1) {
      if (outlineOf(draft, { list, index }).some(isNear)) return { list, index };
    }
  }
  for (let index = draft.walls.length - 1; index >= 0; index -= 1) {
    if (isOnLine(draft.walls[index] ?? [], [x, y], reach)) return { list: 'walls', index };
  }
  for (const list of ['shelves', 'zones'] as const) {
    for (let index = draft[list].length - 1; index >= 0; index -= 1) {
      if (contains(draft[list][index]?.polygon ?? [], [x, y])) return { list, index };
    }
  }
  return null;
}

/** The corner nearby, so that walls and zones meet; else the next tenth of a metre. */
export function snapped(
  draft: PlanDraft,
  [x, y]: Point,
  options: { readonly reach: number; readonly but?: PlanThing | null },
): Point {
  let best: Point | null = null;
  let nearest = options.reach;
  for (const list of ['zones', 'walls', 'shelves'] as const) {
    for (let index = 0; index < draft[list].length; index += 1) {
      if (options.but?.list === list && options.but.index === index) continue;
      for (const corner of outlineOf(draft, { list, index })) {
        const far = Math.hypot(corner[0] - x, corner[1] - y);
        if (far < nearest) [best, nearest] = [corner, far];
      }
    }
  }
  return best ?? [Math.round(x * 10) / 10, Math.round(y * 10) / 10];
}

function isOnLine(line: readonly Point[], at: Point, reach: number): boolean {
  return line.slice(1).some(([x2, y2], index) => {
    const [x1, y1] = line[index] as Point;
    const length = Math.hypot(x2 - x1, y2 - y1) || 1;
    const along = ((at[0] - x1) * (x2 - x1) + (at[1] - y1) * (y2 - y1)) / length;
    const away = Math.abs((at[0] - x1) * (y2 - y1) - (at[1] - y1) * (x2 - x1)) / length;
    return away <= reach && along >= -reach && along <= length + reach;
  });
}

function replaced(draft: PlanDraft, { list, index }: PlanThing, item: unknown): PlanDraft {
  return { ...draft, [list]: draft[list].map((one, place) => (place === index ? item : one)) } as PlanDraft;
}

/** The zone at a place; where there is none, the one it had, or the first. */
function zoneOf(draft: PlanDraft, at: Point, before?: string): string {
  return draft.zones.find(({ polygon }) => contains(polygon, at))?.id ?? before ?? draft.zones[0]?.id ?? '';
}

function freeName(draft: PlanDraft, stem: string): string {
  const taken = new Set(
    [...draft.zones, ...draft.shelves, ...draft.tills, ...draft.doors, ...draft.screens].map(({ id }) => id),
  );
  for (let number = 1; ; number += 1) if (!taken.has(`${stem}-${number}`)) return `${stem}-${number}`;
}

function freeAddress(draft: PlanDraft): string {
  const taken = new Set(draft.anchors.map(({ address }) => address));
  for (let number = 1; ; number += 1) if (!taken.has(addressOf(number))) return addressOf(number);
}

function addressOf(number: number): string {
  return noAddress + number.toString(16).padStart(4, '0');
}

function rounded([x, y]: Point): Point {
  return [Math.round(x * 100) / 100, Math.round(y * 100) / 100];
}
