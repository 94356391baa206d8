/**
 * The store's card: what tools need to know of a store to read its journal (its wall clock, its places, what it is
 * called), written beside the journal at each start. Nothing in it is a secret, and nobody is named in it.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Places } from '@kairos/dialogue/engine/engine.ts';
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import { z } from 'zod';

const zoneKinds = ['aisle', 'open', 'entrance', 'till', 'fitting', 'service'] as const;

export const storeCard = z.strictObject({
  title: z.string(),
  currency: z.string(),
  timeZone: z.string(),
  zones: z.array(z.strictObject({ id: z.string(), name: z.string(), kind: z.enum(zoneKinds) })),
  /** Zone screens and tills, each with its zone. */
  screens: z.record(z.string(), z.string()),
  tills: z.record(z.string(), z.string()),
  departments: z.array(z.string()),
});
export type StoreCard = z.infer<typeof storeCard>;

export function storeCardOf(options: {
  readonly store: { readonly title: string; readonly currency: string; readonly timeZone: string };
  readonly floorPlan: FloorPlan;
  readonly departments: readonly string[];
}): StoreCard {
  const { store, floorPlan, departments } = options;
  return {
    title: store.title,
    currency: store.currency,
    timeZone: store.timeZone,
    zones: floorPlan.zones.map(({ id, name, kind }) => ({ id, name, kind })),
    screens: Object.fromEntries(floorPlan.screens.map(({ id, zone }) => [id, zone])),
    tills: Object.fromEntries(floorPlan.tills.map(({ id, zone }) => [id, zone])),
    departments: [...departments],
  };
}

/** As the engine takes it. */
export function placesOf(card: StoreCard): Places {
  return {
    zones: Object.fromEntries(card.zones.map(({ id, kind }) => [id, kind])),
    screens: card.screens,
    tills: card.tills,
  };
}

const fileName = 'store.json';

export function writeStoreCard(data: string, card: StoreCard): void {
  const file = join(data, fileName);
  writeFileSync(`${file}.new`, JSON.stringify(card));
  renameSync(`${file}.new`, file);
}

/** Null where the store has not been started since it writes one. */
export function readStoreCard(data: string): StoreCard | null {
  try {
    return storeCard.parse(JSON.parse(readFileSync(join(data, fileName), 'utf8')));
  } catch {
    return null;
  }
}
