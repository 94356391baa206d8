import { describe, expect, it } from 'vitest';
import type { FloorPlan } from './floor-plan.ts';
import { contains, type Point } from './geometry.ts';
import { findWay } from './way.ts';

const box = (left: number, top: number, right: number, bottom: number): Point[] => [
  [left, top],
  [right, top],
  [right, bottom],
  [left, bottom],
];

function plan(shelf: Point[] | null, walls: Point[][] = []): FloorPlan {
  return {
    name: 'Test',
    width: 20,
    height: 10,
    zones: [
      { id: 'west', name: 'West', kind: 'open', polygon: box(0, 0, 5, 10) },
      { id: 'east', name: 'East', kind: 'open', polygon: box(15, 0, 20, 10) },
    ],
    walls,
    shelves: shelf ? [{ id: 'shelf', zone: 'west', polygon: shelf, departments: [] }] : [],
    tills: [],
    doors: [],
    screens: [],
    anchors: [],
  };
}

/** Every tenth of a metre along the way. */
function along(way: readonly Point[]): Point[] {
  return way.slice(1).flatMap(([x, y], index) => {
    const [fromX, fromY] = way[index] as Point;
    const steps = Math.ceil(Math.hypot(x - fromX, y - fromY) * 10);
    return Array.from({ length: steps }, (_, step): Point => {
      return [fromX + ((x - fromX) * step) / steps, fromY + ((y - fromY) * step) / steps];
    });
  });
}

describe('the way', () => {
  it('is straight where nothing stands between', () => {
    const way = findWay(plan(null), 'west', 'east');
    expect(way).toHaveLength(2);
    expect(way[0]?.[0]).toBeLessThan(5);
    expect(way[1]?.[0]).toBeGreaterThan(15);
  });

  it('goes around a shelf and never through it', () => {
    const shelf = box(9, 0, 11, 8);
    const way = findWay(plan(shelf), 'west', 'east');
    expect(way.length).toBeGreaterThan(2);
    expect(along(way).filter((at) => contains(shelf, at))).toEqual([]);
    expect(Math.max(...way.map(([, y]) => y))).toBeGreaterThan(8);
  });

  it('takes the gap in a wall', () => {
    const wall: Point[] = [
      [10, 2],
      [10, 10],
    ];
    const crossing = along(findWay(plan(null, [wall]), 'west', 'east')).filter(([x]) => Math.abs(x - 10) < 0.1);
    expect(crossing.length).toBeGreaterThan(0);
    expect(crossing.every(([, y]) => y < 2)).toBe(true);
  });

  it('is empty where there is none, and where a zone is not on the plan', () => {
    expect(findWay(plan(box(9, -1, 11, 11)), 'west', 'east')).toEqual([]);
    expect(findWay(plan(null), 'west', 'nowhere')).toEqual([]);
  });

  it('is found soon on the largest plan', () => {
    const large = { ...plan(box(400, 0, 600, 900)), width: 1000, height: 1000 };
    large.zones = [
      { id: 'west', name: 'West', kind: 'open', polygon: box(0, 0, 100, 100) },
      { id: 'east', name: 'East', kind: 'open', polygon: box(900, 0, 1000, 100) },
    ];
    const before = process.cpuUsage();
    expect(findWay(large, 'west', 'east').length).toBeGreaterThan(2);
    expect(process.cpuUsage(before).user).toBeLessThan(1_000_000);
  });
});
