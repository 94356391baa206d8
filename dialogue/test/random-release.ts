/**
 * Random releases for model-based tests: dialogues of every way of entering, every verb and every silence, written as
 * YAML and read by the real compiler. Steps lead forward, and at most one wait leads back, with a bound.
 */
import * as fc from 'fast-check';
import { stringify } from 'yaml';
import type { CompiledRelease } from '../compiled.ts';
import { createCompiler, formatProblems, type SourceFile } from '../language/compile.ts';

export interface ReleaseWish {
  readonly dialogues: number;
  /** Without zone screens and tills, which people share. */
  readonly isApart?: boolean;
  /** Most of what is said is said on zone screens, and is for everybody to read. */
  readonly isOnScreens?: boolean;
  /** Objectives are worth nothing and interrupting costs nothing: learned chances then weigh nothing. */
  readonly isWeightless?: boolean;
}

type Yaml = { readonly [name: string]: unknown };

const departments = ['suits', 'shoes', 'wine'];
const zones = ['suits', 'shoes', 'wine', 'tills', 'door'];
const department = fc.constantFrom(...departments);
const zone = fc.constantFrom(...zones);
const seconds = fc.integer({ min: 5, max: 60 }).map((count) => `${count}s`);
const anyLine = department.map((name) => `line.department == "${name}"`);

const entry: fc.Arbitrary<Yaml> = fc.oneof(
  fc.constant({ on: 'zone.entered' }),
  zone.map((name) => ({ on: 'zone.entered', where: `fact.zone == "${name}"` })),
  fc.record({ on: fc.constantFrom('basket.added', 'sale'), anyLine }),
  fc.record({ first: fc.constantFrom('basket.added', 'sale'), anyLine }),
  fc.record({ first: fc.constantFrom('zone.entered', 'visit.opened') }),
  fc.record({ count: fc.constantFrom('basket.added', 'zone.entered'), reaches: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ count: fc.constant('zone.entered'), reaches: fc.integer({ min: 2, max: 4 }), within: seconds }),
  fc.record({ dwell: fc.subarray(zones, { minLength: 1, maxLength: 2 }), for: seconds }),
  fc.record({ absence: fc.constantFrom('basket.added', 'zone.entered'), for: seconds }),
  fc.constant({ measure: 'scans', risesAbove: 1 }),
  fc.constant({ measure: 'scans', fallsBelow: 2 }),
  fc.constant({ changes: 'customer.tier' }),
  fc.record({
    sequence: fc.tuple(anyLine, zone).map(([line, name]) => [
      { on: 'basket.added', anyLine: line },
      { on: 'zone.entered', where: `fact.zone == "${name}"` },
    ]),
    within: seconds,
    without: fc.constant({ on: 'sale' }),
  }),
);

/** `quoted`: a text in CEL. */
const condition = fc.oneof(
  fc.constantFrom('customer.tier == "gold"', 'scans > 1', 'has(visit.zone)', 'visit.minutes >= 1'),
  zone.map((name) => `visit.zone == "${name}"`),
);

/** What everybody may know of her. */
const openEntry: fc.Arbitrary<Yaml> = fc.oneof(
  fc.constant({ on: 'zone.entered' }),
  fc.constant({ dwell: 'suits', for: '10s' }),
  fc.constant({ on: 'visit.opened' }),
);

function surfaceOf({ isApart = false, isOnScreens = false }: ReleaseWish): fc.Arbitrary<Yaml> {
  const cart = fc
    .record({
      moment: fc.constantFrom('any', 'any', 'any', 'any', 'at-rest', 'dwelling', 'arriving', 'walking', 'leaving'),
      leaving: fc.constantFrom('withdraw', 'keep'),
      where: fc.constantFrom(null, null, null, null, 'here', ['suits', 'shoes']),
    })
    .map(({ where, ...rest }) => ({
      cart: { ...rest, ...(where === null ? {} : { where }), strength: 'guest', text: 'Here?' },
    }));
  const email = fc.constant({ email: { subject: 'For you', body: 'Something' } });
  if (isApart) return fc.oneof({ weight: 4, arbitrary: cart }, { weight: 1, arbitrary: email });
  return fc.oneof(
    { weight: 5, arbitrary: cart },
    { weight: 1, arbitrary: email },
    { weight: 2, arbitrary: fc.constant({ pos: { know: 'Ask', say: 'Well?', strength: 'guest' } }) },
    { weight: isOnScreens ? 16 : 1, arbitrary: fc.constant({ screen: { text: 'New here', strength: 'guest' } }) },
  );
}

