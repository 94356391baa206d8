import { describe, expect, it } from 'vitest';
import { floorPlan } from './floor-plan.ts';
import { isFault, type PlanDraft, planRemarks } from './floor-plan-checks.ts';
import type { Point } from './geometry.ts';

function box(x: number, y: number, width: number, height: number): Point[] {
  return [
    [x, y],
    [x + width, y],
    [x + width, y + height],
    [x, y + height],
  ];
}

/** A hall of 20 by 10 m in two zones, a door below on the left, a shelf in the middle of each. */
function hall(change: Partial<PlanDraft> = {}): PlanDraft {
  return {
    name: 'Hall',
    width: 20,
    height: 10,
    zones: [
      { id: 'west', name: 'West', kind: 'open', polygon: box(0, 0, 10, 10) },
      { id: 'east', name: 'East', kind: 'open', polygon: box(10, 0, 10, 10) },
    ],
    walls: [],
    shelves: [
      { id: 'shelf-west', zone: 'west', polygon: box(3, 4, 4, 1), departments: [] },
      { id: 'shelf-east', zone: 'east', polygon: box(13, 4, 4, 1), departments: [] },
    ],
    tills: [{ id: 'till-1', zone: 'west', at: [2, 8] }],
    doors: [{ id: 'door', at: [2, 10] }],
    screens: [{ id: 'screen-1', zone: 'east', at: [19.5, 5] }],
    anchors: [
      { address: 'aaaaaaaaaa01', at: [5, 5, 2.7], powerAt1m: -59 },
      { address: 'aaaaaaaaaa02', at: [15, 5, 2.7], powerAt1m: -59 },
    ],
    ...change,
  };
}

const said = (plan: PlanDraft): string[] =>
  planRemarks(plan).map(({ kind, things: [thing] }) => (thing ? `${kind} ${thing.list}.${thing.index}` : kind));

describe('a floor plan', () => {
  it('of which nothing is to be said, has nothing said of it', () => {
    expect(said(hall())).toEqual([]);
  });

  it('has zones that no beacon covers, wholly or for the most part', () => {
    expect(said(hall({ anchors: [{ address: 'aaaaaaaaaa01', at: [1, 5, 2.7], powerAt1m: -59 }] }))).toEqual([
      'uncovered zones.1',
    ]);
    const [anchor] = hall().anchors.slice(1);
    const small = { address: 'aaaaaaaaaa01', at: [-2, 5, 2.7] as [number, number, number], powerAt1m: -59 };
    expect(said(hall({ anchors: [small, ...(anchor ? [anchor] : [])] }))).toContain('not-on-plan anchors.0');
    expect(said(hall({ anchors: [] }))).toEqual(['no-radio']);
    expect(
      said(
        hall({
          width: 60,
          zones: [...hall().zones.slice(0, 1), { id: 'east', name: 'East', kind: 'open', polygon: box(10, 0, 40, 10) }],
        }),
      ),
    ).toContain('half-covered zones.1');
  });

  it('has shelves that nobody can walk to: behind a wall, or a gap too narrow for a cart', () => {
    const walled = (gap: number): PlanDraft['walls'] => [
      [
        [10, 0],
        [10, 5 - gap / 2],
      ],
      [
        [10, 5 + gap / 2],
        [10, 10],
      ],
    ];
    expect(said(hall({ walls: walled(0) }))).toEqual(['unreachable shelves.1']);
    expect(said(hall({ walls: walled(0.4) }))).toEqual(['unreachable shelves.1']);
    expect(said(hall({ walls: walled(2) }))).toEqual([]);
    // Without a door the larger part is where people are.
    const [room] = [box(12, 3, 6, 3)];
    expect(said(hall({ doors: [], walls: [[...room, room[0] as Point]] }))).toEqual([
      'no-door',
      'unreachable shelves.1',
    ]);
  });

  it('has zones that lie on each other, or cross themselves; a shared edge and a slip of the hand are neither', () => {
    const [west, east] = hall().zones as [PlanDraft['zones'][number], PlanDraft['zones'][number]];
    expect(said(hall({ zones: [west, { ...east, polygon: box(9.8, 0, 10.2, 10) }] }))).toEqual([]);
    expect(said(hall({ zones: [west, { ...east, polygon: box(8, 0, 12, 10) }] }))).toEqual(['overlaps zones.0']);
    expect(said(hall({ zones: [west, { ...east, polygon: box(2, 2, 3, 3) }] }))).toContain('overlaps zones.0');
    const bow: Point[] = [
      [10, 0],
      [20, 10],
      [20, 0],
      [10, 10],
    ];
    expect(said(hall({ zones: [west, { ...east, polygon: bow }] }))).toContain('crosses-itself zones.1');
  });

  it('has things that are not where their zone is, or not on the plan', () => {
    expect(said(hall({ screens: [{ id: 'screen-1', zone: 'east', at: [4, 2] }] }))).toEqual([
      'outside-its-zone screens.0',
    ]);
    expect(said(hall({ tills: [{ id: 'till-1', zone: 'west', at: [2, 14] }] }))).toEqual([
      'not-on-plan tills.0',
      'outside-its-zone tills.0',
    ]);
  });

  it('has names twice, none, or of zones that are not there: what its schema refuses is a fault here as well', () => {
    const broken: readonly Partial<PlanDraft>[] = [
      { tills: [{ id: 'west', zone: 'west', at: [2, 8] }] },
      { tills: [{ id: 'Till 1', zone: 'west', at: [2, 8] }] },
      { tills: [{ id: 'till-1', zone: 'north', at: [2, 8] }] },
      { anchors: [...hall().anchors, ...hall().anchors.slice(1)] },
    ];
    for (const change of broken) {
      expect(planRemarks(hall(change)).some(isFault)).toBe(true);
      expect(floorPlan.safeParse(hall(change)).success).toBe(false);
    }
    expect(floorPlan.safeParse(hall()).success).toBe(true);
    const unnamed = hall({
      anchors: [...hall().anchors, { address: '000000000001', at: [9, 9, 2.7], powerAt1m: -59 }],
    });
    expect(said(unnamed)).toEqual(['address-missing anchors.2']);
    expect(planRemarks(unnamed).some(isFault)).toBe(false);
  });

  it('of 300 m by 200 m is looked through in bounded work', () => {
    const zones = Array.from({ length: 500 }, (_, index) => ({
      id: `zone-${index}`,
      name: `Zone ${index}`,
      kind: 'aisle' as const,
      polygon: box((index % 25) * 12, Math.floor(index / 25) * 10, 12, 10),
    }));
    const large = hall({ width: 300, height: 200, zones, shelves: [], tills: [], screens: [] });
    expect(said(large).filter((one) => one.startsWith('uncovered')).length).toBeGreaterThan(450);
  });
});
