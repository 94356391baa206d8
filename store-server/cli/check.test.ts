import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runCheck } from './check.ts';

const library = new URL('../../dialogue/library/in-store', import.meta.url).pathname;
const broken = new URL('../../dialogue/language/broken', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'kairos-check-'));
afterAll(() => rmSync(folder, { recursive: true }));

function run(...args: string[]): { code: number; printed: string[]; complained: string[] } {
  const printed: string[] = [];
  const complained: string[] = [];
  const code = runCheck(
    args,
    (text) => printed.push(text),
    (text) => complained.push(text),
  );
  return { code, printed, complained };
}

test('the demo store is sound, and says so', () => {
  const { code, printed } = run(library);
  expect(printed).toEqual(['6 dialogues, 0 errors, 0 warnings. All is well.']);
  expect(code).toBe(0);
});

test('a folder with errors exits 1 and shows each place with its line', () => {
  const { code, printed } = run(broken);
  expect(code).toBe(1);
  expect(printed.join('\n')).toMatch(
    /misspelt-field\.yaml:5:21: error: .*\n5 \| audience.*\n.*\^\^\^\^\^\^\^\^\n.*did you mean "firstName"/,
  );
});

test('--json prints one object and nothing else', () => {
  const { code, printed, complained } = run(broken, '--json');
  expect(code).toBe(1);
  expect(printed).toHaveLength(1);
  expect(complained).toEqual([]);
  const report = JSON.parse(printed[0] as string);
  expect(report.name).toBe('check');
  const errors = report.figures.find((figure: { name: string }) => figure.name === 'errors');
  expect(errors.value).toBe(
    report.problems.filter((problem: { severity: string }) => problem.severity === 'error').length,
  );
  expect(errors.met).toBe(false);
});

test('zones of a floor plan are held against the dialogues', () => {
  const file = join(folder, 'plan.json');
  const polygon = [
    [0, 0],
    [1, 0],
    [1, 1],
  ];
  writeFileSync(
    file,
    JSON.stringify({ name: 'Corner shop', width: 9, height: 9, zones: [{ id: 'tea', name: 'Tea', polygon }] }),
  );
  const { code, printed } = run(library, '--floor-plan', file);
  expect(code).toBe(1);
  expect(printed.join('\n')).toContain('there is no zone "suits"');
});

test.each([
  ['no folder', []],
  ['a folder that is not there', ['/nowhere/at/all']],
  ['a folder without dialogues', [folder]],
  ['an option that is not there', [library, '--jason']],
])('%s: one line that says what to do, and exit 1', (_, args) => {
  const { code, printed, complained } = run(...args);
  expect(code).toBe(1);
  expect(printed).toEqual([]);
  expect(complained.join('')).not.toContain('\n    at ');
});

test('bytes that are no text and files without end are problems with a place, not faults', () => {
  writeFileSync(join(folder, 'latin1.yaml'), Buffer.from([0x64, 0x69, 0x61, 0x6c, 0xf6, 0x67, 0x0a]));
  writeFileSync(join(folder, 'long.yaml'), 'a'.repeat(2_000_000));
  const { code, printed } = run(folder);
  expect(code).toBe(1);
  expect(printed.join('\n')).toMatch(/latin1\.yaml:1:5: error/);
  expect(printed.join('\n')).toMatch(/long\.yaml:1:1: error/);
});