function sayOf(next: fc.Arbitrary<string>, wish: ReleaseWish): fc.Arbitrary<Yaml> {
  return fc
    .record({
      on: fc.array(surfaceOf(wish), { minLength: 1, maxLength: 2 }),
      validFor: fc.constantFrom('20s', '2m', '10m'),
      yes: next,
      no: next,
      done: fc.option(fc.record({ on: fc.constant('basket.added'), anyLine, then: next }), { nil: null }),
      again: fc.boolean(),
      neverShown: next,
      after: seconds,
      ignored: next,
      walkedAway: next,
      actedElsewhere: next,
    })
    .map((say) => ({
      say: {
        on: say.on.filter((surface, at) => say.on.findIndex((one) => channelOf(one) === channelOf(surface)) === at),
        validFor: say.validFor,
        answers: {
          yes: { label: 'Yes', then: say.yes, positive: true },
          no: { label: 'No', then: say.no, positive: false },
          ...(say.done === null ? {} : { done: say.done }),
        },
        silence: {
          'never-shown': { ...(say.again ? { again: 'next-visit', max: 1 } : {}), then: say.neverShown },
          ignored: { after: say.after, then: say.ignored },
          'walked-away': say.walkedAway,
          'acted-elsewhere': say.actedElsewhere,
        },
      },
    }));
}

function channelOf(surface: Yaml): string | undefined {
  return Object.keys(surface)[0];
}

function stepOf(next: fc.Arbitrary<string>, wish: ReleaseWish): fc.Arbitrary<Yaml> {
  const wait = fc.oneof(
    fc.record({ for: seconds, then: next }),
    fc.record({ for: fc.constant('next-visit'), within: fc.constantFrom('90s', '10m'), then: next, else: next }),
    fc.record({ on: fc.constantFrom('basket.added', 'sale'), anyLine, within: seconds, then: next, else: next }),
  );
  return fc.oneof(
    { weight: 7, arbitrary: sayOf(next, wish) },
    { weight: 3, arbitrary: wait.map((of) => ({ wait: of })) },
    {
      weight: 1,
      arbitrary: fc
        .record({ when: condition, then: next, other: next })
        .map(({ when, then, other }) => ({ choose: [{ when, then }, { else: other }] })),
    },
    {
      weight: 1,
      arbitrary: next.map((then) => ({ set: { attribute: 'tier', to: '"gold"', then } })),
    },
    { weight: 1, arbitrary: next.map((then) => ({ reward: { percent: 5, validFor: '1d', then } })) },
  );
}

/** Three to five steps that lead forward; the last may be a bounded wait that leads back to the first. */
function stepsOf(wish: ReleaseWish): fc.Arbitrary<Yaml> {
  return fc.integer({ min: 1, max: 4 }).chain((count) => {
    const steps = Array.from({ length: count }, (_, at) => {
      const later = Array.from({ length: count - at - 1 }, (_nothing, by) => `s${at + 1 + by}`);
      return stepOf(fc.constantFrom(...later, 'last', 'end'), wish);
    });
    const last = fc.oneof(
      fc.constant('end'),
      seconds.map((span) => ({ wait: { for: span, then: 's0', else: 'end', max: 2 } })),
    );
    return fc
      .tuple(fc.tuple(...steps), last)
      .map(([all, end]) => Object.fromEntries([...all.map((step, at) => [`s${at}`, step]), ['last', end]]));
  });
}

