/**
 * The engine over random releases and random days (DESIGN sections 3 and 5): live equals replay, snapshots lose
 * nothing, the same facts give the same decisions, people do not touch each other, timers fire once and never early.
 *
 * KAIROS_RUNS multiplies the number of runs. A failure prints its seed; found ones are pinned below as examples.
 */
import { type Decision, type Fact, silences } from '@kairos/protocol/facts.ts';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createEngine } from '../engine/create-engine.ts';
import type { Engine } from '../engine/engine.ts';
import type { SourceFile } from '../language/compile.ts';
import { Day, isInput, type MakeEngine, Second } from './day.ts';
import { rules } from './day-rules.ts';
import { dayOf, people, type Step } from './random-day.ts';
import { compiled, sourcesOf } from './random-release.ts';
import { screenRules } from './screen-rules.ts';

const times = Number(process.env.KAIROS_RUNS ?? 1);
const numRuns = 40 * times;
const everybody = [0, ...people];
const storeDay = fc.tuple(sourcesOf({ dialogues: 4 }), dayOf({ steps: 90 }));
/** Four who are mostly before the same screens. */
const crowdDay = fc.tuple(sourcesOf({ dialogues: 4, isOnScreens: true }), dayOf({ steps: 90, isCrowd: true }));
const apartDay = fc.tuple(
  sourcesOf({ dialogues: 4, isApart: true, isWeightless: true }),
  dayOf({ steps: 90, isApart: true }),
);

type Given = [SourceFile[], Step[]];

/** The day as it was lived; at its end, all that waits has had time. */
function lived(
  [files, steps]: Given,
  make: MakeEngine = createEngine,
): { day: Day; second: (m?: MakeEngine) => Second } {
  const release = compiled(files);
  const day = new Day(release, make).play(steps);
  day.pass(30 * 60_000);
  return { day, second: (other = createEngine) => new Second(release, day.sides, other) };
}

function statesOf(engine: Engine): unknown[] {
  return everybody.map((who) => ({ who, state: engine.save(who), due: engine.nextDue(who) }));
}

/** What somebody tampered with, to show that a property notices. */
function tampered(change: (real: Engine) => Partial<Engine>): MakeEngine {
  return (options) => {
    const real = createEngine(options);
    const changed = change(real);
    return new Proxy(real, {
      get: (of, name) => {
        const own = Reflect.get(changed, name) ?? Reflect.get(of, name, of);
        return typeof own === 'function' ? own.bind(of) : own;
      },
    });
  };
}

function holds(property: (given: Given) => void, given = storeDay): void {
  fc.assert(fc.property(given as fc.Arbitrary<Given>, property), { numRuns });
}

/** The negative control: with this broken, some random day shows it. */
function breaks(property: (given: Given) => void, given = storeDay): void {
  const { failed } = fc.check(fc.property(given as fc.Arbitrary<Given>, property), {
    numRuns: 300,
    seed: 5,
    endOnFailure: true,
  });
  expect(failed).toBe(true);
}

describe('live equals replay', () => {
  function replays(given: Given, make?: MakeEngine): void {
    const { day, second } = lived(given);
    const replica = second(make);
    const half = Math.floor(day.journal.length / 2);
    for (const fact of day.journal) replica.fold(fact);
    expect(statesOf(replica.engine)).toEqual(statesOf(day.engine));
    // … and goes on alike: a replica that folded the first half decides the second as it was decided.
    const late = second(make);
    const cut = firstInputFrom(day.journal, half);
    for (const fact of day.journal.slice(0, cut)) late.fold(fact);
    expect(redecided(late, day.journal.slice(cut))).toEqual(recorded(day.journal.slice(cut)));
  }

  test('folding what was recorded gives the same state, moments and later decisions', () => {
    holds((given) => replays(given));
  });

  test('also where several share a zone’s screens', () => {
    holds((given) => replays(given), crowdDay);
  });

  test('a fold that forgets what moved a run is noticed', () => {
    const forgetful = tampered((real) => ({
      fold: (fact) => (fact.type === 'run.moved' ? undefined : real.fold(fact)),
    }));
    breaks((given) => replays(given, forgetful));
  });

  test('a fold that forgets what was shown is noticed', () => {
    const forgetful = tampered((real) => ({
      fold: (fact) => (fact.type === 'message.shown' ? undefined : real.fold(fact)),
    }));
    breaks((given) => replays(given, forgetful));
  });
});

describe('a snapshot half-way', () => {
  function survives(given: Given, isLost: (who: number) => boolean = () => false): void {
    const { day, second } = lived(given);
    const other = second();
    const cut = firstInputFrom(day.journal, Math.floor(day.journal.length / 2));
    const decided = redecided(other, day.journal.slice(0, cut));
    for (const who of everybody) {
      const saved = other.engine.save(who);
      other.engine.evict(who);
      if (saved !== null && !isLost(who)) other.engine.load(who, saved);
    }
    decided.push(...redecided(other, day.journal.slice(cut)));
    expect(decided).toEqual(recorded(day.journal));
    expect(statesOf(other.engine)).toEqual(statesOf(day.engine));
  }

  test('changes no decision and no state', () => holds((given) => survives(given)));

  test('nor where several share a zone’s screens', () => holds((given) => survives(given), crowdDay));

  test('that loses one of them is noticed', () => {
    breaks((given) => survives(given, (who) => who === 1));
  });
});

