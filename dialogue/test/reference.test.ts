/**
 * The engine against the slow interpreter of `reference.ts`: the same runs, messages and silences, in the same order at
 * the same times, for random dialogues of its subset on random days of two customers.
 */
import type { Decision, Fact } from '@kairos/protocol/facts.ts';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { CompiledRelease } from '../compiled.ts';
import { createEngine } from '../engine/create-engine.ts';
import { Day, isInput, type MakeEngine } from './day.ts';
import type { Step } from './random-day.ts';
import { compiled } from './random-release.ts';
import { type Pattern, Reference, type Talk, type TalkStep, type Told, type Way } from './reference.ts';

/** The same days at every run, so that a red one is about the change; KAIROS_SEED=$RANDOM looks for new ones. */
fc.configureGlobal({ seed: Number(process.env.KAIROS_SEED ?? 20_261_122) });
const numRuns = 120 * Number(process.env.KAIROS_RUNS ?? 1);
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

const talk: fc.Arbitrary<Talk> = fc
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
const day: fc.Arbitrary<Step[]> = (() => {
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

/** As an author would write it, in a house whose attention never ends. */
function releaseOf(of: Talk): CompiledRelease {
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

/** Names for ids in the order in which they come up, so that two who name differently can be compared. */
class Names {
  readonly #names = new Map<string, string>();

  of(kind: string, id: string | undefined): string {
    if (id === undefined) return '';
    const known = this.#names.get(id);
    if (known !== undefined) return known;
    const fresh = `${kind} ${this.#names.size + 1}`;
    this.#names.set(id, fresh);
    return fresh;
  }

  /** … and the way back. */
  idOf(name: string): string | undefined {
    for (const [id, known] of this.#names) if (known === name) return id;
    return undefined;
  }

  plain({ type, subject, run, message, detail }: Told): string {
    return [type, subject, this.of('run', run), this.of('message', message), detail].join(' ');
  }
}

function toldBy({ type, subject, body }: Decision | Fact): Told {
  const said = body as Record<string, string | number | undefined>;
  const of = { type, subject: subject ?? 0 };
  const ids = {
    ...(said.run === undefined ? {} : { run: String(said.run) }),
    ...(said.message === undefined ? {} : { message: String(said.message) }),
  };
  switch (type) {
    case 'run.entered':
      return { ...of, ...ids, detail: String(said.key ?? '') };
    case 'run.moved':
      return { ...of, ...ids, detail: `${said.step} ${said.until ?? 'next visit'}` };
    case 'message.decided':
      return { ...of, ...ids, detail: `${said.step} ${said.target} ${said.validUntil}` };
    default:
      return { ...of, ...ids, detail: String(said.reason ?? said.silence ?? said.answer) };
  }
}

/** Each fact and what each of the two made of it. */
function compare(of: Talk, steps: readonly Step[], make: MakeEngine = createEngine): string[] {
  const played = new Day(releaseOf(of), make).play(steps);
  played.pass(20 * 60_000);
  const reference = new Reference(of);
  const engines = new Names();
  const references = new Names();
  const seen: string[] = [];
  for (const fact of played.journal.filter(isInput)) {
    const decided = played.journal.filter(({ cause }) => cause === fact.seq).map(toldBy);
    const { at, type, subject } = fact;
    // What the reference would have done by itself, the engine has let pass.
    if (reference.nextDue() < at) expect(`${type} ${subject} at ${at}`).toBe(`something due ${reference.nextDue()}`);
    const known = (fact.body as { message?: string }).message;
    const translated = known === undefined ? undefined : references.idOf(engines.of('message', known));
    const given = known === undefined ? fact : { ...fact, body: { ...fact.body, message: translated ?? 'unknown' } };
    const expected = reference.handle(given as Fact).map((told) => references.plain(told));
    expect({ seq: fact.seq, type, told: decided.map((told) => engines.plain(told)) }).toEqual({
      seq: fact.seq,
      type,
      told: expected,
    });
    seen.push(...decided.map(({ type: kind, detail }) => `${kind} ${detail.split(' ')[0]}`));
  }
  return seen;
}

test('the engine and the slow interpreter agree on every turn', () => {
  fc.assert(
    fc.property(talk, day, (of, steps) => {
      compare(of, steps);
    }),
    { numRuns },
  );
});

/** An engine that is broken in one way: what it says of a turn, changed. */
function changing(change: (decided: readonly Decision[], fact: Fact) => readonly Decision[]): MakeEngine {
  return (options) => {
    const real = createEngine(options);
    const handle = (fact: Fact): readonly Decision[] => change(real.handle(fact), fact);
    return new Proxy(real, {
      get: (of, name) => {
        const own = name === 'handle' ? handle : Reflect.get(of, name, of);
        return typeof own === 'function' ? own.bind(of) : own;
      },
    });
  };
}

const broken: Readonly<Record<string, MakeEngine>> = {
  'takes each walking away for ignoring': changing((decided) =>
    decided.map((one) =>
      one.type === 'message.silent' && one.body.silence === 'walked-away'
        ? { ...one, body: { ...one.body, silence: 'ignored' } }
        : one,
    ),
  ),
  'speaks a second later than it should': changing((decided) =>
    decided.map((one) =>
      one.type === 'message.decided' ? { ...one, body: { ...one.body, validUntil: one.body.validUntil + 1000 } } : one,
    ),
  ),
  'enters without its limits': (options) => {
    const { release } = options;
    const limits = { perVisit: null, perCustomer: null };
    const dialogues = release.dialogues.map((dialogue) => ({ ...dialogue, limits }));
    return createEngine({ ...options, release: { ...release, dialogues } });
  },
  'forgets what breaks off': (options) => {
    const { release } = options;
    return createEngine({
      ...options,
      release: { ...release, dialogues: release.dialogues.map((dialogue) => ({ ...dialogue, until: [] })) },
    });
  },
};

test.each(Object.entries(broken))('an engine that %s is noticed', (_name, make) => {
  const property = fc.property(talk, day, (of, steps) => {
    compare(of, steps, make);
  });
  expect(fc.check(property, { numRuns: 400, seed: 5, endOnFailure: true }).failed).toBe(true);
});

test('the days are full: every decision of the subset and every silence occurs', () => {
  const seen = new Set(
    fc.sample(fc.tuple(talk, day), { numRuns: 120, seed: 11 }).flatMap(([of, steps]) => compare(of, steps)),
  );
  const silent = ['never-shown', 'ignored', 'walked-away', 'acted-elsewhere'].map(
    (silence) => `message.silent ${silence}`,
  );
  const withdrawn = ['expired', 'left-zone', 'visit-closed', 'moved', 'until', 'answered'].map(
    (reason) => `message.withdrawn ${reason}`,
  );
  const expected = ['run.entered ', 'run.moved last', 'run.ended end', 'run.ended until', 'message.answered done'];
  expect([...expected, ...silent, ...withdrawn].filter((kind) => !seen.has(kind))).toEqual([]);
});