function dialogueOf(name: string, wish: ReleaseWish): fc.Arbitrary<SourceFile> {
  return fc
    .record({
      enter: fc.array(wish.isOnScreens ? openEntry : entry, { minLength: 1, maxLength: 2 }),
      steps: stepsOf(wish),
      priority: fc.integer({ min: 4, max: 6 }),
      holdout: fc.constantFrom('none', 'none', '50%'),
      limits: fc.constantFrom(null, null, { perVisit: 1 }, { perVisit: 2, perCustomer: '2 per 1h' }),
      until: fc.option(fc.constantFrom('end', 's0'), { nil: null }),
      variants: fc.constantFrom(null, { one: '50%', two: '50%' }),
      audience: fc.constantFrom(null, null, 'customer.tier != "none"'),
      value: fc.constantFrom(null, 5, 40),
    })
    .map(({ enter, steps, until, limits, variants, audience, value, ...head }) => {
      const objective =
        value === null ? {} : { objective: { on: 'sale', within: '10m', value: wish.isWeightless ? 0 : value } };
      const dialogue = {
        dialogue: name,
        type: 'III',
        ...head,
        ...objective,
        ...(limits === null ? {} : { limits }),
        ...(variants === null ? {} : { variants }),
        ...(audience === null ? {} : { audience }),
        // The only fact that breaks a wait off.
        ...(until === null ? {} : { until: [{ on: 'return', then: until }] }),
        enter,
        steps,
      };
      return { path: `${name}.yaml`, text: written(dialogue) };
    });
}

function houseOf({ isWeightless = false }: ReleaseWish): fc.Arbitrary<SourceFile> {
  return fc
    .record({
      perVisit: fc.integer({ min: 1, max: 6 }),
      refill: fc.integer({ min: 0, max: 1 }),
      gap: fc.constantFrom('1s', '5s', '60s'),
      restAfter: fc.integer({ min: 1, max: 3 }),
      cap: fc.constantFrom(null, null, '3 per 1d'),
      screens: fc.constantFrom(
        null,
        { playsPerHour: 2 },
        { shareOfHour: '3%' },
        { playsPerHour: 3, shareOfHour: '2%' },
      ),
    })
    .map(({ perVisit, refill, gap, restAfter, cap, screens }) => {
      const costs = isWeightless
        ? { walking: 0, dwelling: 0, atRest: 0, atTill: 0 }
        : { walking: 2, dwelling: 1, atRest: 0.5, atTill: 1 };
      const house = {
        house: 'Random stores',
        defaultLocale: 'en',
        timeZone: 'Europe/Berlin',
        attributes: { tier: { type: 'text', default: 'none', sensitivity: 'public' } },
        measures: { scans: { count: 'basket.added', window: '1h' } },
        attention: {
          perVisit,
          refill,
          gap,
          rest: { afterIgnored: restAfter, for: '5m' },
          costs,
          ...(cap === null ? {} : { cap }),
        },
        ...(screens === null ? {} : { screens }),
      };
      return { path: 'house.yaml', text: written(house) };
    });
}

function written(of: Yaml): string {
  return stringify(of, { aliasDuplicateObjects: false, lineWidth: 0 });
}

/** The sources: a counterexample then prints as what an author would write. */
export function sourcesOf(wish: ReleaseWish): fc.Arbitrary<SourceFile[]> {
  const names = Array.from({ length: wish.dialogues }, (_, at) => `talk-${at + 1}`);
  return fc
    .tuple(houseOf(wish), ...names.map((name) => dialogueOf(name, wish)))
    .map((files) => files.map((file) => file as SourceFile));
}

/** Remembers files: most of a shrinking counterexample stays as it was. */
const compiler = createCompiler();

export function compiled(files: readonly SourceFile[]): CompiledRelease {
  const { release, problems } = compiler.compile(files, { number: 1 });
  if (release) return release;
  const errors = problems.filter(({ severity }) => severity === 'error');
  throw new Error(formatProblems(errors, files));
}
