/** What kind of thing an expression stands for: the small type system of conditions. */
import type { Scalar } from '@kairos/protocol/facts.ts';
import type { Sensitivity } from '../../compiled.ts';

export type Shape =
  | { readonly kind: 'number' }
  | { readonly kind: 'text'; readonly among: readonly string[] | null; readonly place: Place | null }
  | { readonly kind: 'flag' }
  /** A value of a retailer's own fact that nobody declared: compared by what it turns out to be. */
  | { readonly kind: 'any' }
  | { readonly kind: 'list'; readonly of: Shape }
  | RecordShape;

/** Texts that name something which exists or not: a zone of the floor plan, a department of the goods file. */
export type Place = 'zone' | 'department';

export interface RecordShape {
  readonly kind: 'record';
  /** How an author is told about it: "a sale", "the customer". */
  readonly name: string;
  readonly fields: Readonly<Record<string, FieldShape>>;
  /** Any other name will do, and is `any`: facts of a retailer's own that nobody declared. */
  readonly open: boolean;
}

export interface FieldShape {
  readonly shape: Shape;
  /** May be missing at run time. */
  readonly optional: boolean;
  readonly sensitivity: Sensitivity;
  /** What stands for it where it is missing. */
  readonly fallback?: Scalar | null;
}

export const numberShape: Shape = { kind: 'number' };
export const textShape: Shape = { kind: 'text', among: null, place: null };
export const flagShape: Shape = { kind: 'flag' };
export const anyShape: Shape = { kind: 'any' };

export function field(shape: Shape, optional = false, sensitivity: Sensitivity = 'public'): FieldShape {
  return { shape, optional, sensitivity };
}

export function record(name: string, fields: Readonly<Record<string, FieldShape>>, open = false): RecordShape {
  return { kind: 'record', name, fields, open };
}

export function isScalarShape(shape: Shape): boolean {
  return shape.kind !== 'list' && shape.kind !== 'record';
}

/** In the words of an author. */
export function describe(shape: Shape): string {
  if (shape.kind === 'number') return 'a number';
  if (shape.kind === 'text') return 'a text';
  if (shape.kind === 'flag') return 'true or false';
  if (shape.kind === 'any') return 'a value';
  if (shape.kind === 'list') return 'a list';
  return shape.name;
}

/** Whether two things can be equal at all. */
export function areComparable(a: Shape, b: Shape): boolean {
  if (a.kind === 'any' || b.kind === 'any') return isScalarShape(a) && isScalarShape(b);
  return a.kind === b.kind && isScalarShape(a);
}

const order: readonly Sensitivity[] = ['public', 'near', 'own', 'sensitive'];

export function rankOf(sensitivity: Sensitivity): number {
  return order.indexOf(sensitivity);
}

export function highest(a: Sensitivity, b: Sensitivity): Sensitivity {
  return rankOf(a) >= rankOf(b) ? a : b;
}
