/**
 * The store's floor plan: zones as polygons, what stands in them, and where radio is heard. Metres from the upper left
 * corner, x to the right, y down, z up from the floor.
 */
import { z } from 'zod';
import { calibration } from './calibration.ts';
import type { ConfigReason } from './config-fault.ts';
import { contains, type Point } from './geometry.ts';
import { placeName, radioAddress } from './names.ts';
import { didYouMean } from './schema-fault.ts';

export { contains, type Point } from './geometry.ts';
export { radioAddress } from './names.ts';

/** Names of zones that a fault lists, where none is near. */
const zonesToldMax = 20;

const metres = z.number().min(-1000).max(1000);
export const point = z.tuple([metres, metres]);
export const polygon = z.array(point).min(3).max(64);

export const floorPlan = z
  .strictObject({
    name: z.string().max(80),
    width: z.number().positive().max(1000),
    height: z.number().positive().max(1000),
    zones: z
      .array(
        z.strictObject({
          id: placeName,
          name: z.string().max(60),
          kind: z.enum(['aisle', 'open', 'entrance', 'till', 'fitting', 'service']).default('aisle'),
          polygon,
        }),
      )
      .min(1)
      .max(1000),
    /** Lines that neither people nor, without loss, radio cross. */
    walls: z.array(z.array(point).min(2).max(64)).max(1000).default([]),
    shelves: z
      .array(
        z.strictObject({
          id: placeName,
          zone: placeName,
          polygon,
          /** Departments of the goods file that stand here. */
          departments: z.array(z.string().max(80)).max(32).default([]),
        }),
      )
      .max(2000)
      .default([]),
    tills: z
      .array(z.strictObject({ id: placeName, zone: placeName, at: point }))
      .max(200)
      .default([]),
    doors: z
      .array(z.strictObject({ id: placeName, at: point }))
      .max(50)
      .default([]),
    screens: z
      .array(z.strictObject({ id: placeName, zone: placeName, at: point }))
      .max(500)
      .default([]),
    /** Fixed radio: shelf beacons that carts hear, receivers that hear tags on carts, or both at once. */
    anchors: z
      .array(
        z.strictObject({
          address: radioAddress,
          at: z.tuple([metres, metres, metres]),
          /** RSSI in dBm at one metre. */
          powerAt1m: z.number().min(-127).max(0).default(-59),
          /** What a receiver calls itself where its messages give no address: the room of an ESPresense node. */
          receiver: z.string().min(1).max(60).optional(),
        }),
      )
      .max(5000)
      .default([]),
    /** What was heard where; in a file, the path of the calibration beside it stands here instead. */
    calibration: calibration.optional(),
  })
  .superRefine((plan, context) => {
    const note = (reason: ConfigReason, path: (string | number)[], message: string): void => {
      context.addIssue({ code: 'custom', path, message, params: { reason } });
    };
    const zones = new Set(plan.zones.map((zone) => zone.id));
    const seen = new Set<string>();
    const once = (id: string, path: (string | number)[]): void => {
      if (seen.has(id)) note('doubled', path, 'is named twice; give each thing its own name');
      seen.add(id);
    };
    plan.zones.forEach((zone, index) => {
      once(zone.id, ['zones', index, 'id']);
    });
    for (const kind of ['shelves', 'tills', 'screens'] as const) {
      plan[kind].forEach((thing, index) => {
        once(thing.id, [kind, index, 'id']);
        if (!zones.has(thing.zone)) {
          const advice =
            didYouMean(thing.zone, [...zones]) ?? `there are: ${[...zones].slice(0, zonesToldMax).join(', ')}`;
          note('bad-reference', [kind, index, 'zone'], `there is no zone "${thing.zone}" on this plan; ${advice}`);
        }
      });
    }
    const addresses = new Set<string>();
    const receivers = new Set<string>();
    plan.anchors.forEach((anchor, index) => {
      if (addresses.has(anchor.address)) {
        note('doubled', ['anchors', index, 'address'], 'stands twice; keep one of the two anchors');
      }
      addresses.add(anchor.address);
      if (anchor.receiver === undefined) return;
      if (receivers.has(anchor.receiver)) {
        const message = `another receiver is called "${anchor.receiver}"; give each its own name`;
        context.addIssue({ code: 'custom', path: ['anchors', index, 'receiver'], message });
      }
      receivers.add(anchor.receiver);
    });
  });
export type FloorPlan = z.infer<typeof floorPlan>;
export type Zone = FloorPlan['zones'][number];

/** The zone at a place; the first listed where zones overlap; null outside all of them. */
export function zoneAt(plan: FloorPlan, at: Point): Zone | null {
  return plan.zones.find((zone) => contains(zone.polygon, at)) ?? null;
}
