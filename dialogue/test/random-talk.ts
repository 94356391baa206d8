/**
 * Random talks: one dialogue each, described as an author would think of it. From the description come two things: YAML
 * that goes through the whole language to the engine, and, by hand and without the language, what the plain reference
 * reads. And days on which nothing competes: nobody hurries, pays, asks for quiet or is late.
 */
import * as fc from 'fast-check';
import { stringify } from 'yaml';
import type { CompiledDialogue, CompiledEntry, CompiledRelease, CompiledStep, FactPattern } from '../compiled.ts';
import type { Step } from './random-day.ts';
import { compiled } from './random-release.ts';
import { answer, dialogue, onDwell, pattern as patternOf, say, second, surface } from './samples.ts';

export type Pattern =
  | { readonly on: 'zone.entered'; readonly zone: string | null }
  | { readonly on: 'basket.added' | 'return'; readonly department: string | null };

export type Way =
  | { readonly kind: 'fact' | 'first'; readonly of: Pattern }
  | { readonly kind: 'count'; readonly of: Pattern; readonly reaches: number; readonly within: number | null }
  | { readonly kind: 'dwell'; readonly zone: string; readonly for: number };

/** Times in seconds; steps by name, or `end`. */
export type TalkStep =
  | {
      readonly verb: 'wait';
      readonly for: number;
      readonly then: string;
      readonly else: string;
      readonly max: number | null;
    }
  | {
      readonly verb: 'wait-fact';
      readonly of: Pattern;
      readonly within: number;
      readonly then: string;
      readonly else: string;
    }
  | { readonly verb: 'wait-visit'; readonly within: number; readonly then: string; readonly else: string }
  | { readonly verb: 'choose'; readonly zone: string; readonly then: string; readonly else: string }
  | {
      readonly verb: 'say';
      readonly validFor: number;
      readonly keeps: boolean;
      readonly answers: { readonly yes: string; readonly no: string };
      readonly deed: { readonly of: Pattern; readonly then: string } | null;
      readonly again: number;
      readonly neverShown: string;
      readonly after: number;
      readonly ignored: string;
      readonly walkedAway: string;
      readonly actedElsewhere: string;
    };

export interface Talk {
  readonly enter: readonly Way[];
  /** One run for each zone. */
  readonly isKeyed: boolean;
  readonly perVisit: number | null;
  readonly perCustomer: { readonly count: number; readonly within: number } | null;
  readonly until: readonly { readonly of: Pattern; readonly then: string }[];
  readonly first: string;
  readonly steps: Readonly<Record<string, TalkStep>>;
}

const departments = ['suits', 'shoes'];
const zones = ['suits', 'shoes', 'wine'];
const seconds = fc.integer({ min: 6, max: 60 });

const inZone: fc.Arbitrary<Pattern> = fc.record({
  on: fc.constant('zone.entered' as const),
  zone: fc.constantFrom(null, ...zones),
});
const pattern: fc.Arbitrary<Pattern> = fc.oneof(
  inZone,
  fc.record({
    on: fc.constantFrom('basket.added' as const, 'return' as const),
    department: fc.constantFrom(null, ...departments),
  }),
);

/** A talk whose key is a zone is entered by zones alone. */
function wayOf(of: fc.Arbitrary<Pattern>): fc.Arbitrary<Way> {
  const reaches = fc.integer({ min: 1, max: 4 });
  const within = fc.constantFrom(null, 45, 200);
  return fc.oneof(
    fc.record({ kind: fc.constantFrom('fact' as const, 'fact' as const, 'first' as const), of }),
    fc.record({ kind: fc.constant('count' as const), of, reaches, within }),
    fc.record({ kind: fc.constant('dwell' as const), zone: fc.constantFrom(...zones), for: seconds }),
  );
}

function stepOf(next: fc.Arbitrary<string>, isKeyed: boolean): fc.Arbitrary<TalkStep> {
  const silent: fc.Arbitrary<TalkStep>[] = [
    fc.record({ verb: fc.constant('wait' as const), for: seconds, then: next, else: next, max: fc.constant(null) }),
    fc.record({ verb: fc.constant('wait-fact' as const), of: pattern, within: seconds, then: next, else: next }),
    fc.record({ verb: fc.constant('wait-visit' as const), within: fc.constantFrom(90, 600), then: next, else: next }),
    fc.record({ verb: fc.constant('choose' as const), zone: fc.constantFrom(...zones), then: next, else: next }),
  ];
  if (isKeyed) return fc.oneof(...silent);
  const say: fc.Arbitrary<TalkStep> = fc.record({
    verb: fc.constant('say' as const),
    validFor: fc.constantFrom(20, 60, 300),
    keeps: fc.boolean(),
    answers: fc.record({ yes: next, no: next }),
    deed: fc.option(fc.record({ of: pattern, then: next }), { nil: null }),
    again: fc.integer({ min: 0, max: 2 }),
    neverShown: next,
    after: seconds,
    ignored: next,
    walkedAway: next,
    actedElsewhere: next,
  });
  return fc.oneof({ weight: 6, arbitrary: say }, ...silent.map((arbitrary) => ({ weight: 1, arbitrary })));
}

