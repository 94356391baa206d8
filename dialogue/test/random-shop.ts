/**
 * Random dialogues and random things that happen in a shop, for the tests that hold the engine against its reference.
 * Times are whole seconds, so that a test can look at every moment at which anything could come due.
 */
import fc from 'fast-check';
import type {
  CompiledAnswer,
  CompiledDialogue,
  CompiledEntry,
  CompiledHouse,
  CompiledStep,
  FactPattern,
  Next,
} from '../compiled.ts';
import { answer, dialogue, house, onDwell, pattern, say, second, surface } from './samples.ts';

/** What a test does next; `who` is the shopper where there are several. */
export type Happening =
  | { readonly kind: 'pass'; readonly seconds: number }
  | { readonly kind: 'enter'; readonly zone: string; readonly isLate: boolean }
  | { readonly kind: 'leave' }
  | { readonly kind: 'help' | 'forget' | 'quiet' | 'pay' | 'come' | 'go' | 'lose' | 'find' }
  /** For so many seconds, or until it is taken back. */
  | { readonly kind: 'pause'; readonly what: Paused; readonly seconds: number | null }
  | { readonly kind: 'resume'; readonly what: Paused }
  | { readonly kind: 'scan'; readonly line: string; readonly isLate: boolean }
  | { readonly kind: 'shown'; readonly ageSeconds: number; readonly which: 'current' | 'last' | 'unknown' }
  | { readonly kind: 'bounce'; readonly reason: string; readonly which: 'current' | 'last' | 'unknown' }
  | { readonly kind: 'answer'; readonly name: string; readonly which: 'current' | 'last' | 'unknown' };

export interface Paused {
  readonly what: 'everything' | 'dialogue' | 'channel';
  readonly name?: string;
}

const paused: fc.Arbitrary<Paused> = fc.constantFrom<Paused[]>(
  { what: 'everything' },
  { what: 'dialogue', name: 'd0' },
  { what: 'dialogue', name: 'd1' },
  { what: 'channel', name: 'cart' },
  { what: 'channel', name: 'email' },
);
const zones = ['suits', 'shoes', 'tills', 'door'];
const which = fc.constantFrom(
  'current' as const,
  'current' as const,
  'current' as const,
  'last' as const,
  'unknown' as const,
);

export const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('pass' as const), seconds: fc.integer({ min: 1, max: 45 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('pass' as const), seconds: fc.integer({ min: 60, max: 240 }) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('enter' as const),
      zone: fc.constantFrom(...zones),
      isLate: fc.constantFrom(false, false, false, false, true),
    }),
  },
  { weight: 3, arbitrary: fc.constant({ kind: 'leave' as const }) },
  { weight: 4, arbitrary: fc.constant({ kind: 'help' as const }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('scan' as const),
      line: fc.constantFrom('a', 'b', 'c'),
      isLate: fc.constantFrom(false, false, false, true),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('forget' as const, 'pay' as const, 'lose' as const, 'find' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('quiet' as const, 'go' as const) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'go' as const }) },
  { weight: 3, arbitrary: fc.constant({ kind: 'come' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('pause' as const),
      what: paused,
      seconds: fc.option(fc.integer({ min: 1, max: 60 }), { nil: null, freq: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('resume' as const), what: paused }) },
  {
    weight: 9,
    arbitrary: fc.record({ kind: fc.constant('shown' as const), ageSeconds: fc.integer({ min: 0, max: 4 }), which }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('bounce' as const),
      reason: fc.constantFrom('full', 'full', 'unclaimed', 'no such mailbox'),
      which,
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('answer' as const), name: fc.constantFrom('yes', 'no', 'odd'), which }),
  },
);

const seconds = fc.integer({ min: 1, max: 90 }).map((count) => ({ ms: count * second }));
const factPattern: fc.Arbitrary<FactPattern> = fc.constantFrom(
  pattern('help.requested'),
  pattern('basket.added'),
  pattern('zone.entered', null, { zones: ['suits'] }),
  pattern('zone.entered', ({ fact }) => fact?.type === 'zone.entered' && fact.body.zone !== 'suits'),
  pattern('visit.opened'),
  pattern('sale'),
);

