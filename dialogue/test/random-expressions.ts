/** For tests: random expressions of a given kind, as CEL text, and random scopes for them to look at. */
import type { Fact, SaleLine, Scalar } from '@kairos/protocol/facts.ts';
import * as fc from 'fast-check';
import type { Scope } from '../compiled.ts';

const numberReads = [
  'fact.total',
  'entry.total',
  'visit.minutes',
  'customer.points',
  'spent',
  'visits',
  'now',
  'entry.line.amount',
];
const textReads = [
  'fact.till',
  'fact.receipt',
  'customer.tier',
  'visit.zone',
  'entry.line.code',
  'store.name',
  'answers.greet.answer',
];
const texts = ['', 'a', 'suits', 'gold', 'x-1', 'äöü', '12', 'shoes'];
const flagReads = ['customer.consent.email', 'customer.member'];

const numberLiteral = fc.oneof(
  fc.integer({ min: -5, max: 5 }),
  fc.integer({ min: -2_000_000, max: 2_000_000 }),
  fc.constantFrom(Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 4_503_599_627_370_496),
);
const textLiteral = fc.constantFrom(...texts).map((text) => JSON.stringify(text));
const comparison = fc.constantFrom('==', '!=', '<', '<=', '>', '>=');

interface Kinds {
  readonly number: string;
  readonly text: string;
  readonly flag: string;
}

/** `itemed`: within a macro over lines, where `l` stands for one. */
function kinds(itemed: boolean): fc.Arbitrary<string> {
  const lineNumbers = itemed ? ['l.amount', 'l.quantity'] : [];
  const lineTexts = itemed ? ['l.department', 'l.code'] : [];
  const { flag } = fc.letrec<Kinds>((tie) => ({
    number: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom(...numberReads, ...lineNumbers),
      numberLiteral.map((value) => (value < 0 ? `(${value})` : String(value))),
      fc
        .tuple(tie('number'), fc.constantFrom('+', '-', '*', '/', '%'), tie('number'))
        .map(([a, how, b]) => `(${a} ${how} ${b})`),
      tie('number').map((a) => `-(${a})`),
      tie('text').map((a) => `size(${a})`),
      fc.tuple(tie('flag'), tie('number'), tie('number')).map(([c, a, b]) => `(${c} ? ${a} : ${b})`),
      fc.constantFrom('days(3)', 'hours(2)', 'minutes(30)', 'size(fact.lines)'),
      ...(itemed
        ? []
        : [fc.constant('size(fact.lines.filter(l, l.amount > 100))'), tie('text').map((a) => `${a}.indexOf("a")`)]),
    ),
    text: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom(...textReads, ...lineTexts),
      textLiteral,
      fc.tuple(tie('text'), tie('text')).map(([a, b]) => `(${a} + ${b})`),
      ...(itemed ? [] : [tie('text').map((a) => `${a}.lowerAscii()`), tie('text').map((a) => `${a}.trim()`)]),
    ),
    flag: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom(...flagReads, 'true', 'false'),
      fc.tuple(tie('number'), comparison, tie('number')).map(([a, how, b]) => `${a} ${how} ${b}`),
      fc.tuple(tie('text'), comparison, tie('text')).map(([a, how, b]) => `${a} ${how} ${b}`),
      fc
        .tuple(tie('text'), fc.uniqueArray(textLiteral, { minLength: 1, maxLength: 4 }))
        .map(([a, list]) => `${a} in [${list.join(', ')}]`),
      fc
        .tuple(tie('flag'), fc.constantFrom('&&', '||', '==', '!='), tie('flag'))
        .map(([a, how, b]) => `(${a}) ${how} (${b})`),
      tie('flag').map((a) => `!(${a})`),
      fc.constantFrom('has(fact.cart)', 'has(customer.tier)', 'has(customer.points)', 'has(answers.greet.answer)'),
      fc
        .tuple(tie('text'), fc.constantFrom('startsWith', 'endsWith', 'contains'), tie('text'))
        .map(([a, how, b]) => `${a}.${how}(${b})`),
      tie('text').map((a) => `${a}.matches("^[a-z]+$")`),
      ...(itemed
        ? [fc.constantFrom('"new" in l.tags', 'l.tags.exists(t, t == "new")', 'l.tags.all(t, t.startsWith("n"))')]
        : [macro()]),
    ),
  }));
  return flag;
}

/** Within macros, no further macros over lines and nothing that is left to the library. */
function macro(): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom('exists', 'all', 'exists_one'), kinds(true))
    .map(([how, inner]) => `fact.lines.${how}(l, ${inner})`);
}

export const randomCondition = kinds(false);

const maybe = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.option(value, { nil: undefined });
const amount = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -1_000_000, max: 1_000_000 }));
const word = fc.constantFrom(...texts);

const line: fc.Arbitrary<SaleLine> = fc.record({
  id: word,
  code: word,
  name: word,
  department: word,
  tags: fc.array(fc.constantFrom('new', 'nice', 'old'), { maxLength: 3 }),
  quantity: amount,
  unitPrice: amount,
  amount,
});

/** What may be missing is missing now and then. */
export const randomScope: fc.Arbitrary<Scope> = fc
  .record({
    total: amount,
    cart: maybe(fc.constant('cart-1')),
    till: word,
    lines: fc.array(line, { maxLength: 4 }),
    tier: maybe(word),
    points: maybe(amount),
    member: maybe(fc.boolean()),
    email: fc.boolean(),
    entryTotal: fc.option(amount),
    code: fc.option(word),
    answer: maybe(word),
    minutes: maybe(amount),
    zone: maybe(fc.constantFrom('suits', 'shoes')),
    measures: fc.tuple(amount, amount),
  })
  .map(toScope);

interface Parts {
  readonly total: number;
  readonly cart: string | undefined;
  readonly till: string;
  readonly lines: SaleLine[];
  readonly tier: string | undefined;
  readonly points: number | undefined;
  readonly member: boolean | undefined;
  readonly email: boolean;
  readonly entryTotal: number | null;
  readonly code: string | null;
  readonly answer: string | undefined;
  readonly minutes: number | undefined;
  readonly zone: string | undefined;
  readonly measures: [number, number];
}

function toScope(parts: Parts): Scope {
  const { total, cart, till, lines, tier, points, member } = parts;
  const body = { till, receipt: 'r-1', currency: 'EUR', lines, total, ...(cart !== undefined && { cart }) };
  const envelope = { seq: 1, at: 1_700_000_000_000, subject: 1, source: null, cause: null, late: false };
  const fact = { ...envelope, type: 'sale', body } as Fact;
  const answers: Record<string, Record<string, Scalar>> = parts.answer === undefined
    ? {}
    : { greet: { answer: parts.answer } };
  return {
    fact,
    line: null,
    entry: { total: parts.entryTotal, 'line.code': parts.code, 'line.amount': 12 },
    answers,
    rewards: {},
    customer: { ...known({ tier, points, member }), consent: { email: parts.email } },
    visit: known({ minutes: parts.minutes, zone: parts.zone }),
    store: { name: 'suits', currency: 'EUR', timeZone: 'UTC' },
    variant: null,
    now: 1_700_000_500_000,
    measure: (index) => parts.measures[index] ?? 0,
  };
}

function known(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
