/**
 * Whether a spot can be recognised again: heard by enough beacons, loudly enough, and unlike every other zone. In words
 * for whoever walks through the store.
 */
import type { Fingerprint } from '@kairos/protocol/calibration.ts';

/** Three distances are needed to fix a place. */
const anchorsMin = 3;
/** Below this most messages of a beacon are lost, in dBm. */
const weakBelowDbm = -88;
/** Where a beacon is not heard at all, it counts as this. */
const unheardDbm = -100;
/** A mean over one spot is off by some 2.5 dB, so the difference of two by 3.5. */
const alikeBelowDb = 4;

export type SpotVerdict =
  | { readonly kind: 'good' }
  | { readonly kind: 'nothing-heard' | 'too-few' | 'too-weak'; readonly words: string }
  /** Cannot be told from another zone's spot. */
  | { readonly kind: 'alike'; readonly words: string; readonly zone: string };

export function judgeSpot(spot: Fingerprint, others: readonly Fingerprint[]): SpotVerdict {
  const { heard } = spot;
  if (heard.length === 0) {
    const words = 'nothing is heard here. Is the reader plugged in, and do the beacons have batteries?';
    return { kind: 'nothing-heard', words };
  }
  if (heard.length < anchorsMin) {
    const words = `only ${heard.length} of the beacons can be heard here. Hang up another one nearby.`;
    return { kind: 'too-few', words };
  }
  const third = heard[anchorsMin - 1]?.mean ?? unheardDbm;
  if (third < weakBelowDbm) {
    const words = `the beacons are too weak here (the third is heard at ${third} dBm). Hang one nearer.`;
    return { kind: 'too-weak', words };
  }
  const alike = others.find((other) => other.zone !== spot.zone && differenceDb(spot, other) < alikeBelowDb);
  if (alike === undefined) return { kind: 'good' };
  const zone = alike.zone ?? '';
  const words = `it sounds just like "${zone}"; the two cannot be told apart. Hang a beacon into one of them.`;
  return { kind: 'alike', words, zone };
}

/** Root of the mean square difference over all beacons that either spot hears, in dB. */
function differenceDb(one: Fingerprint, other: Fingerprint): number {
  const levels = (spot: Fingerprint): Map<string, number> =>
    new Map(spot.heard.map(({ anchor, mean }) => [anchor, mean]));
  const [here, there] = [levels(one), levels(other)];
  const anchors = new Set([...here.keys(), ...there.keys()]);
  if (anchors.size === 0) return 0;
  let sum = 0;
  for (const anchor of anchors) sum += ((here.get(anchor) ?? unheardDbm) - (there.get(anchor) ?? unheardDbm)) ** 2;
  return Math.sqrt(sum / anchors.size);
}
