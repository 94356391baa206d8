/**
 * The engine, fed by the whole language, against the plain reference, fed by the author's own description: the same
 * runs, messages and silences, in the same order at the same times, for random talks on random days of two customers.
 */
import type { Decision, Fact } from '@kairos/protocol/facts.ts';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createEngine } from '../engine/create-engine.ts';
import { Day, isInput, type MakeEngine } from './day.ts';
import type { Step } from './random-day.ts';
import { compiledTalk, plainTalk, randomTalk, type Talk, unhurriedDay } from './random-talk.ts';
import { Reference } from './reference/reference.ts';

const numRuns = 120 * Number(process.env.KAIROS_RUNS ?? 1);
const customers = [1, 2];

/** Each fact and what each of the two made of it. */
function compare(of: Talk, steps: readonly Step[], make: MakeEngine = createEngine): string[] {
  const release = compiledTalk(of);
  const played = new Day(release, make).play(steps);
  played.pass(20 * 60_000);
  const plain = plainTalk(of, release);
  const references = customers.map(
    (subject) => new Reference(plain, { chainKey: 'chain-key', chainId: `c${subject}`, subject }),
  );
  const seen: string[] = [];
  let last = 0;
  for (const fact of played.journal.filter(isInput)) {
    const { at, type, seq } = fact;
    // What the references would have done by themselves until now, the engine has let pass.
    for (const reference of at > last ? references : [])
      expect({ seq, missed: reference.wouldDecide(timer(at - 1000)) }).toEqual({ seq, missed: [] });
    last = Math.max(last, at);
    const hers = references.filter((_, place) => fact.subject === null || fact.subject === customers[place]);
    const expected = hers.flatMap((reference) => reference.handle(fact));
    const decided = played.journal.filter(({ cause }) => cause === seq);
    expect({ seq, type, told: decided.map(essence) }).toEqual({ seq, type, told: expected.map(essence) });
    seen.push(...decided.map(({ type: kind, body }) => `${kind} ${detailOf(body)}`));
  }
  return seen;
}

function timer(due: number): Fact {
  return { seq: 0, type: 'timer.fired', at: due, subject: 1, source: null, cause: null, late: false, body: { due } };
}

/** Without what the reference does not keep: the ledger's rows, what she was doing and the number of the release. */
function essence({ type, subject, body }: Decision | Fact): unknown {
  const { rivals: _, context: __, release: ___, ...rest } = body as Record<string, unknown>;
  return { type, subject, ...rest };
}

function detailOf(body: object): string {
  const { reason, silence, answer, step } = body as Record<string, string | undefined>;
  return reason ?? silence ?? answer ?? step ?? '';
}

test('the engine and the plain reference agree on every turn', () => {
  fc.assert(
    fc.property(randomTalk, unhurriedDay, (of, steps) => {
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
  const property = fc.property(randomTalk, unhurriedDay, (of, steps) => {
    compare(of, steps, make);
  });
  expect(fc.check(property, { numRuns: 400, seed: 5, endOnFailure: true }).failed).toBe(true);
});

test('the days are full: every decision of the subset and every silence occurs', () => {
  const seen = new Set(
    fc
      .sample(fc.tuple(randomTalk, unhurriedDay), { numRuns: 120, seed: 11 })
      .flatMap(([of, steps]) => compare(of, steps)),
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
