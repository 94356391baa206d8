/**
 * What a shopper is doing, as far as the facts say, and the named moments of a message made of it (DESIGN section 5).
 *
 * - `any`       always (quiet states stop it all the same);
 * - `arriving`  the first `arrivingMs` of a visit;
 * - `at-rest`   no change of place for `restAfterMs`, or her hands are at the cart: a scan or a touch just now;
 * - `dwelling`  in one zone for `dwellAfterMs`;
 * - `walking`   a change of place less than `restAfterMs` ago;
 * - `at-till`   identified at a till, or in a zone of kind `till`;
 * - `leaving`   paid (for what she is handed then: her visit ends with it), or back at an entrance after other zones.
 *
 * Silence of the radio changes nothing: who was at rest stays so until a fact says otherwise. A moment that will come
 * by the passing of time says when.
 */
import type { MomentName } from '../compiled.ts';
import type { Places } from '../engine/engine.ts';
import type { VisitState } from '../engine/subject-state.ts';
import { notByTime } from './stop.ts';

const arrivingMs = 90_000;
const restAfterMs = 8_000;
const dwellAfterMs = 20_000;
/** A scan or a touch shows that she stands at the cart for so long. */
const touchHoldsMs = 10_000;
/** So many zones within `fastWithinMs`: she walks past, and nobody speaks to her. */
export const fastHops = 3;
const fastWithinMs = 15_000;

export type Context = 'walking' | 'dwelling' | 'at-rest' | 'at-till' | 'away';

/** 0: now. Else when time alone brings it, or `notByTime`. */
export function momentComes(name: MomentName, visit: VisitState, now: number, places: Places): number {
  switch (name) {
    case 'any':
      return 0;
    case 'arriving':
      return whether(now < visit.openedAt + arrivingMs);
    case 'at-rest':
      return restComes(visit, now);
    case 'dwelling':
      return momentOfDwelling(visit) === notByTime ? notByTime : reached(momentOfDwelling(visit), now);
    case 'walking':
      return whether(restComes(visit, now) > 0);
    case 'at-till':
      return whether(isAtTill(visit, places));
    case 'leaving':
      return whether(isLeaving(visit, places));
  }
}

export function contextOf(visit: VisitState | null, now: number, places: Places): Context {
  if (visit === null) return 'away';
  if (isAtTill(visit, places)) return 'at-till';
  if (restComes(visit, now) > 0) return 'walking';
  return momentComes('dwelling', visit, now, places) === 0 ? 'dwelling' : 'at-rest';
}

/** When time alone makes of what she is doing something else: standing still comes, and then dwelling. */
export function contextUntil(visit: VisitState, now: number): number {
  const rest = restComes(visit, now);
  if (rest > 0) return rest;
  const dwells = momentOfDwelling(visit);
  return dwells > now ? dwells : notByTime;
}

export function isAtTill(visit: VisitState, places: Places): boolean {
  return visit.till !== null || (visit.zone !== null && places.zones[visit.zone] === 'till');
}

/** 0: she is not walking fast; else when she will have stood still long enough. */
export function fastUntil(visit: VisitState, now: number): number {
  const { hops } = visit;
  if (hops.length < fastHops) return 0;
  const last = hops[hops.length - 1] as number;
  if (last - (hops[hops.length - fastHops] as number) > fastWithinMs) return 0;
  // From her last change of place: leaving a zone is one, and no hop.
  return restComes(visit, now);
}

function isLeaving(visit: VisitState, places: Places): boolean {
  if (visit.paidAt > 0) return true;
  return visit.zone !== null && visit.zones > 1 && places.zones[visit.zone] === 'entrance';
}

function momentOfDwelling({ zone, zoneAt }: VisitState): number {
  return zone === null ? notByTime : zoneAt + dwellAfterMs;
}

function restComes(visit: VisitState, now: number): number {
  if (visit.movedAt === 0) return 0;
  if (visit.touchedAt >= visit.movedAt && now < visit.touchedAt + touchHoldsMs) return 0;
  return reached(visit.movedAt + restAfterMs, now);
}

function reached(at: number, now: number): number {
  return at <= now ? 0 : at;
}

function whether(isNow: boolean): number {
  return isNow ? 0 : notByTime;
}