describe('the same facts', () => {
  function agree(given: Given, make?: MakeEngine): void {
    const { day, second } = lived(given);
    expect(redecided(second(make), day.journal)).toEqual(recorded(day.journal));
  }

  test('give the same decisions', () => holds((given) => agree(given)));

  test('and an engine of moods is noticed', () => {
    const moody = tampered((real) => {
      let handled = 0;
      return {
        handle: (fact) => {
          handled += 1;
          const decided = real.handle(fact);
          return handled % 5 === 0 ? decided.slice(1) : decided;
        },
      };
    });
    breaks((given) => agree(given, moody));
  });
});

/**
 * Learned chances and goods are what people have in common: here objectives are worth nothing, so that no chance
 * weighs anything, nobody shares a screen or a till, and pauses, which reach everybody, are left out.
 */
describe('facts of different people', () => {
  const shuffling = fc.tuple(
    apartDay,
    fc.infiniteStream(fc.nat(1000)).map((stream) => stream),
  );

  function apart([given, picks]: [Given, Iterator<number>], make?: MakeEngine): void {
    const { day, second } = lived(given as Given);
    const other = second(make);
    const inputs = day.journal.filter(isInput);
    const told = new Map<number, unknown[]>(people.map((who) => [who, []]));
    for (const fact of shuffled(inputs, picks)) {
      for (const decision of other.handle(fact)) told.get(decision.subject ?? 0)?.push(plainly(decision, fact.seq));
    }
    for (const who of people) {
      expect(told.get(who)).toEqual(recorded(day.journal.filter(({ subject }) => subject === who)));
      expect({ who, state: other.engine.save(who) }).toEqual({ who, state: day.engine.save(who) });
    }
  }

  test('may come in any order between them', () => {
    fc.assert(
      fc.property(shuffling, (given) => apart(given as unknown as [Given, Iterator<number>])),
      { numRuns },
    );
  });

  test('and an engine with one clock for all of them is noticed', () => {
    const oneClock = tampered((real) => {
      let newest = 0;
      return {
        handle: (fact) => {
          newest = Math.max(newest, fact.at);
          return real.handle({ ...fact, at: newest } as Fact);
        },
      };
    });
    const { failed } = fc.check(
      fc.property(shuffling, (given) => apart(given as unknown as [Given, Iterator<number>], oneClock)),
      { numRuns: 300, seed: 5, endOnFailure: true },
    );
    expect(failed).toBe(true);
  });
});

describe('timers', () => {
  function punctual(given: Given, make?: MakeEngine): void {
    const { day } = lived(given, make);
    for (const fact of day.journal) {
      if (fact.type !== 'timer.fired' || fact.subject === null) continue;
      const due = day.dueAfter.get(fact.seq) ?? null;
      if (due !== null) expect(due, `after ${fact.seq}`).toBeGreaterThan(fact.at);
    }
  }

  test('leave nothing due at their moment or before it', () => holds((given) => punctual(given)));

  test('also where several share a zone’s screens', () => holds((given) => punctual(given), crowdDay));

  test('and one that is not heard is noticed', () => {
    const deaf = tampered((real) => ({ handle: (fact) => (fact.type === 'timer.fired' ? [] : real.handle(fact)) }));
    breaks((given) => punctual(given, deaf));
  });
});

