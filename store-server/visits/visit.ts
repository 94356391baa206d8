/**
 * What a store knows of a visit and of a cart, as a fold over facts: plain data, so that it can be written down and
 * found again. Who may do what with it stands in `visits.ts`.
 */
import type { SaleLine, Strength } from '@kairos/protocol/facts.ts';

export interface Visit {
  readonly visit: string;
  readonly subject: number;
  readonly cart: string | null;
  /** Where she was presented last and the lane has not gone on since. */
  readonly till: string | null;
  /** When she was; 0: nowhere. */
  readonly tillAt: number;
  readonly strength: Strength;
  readonly openedAt: number;
  /** When anything was last heard of her. */
  readonly lastAt: number;
  readonly zone: string | null;
  readonly lines: readonly SaleLine[];
  readonly notice: 'unknown-number' | 'quiet' | null;
  /** A known customer who has not said yet whether to be remembered; until then her visit is a guest's. */
  readonly asked: { readonly subject: number; readonly strength: Strength } | null;
  /** What she chose to read on the cart in this visit; null: what her profile says. */
  readonly locale: string | null;
  readonly help: Help | null;
}

/** Her newest call for an associate. */
export interface Help {
  readonly task: string;
  readonly message: string;
  /** Offered to those on duty · claimed by one · nobody is there to come · done, taken back or run out. */
  readonly state: 'asked' | 'coming' | 'nobody-free' | 'over';
  readonly associate: string | null;
  /** Until then it waits, or the claim lasts; store time. */
  readonly until: number;
  /** Until then it may be claimed at all. */
  readonly offeredUntil: number;
}

/** A cart is somewhere, with or without somebody. */
export interface Cart {
  readonly zone: string | null;
  readonly subject: number | null;
  /** Who was last presented here: what a first-use question is about. */
  readonly presented: { readonly subject: number; readonly strength: Strength } | null;
  /** The visit that a login is about to relabel: its list goes on. */
  readonly handedOver: Visit | null;
  /** When the last visit here was paid or ended: the goodbye. */
  readonly endedAt: number | null;
}

export const emptyCart: Cart = { zone: null, subject: null, presented: null, handedOver: null, endedAt: null };

/** Adds or takes away goods; a line is one code, and goes when nothing is left of it. */
export function changeLines(lines: readonly SaleLine[], change: SaleLine, sign: 1 | -1): readonly SaleLine[] {
  const at = lines.findIndex((line) => line.code === change.code);
  const old = at < 0 ? null : (lines[at] as SaleLine);
  const quantity = (old?.quantity ?? 0) + sign * change.quantity;
  if (quantity <= 0) return at < 0 ? lines : lines.filter((_, index) => index !== at);
  const base = old ?? change;
  const merged: SaleLine = { ...base, quantity, amount: Math.round((base.unitPrice * quantity) / 1000) };
  return at < 0 ? [...lines, merged] : lines.map((line, index) => (index === at ? merged : line));
}

export function totalOf(lines: readonly SaleLine[]): number {
  return lines.reduce((sum, line) => sum + line.amount, 0);
}
