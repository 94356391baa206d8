import type { Point } from '@kairos/protocol/floor-plan.ts';
import { expect, it } from 'vitest';
import { createZoneCover, type ZoneCover } from './zone-cover.ts';

const zone = (id: string, left: number, right: number) => {
  const polygon: Point[] = [
    [left, 0],
    [right, 0],
    [right, 1],
    [left, 1],
  ];
  return { id, name: id, kind: 'open' as const, polygon };
};
/** One row of cells of a metre, four of them; a line at 1.4 m, nothing beyond 3 m. */
const cells = { at: [0.5, 1.5, 2.5, 3.5].map((x): Point => [x, 0.5]), widthM: 1, heightM: 1 };
const plan = { zones: [zone('west', 0, 1.4), zone('east', 1.4, 3)] };
const partsOf = ({ starts, slots, parts }: ZoneCover, cell: number) =>
  Object.fromEntries(
    Array.from(slots.slice(starts[cell], starts[cell + 1]), (slot, index) => [
      slot,
      Number(parts[(starts[cell] ?? 0) + index]?.toFixed(2)),
    ]),
  );

it('a cell belongs to each zone in the part that lies in it, and to none outside all of them', () => {
  const cover = createZoneCover(plan, cells, 0.5);
  expect([0, 1, 2, 3].map((cell) => partsOf(cover, cell))).toEqual([{ 1: 1 }, { 1: 0.4, 2: 0.6 }, { 2: 1 }, { 0: 1 }]);
});

it('a zone reaches a margin further, and not beyond it', () => {
  const cover = createZoneCover(plan, cells, 0.8);
  const reach = (zoneIndex: number) => Array.from(cover.reachOf(zoneIndex), (part) => Number(part.toFixed(2)));
  expect(reach(0)).toEqual([1, 1, 0.2, 0]);
  expect(reach(1)).toEqual([0.4, 1, 1, 0.8]);
});

it('of zones that overlap the first counts', () => {
  const cover = createZoneCover({ zones: [zone('whole', 0, 4), zone('part', 1, 2)] }, cells, 0.5);
  expect([0, 1].map((cell) => partsOf(cover, cell))).toEqual([{ 1: 1 }, { 1: 1 }]);
});