/** `which`: at most one dialogue looks for absences, and one for sequences. */
function entries(index: number): fc.Arbitrary<CompiledEntry[]> {
  const plain: fc.Arbitrary<CompiledEntry> = fc.oneof(
    { weight: 4, arbitrary: factPattern.map((one) => ({ kind: 'fact' as const, pattern: one })) },
    { weight: 1, arbitrary: factPattern.map((one) => ({ kind: 'first' as const, pattern: one })) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('count' as const),
        pattern: factPattern,
        reaches: fc.integer({ min: 1, max: 3 }),
        within: fc.option(seconds, { nil: null }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom('suits', 'shoes'), fc.integer({ min: 1, max: 40 }))
        .map(([zone, count]) => onDwell(zone, count * second)),
    },
  );
  const special: fc.Arbitrary<CompiledEntry>[] = [
    fc.record({ kind: fc.constant('absence' as const), pattern: factPattern, after: seconds }),
    fc.record({
      kind: fc.constant('sequence' as const),
      patterns: fc.tuple(factPattern, factPattern),
      within: seconds,
      without: fc.option(fc.constant(pattern('sale')), { nil: null }),
    }),
  ];
  const own = special[index];
  const first = own === undefined ? plain : fc.oneof(plain, own);
  return fc
    .tuple(first, fc.option(plain, { nil: null }))
    .map(([one, other]) => (other === null ? [one] : [one, other]));
}

/** Steps lead on, or back where a bounded wait stands between. */
function step(names: readonly string[], at: number): fc.Arbitrary<CompiledStep> {
  const later = fc.constantFrom<Next>('end', ...names.slice(at + 1));
  const back = fc.constantFrom<Next>('end', ...names);
  const answers: fc.Arbitrary<CompiledAnswer[]> = fc
    .tuple(later, later, later, fc.boolean())
    .map(([yes, no, done, hasDeed]) => [
      answer('yes', yes),
      answer('no', no, { positive: false }),
      ...(hasDeed ? [answer('did', done, { label: null, on: pattern('help.requested') })] : []),
    ]);
  const cart = fc
    .record({
      moment: fc.constantFrom(
        'any' as const,
        'at-rest' as const,
        'dwelling' as const,
        'walking' as const,
        'arriving' as const,
        'at-till' as const,
        'leaving' as const,
      ),
      zones: fc.constantFrom(null, null, 'here' as const, ['suits']),
      perishesOnLeaving: fc.boolean(),
    })
    .map((rest) => surface('cart', rest));
  const call = fc
    .record({ claimWithinMs: fc.integer({ min: 1, max: 60 }), otherwise: later, full: fc.option(later, { nil: null }) })
    .map(({ claimWithinMs, otherwise, full }) =>
      surface('call', {
        to: {
          ...{ role: 'service', claimWithinMs: claimWithinMs * second, else: otherwise },
          ...(full === null ? {} : { full }),
        },
      }),
    );
  const saying: fc.Arbitrary<CompiledStep> = fc
    .record({
      on: fc.oneof(
        { weight: 7, arbitrary: cart.map((one) => [one]) },
        { weight: 1, arbitrary: fc.constant([surface('email')]) },
        { weight: 1, arbitrary: cart.map((one) => [one, surface('email')]) },
        { weight: 1, arbitrary: call.map((one) => [one]) },
        { weight: 1, arbitrary: fc.tuple(cart, call).map(([one, other]) => [one, other]) },
      ),
      // Less than a few seconds, and there is never time to speak.
      validFor: fc.integer({ min: 5, max: 120 }).map((count) => ({ ms: count * second })),
      answers,
      ignoredAfter: fc.integer({ min: 1, max: 20 }).map((count) => ({ ms: count * second })),
      ignored: later,
      walkedAway: later,
      actedElsewhere: later,
      neverShown: later,
      again: fc.option(fc.constant({ max: 1 }), { nil: undefined }),
      late: fc.option(later, { nil: undefined }),
    })
    .map(({ again, late, ...parts }) =>
      say({ ...parts, ...(again ? { again } : {}), ...(late === undefined ? {} : { late }) }),
    );
  const waiting: fc.Arbitrary<CompiledStep> = fc.record({
    verb: fc.constant('wait' as const),
    for: fc.oneof(
      seconds.map((span) => ({ kind: 'span' as const, span })),
      factPattern.map((one) => ({ kind: 'fact' as const, pattern: one })),
      fc.constant({ kind: 'next-visit' as const }),
    ),
    within: fc.option(seconds, { nil: null }),
    max: fc.integer({ min: 1, max: 2 }),
    then: back,
    else: later,
  });
  const choosing: fc.Arbitrary<CompiledStep> = fc.tuple(later, later).map(([yes, otherwise]) => ({
    verb: 'choose' as const,
    branches: [
      { when: ({ answers: given }) => Object.values(given).some(({ answer: said }) => said === 'yes'), then: yes },
      { when: null, then: otherwise },
    ],
  }));
  return fc.oneof(
    { weight: at === 0 ? 12 : 5, arbitrary: saying },
    { weight: 2, arbitrary: waiting },
    { weight: 1, arbitrary: choosing },
  );
}

