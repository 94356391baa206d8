import type { Zone } from '@kairos/protocol/floor-plan.ts';
import { describe, expect, it } from 'vitest';
import { labelOf } from './zone-label.ts';

function zone(name: string, width: number, height: number): Zone {
  return {
    id: 'z',
    name,
    kind: 'aisle',
    polygon: [
      [0, 0],
      [width, 0],
      [width, height],
      [0, height],
    ],
  };
}

describe('the name of a zone', () => {
  it('lies in the middle at the wished size where there is room', () => {
    expect(labelOf(zone('Linen', 10, 4), 1)).toEqual({ at: [5, 2], size: 1, upright: false, headroom: 1.25 });
  });

  it('stands upright in a narrow aisle', () => {
    expect(labelOf(zone('Garden tools', 2, 12), 1)).toMatchObject({ upright: true, size: 1 });
  });

  it('shrinks before it is cut off, and is left out before it is too small to read', () => {
    expect(labelOf(zone('Kitchenware', 4.6, 2), 1)?.size).toBeLessThan(1);
    expect(labelOf(zone('Kitchenware and glass', 2, 2), 1)).toBeNull();
  });
});
