/** What the README shows is what the checker takes. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { compileRelease } from '@kairos/dialogue/language/compile.ts';
import { expect, test } from 'vitest';

test('the first dialogue of the README checks without an error or a warning', () => {
  const readme = readFileSync(resolve(import.meta.dirname, '../../README.md'), 'utf8');
  const [, text = ''] = /```yaml\n(.*?)```/s.exec(readme) ?? [];
  expect(text).toContain('dialogue: bread');
  expect(compileRelease([{ path: 'bread.yaml', text }], { number: 1 }).problems).toEqual([]);
});