function randomDialogue(index: number): fc.Arbitrary<CompiledDialogue> {
  const names = ['s0', 's1', 's2'];
  return fc
    .record({
      enter: entries(index),
      steps: fc.tuple(...names.map((_, at) => step(names, at))),
      priority: fc.constantFrom(3, 5, 7),
      objective: fc.option(
        fc.record({
          pattern: fc.constantFrom(pattern('sale'), pattern('basket.added')),
          within: fc.integer({ min: 30, max: 400 }).map((count) => ({ ms: count * second })),
          value: fc.constantFrom(400, 4000),
        }),
        { nil: null },
      ),
      holdout: fc.constantFrom(0, 0, 0, 10_000),
      isKeyed: fc.constantFrom(false, false, true),
      perVisit: fc.option(fc.integer({ min: 1, max: 2 }), { nil: null }),
      perCustomer: fc.option(fc.record({ count: fc.integer({ min: 1, max: 2 }), within: seconds }), { nil: null }),
      until: fc.boolean(),
    })
    .map(({ steps, isKeyed, perVisit, perCustomer, until, ...rest }) =>
      dialogue(`d${index}`, {
        ...rest,
        steps: Object.fromEntries(names.map((name, at) => [name, steps[at] as CompiledStep])),
        first: 's0',
        entryPaths: ['line.id', 'zone', 'at'],
        key: isKeyed ? ({ entry }) => entry['line.id'] ?? null : null,
        limits: { perVisit, perCustomer },
        until: until ? [{ pattern: pattern('forget.requested'), then: 'end' }] : [],
      }),
    );
}

export const randomDialogues: fc.Arbitrary<CompiledDialogue[]> = fc.tuple(...[0, 1, 2, 3].map(randomDialogue));

export const randomHouse: fc.Arbitrary<CompiledHouse> = fc
  .record({
    perVisit: fc.integer({ min: 1, max: 6 }),
    refill: fc.integer({ min: 0, max: 2 }),
    gapMs: fc.constantFrom(0, 10 * second, 30 * second),
    restAfterIgnored: fc.constantFrom(1, 1, 2),
    restMs: fc.constantFrom(60 * second, 600 * second),
    costs: fc.constantFrom(
      { walking: 0, dwelling: 0, atRest: 0, atTill: 0 },
      { walking: 500, dwelling: 50, atRest: 150, atTill: 20 },
    ),
    cap: fc.option(fc.record({ count: fc.integer({ min: 1, max: 3 }), within: seconds }), { nil: null, freq: 2 }),
  })
  .map((attention) => house({ attention }));