export const randomTalk: fc.Arbitrary<Talk> = fc
  .tuple(fc.integer({ min: 1, max: 4 }), fc.boolean(), fc.nat(4))
  .chain(([count, isCircle, keyed]) => {
    const isKeyed = keyed === 0;
    const steps = Array.from({ length: count }, (_, at) => {
      const later = Array.from({ length: count - at - 1 }, (_nothing, by) => `s${at + 1 + by}`);
      return stepOf(fc.constantFrom(...later, ...later, ...(isCircle ? ['last'] : []), 'end'), isKeyed);
    });
    return fc.record({
      enter: fc.array(wayOf(isKeyed ? inZone : pattern), { minLength: 1, maxLength: 2 }),
      isKeyed: fc.constant(isKeyed),
      perVisit: fc.constantFrom(null, null, 1, 2),
      perCustomer: fc.constantFrom(null, null, { count: 1, within: 120 }, { count: 2, within: 600 }),
      until: fc.array(fc.record({ of: pattern, then: fc.constantFrom('end', 's0') }), { maxLength: 1 }),
      first: fc.constant('s0'),
      steps: fc.tuple(fc.tuple(...steps), seconds).map(([all, span]) => ({
        ...Object.fromEntries(all.map((step, at) => [`s${at}`, step])),
        ...(isCircle ? { last: { verb: 'wait' as const, for: span, then: 's0', else: 'end', max: 2 } } : {}),
      })),
    });
  });

/** Slow enough never to be walking fast; nobody pays, asks for quiet or is late. */
export const unhurriedDay: fc.Arbitrary<Step[]> = (() => {
  const of = (weight: number, name: string, what: fc.Arbitrary<string> = fc.constant('')) => ({
    weight,
    arbitrary: fc.record({
      do: fc.constant(name),
      who: fc.constantFrom(1, 2),
      what,
      count: fc.integer({ min: 8, max: 45 }),
    }),
  });
  const step = fc.oneof(
    of(8, 'browse', fc.constantFrom(...zones)),
    of(5, 'scan', fc.constantFrom(...departments)),
    of(2, 'return', fc.constantFrom(...departments)),
    of(5, 'see'),
    of(4, 'answer', fc.constantFrom('yes', 'no', 'other')),
    of(1, 'see-old'),
    of(1, 'answer-old', fc.constantFrom('yes', 'no')),
    of(5, 'pass'),
    of(2, 'screen', fc.constantFrom('connected', 'connected', 'lost', 'dark')),
    of(1, 'move'),
    of(2, 'close', fc.constantFrom('exit')),
    of(4, 'open', fc.constantFrom('strong')),
  );
  const opened = [1, 2].map((who) => ({ do: 'open', who, what: 'strong', count: 1 }));
  return fc.array(step, { minLength: 20, maxLength: 70, size: 'max' }).map((some) => [...opened, ...some]);
})();

function patternYaml({ on, ...of }: Pattern): Record<string, unknown> {
  const zone = 'zone' in of ? of.zone : null;
  const department = 'department' in of ? of.department : null;
  return {
    on,
    ...(zone === null ? {} : { where: `fact.zone == "${zone}"` }),
    ...(department === null ? {} : { anyLine: `line.department == "${department}"` }),
  };
}

function wayYaml(one: Way): Record<string, unknown> {
  if (one.kind === 'dwell') return { dwell: one.zone, for: `${one.for}s` };
  const { on, ...rest } = patternYaml(one.of);
  if (one.kind !== 'count') return { [one.kind === 'first' ? 'first' : 'on']: on, ...rest };
  return { count: on, ...rest, reaches: one.reaches, ...(one.within === null ? {} : { within: `${one.within}s` }) };
}

function stepYaml(step: TalkStep): Record<string, unknown> {
  switch (step.verb) {
    case 'wait':
      return {
        wait: {
          for: `${step.for}s`,
          then: step.then,
          ...(step.max === null ? {} : { else: step.else, max: step.max }),
        },
      };
    case 'wait-fact':
      return { wait: { ...patternYaml(step.of), within: `${step.within}s`, then: step.then, else: step.else } };
    case 'wait-visit':
      return { wait: { for: 'next-visit', within: `${step.within}s`, then: step.then, else: step.else } };
    case 'choose':
      return { choose: [{ when: `visit.zone == "${step.zone}"`, then: step.then }, { else: step.else }] };
    case 'say':
      return { say: sayYaml(step) };
  }
}

function sayYaml(step: Extract<TalkStep, { verb: 'say' }>): Record<string, unknown> {
  const { answers, deed, again, after } = step;
  return {
    cart: { moment: 'any', leaving: step.keeps ? 'keep' : 'withdraw', strength: 'guest', text: 'Here?' },
    validFor: `${step.validFor}s`,
    answers: {
      yes: { label: 'Yes', then: answers.yes },
      no: { label: 'No', then: answers.no },
      ...(deed === null ? {} : { done: { ...patternYaml(deed.of), then: deed.then } }),
    },
    silence: {
      'never-shown': { ...(again === 0 ? {} : { again: 'next-visit', max: again }), then: step.neverShown },
      ignored: { after: `${after}s`, then: step.ignored },
      'walked-away': step.walkedAway,
      'acted-elsewhere': step.actedElsewhere,
    },
  };
}

