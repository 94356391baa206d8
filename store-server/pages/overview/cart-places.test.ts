import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import { contains } from '@kairos/protocol/geometry.ts';
import { describe, expect, it } from 'vitest';
import { placeCarts } from './cart-places.ts';

const plan: FloorPlan = {
  name: 'Small',
  width: 20,
  height: 10,
  zones: [
    {
      id: 'wine',
      name: 'Wine',
      kind: 'aisle',
      polygon: [
        [0, 0],
        [10, 0],
        [10, 10],
        [0, 10],
      ],
    },
    {
      id: 'suits',
      name: 'Suits',
      kind: 'open',
      polygon: [
        [10, 0],
        [20, 0],
        [20, 10],
        [10, 10],
      ],
    },
  ],
  walls: [],
  shelves: [
    {
      id: 'rack',
      zone: 'wine',
      departments: [],
      polygon: [
        [2, 2],
        [8, 2],
        [8, 3],
        [2, 3],
      ],
    },
  ],
  tills: [],
  doors: [],
  screens: [],
  anchors: [],
};
const cart = (number: number, zone: string | null) => ({ id: `cart-${number}`, zone });
const nobody = new Map();

describe('the places of dots', () => {
  it('are in the zone, off the shelves and apart from each other', () => {
    const places = [
      ...placeCarts(
        plan,
        [1, 2, 3, 4, 5].map((number) => cart(number, 'wine')),
        nobody,
      ).values(),
    ];
    expect(places.length).toBe(5);
    const [zone, shelf] = [plan.zones[0]?.polygon ?? [], plan.shelves[0]?.polygon ?? []];
    for (const { at } of places) {
      expect(contains(zone, at)).toBe(true);
      expect(contains(shelf, at)).toBe(false);
    }
    const gaps = places.flatMap(({ at }, here) =>
      places.slice(here + 1).map((other) => Math.hypot(at[0] - other.at[0], at[1] - other.at[1])),
    );
    expect(Math.min(...gaps)).toBeGreaterThan(0.9);
  });

  it('stay while the cart stays, whoever comes and goes', () => {
    const first = placeCarts(plan, [cart(1, 'wine'), cart(2, 'wine')], nobody);
    const second = placeCarts(plan, [cart(3, 'wine'), cart(2, 'wine')], first);
    expect(second.get('cart-2')).toEqual(first.get('cart-2'));
    expect(second.has('cart-1')).toBe(false);
  });

  it('remember where the cart came from when it moves on', () => {
    const first = placeCarts(plan, [cart(1, 'wine')], nobody);
    const second = placeCarts(plan, [cart(1, 'suits')], first);
    expect(second.get('cart-1')).toMatchObject({ zone: 'suits', from: first.get('cart-1')?.at });
  });

  it('are none for a cart that is in no zone of the plan', () => {
    expect(placeCarts(plan, [cart(1, null), cart(2, 'garden')], nobody).size).toBe(0);
  });

  it('are found for a hundred carts in one zone, too: crowded, but there', () => {
    const many = Array.from({ length: 100 }, (_, number) => cart(number, 'wine'));
    expect(placeCarts(plan, many, nobody).size).toBe(100);
  });
});
