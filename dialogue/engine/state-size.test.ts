import { expect, test } from 'vitest';
import { readState, writeState } from './state-codec.ts';
import { enteredBytes, movedBytes, stateBytes } from './state-size.ts';
import { emptyState, type RunState, type SubjectState, Table } from './subject-state.ts';

const at = 1_764_000_000_000;

function longest(count: number): SubjectState {
  const run: RunState = {
    id: 'a'.repeat(20),
    dialogue: 'dialogue-name',
    release: 1234,
    held: false,
    arm: 'arm-of-the-run',
    key: 'key',
    entry: { 'line.id': '"quoted"', at },
    enteredAt: at,
    visit: 'v'.repeat(20),
    seenVisit: 'v'.repeat(20),
    step: 'offer',
    until: at,
    from: at,
    here: 'a-zone-with-a-long-name',
    reached: { offer: 12, later: 3 },
    again: 2,
    answers: { offer: { answer: 'yes', size: '52' } },
    rewards: { discount: { value: 150, until: at } },
    answeredAt: at,
    replyAt: at,
    late: false,
    approved: false,
    objective: false,
    message: {
      id: 'm'.repeat(32),
      channel: 'handheld',
      target: 'cart-00001',
      decidedAt: at,
      validUntil: at,
      answerWithinMs: 120_000,
      shownAt: at,
      withdrawnAt: at,
      why: 'visit-closed',
      zone: 'a-zone-with-a-long-name',
      context: 'dwelling',
      spent: true,
      inVisit: true,
    },
    task: {
      id: 't'.repeat(36),
      kind: 'approval',
      offers: 3,
      role: 'manager',
      until: at,
      deadline: at,
      associate: 'ana-maria',
    },
  };
  return {
    ...emptyState(at),
    visit: {
      id: 'v'.repeat(20),
      openedAt: at,
      strength: 'strong',
      cart: 'cart-00001',
      till: 'till-1',
      zone: 'a-zone-with-a-long-name',
      zoneAt: at,
      zoneBy: 'cart-00001/epoch-0123456789/1234567',
      zoneLate: false,
      dwellTo: 60_000,
      hops: [at, at, at],
      zones: 123,
      movedAt: at,
      heardAt: at,
      touchedAt: at,
      quiet: false,
      paidAt: at,
      budget: 3,
      messages: 2,
      entered: new Table([['dialogue-name', 1]]),
      lines: [],
      total: 12_345,
      prompt: 'm'.repeat(32),
    },
    runs: Array.from({ length: count }, () => structuredClone(run)),
    entered: new Table([
      ['dialogue-name', [at, at]],
      ['other', [at]],
    ]),
    said: Array.from({ length: 32 }, () => at),
    quietSince: at,
    ignored: 2,
    restUntil: at,
    recent: Array.from({ length: 8 }, () => 'm'.repeat(32)),
    tails: [
      {
        run: 'r'.repeat(20),
        dialogue: 'dialogue-name',
        release: 12,
        held: false,
        enteredAt: at,
        until: at,
        entry: { at },
      },
    ],
    attributes: { city: 'Bern', visits: 4 },
    clues: {
      first: ['dialogue-name/0'],
      counts: { 'dialogue-name/1': [at, at] },
      lasts: { 'dialogue-name/2': { at, told: 0, rhythm: { firstDay: 20_000, lastDay: 20_100, repeats: 12 } } },
      partials: [['dialogue-name/3', 1, at]],
    },
    measures: {
      'spend90d:abcdef': { slots: [1234, 1235, 1300], values: [100_000, -2, 0.5] },
      'codes:abcdef': { slots: [], values: [] },
    },
  };
}

test.each([0, 1, 5, 12])('the reckoning is never below what is written, and not far above, with %i runs', (runs) => {
  const state = longest(runs);
  const written = writeState(state).length;
  expect(stateBytes(state)).toBeGreaterThanOrEqual(written);
  expect(stateBytes(state)).toBeLessThan(written * 1.35 + 400);
  expect(stateBytes(emptyState(at))).toBeGreaterThanOrEqual(writeState(emptyState(at)).length);
});

test('what entering a dialogue and coming to a step add is never more than they are said to add', () => {
  const state = longest(2);
  const [known] = state.runs as [RunState];
  const nothing = { step: '', here: null, reached: {}, answers: {}, rewards: {}, message: null, task: null };
  const run: RunState = { ...known, ...nothing, dialogue: 'another-dialogue' };
  const before = stateBytes(state);
  state.runs.push(run);
  state.visit?.entered.set(run.dialogue, 1);
  state.entered.set(run.dialogue, [at]);
  const entered = stateBytes(state);
  expect(entered - before).toBeLessThanOrEqual(enteredBytes(run));
  run.step = 'aStepWithAName';
  run.here = 'a-zone-with-a-long-name';
  run.reached[run.step] = 1;
  expect(stateBytes(state) - entered).toBeGreaterThan(0);
  expect(stateBytes(state) - entered).toBeLessThanOrEqual(movedBytes(run));
});

test('what is written is read again, field by field and in the same order', () => {
  for (const state of [longest(3), emptyState(at)]) {
    expect(readState(writeState(state))).toEqual(state);
    expect(JSON.stringify(readState(writeState(state)))).toBe(JSON.stringify(state));
  }
  expect(() => readState('{"version":99}')).toThrow('version 99');
});

test('every field is written: none may fall back to what is usual', () => {
  const { visit, runs, ...rest } = longest(1);
  const [run] = runs as [RunState];
  const { message, task } = run;
  for (const part of [rest, visit, run, message, task]) {
    for (const [name, value] of Object.entries(part as object)) {
      const changed = typeof value === 'number' ? value + 1 : typeof value === 'boolean' ? !value : null;
      if (changed === null) continue;
      const state = longest(1);
      const whole = [state, state.visit, state.runs[0], state.runs[0]?.message, state.runs[0]?.task];
      const place = whole[[rest, visit, run, message, task].indexOf(part as never)] as unknown as Record<
        string,
        unknown
      >;
      place[name] = changed;
      expect(readState(writeState(state)), name).toEqual(state);
    }
  }
});