/** What the language makes of it as an author would write it, in a house whose attention never ends. */
export function compiledTalk(of: Talk): CompiledRelease {
  const house = { house: 'Test', attention: { perVisit: 100, rest: { afterIgnored: 100, for: '1s' } } };
  const limits = {
    ...(of.perVisit === null ? {} : { perVisit: of.perVisit }),
    ...(of.perCustomer === null ? {} : { perCustomer: `${of.perCustomer.count} per ${of.perCustomer.within}s` }),
  };
  const dialogue = {
    dialogue: 'talk',
    type: 'III',
    holdout: 'none',
    ...(of.isKeyed ? { key: 'entry.zone' } : {}),
    limits,
    ...(of.until.length === 0 ? {} : { until: of.until.map(({ of: it, then }) => ({ ...patternYaml(it), then })) }),
    enter: of.enter.map(wayYaml),
    steps: Object.fromEntries(Object.entries(of.steps).map(([name, step]) => [name, stepYaml(step)])),
  };
  const written = (it: object): string => stringify(it, { aliasDuplicateObjects: false, lineWidth: 0 });
  const release = compiled([
    { path: 'house.yaml', text: written(house) },
    { path: 'talk.yaml', text: written(dialogue) },
  ]);
  const attention = { ...release.house.attention, gapMs: 0 };
  return { ...release, house: { ...release.house, attention } };
}

/** The same without the language: what stands in the description, in the words of `compiled.ts`. */
export function plainTalk(of: Talk, { house }: CompiledRelease): CompiledRelease {
  const { isKeyed, perVisit, perCustomer } = of;
  const within = (span: number): { ms: number } => ({ ms: span * second });
  const plain = dialogue('talk', {
    enter: of.enter.map(plainWay),
    steps: Object.fromEntries(Object.entries(of.steps).map(([name, step]) => [name, plainStep(step)])),
    first: of.first,
    entryPaths: isKeyed ? ['zone'] : [],
    key: isKeyed ? ({ entry }) => entry.zone ?? null : null,
    limits: {
      perVisit,
      perCustomer: perCustomer && { count: perCustomer.count, within: within(perCustomer.within) },
    },
    until: of.until.map(({ of: it, then }) => ({ pattern: plainPattern(it), then })),
  } satisfies Partial<CompiledDialogue>);
  return { number: 0, hash: '', house, measures: [], dialogues: [plain] };
}

function plainPattern(of: Pattern): FactPattern {
  if (of.on === 'zone.entered')
    return patternOf(
      of.on,
      ({ fact }) => of.zone === null || (fact?.body as { zone: string } | undefined)?.zone === of.zone,
    );
  return patternOf(of.on, null, {
    anyLine: of.department === null ? null : ({ line }) => line?.department === of.department,
  });
}

function plainWay(way: Way): CompiledEntry {
  if (way.kind === 'dwell') return onDwell(way.zone, way.for * second);
  const { kind } = way;
  const pattern = plainPattern(way.of);
  if (kind !== 'count') return { kind, pattern };
  return { kind, pattern, reaches: way.reaches, within: way.within === null ? null : { ms: way.within * second } };
}

function plainStep(step: TalkStep): CompiledStep {
  const { verb } = step;
  if (verb === 'choose') {
    const isThere = ({ visit }: { visit: Readonly<Record<string, unknown>> | null }): boolean =>
      visit?.zone === step.zone;
    return {
      verb,
      branches: [
        { when: isThere, then: step.then },
        { when: null, then: step.else },
      ],
    };
  }
  if (verb === 'say') return plainSay(step);
  const { then, else: otherwise } = step;
  const wait = { verb: 'wait' as const, then, else: otherwise };
  if (verb === 'wait')
    return { ...wait, for: { kind: 'span', span: { ms: step.for * second } }, within: null, max: step.max };
  const rest = { ...wait, within: { ms: step.within * second }, max: null };
  if (verb === 'wait-visit') return { ...rest, for: { kind: 'next-visit' } };
  return { ...rest, for: { kind: 'fact', pattern: plainPattern(step.of) } };
}

function plainSay(step: Extract<TalkStep, { verb: 'say' }>): CompiledStep {
  const { answers, deed, again, after } = step;
  return say({
    on: [surface('cart', { perishesOnLeaving: !step.keeps })],
    validFor: { ms: step.validFor * second },
    answers: [
      answer('yes', answers.yes),
      answer('no', answers.no),
      ...(deed === null ? [] : [answer('done', deed.then, { label: null, on: plainPattern(deed.of) })]),
    ],
    ignoredAfter: { ms: after * second },
    ignored: step.ignored,
    walkedAway: step.walkedAway,
    actedElsewhere: step.actedElsewhere,
    neverShown: step.neverShown,
    ...(again === 0 ? {} : { again: { max: again } }),
  });
}
