import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { schemaDocument, schemaFile } from './write-schema.ts';

test('the schema for editors is current; if not, run `npm run generate`', () => {
  expect(readFileSync(schemaFile, 'utf8')).toBe(schemaDocument());
});