describe('every day', () => {
  const allRules = { ...rules, ...screenRules };
  function brokenIn(given: Given, make?: MakeEngine): Record<string, string[]> {
    const { day } = lived(given, make);
    const recordedDay = { journal: day.journal, release: day.options.release };
    return Object.fromEntries(Object.entries(allRules).map(([name, rule]) => [name, rule(recordedDay)]));
  }

  test('keeps all the rules', () => {
    const kept = Object.fromEntries(Object.keys(allRules).map((name) => [name, []]));
    for (const days of [storeDay, crowdDay]) {
      holds((given) => {
        expect(brokenIn(given)).toEqual(kept);
      }, days);
    }
  });

  /** Whoever breaks a rule like this is found out. */
  const early = tampered((real) => ({
    handle: (fact) => real.handle(fact.type === 'timer.fired' ? { ...fact, at: fact.at + 20_000 } : fact),
  }));
  const offenders: Readonly<Record<keyof typeof rules, MakeEngine>> = {
    oneVoice: telling((decision) => (decision.type === 'message.silent' ? [] : [decision])),
    perishable: telling((decision) => [changed(decision, 'message.decided', { validUntil: 1 })]),
    endsOnce: telling((decision) => (decision.type === 'message.silent' ? [decision, decision] : [decision])),
    uniqueIds: telling((decision) => (decision.type === 'message.decided' ? [decision, decision] : [decision])),
    ignoredInTime: early,
    withinBudget: (options) => {
      const { release } = options;
      const attention = { ...release.house.attention, perVisit: 99, gapMs: 0 };
      return createEngine({ ...options, release: { ...release, house: { ...release.house, attention } } });
    },
    heldHearNothing: telling((decision) => [changed(decision, 'run.entered', { held: true })]),
    pausedIsSilent: tampered((real) => ({
      handle: (fact) => (fact.type === 'pause.changed' ? [] : real.handle(fact)),
    })),
    waitsAreWaited: early,
    dwellsAreDwelt: early,
  };

  test.each(Object.entries(offenders))('and who breaks %s is noticed', (name, offender) => {
    breaks((given) => {
      expect(brokenIn(given, offender)[name]).toEqual([]);
    });
  });

  const onScreens: Readonly<Record<keyof typeof screenRules, MakeEngine>> = {
    screensTakeTurns: telling((decision) =>
      decision.type === 'message.withdrawn' && decision.body.reason === 'outranked' ? [] : [decision],
    ),
    screensKeepTheHour: (options) => {
      const { screens: _, ...house } = options.release.house;
      return createEngine({ ...options, release: { ...options.release, house } });
    },
  };

  test.each(Object.entries(onScreens))('and who breaks %s is noticed', (name, offender) => {
    breaks((given) => {
      expect(brokenIn(given, offender)[name]).toEqual([]);
    }, crowdDay);
  });

  test('before a zone’s screens is full: they are taken, and what stops a message there does', () => {
    const seen = new Map<string, number>();
    for (const given of fc.sample(crowdDay, { numRuns: 40, seed: 7 })) {
      const { journal, engine } = lived(given as Given).day;
      const reasons = journal.map(({ body }) => (body as { reason?: string }).reason);
      const stopped = engine.verdicts().flatMap(({ rivals }) => rivals.map((rival) => rival.stopped));
      for (const key of [...reasons, ...stopped]) if (key) seen.set(key, (seen.get(key) ?? 0) + 1);
    }
    expect(['outranked', 'screen-taken', 'screen-hour'].filter((key) => (seen.get(key) ?? 0) < 3)).toEqual([]);
  });

  test('is full: every decision and every silence occurs', () => {
    const seen = new Map<string, number>();
    for (const given of fc.sample(storeDay, { numRuns: 80, seed: 7 })) {
      for (const { type, body } of lived(given as Given).day.journal) {
        const { silence, channel, held } = body as { silence?: string; channel?: string; held?: boolean };
        for (const key of [type, silence, channel, held && 'held'].filter((one) => typeof one === 'string'))
          seen.set(key, (seen.get(key) ?? 0) + 1);
      }
    }
    const expected = ['run.entered', 'run.moved', 'run.ended', 'message.decided', 'message.withdrawn', 'held'];
    expected.push('message.answered', 'attribute.set', 'reward.issued', 'objective.reached', 'timer.fired');
    expected.push('cart', 'email', 'pos', 'screen', ...silences);
    expect(expected.filter((key) => (seen.get(key) ?? 0) < 3)).toEqual([]);
  });
});

/** An engine that says something else than it does. */
function telling(change: (decision: Decision) => Decision[]): MakeEngine {
  return tampered((real) => ({ handle: (fact) => real.handle(fact).flatMap(change) }));
}

function changed(decision: Decision, type: Decision['type'], body: object): Decision {
  return decision.type === type ? ({ ...decision, body: { ...decision.body, ...body } } as Decision) : decision;
}

/** A cut between turns: decisions go with the fact that led to them. */
function firstInputFrom(journal: readonly Fact[], at: number): number {
  const cut = journal.findIndex((fact, place) => place >= at && isInput(fact));
  return cut < 0 ? journal.length : cut;
}

function plainly({ type, subject, body }: Decision | Fact, cause: number | null): unknown {
  return { type, subject, cause, body };
}

function recorded(journal: readonly Fact[]): unknown[] {
  return journal.filter((fact) => !isInput(fact)).map((fact) => plainly(fact, fact.cause));
}

function redecided(second: Second, journal: readonly Fact[]): unknown[] {
  return journal.filter(isInput).flatMap((fact) => second.handle(fact).map((decision) => plainly(decision, fact.seq)));
}

/** Everybody's own order stays; whose fact comes next is picked. A screen's fact belongs to whom it is near. */
function shuffled(inputs: readonly Fact[], picks: Iterator<number>): Fact[] {
  const queues = people.map((who) => inputs.filter((fact) => ownerOf(fact) === who));
  const mixed: Fact[] = [];
  while (mixed.length < inputs.length) {
    const waiting = queues.filter((queue) => queue.length > 0);
    const queue = waiting[(picks.next().value as number) % waiting.length];
    mixed.push(queue?.shift() as Fact);
  }
  return mixed;
}

function ownerOf({ subject, body }: Fact): number {
  return subject ?? Number((body as { screen: string }).screen.match(/\d+/)?.[0]);
}
