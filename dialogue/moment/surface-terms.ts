/**
 * What the choice of the moment asks of a surface: everything but its words. Most dialogues of a chain ask for the same,
 * and what they share is one object, so that judging a message that waits finds it in the processor's cache and leaves
 * the message where it lies.
 */
import type { CompiledSay, CompiledSurface } from '../compiled.ts';

export interface SurfaceTerms
  extends Pick<CompiledSurface, 'channel' | 'moment' | 'zones' | 'strength' | 'sensitivity' | 'needs'> {
  /** Of the staff who are asked; null: nobody, or anybody. */
  readonly role: string | null;
}

/** Of a message's surfaces, in their order; the same list wherever another message asks for the same. */
export type ShareTerms = (say: CompiledSay) => readonly SurfaceTerms[];

/** Shares among the messages of one release. */
export function createShareTerms(): ShareTerms {
  const known = new Map<string, readonly SurfaceTerms[]>();
  return ({ surfaces }) => {
    const terms = surfaces.map(termsOf);
    const key = JSON.stringify(terms);
    const shared = known.get(key) ?? terms;
    known.set(key, shared);
    return shared;
  };
}

function termsOf({ channel, moment, zones, strength, sensitivity, needs, to }: CompiledSurface): SurfaceTerms {
  return { channel, moment, zones, strength, sensitivity, needs, role: to?.role ?? null };
}
