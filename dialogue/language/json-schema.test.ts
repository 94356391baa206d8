import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { dialogueJsonSchema } from './compile.ts';

const schema = z.fromJSONSchema(dialogueJsonSchema() as Parameters<typeof z.fromJSONSchema>[0]);
const library = new URL('../library/', import.meta.url);
const sound = readdirSync(library, { recursive: true })
  .map(String)
  .filter((name) => name.endsWith('.yaml') && !name.endsWith('house.yaml'));
const broken = new URL('./broken/', import.meta.url);

test.each(sound)('%s is what the schema says a dialogue is', (name) => {
  expect(schema.safeParse(parse(readFileSync(new URL(name, library), 'utf8'))).error?.issues ?? []).toEqual([]);
});

test.each([
  'unknown-key',
  'unknown-verb',
  'unknown-silence',
  'bad-span',
  'patience-in-words',
  'bad-holdout',
  'no-steps',
  'unknown-moment',
])('an editor underlines what is wrong in %s.yaml', (name) => {
  const text = readFileSync(new URL(`${name}.yaml`, broken), 'utf8');
  expect(schema.safeParse(parse(text)).success).toBe(false);
});
