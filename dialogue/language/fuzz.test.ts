/** Whatever is done to a good file, checking it ends, with places and ways out. */
import { readdirSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createCompiler, formatProblems } from './compile.ts';

const folder = new URL('../library/in-store/', import.meta.url);
const texts = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml') && name !== 'house.yaml')
  .map((name) => readFileSync(new URL(name, folder), 'utf8'));
const houseText = readFileSync(new URL('house.yaml', folder), 'utf8');
const compiler = createCompiler();

const scrap = fc.oneof(
  fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ':',
    ': ',
    '- ',
    '"',
    "'",
    '#',
    '&a ',
    '*a',
    '!x ',
    '|',
    '>',
    '? ',
    '\t',
    '\n',
    '\r',
    '\n\n  ',
    '---\n',
    '%',
    '@',
    '`',
    '<<: ',
    '{{',
    '}}',
    '{%',
  ),
  fc.constantFrom(
    'say',
    'wait',
    'then',
    'end',
    'on',
    'null',
    '~',
    'true',
    '0',
    '-1',
    '1e999',
    '__proto__',
    'constructor',
    'toString',
  ),
  fc.constantFrom(
    'fact.',
    'entry.line.',
    'customer',
    ' && ',
    ' || ',
    '(',
    ')',
    ' in ',
    '==',
    '\\',
    '\u0000',
    '\ufeff',
    '\u202e',
    '😀',
    '\ud800',
  ),
  fc.string({ maxLength: 8 }),
);

interface Edit {
  readonly kind: 'insert' | 'remove' | 'replace' | 'repeat' | 'swap';
  readonly at: number;
  readonly length: number;
  readonly scrap: string;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  kind: fc.constantFrom('insert', 'remove', 'replace', 'repeat', 'swap'),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.integer({ min: 1, max: 60 }),
  scrap,
});

function apply(text: string, { kind, at, length, scrap: piece }: Edit): string {
  const start = Math.floor(at * text.length);
  const [before, middle, after] = [text.slice(0, start), text.slice(start, start + length), text.slice(start + length)];
  if (kind === 'insert') return before + piece + middle + after;
  if (kind === 'remove') return before + after;
  if (kind === 'replace') return before + piece + after;
  if (kind === 'repeat') return before + middle.repeat(3) + after;
  return after + middle + before;
}

function expectSound(path: string, text: string, files: { path: string; text: string }[]): void {
  const { release, problems } = compiler.compile(files, { number: 0, zones: ['suits', 'shoes'] });
  const errors = problems.filter((problem) => problem.severity === 'error');
  expect(release === null).toBe(errors.length > 0);
  const lines = text.split('\n').length;
  for (const problem of problems) {
    expect(problem.code).not.toBe('unreadable');
    expect(problem.hint.length).toBeGreaterThan(3);
    if (problem.path === path) expect(problem.line).toBeLessThanOrEqual(lines);
    expect(problem.line).toBeGreaterThanOrEqual(1);
    expect(problem.column).toBeGreaterThanOrEqual(1);
  }
  expect(formatProblems(problems, files)).not.toContain('\n    at ');
}

test('a good dialogue, damaged in some places', () => {
  fc.assert(
    fc.property(fc.constantFrom(...texts), fc.array(edit, { minLength: 1, maxLength: 6 }), (good, edits) => {
      const text = edits.reduce(apply, good);
      expectSound('a.yaml', text, [
        { path: 'house.yaml', text: houseText },
        { path: 'a.yaml', text },
      ]);
    }),
    { numRuns: 400 },
  );
}, 60_000);

test('a good house, damaged in some places', () => {
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      const text = edits.reduce(apply, houseText);
      expectSound('house.yaml', text, [
        { path: 'house.yaml', text },
        { path: 'a.yaml', text: texts[0] as string },
      ]);
    }),
    { numRuns: 300 },
  );
}, 60_000);

test('text that was never a dialogue', () => {
  fc.assert(
    fc.property(fc.array(scrap, { maxLength: 40 }), (scraps) => {
      const text = scraps.join('');
      expectSound('a.yaml', text, [{ path: 'a.yaml', text }]);
    }),
    { numRuns: 500 },
  );
}, 60_000);

test.each([
  ['brackets', '['.repeat(100_000)],
  ['braces', 'a: {b: '.repeat(20_000)],
  ['lists', '- '.repeat(50_000)],
  ['indentation', Array.from({ length: 300 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
  [
    'a billion laughs',
    `a: &a [x,x,x,x,x,x,x,x,x]\n${Array.from(
      { length: 9 },
      (_, i) =>
        `b${i}: &b${i} [${Array(9)
          .fill(`*${i === 0 ? 'a' : `b${i - 1}`}`)
          .join(',')}]`,
    ).join('\n')}`,
  ],
  ['a long line', `dialogue: ${'x'.repeat(120_000)}`],
  ['many keys', Array.from({ length: 10_000 }, (_, index) => `k${index}: v`).join('\n')],
  [
    'many steps',
    `dialogue: a\ntype: I\nenter: { on: sale }\nsteps:\n${Array.from({ length: 5000 }, (_, i) => `  s${i}: { wait: { for: 1d, then: s${i + 1} } }`).join('\n')}`,
  ],
  ['a megabyte in one text', `dialogue: a\nabout: "${'x'.repeat(1_000_000)}"`],
  [
    'as many ways in as fit',
    `dialogue: a\ntype: I\nenter:\n${'  - { dwell: suits, for: 25s }\n'.repeat(3500)}steps: { s: end }`,
  ],
  [
    'as many ways out as fit',
    `dialogue: a\ntype: I\nenter: { on: sale }\nuntil:\n${'  - { on: return, then: end }\n'.repeat(3500)}steps: { s: end }`,
  ],
  [
    'a web of choices',
    `dialogue: a\ntype: I\nenter: { on: sale }\nsteps:\n${Array.from({ length: 150 }, (_, i) => `  s${i}: { choose: [${Array.from({ length: 15 }, (__, j) => `{ when: 'visit.minutes > ${j}', then: s${(i * 7 + j * 13 + 1) % 150} }`).join(', ')}, { else: end }] }`).join('\n')}`,
  ],
  ['a deep condition', `dialogue: a\naudience: '${'('.repeat(400)}true${')'.repeat(400)}'`],
  ['a long condition', `dialogue: a\naudience: '${'!'.repeat(900)}true'`],
  ['a deep template', `dialogue: a\ntype: I\nsteps:\n  a: { say: { cart: "${'{% if 1 %}'.repeat(300)}" } }`],
])(
  '%s: refused at once',
  (_, text) => {
    expectSound('a.yaml', text, [{ path: 'a.yaml', text }]);
    expect(compiler.compile([{ path: 'a.yaml', text }], { number: 0 }).release).toBeNull();
  },
  // What is not refused at once takes for ever; a busy machine takes a while.
  60_000,
);
