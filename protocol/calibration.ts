/**
 * What was heard where, as measured once by walking through the store: the fingerprints behind better zones (issue 4).
 * `npm run edge -- calibrate` writes such a file; the floor plan names it as `calibration`, and whoever tracks carts
 * then compares with what was heard here instead of with a law of physics.
 *
 * One place is one spot where somebody stood still for a while. It serves both topologies: "anchor" is the fixed side,
 * whichever side did the hearing.
 */
import { z } from 'zod';
import { placeName, radioAddress } from './names.ts';

const metres = z.number().min(-1000).max(1000);

/** A store measured every five metres has fewer. */
export const fingerprintsMax = 1_000;
/** Anchors kept for one place, the strongest first. */
export const fingerprintAnchorsMax = 64;

export const fingerprint = z.strictObject({
  /** Where on the floor plan, in metres. */
  at: z.tuple([metres, metres]),
  /** The zone it was measured for, as the person who stood there was told. */
  zone: placeName.optional(),
  /** How long somebody stood there. */
  seconds: z.number().min(0).max(3_600).optional(),
  heard: z
    .array(
      z.strictObject({
        anchor: radioAddress,
        /** Mean RSSI in dBm. */
        mean: z.number().min(-127).max(-1),
        /** Standard deviation in dB. */
        deviation: z.number().min(0).max(40),
        /** How many readings that rests on. */
        readings: z.int().min(1).max(1_000_000),
      }),
    )
    .max(fingerprintAnchorsMax),
});
export type Fingerprint = z.infer<typeof fingerprint>;

export const calibration = z.strictObject({
  /** When it was measured, for people: "2026-11-22". Radio ages: another day fits worse (README of the benchmark). */
  measured: z.string().max(40).optional(),
  fingerprints: z.array(fingerprint).max(fingerprintsMax),
});
export type Calibration = z.infer<typeof calibration>;
