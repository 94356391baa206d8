/** The keys that a schema knows: what "did you mean" chooses from, and what a test of every key walks. */
import { z } from 'zod';

type Path = readonly (string | number)[];

/** Those of the object at a path; none where there is no object. */
export function knownKeys(schema: z.ZodType): (path: Path) => readonly string[] {
  return (path) => {
    let at: unknown = schema;
    for (const key of path) at = step(unwrap(at), key);
    const object = unwrap(at);
    return object instanceof z.ZodObject ? Object.keys(object.shape) : [];
  };
}

/** Every path that a value of this schema may have, lists by their first entry: "carts", "carts.0", "carts.0.id". */
export function everyKey(schema: z.ZodType, at: Path = []): Path[] {
  const inner = unwrap(schema);
  const own = at.length === 0 ? [] : [at];
  if (inner instanceof z.ZodObject) {
    return [
      ...own,
      ...Object.entries(inner.shape).flatMap(([key, value]) => everyKey(value as z.ZodType, [...at, key])),
    ];
  }
  if (inner instanceof z.ZodArray) return [...own, ...everyKey(inner.element as z.ZodType, [...at, 0])];
  if (inner instanceof z.ZodTuple) {
    const items = inner.def.items as readonly z.ZodType[];
    return [...own, ...items.flatMap((item, index) => everyKey(item, [...at, index]))];
  }
  return own;
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
  // Of alternatives, the one that has keys, or else entries.
  if (schema instanceof z.ZodUnion) {
    const options = schema.options.map(unwrap);
    return (
      options.find((option) => option instanceof z.ZodObject) ?? options.find((option) => option instanceof z.ZodArray)
    );
  }
  return schema;
}
