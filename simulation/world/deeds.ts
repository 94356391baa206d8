/** What shoppers do that anybody can see, whatever the store makes of it. The world's trace is a list of these. */

export interface SoldLine {
  readonly code: string;
  /** Thousandths. */
  readonly quantity: number;
  /** Minor units. */
  readonly unitPrice: number;
  readonly amount: number;
}

export type Deed =
  | { readonly kind: 'enters'; readonly as: string }
  | { readonly kind: 'presents'; readonly means: 'typed' | 'scanned'; readonly number: string }
  | { readonly kind: 'stays-guest' }
  | { readonly kind: 'is-in'; readonly zone: string }
  | { readonly kind: 'stops-at'; readonly shelf: string }
  | { readonly kind: 'takes' | 'puts-back'; readonly code: string; readonly quantity: number }
  | { readonly kind: 'queues'; readonly till: string }
  | { readonly kind: 'shows-card'; readonly till: string; readonly number: string }
  | { readonly kind: 'pays'; readonly till: string; readonly lines: readonly SoldLine[]; readonly total: number }
  | { readonly kind: 'docks'; readonly paid: boolean };

export interface Act {
  /** Milliseconds of the world's own time. */
  readonly at: number;
  readonly cart: string;
  /** Counts the visits of the world, from 1. */
  readonly visit: number;
  readonly deed: Deed;
}
