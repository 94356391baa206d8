/**
 * By what an associate finds the shopper who needs her: a shape in a colour, the same on her handheld and on the cart's
 * screen, told apart by the shape alone where colours are not seen. It says nothing about who she is, and is given anew
 * with each visit.
 */
import { z } from 'zod';

export const signShapes = ['circle', 'triangle', 'square', 'star', 'diamond', 'cross'] as const;
export const signColours = ['green', 'blue', 'orange', 'violet', 'black'] as const;

export const visitSign = z.strictObject({ shape: z.enum(signShapes), colour: z.enum(signColours) });
export type VisitSign = z.infer<typeof visitSign>;

const count = signShapes.length * signColours.length;

/** Every sign once, beginning with the one that belongs to this visit's id: the same visit has the same order. */
export function* signsFor(visit: string): Generator<VisitSign, void> {
  const first = hashOf(visit) % count;
  for (let step = 0; step < count; step += 1) yield signAt((first + step) % count);
}

function signAt(place: number): VisitSign {
  // The next place has another shape and another colour, so that neighbours are told apart by both.
  return {
    shape: signShapes[place % signShapes.length] as VisitSign['shape'],
    colour: signColours[place % signColours.length] as VisitSign['colour'],
  };
}

/** 32 bits of FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
