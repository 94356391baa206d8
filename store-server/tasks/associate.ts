/** Somebody who may be asked: who she is to the store, as far as it decides what she sees. */

const floorRoles = ['associate', 'lead', 'manager'] as const;
export type FloorRole = (typeof floorRoles)[number];

export interface Associate {
  /** As facts name her. */
  readonly associate: string;
  readonly name: string;
  readonly role: FloorRole;
  readonly locale: string;
  /** Where she works; null: everywhere. */
  readonly zones: readonly string[] | null;
  /** Roles that dialogues ask for and she fills ("stylist", "executive"); empty: whatever comes, none in particular. */
  readonly fills: readonly string[];
}

/** How she stands to being asked, now. */
export interface Standing extends Associate {
  /** On duty, not at something else, with a handheld that is heard. */
  readonly isFree: boolean;
  /** On duty at all, and not on a break. */
  readonly isThere: boolean;
  /** Where she is, as far as she has said. */
  readonly zone: string | null;
}

const rank: Readonly<Record<FloorRole, number>> = { associate: 0, lead: 1, manager: 2 };

export function isFloorRole(role: string): role is FloorRole {
  return Object.hasOwn(rank, role);
}

/** Whether what is asked of this role may be asked of her. `isFilled`: somebody of the store fills it by name. */
export function mayDo({ role, fills }: Associate, wanted: string | null, isFilled: boolean): boolean {
  if (wanted === null || fills.includes(wanted)) return true;
  if (isFloorRole(wanted)) return rank[role] >= rank[wanted];
  // Nobody of the store is called that: it is asked of whoever does what comes, and of those who lead.
  return fills.length === 0 && (!isFilled || role !== 'associate');
}

/** Signing is not passed down: who fills the role, else whoever is highest here. */
export function maySign({ role, fills }: Associate, wanted: string | null, isFilled: boolean): boolean {
  if (wanted !== null && fills.includes(wanted)) return true;
  if (wanted !== null && isFloorRole(wanted)) return rank[role] >= rank[wanted];
  return !isFilled && role === 'manager';
}
