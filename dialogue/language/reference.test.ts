/** Every example of docs/language.md is checked: what the reference shows is what works. */
import { readFileSync } from 'node:fs';
import { channels, consentPurposes } from '@kairos/protocol/facts.ts';
import { expect, test } from 'vitest';
import { compileRelease, formatProblems } from './compile.ts';

const text = readFileSync(new URL('../../docs/language.md', import.meta.url), 'utf8');
const blocks = [...text.matchAll(/^```(\w+) ([\w.]+)\n([\s\S]*?)^```$/gm)].map(([whole, kind, info, body]) => ({
  kind: kind as string,
  info: info as string,
  body: body as string,
  line: text.slice(0, text.indexOf(whole)).split('\n').length,
}));
const house = { path: 'house.yaml', text: blocks.find((block) => block.info === 'house')?.body ?? '' };

/** What an example leaves out, so that it is a whole dialogue. */
const rest: Readonly<Record<string, string>> = {
  dialogue: 'dialogue: sample',
  type: 'type: I',
  objective: 'objective: { on: sale, within: 30d, value: 40 }',
  holdout: 'holdout: 10%',
  enter: 'enter: { dwell: suits, for: 25s }',
  steps: `steps:
  greet:
    say:
      cart: "See the new coats?"
      answers: { notToday: { label: "Not today", then: end } }
      silence: { never-shown: end, ignored: end, walked-away: end, acted-elsewhere: end }`,
};

function complete(part: string): string {
  const missing = Object.keys(rest).filter((name) => !new RegExp(`^${name}:`, 'm').test(part));
  return [part, ...missing.map((name) => rest[name])].join('\n');
}

function check(path: string, source: string): { errors: string; all: string } {
  const files = [house, { path, text: source }];
  const { problems } = compileRelease(files, { number: 0, zones: ['suits', 'shoes'] });
  const errors = problems.filter((problem) => problem.severity === 'error');
  return { errors: formatProblems(errors, files), all: formatProblems(problems, files) };
}

test('the examples are found', () => {
  expect(blocks.filter((block) => block.info === 'part').length).toBeGreaterThan(10);
  expect(blocks.filter((block) => block.kind === 'cel').length).toBe(3);
});

test.each(blocks.filter((block) => block.info === 'dialogue'))(
  'line $line: a whole dialogue, without a warning',
  ({ body }) => {
    expect(check('whole.yaml', body).all).toBe('');
  },
);

test.each(blocks.filter((block) => block.info === 'part'))('line $line: a part of a dialogue', ({ body }) => {
  expect(check('part.yaml', complete(body)).errors).toBe('');
});

const conditions = blocks
  .filter((block) => block.kind === 'cel')
  .flatMap(({ info, body }) =>
    body
      .trim()
      .split('\n')
      .map((condition) => ({ info, condition })),
  );

test.each(conditions)('$info: $condition', ({ info, condition }) => {
  const quoted = `'${condition}'`;
  const part = info === 'audience' ? `audience: ${quoted}` : `enter:\n  - on: ${info}\n    where: ${quoted}`;
  expect(check('condition.yaml', complete(part)).errors).toBe('');
});

test('a slip in an example would be noticed', () => {
  const first = blocks.find((block) => block.body.includes('customer.tier')) as (typeof blocks)[number];
  expect(check('part.yaml', complete(first.body.replace('customer.tier', 'customer.teir'))).errors).toContain(
    'did you mean "tier"',
  );
});

test('the channels and purposes of the protocol are all named', () => {
  for (const name of [...channels, ...consentPurposes]) expect(text).toContain(name);
});
