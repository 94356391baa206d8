import { type OverviewDecision, type OverviewState, overviewDecisionsMax } from '@kairos/protocol/overview-events.ts';
import { describe, expect, it } from 'vitest';
import { changed, nothingHeard, type OverviewChange, type OverviewModel } from './overview-model.ts';

const decision = (number: number, outcome: OverviewDecision['outcome'] = 'decided'): OverviewDecision => ({
  message: `message-${number}`,
  at: number,
  cart: 'cart-01',
  zone: 'wine',
  dialogue: 'cheese',
  title: 'Cheese with the wine',
  step: 'ask',
  headline: 'A cheese that goes with it?',
  outcome,
  answer: null,
});

const state: OverviewState = {
  storeTime: 5000,
  store: { title: 'Riverside', timeZone: 'UTC' },
  plan: {
    name: 'Riverside',
    width: 10,
    height: 10,
    zones: [
      {
        id: 'wine',
        name: 'Wine',
        kind: 'aisle',
        polygon: [
          [0, 0],
          [10, 0],
          [10, 10],
        ],
      },
    ],
    walls: [],
    shelves: [],
    tills: [],
    doors: [],
    screens: [],
    anchors: [],
  },
  carts: [{ id: 'cart-01', zone: null, strength: null, speaking: null, helpSince: null }],
  decisions: [decision(1)],
  counts: { visits: 0, messages: 0, answers: 0, ended: 0, factsPerSecond: 0 },
};

const open = changed(nothingHeard, { kind: 'state', state, nowMs: 4000 });
const after = (model: OverviewModel, ...changes: OverviewChange[]): OverviewModel => changes.reduce(changed, model);

describe('the overview’s model', () => {
  it('takes the store’s clock with the whole state', () => {
    expect(open).toMatchObject({ line: 'open', clockOffsetMs: 1000 });
  });

  it('puts a new decision on top, and an old one’s next step where it stands', () => {
    const model = after(open, { kind: 'decision', decision: decision(2) });
    expect(model.state?.decisions.map((one) => one.message)).toEqual(['message-2', 'message-1']);
    const answered = after(model, { kind: 'decision', decision: decision(1, 'answered') });
    expect(answered.state?.decisions.map((one) => one.outcome)).toEqual(['decided', 'answered']);
  });

  it('changes nothing when a part comes twice', () => {
    const change: OverviewChange = { kind: 'decision', decision: decision(2) };
    expect(after(open, change, change)).toEqual(after(open, change));
  });

  it('keeps as many decisions as the contract says, the newest', () => {
    const flood = Array.from({ length: 100 }, (_, number) => ({
      kind: 'decision' as const,
      decision: decision(number + 2),
    }));
    const decisions = after(open, ...flood).state?.decisions;
    expect(decisions?.length).toBe(overviewDecisionsMax);
    expect(decisions?.[0]?.message).toBe('message-101');
  });

  it('moves a cart it knows and takes in one it does not', () => {
    const moved = { id: 'cart-01', zone: 'wine', strength: 'weak' as const, speaking: null, helpSince: null };
    const other = { ...moved, id: 'cart-02' };
    const model = after(open, { kind: 'cart', cart: moved }, { kind: 'cart', cart: other });
    expect(model.state?.carts).toEqual([moved, other]);
  });

  it('says that it has lost the store only after it had it, and keeps what it knew', () => {
    expect(after(nothingHeard, { kind: 'lost' }).line).toBe('waiting');
    expect(after(open, { kind: 'lost' })).toMatchObject({ line: 'lost', state });
  });

  it('waits for the whole before it takes a part', () => {
    expect(after(nothingHeard, { kind: 'decision', decision: decision(1) })).toEqual(nothingHeard);
  });
});
