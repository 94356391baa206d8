import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomCondition, randomScope } from '../../test/random-expressions.ts';
import { createHouseWords, deriveFactShapes, factScope } from '../house-words.ts';
import { Environment } from './cel-library.ts';
import { checkExpression } from './expression-checker.ts';
import { type ExpressionScope, noUses } from './expression-scope.ts';
import type { Expression } from './expression-tree.ts';
import { toContext } from './library-fallback.ts';
import { field, flagShape, numberShape, record, textShape } from './shape.ts';
import { makeTest } from './test-closures.ts';
import { makeValue } from './value-closures.ts';

const attribute = { sensitivity: 'near', default: null } as const;
const words = createHouseWords(
  {
    defaultLocale: 'en',
    timeZone: 'UTC',
    attributes: {
      tier: { ...attribute, type: 'text' },
      points: { ...attribute, type: 'number' },
      member: { ...attribute, type: 'boolean' },
    },
    sensitiveTags: [],
    customFacts: new Map(),
    measures: new Map([
      ['spent', { index: 0, sensitivity: 'near' as const }],
      ['visits', { index: 1, sensitivity: 'near' as const }],
    ]),
    zones: null,
    departments: null,
  },
  deriveFactShapes(),
);
const entryLine = record('the line', { code: field(textShape, true), amount: field(numberShape) });
const scopeOfSale: ExpressionScope = {
  ...factScope(words, 'sale'),
  entry: record('the entry', { total: field(numberShape, true), line: field(entryLine) }),
  answers: record('answers', { greet: field(record('the answer', { answer: field(textShape, true) })) }),
};
const measures = { spent: 0, visits: 1 };

const library = new Environment({ unlistedVariablesAreDyn: true });
for (const [name, ms] of Object.entries({ days: 86_400_000n, hours: 3_600_000n, minutes: 60_000n })) {
  library.registerFunction(`${name}(int): int`, (count: bigint) => count * ms);
}

function compile(source: string): Expression {
  const faults: string[] = [];
  const typed = checkExpression(source, scopeOfSale, noUses(), (code, _start, _end, message) =>
    faults.push(`${code}: ${message}`),
  );
  if (typed === null) throw new Error(`${source}: ${faults.join('; ')}`);
  return typed.expression;
}

function askLibrary(source: string, context: Record<string, unknown>): { value: unknown } | null {
  try {
    return { value: library.evaluate(source, context) };
  } catch {
    return null;
  }
}

/** Counts that a double cannot hold are no values of ours. */
function isOurs(source: string): boolean {
  return source.length < 1000;
}

test('closures agree with the CEL library wherever both have a value', () => {
  let compared = 0;
  let truths = 0;
  fc.assert(
    fc.property(
      randomCondition.filter(isOurs),
      fc.array(randomScope, { minLength: 4, maxLength: 4 }),
      (source, scopes) => {
        const expression = compile(source);
        const isTrue = makeTest(expression);
        const value = makeValue(expression, []);
        for (const scope of scopes) {
          const theirs = askLibrary(source, toContext(scope, measures));
          const ours = value(scope) ?? null;
          expect(isTrue(scope)).toBe(ours === true);
          if (theirs === null || ours === null) continue;
          compared += 1;
          if (ours === true) truths += 1;
          expect({ source, value: ours }).toEqual({ source, value: theirs.value });
        }
      },
    ),
    { numRuns: 3000 },
  );
  expect(compared).toBeGreaterThan(3000);
  expect(truths).toBeGreaterThan(500);
});

test('where the library has a value, ours is missing only for numbers beyond the safe integers', () => {
  fc.assert(
    fc.property(
      randomCondition.filter((source) => isOurs(source) && !/\d{7}|now|\*/.test(source)),
      randomScope,
      (source, scope) => {
        const theirs = askLibrary(source, toContext(scope, measures));
        const ours = makeValue(compile(source), [])(scope) ?? null;
        if (theirs !== null) expect({ source, ours }).toEqual({ source, ours: theirs.value });
      },
    ),
    { numRuns: 2000 },
  );
});

test('a comparison turned round is caught by the comparison with the library', () => {
  const wrong = makeTest({ op: 'not', of: compile('fact.total > 3') });
  const [scope] = fc.sample(randomScope, 1) as [Parameters<typeof wrong>[0]];
  expect(wrong(scope)).not.toBe(askLibrary('fact.total > 3', toContext(scope, measures))?.value);
});

const [sample] = fc.sample(randomScope, { numRuns: 1, seed: 1 }) as [Parameters<ReturnType<typeof makeTest>>[0]];
const bare = { ...sample, customer: {}, entry: {}, answers: {}, visit: null };

test.each([
  ['customer.tier == "gold"'],
  ['customer.tier != "gold"'],
  ['!(customer.tier == "gold")'],
  ['customer.points < 3'],
  ['customer.points >= 3'],
  ['!(customer.points < 3)'],
  ['entry.total < 3'],
  ['entry.total + 1 > 0'],
  ['customer.tier in ["gold"]'],
  ['!(customer.tier in ["gold"])'],
  ['customer.tier.contains("g")'],
  ['!customer.tier.contains("g")'],
  ['visit.minutes == 0'],
  ['answers.greet.answer != "yes"'],
  ['fact.total / 0 == 0'],
  ['9007199254740991 + fact.total * 0 + 1 > 0'],
])('%s is false when what it speaks of is not known', (source) => {
  expect(makeTest(compile(source))(bare)).toBe(false);
});

test('what is not known does not hide what is', () => {
  expect(makeTest(compile('customer.tier == "gold" || fact.receipt == "r-1"'))(bare)).toBe(true);
  expect(makeTest(compile('!(customer.tier == "gold" && fact.receipt == "r-2")'))(bare)).toBe(true);
  expect(makeTest(compile('!has(customer.tier)'))(bare)).toBe(true);
  expect(makeTest(compile('!customer.consent.email'))(bare)).toBe(true);
});

test('flags of customers and of steps stand alone', () => {
  expect(scopeOfSale.customer?.fields.member?.shape).toEqual(flagShape);
  expect(makeTest(compile('customer.member'))({ ...sample, customer: { member: true } })).toBe(true);
});
