/** What on the floor is looked at, as the address names it: `#/floor/zone/wine`, `#/floor/cart/cart-07`. */
import { hashOf } from '../route.ts';

export interface Chosen {
  readonly kind: 'zone' | 'cart';
  readonly id: string;
}

export function chosenOf([kind, id]: readonly string[]): Chosen | null {
  return id !== undefined && (kind === 'zone' || kind === 'cart') ? { kind, id } : null;
}

export function hashOfChosen(chosen: Chosen | null): string {
  return chosen === null ? hashOf('floor') : hashOf('floor', chosen.kind, chosen.id);
}
