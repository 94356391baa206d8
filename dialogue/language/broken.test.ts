import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createCompiler, formatProblems } from './compile.ts';

const folder = new URL('./broken/', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
const house = {
  path: 'house.yaml',
  text: 'sensitiveTags: [pregnancy]\nattributes:\n  diagnosis: { sensitivity: own }\n  address: text\n  tier: text\n',
};
const options = {
  number: 0,
  zones: ['suits', 'shoes', 'produce', 'wine', 'bakery', 'tills', 'entrance'],
  departments: ['suits', 'shoes', 'wine', 'bakery'],
};
const compiler = createCompiler();

test('at least sixty broken files are held to their problem', () => {
  expect(names.length).toBeGreaterThanOrEqual(60);
});

test.each(names)('%s: the fault is named, with its line and a way out', (name) => {
  const text = readFileSync(new URL(name, folder), 'utf8');
  const [, code, line] = /^# expect: ([a-z-]+) at line (\d+)/.exec(text) ?? [];
  const file = { path: name, text };
  const { release, problems } = compiler.compile([house, file], options);
  const isWarning = name.startsWith('warning-');
  expect(problems.map((problem) => `${problem.code} at line ${problem.line}`)).toContain(`${code} at line ${line}`);
  const found = problems.find((problem) => problem.code === code && problem.line === Number(line));
  expect(found?.severity).toBe(isWarning ? 'warning' : 'error');
  expect(release === null).toBe(!isWarning);
  const lines = text.split('\n');
  for (const problem of problems) {
    expect(problem.path).toBe(name);
    expect(problem.line).toBeLessThanOrEqual(lines.length);
    expect(problem.column).toBeLessThanOrEqual((lines[problem.line - 1] ?? '').length + 1);
    expect(problem.hint.length).toBeGreaterThan(3);
    expect(problem.message).not.toMatch(/undefined|\[object|Error:| at .*\.ts:/);
  }
  expect(formatProblems(problems, [house, file])).toContain(`${name}:${line}:`);
});

test('the sound dialogue that all of them were made from has no problem', () => {
  const text = readFileSync(new URL('warning-no-holdout.yaml', folder), 'utf8');
  const sound = text.replace('enter:', 'holdout: 10%\nenter:');
  expect(compiler.compile([house, { path: 'sound.yaml', text: sound }], options).problems).toEqual([]);
});
