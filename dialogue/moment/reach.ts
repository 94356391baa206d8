/**
 * Which screen, till or person a surface would speak through now, and whether it can be reached.
 */

import type { Places } from '../engine/engine.ts';
import type { DutyState, StoreState } from '../engine/store-state.ts';
import type { VisitState } from '../engine/subject-state.ts';
import type { Mood } from './mood.ts';
import type { SurfaceTerms } from './surface-terms.ts';

/** An associate is asked this often within `askedWithinMs`, and no more: she has customers of her own. */
const askedMax = 6;
export const askedWithinMs = 3_600_000;

/** `target`: null where nobody in particular is meant (staff by role, a letter). Null: not now. */
export type Reached = { readonly target: string | null } | null;

export function reach(mood: Mood, surface: SurfaceTerms): Reached {
  const { visit, now } = mood;
  const { store, places } = mood.world;
  switch (surface.channel) {
    case 'cart':
      return visit?.cart != null && isConnected(store, visit.cart) && isFree(mood, visit.cart)
        ? { target: visit.cart }
        : null;
    case 'screen':
      return screenAt(mood);
    case 'pos': {
      const till = visit ? tillOf(visit, places) : null;
      return till !== null && isConnected(store, till) && isFree(mood, till) ? { target: till } : null;
    }
    case 'receipt': {
      const till = visit ? tillOf(visit, places) : null;
      return till !== null && visit?.paidAt !== 0 ? { target: till } : null;
    }
    case 'handheld':
      return someoneFree(store, surface.role, { zone: visit?.zone ?? null, now }) ? { target: null } : null;
    default:
      return { target: null };
  }
}

/** Staff for a shopper: on duty, not at something else, near her, and not asked too often. */
export function someoneFree(store: StoreState, role: string | null, at: { zone: string | null; now: number }): boolean {
  return Object.values(store.duty).some((duty) => isFreeFor(duty, role, at));
}

export function isFreeFor(
  duty: DutyState,
  role: string | null,
  { zone, now }: { zone: string | null; now: number },
): boolean {
  if (duty.state !== 'on' || duty.task !== null) return false;
  if (role !== null && duty.role !== null && duty.role !== role) return false;
  if (zone !== null && duty.zone !== null && duty.zone !== zone) return false;
  return duty.asked.filter((asked) => asked > now - askedWithinMs).length < askedMax;
}

/** The screens of a zone are one voice, whichever of them is spoken through; whose turn it is: `screen-turns.ts`. */
function screenAt({ visit, world }: Mood): Reached {
  if (visit?.zone == null) return null;
  for (const [screen, zone] of Object.entries(world.places.screens)) {
    if (zone === visit.zone && isConnected(world.store, screen)) return { target: screen };
  }
  return null;
}

function tillOf(visit: VisitState, places: Places): string | null {
  if (visit.till !== null) return visit.till;
  if (visit.zone === null || places.zones[visit.zone] !== 'till') return null;
  const here = Object.entries(places.tills).filter(([, zone]) => zone === visit.zone);
  // Two tills in one zone: which one is hers nobody knows before she says.
  return here.length === 1 ? (here[0]?.[0] ?? null) : null;
}

function isConnected(store: StoreState, screen: string): boolean {
  return store.screens[screen] === 'connected';
}

function isFree({ world, freed }: Mood, target: string): boolean {
  return target === freed || !world.shownOn.has(target);
}
