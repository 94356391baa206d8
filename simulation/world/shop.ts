/** What the simulated world knows of the shop before anybody comes in. Read from files by `store-files.ts`. */
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';

export interface Goods {
  readonly code: string;
  readonly name: string;
  readonly department: string;
  /** Minor units. */
  readonly price: number;
  readonly tags?: readonly string[];
}

export interface Member {
  /** Loyalty number, 13 digits. */
  readonly number: string;
  readonly firstName: string;
  /** How often she comes, relative to the others; 0: not any more. Without weights all come equally often. */
  readonly weight?: number;
}

export interface SimulatedCart {
  readonly id: string;
  /** Radio address of the tag on the cart: 12 lower-case hex digits. */
  readonly tag: string;
}

export interface Shop {
  readonly plan: FloorPlan;
  readonly goods: readonly Goods[];
  readonly members: readonly Member[];
  readonly currency: string;
  /** What loyalty numbers of this chain begin with. */
  readonly loyaltyPrefix: string;
}
