/**
 * All generated documents as text, byte for byte as they must stand in docs/generated: `main.ts` writes them, the
 * test beside it compares them.
 */
import { asyncApi } from './async-api.ts';
import { hqOpenApi, storeOpenApi } from './open-api.ts';
import { type Json, jsonSchemas } from './schemas.ts';

/** Of the protocol as a whole; it moves when a device that is in use would have to change. */
const protocolVersion = '1.0.0';

/** Where the documents stand, from this file. */
export const generatedFolder = new URL('../../docs/generated/', import.meta.url);

/** Documents that other places write into the same folder. */
export const writtenElsewhere: readonly string[] = ['dialogue.schema.json'];

/** File name → content. */
export function documents(): Map<string, string> {
  const made: Record<string, Json> = {
    ...jsonSchemas(),
    'asyncapi.json': asyncApi(protocolVersion),
    'openapi.json': storeOpenApi(protocolVersion),
    'hq-openapi.json': hqOpenApi(protocolVersion),
  };
  return new Map(Object.entries(made).map(([name, content]) => [name, `${JSON.stringify(content, null, 2)}\n`]));
}

export interface Difference {
  readonly file: string;
  readonly kind: 'missing' | 'outdated' | 'left-over';
}

/** What on disk is not as it would be generated now. Both sides: file name → content. */
export function differences(made: ReadonlyMap<string, string>, onDisk: ReadonlyMap<string, string>): Difference[] {
  const found: Difference[] = [];
  for (const [file, content] of made) {
    const stored = onDisk.get(file);
    if (stored === undefined) found.push({ file, kind: 'missing' });
    else if (stored !== content) found.push({ file, kind: 'outdated' });
  }
  for (const file of onDisk.keys())
    if (!made.has(file) && !writtenElsewhere.includes(file)) found.push({ file, kind: 'left-over' });
  return found;
}
