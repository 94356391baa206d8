import { floorPlan } from '@kairos/protocol/floor-plan.ts';
import { describe, expect, it } from 'vitest';
import { inverseTimes } from './positive-solve.ts';
import { createRadioMap } from './radio-map.ts';
import { trackerSettings } from './tracker-settings.ts';
import { createZoneGrid } from './zone-grid.ts';

const anchor = 'aaaaaaaaaa01';
const hall = {
  name: 'Hall',
  width: 30,
  height: 30,
  zones: [
    {
      id: 'all',
      name: 'All',
      polygon: [
        [0, 0],
        [30, 0],
        [30, 30],
        [0, 30],
      ],
    },
  ],
  anchors: [{ address: anchor, at: [0, 0, 2] }],
};
const measuredAt = (...spots: [x: number, y: number, mean: number][]) =>
  floorPlan.parse({
    ...hall,
    calibration: {
      fingerprints: spots.map(([x, y, mean]) => ({
        at: [x, y],
        heard: [{ anchor, mean, deviation: 3, readings: 40 }],
      })),
    },
  });
function levels(plan: ReturnType<typeof measuredAt>) {
  const grid = createZoneGrid(plan);
  const map = createRadioMap(plan, grid, trackerSettings);
  const near = (x: number, y: number): number => {
    const cell = grid.at.findIndex(([cellX, cellY]) => Math.hypot(cellX - x, cellY - y) < 1);
    return map.fieldOf(anchor)?.expected[cell] ?? Number.NaN;
  };
  return { map, near };
}

describe('a measured map', () => {
  it('says near a spot what was heard there, and far from all spots what the law says of such an anchor', () => {
    const law = levels(floorPlan.parse(hall));
    const shift = (x: number, y: number, byDb: number): [number, number, number] => [x, y, law.near(x, y) + byDb];
    const { map, near } = levels(measuredAt(shift(5, 5, 10), shift(10, 5, 0), shift(5, 10, 0)));
    expect(map.isMeasured).toBe(true);
    expect(near(5, 5) - law.near(5, 5)).toBeGreaterThan(6);
    // The anchor itself is 3.3 dB louder than the law; its shadow ends.
    const far = near(29, 29) - law.near(29, 29);
    expect(far).toBeGreaterThan(2.5);
    expect(far).toBeLessThan(5);
  });

  it('needs three spots; before that the law is as good', () => {
    expect(levels(measuredAt([5, 5, -50], [10, 10, -60])).map.isMeasured).toBe(false);
  });

  it('loses what walls take', () => {
    const walled = {
      ...hall,
      walls: [
        [
          [0, 15],
          [30, 15],
        ],
      ],
    };
    const [open, behind] = [levels(floorPlan.parse(hall)), levels(floorPlan.parse(walled))];
    expect(open.near(5, 20) - behind.near(5, 20)).toBeCloseTo(trackerSettings.wallLossDb, 3);
    expect(open.near(5, 10)).toBe(behind.near(5, 10));
  });
});

describe('a small system', () => {
  it('is solved', () => {
    const [x, y] = inverseTimes(
      [
        [4, 1],
        [1, 3],
      ],
      [1, 2],
    );
    expect(x).toBeCloseTo(1 / 11, 12);
    expect(y).toBeCloseTo(7 / 11, 12);
  });

  it('that has no one solution says so', () => {
    expect(() =>
      inverseTimes(
        [
          [1, 1],
          [1, 1],
        ],
        [1, 1],
      ),
    ).toThrow(RangeError);
  });
});
