/**
 * The store of the manager's bench: a hall of five hundred zones, with carts that walk from each to its neighbours, are
 * handed from customer to customer, and are spoken to now and then. By place, not by chance: every arm gets the same.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import { stringify } from 'yaml';
import { cartName, customerNumber, cycleLength, type Step, workloadDialogues } from '../path/workload.ts';

const [columns, rows] = [25, 20];
export const zoneCount = columns * rows;
const [zoneWidth, zoneHeight] = [4, 3.5];
const dialogueCount = 100;
/** The zone in which the first dialogue speaks: `workloadDialogues` calls it so. */
const speakingZone = 'z00';
const breadCode = '2000000000008';
/** Carts of the fleet over which each one's cycle begins at another place; a step is to a neighbour. */
const steps: readonly (readonly [number, number])[] = [
  [1, 0],
  [0, 1],
  [1, 0],
  [0, -1],
  [-1, 0],
  [0, 1],
];

/** The n-th fact of a cart, from 0: a login, a step into the zone that speaks, then steps and goods in turn. */
export function hallStep(cart: number, n: number, carts: number): Step {
  const place = (n + cart) % cycleLength;
  const name = cartName(cart);
  if (place === 0) {
    const number = customerNumber(Math.floor((n + cart) / cycleLength) * carts + cart);
    return {
      fact: { type: 'identity.presented', body: { cart: name, means: 'card', number } },
      expects: { zone: null, speaks: false },
    } as Step;
  }
  if (place > 1 && place % 2 === 0) {
    return {
      fact: { type: 'basket.added', body: { cart: name, code: breadCode } },
      expects: { zone: null, speaks: false },
    } as Step;
  }
  // One cart in ten is led to where it is spoken to.
  const zone = place === 1 && cart % 10 === 0 ? speakingZone : zoneAlong(cart, n);
  return {
    fact: { type: 'zone.entered', body: { cart: name, zone, confidence: 900 } },
    expects: { zone, speaks: false },
  } as Step;
}

function zoneAlong(cart: number, n: number): string {
  let [column, row] = [(cart * 7) % columns, (cart * 3) % rows];
  for (let step = 0; step < (n >> 1) % 12; step += 1) {
    const [right, down] = steps[(cart + step) % steps.length] as readonly [number, number];
    column = (column + right + columns) % columns;
    row = (row + down + rows) % rows;
  }
  return hallZone(row * columns + column);
}

function hallZone(index: number): string {
  return `z${String(index).padStart(2, '0')}`;
}

function hallPlan(): FloorPlan {
  const zones = Array.from({ length: zoneCount }, (_, index) => {
    const [x, y] = [(index % columns) * zoneWidth, Math.floor(index / columns) * zoneHeight];
    const polygon: [number, number][] = [
      [x, y],
      [x + zoneWidth, y],
      [x + zoneWidth, y + zoneHeight],
      [x, y + zoneHeight],
    ];
    return { id: hallZone(index), name: `Aisle ${index}`, kind: 'aisle' as const, polygon };
  });
  const shelves = zones.map(({ id, polygon }) => {
    const [x, y] = polygon[0] as [number, number];
    const [left, top] = [x + 0.6, y + 0.3];
    return {
      id: `shelf-${id}`,
      zone: id,
      departments: [],
      polygon: [
        [left, top],
        [left + 2.8, top],
        [left + 2.8, top + 0.6],
        [left, top + 0.6],
      ] as [number, number][],
    };
  });
  const screens = Array.from({ length: 20 }, (_, index) => {
    const zone = zones[index * columns] as (typeof zones)[number];
    const [x, y] = zone.polygon[0] as [number, number];
    return { id: `screen-${index}`, zone: zone.id, at: [x + 1, y + 1] as [number, number] };
  });
  return {
    name: 'hall',
    width: columns * zoneWidth,
    height: rows * zoneHeight,
    zones,
    walls: [],
    shelves,
    tills: [],
    doors: [],
    screens,
    anchors: [],
  };
}

export interface HallSizes {
  readonly carts: number;
  /** How often each cart may be handed to another customer. */
  readonly factsPerCart: number;
}

export function writeHall(folder: string, { carts, factsPerCart }: HallSizes): { config: string; data: string } {
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  mkdirSync(join(folder, 'dialogues'));
  for (const { name, text } of workloadDialogues(dialogueCount)) write(`dialogues/${name}.yaml`, text);
  write(
    'dialogues/house.yaml',
    'attributes: { tier: { type: text, sensitivity: near, default: silver } }\ndefaultLocale: en\n',
  );
  write('floor-plan.yaml', stringify(hallPlan()));
  write('goods.csv', `code,name,department,price,tags\n${breadCode},Bread,bakery,250,\n`);
  const count = (Math.ceil((factsPerCart + carts) / cycleLength) + 2) * carts;
  const customers = Array.from({ length: count }, (_, index) => `${customerNumber(index)},silver,yes,yes`);
  write('customers.csv', `number,tier,remember,inStore\n${customers.join('\n')}\n`);
  const data = join(folder, 'data');
  const config = join(folder, 'store.yaml');
  write(
    'store.yaml',
    stringify({
      store: { id: 'hall', title: 'Hall', timeZone: 'UTC', currency: 'EUR' },
      listen: { http: 0, mqtt: 0 },
      data,
      floorPlan: 'floor-plan.yaml',
      goods: 'goods.csv',
      customers: 'customers.csv',
      dialogues: 'dialogues',
      loyalty: { prefixes: ['29'] },
      chainKey: 'bench-chain-key-for-measurement',
      carts: Array.from({ length: carts }, (_, index) => ({ id: cartName(index) })),
    }),
  );
  return { config, data };
}
