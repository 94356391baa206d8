import type { Point } from '@kairos/protocol/geometry.ts';
import { describe, expect, it } from 'vitest';
import { scaled } from './plan-picture.ts';
import { clicked, type Tool } from './plan-tool.ts';

function draw(tool: Tool, clicks: readonly Point[]): { points: readonly Point[]; isDone: boolean } {
  let points: readonly Point[] = [];
  for (const click of clicks) {
    const drawn = clicked(tool, points, click, 0.3);
    points = drawn.points;
    if (drawn.kind === 'done') return { points, isDone: true };
  }
  return { points, isDone: false };
}

describe('clicks', () => {
  it('close a zone at its first corner, once it has three', () => {
    const corners: Point[] = [
      [0, 0],
      [4, 0],
      [4, 4],
    ];
    expect(draw('zones', corners)).toEqual({ points: corners, isDone: false });
    expect(draw('zones', [...corners, [0.2, 0.1]])).toEqual({ points: corners, isDone: true });
    expect(
      draw('zones', [
        [0, 0],
        [4, 0],
        [0, 0],
      ]).isDone,
    ).toBe(false);
  });

  it('end a wall at its last point, and a shelf at the opposite corner; a flat shelf is none', () => {
    expect(
      draw('walls', [
        [0, 0],
        [4, 0],
        [4, 0.1],
      ]),
    ).toEqual({
      points: [
        [0, 0],
        [4, 0],
      ],
      isDone: true,
    });
    expect(
      draw('shelves', [
        [1, 1],
        [3, 1],
        [3, 2],
      ]),
    ).toEqual({
      points: [
        [1, 1],
        [3, 1],
        [3, 2],
        [1, 2],
      ],
      isDone: true,
    });
    expect(draw('tills', [[2, 2]]).isDone).toBe(true);
  });
});

it('a picture is scaled by two of its points: the first stays, the other comes to lie where it should', () => {
  const picture = { address: '', at: [0, 0] as Point, width: 30, height: 15 };
  const larger = scaled(
    picture,
    [
      [10, 5],
      [20, 5],
    ],
    20,
  );
  expect(larger).toMatchObject({ at: [-10, -5], width: 60, height: 30 });
});
