/**
 * What a screen in a zone and the store say to each other over Socket.IO, namespace `/zone-screens`. Such a screen is
 * public: its view holds no name, no basket and nobody's visit. The whole view comes each time, for it is small; a lower
 * version than the one before means that the store has started anew.
 */
import { z } from 'zod';
import { ack, deviceBatch } from './device-facts.ts';
import { type FloorPlan, floorPlan } from './floor-plan.ts';
import { authorName, instantMs, locale, placeName } from './names.ts';
import { screenAlive, screenMessage } from './screen-events.ts';

/** One picture of the attract loop: a thought in at most eight words, in the store's own languages. */
export const loopItem = z.strictObject({ id: authorName, headline: z.string().max(80) });
export type LoopItem = z.infer<typeof loopItem>;

export const zoneScreenView = z.strictObject({
  screen: placeName,
  store: z.string().max(80),
  locale,
  zone: z.strictObject({ id: placeName, name: z.string().max(60) }),
  /** What is shown while nobody is spoken to; empty: the zone's own name and place. */
  loop: z.array(loopItem).max(24),
  /** How long each stands. All screens count from store time zero, so that those of a zone are in step. */
  slotMs: z.int().min(2_000),
  message: screenMessage.nullable(),
});
export type ZoneScreenView = z.infer<typeof zoneScreenView>;

export const zoneScreenSnapshot = z.strictObject({
  version: z.int().min(0),
  storeTime: instantMs,
  view: zoneScreenView,
});
export type ZoneScreenSnapshot = z.infer<typeof zoneScreenSnapshot>;

export const zoneScreenNamespace = '/zone-screens';

export const zoneScreenEvents = {
  view: {
    payload: zoneScreenSnapshot,
    from: 'store',
    says: 'All that the screen shows: on connecting, and at each change.',
  },
  plan: { payload: floorPlan, from: 'store', says: 'The floor plan, once after connecting.' },
  acks: { payload: ack, from: 'store', says: 'What is stored for good, or refused for good.' },
  facts: { payload: deviceBatch, from: 'screen', says: 'Facts of this screen, in order, until acknowledged.' },
  alive: { payload: screenAlive, from: 'screen', says: 'A sign of life, with what is really on the glass.' },
} as const;

/** Socket.IO's typed maps. */
export interface StoreToZoneScreen {
  view(payload: ZoneScreenSnapshot): void;
  plan(payload: FloorPlan): void;
  acks(payload: z.infer<typeof ack>): void;
}
export interface ZoneScreenToStore {
  facts(payload: z.input<typeof deviceBatch>): void;
  alive(payload: z.infer<typeof screenAlive>): void;
}
