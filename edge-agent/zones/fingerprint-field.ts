/**
 * The field of an anchor from fingerprints: the log-distance law, corrected by what was measured. What the law leaves
 * over is a shadow that is alike in places that are near to each other (Gudmundson 1991: correlation falls as exp(-d/D),
 * D some metres indoors), so it is interpolated by simple kriging, which is a Gaussian process with that kernel (Ferris,
 * Hähnel and Fox 2006). Far from all places that were measured, the law remains.
 */
import type { FloorPlan, Point } from '@kairos/protocol/floor-plan.ts';
import { inverseTimes } from './positive-solve.ts';
import type { ZoneGrid } from './zone-grid.ts';

/** Shadow of furniture and people in halls: about 4.5 dB, alike over 6 m. */
const shadowDb = 4.5;
const alikeOverM = 6;
/** A mean over one spot is off by this: three advertising channels, each with its own fading of 4.4 dB. */
const spotDb = 2.5;
/** Of an anchor heard in fewer places than this, the law is as good. */
const placesMin = 3;
/** Solving costs the cube of this. Beyond it, places are left out evenly. */
const placesMax = 300;

type Place = Point;

/** Undefined where the anchor is not on the plan. */
type Law = (address: string, at: Place) => number | undefined;

/**
 * Null where the plan holds no fingerprints. Of an anchor: its level in each cell, in dBm, given the law's own; null
 * where too few places heard it.
 */
export function createFingerprintFields(
  plan: FloorPlan,
  grid: ZoneGrid,
  law: Law,
): ((address: string, byLaw: Float32Array) => Float32Array | null) | null {
  const all = plan.calibration?.fingerprints ?? [];
  if (all.length < placesMin) return null;
  const every = Math.ceil(all.length / placesMax);
  const places = all.filter((_, index) => index % every === 0);
  return (address, byLaw) => {
    const heard = places.flatMap(({ at, heard: levels }) => {
      const level = levels.find(({ anchor }) => anchor === address);
      const expected = law(address, at);
      return level === undefined || expected === undefined ? [] : [{ at, residual: level.mean - expected }];
    });
    if (heard.length < placesMin) return null;
    return corrected(heard, byLaw, grid);
  };
}

/** The anchor's own level (its antenna, where it hangs) is the mean residual; what varies around it is the shadow. */
function corrected(
  heard: readonly { readonly at: Place; readonly residual: number }[],
  byLaw: Float32Array,
  grid: ZoneGrid,
): Float32Array {
  const own = heard.reduce((sum, { residual }) => sum + residual, 0) / heard.length;
  const weights = inverseTimes(
    heard.map((one, row) => heard.map((other, column) => alike(one.at, other.at) + (row === column ? spotDb ** 2 : 0))),
    heard.map(({ residual }) => residual - own),
  );
  return byLaw.map((level, cell) => {
    const at = grid.at[cell] as Place;
    let shadow = 0;
    heard.forEach((one, index) => {
      shadow += alike(one.at, at) * (weights[index] as number);
    });
    return level + own + shadow;
  });
}

function alike(a: Place, b: Place): number {
  return shadowDb ** 2 * Math.exp(-Math.hypot(a[0] - b[0], a[1] - b[1]) / alikeOverM);
}
