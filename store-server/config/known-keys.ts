/** Which keys a schema's object has at a path: what "did you mean" chooses from. */
import { z } from 'zod';
import type { KeyPath } from './document.ts';

export function knownKeys(schema: z.ZodType): (path: KeyPath) => readonly string[] {
  return (path) => {
    let at: unknown = schema;
    for (const key of path) at = step(unwrap(at), key);
    const object = unwrap(at);
    return object instanceof z.ZodObject ? Object.keys(object.shape) : [];
  };
}

function step(schema: unknown, key: string | number): unknown {
  if (schema instanceof z.ZodObject) return (schema.shape as Record<string, unknown>)[key];
  if (schema instanceof z.ZodArray) return schema.element;
  return undefined;
}

function unwrap(schema: unknown): unknown {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return unwrap(schema.unwrap());
  }
  // Of alternatives, the one that has keys.
  if (schema instanceof z.ZodUnion) return schema.options.find((option) => unwrap(option) instanceof z.ZodObject);
  return schema;
}
