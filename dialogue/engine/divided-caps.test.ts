/**
 * A cap on a person is divided: headquarters and the store that she visits keep it together, though neither hears of the
 * other (DESIGN section 6).
 */
import type { Decision, Fact } from '@kairos/protocol/facts.ts';
import { seededRandom } from '@kairos/protocol/simulated-ports.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CompiledRelease } from '../compiled.ts';
import { compileRelease } from '../language/compile.ts';
import { createEngine } from './create-engine.ts';
import type { Seat } from './seat.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const startMs = Date.UTC(2026, 2, 2, 8);

function releaseOf(cap: number): CompiledRelease {
  const end = 'silence: { never-shown: end, ignored: { after: 1m, then: end }, acted-elsewhere: end';
  const dialogue = (name: string, on: string, surface: string, silence: string) => `dialogue: ${name}
type: II
objective: { on: return, within: 60d, value: 10 }
holdout: 0%
enter: [{ on: ${on} }]
steps:
  ask:
    say:
      ${surface}
      validFor: 10m
      answers: { well: { label: { en: "Well" }, then: end } }
      ${silence} }
`;
  const cart = dialogue(
    'here',
    'help.requested',
    'cart: { moment: any, text: { en: "Here" } }',
    `${end}, walked-away: end`,
  );
  const mail = dialogue('home', 'site.visited', 'email: { subject: { en: "A" }, body: { en: "B" } }', end);
  const house = `house: test\nattention: { perVisit: 9, gap: 1s, cap: ${cap} per 7d }\n`;
  const files = [
    { path: 'house.yaml', text: house },
    { path: 'here.yaml', text: cart },
    { path: 'home.yaml', text: mail },
  ];
  const { release, problems } = compileRelease(files, { number: 1, zones: [], departments: [] });
  if (!release) throw new Error(JSON.stringify(problems));
  return release;
}

/** One place that hears of her what happens there and nothing else; says when it spoke and was heard. */
class Place {
  readonly #engine;
  readonly #isStore: boolean;
  /** Until when what it was lent counts; null: nobody lends. */
  capsUntil: number | null = null;
  #seq = 0;
  readonly spoke: number[] = [];

  constructor(release: CompiledRelease, { seat, isStore }: { readonly seat: Seat; readonly isStore: boolean }) {
    this.#isStore = isStore;
    const person = { chainId: 'a'.repeat(32), attributes: {}, consent: { inStore: true, email: true }, locale: 'en' };
    const store = { name: 'test', currency: 'EUR', timeZone: 'UTC' };
    this.#engine = createEngine({
      release,
      chainKey: 'sixteen-characters-and-more',
      store,
      seat,
      person: () => person,
      capsUntil: () => this.capsUntil,
    });
    this.#hear({ type: 'screen.changed', subject: null, body: { screen: 'cart-1', state: 'connected' } }, startMs - 1);
  }

  /** Something happens that asks for a word; a minute later what was said has been seen, and let lie. */
  happen(at: number): void {
    const visit = `v-${at}`;
    if (this.#isStore)
      this.#hear(
        { type: 'visit.opened', subject: 1, body: { visit, cart: 'cart-1', strength: 'strong', reason: 'known' } },
        at,
      );
    const asked: Decision = this.#isStore
      ? { type: 'help.requested', subject: 1, body: { cart: 'cart-1' } }
      : { type: 'site.visited', subject: 1, body: { page: '/' } };
    for (const { type, body } of this.#hear(asked, at + 1)) {
      if (type !== 'message.decided') continue;
      this.spoke.push(at);
      const { message } = body as { message: string };
      if (this.#isStore) this.#hear({ type: 'message.shown', subject: 1, body: { message, screen: 'cart-1' } }, at + 2);
      else this.#hear({ type: 'email.sent', subject: 1, body: { message } }, at + 2);
    }
    this.#hear({ type: 'timer.fired', subject: 1, body: { due: at + 120_000 } }, at + 120_000);
    if (this.#isStore) this.#hear({ type: 'visit.closed', subject: 1, body: { visit, reason: 'paid' } }, at + 130_000);
  }

  /** Headquarters lend it her caps of one, or call them back. */
  isTold(said: Decision, at: number): void {
    this.#hear(said, at);
  }

  #hear(said: Decision, at: number): readonly Decision[] {
    this.#seq += 1;
    const source = { device: this.#isStore ? 'cart-1' : 'headquarters', epoch: 'e', sequence: this.#seq };
    return this.#engine.handle({ ...said, seq: this.#seq, at, source, cause: null, late: false } as Fact);
  }
}

/** The most within seven days. */
function mostInAWeek(times: readonly number[]): number {
  const inOrder = times.toSorted((one, other) => one - other);
  return Math.max(0, ...inOrder.map((from) => inOrder.filter((at) => at >= from && at < from + 7 * dayMs).length));
}

/** `seats`: of headquarters and of the store. */
function sayOutOfTouch(seed: number, cap: number, seats: readonly [Seat, Seat]): number {
  const release = releaseOf(cap);
  const chance = seededRandom(seed);
  const home = new Place(release, { seat: seats[0], isStore: false });
  const store = new Place(release, { seat: seats[1], isStore: true });
  for (let at = startMs; at < startMs + 40 * dayMs; at += Math.ceil(chance() * 20) * hourMs)
    (chance() < 0.5 ? home : store).happen(at);
  return mostInAWeek([...home.spoke, ...store.spoke]);
}

test('headquarters and her store, out of touch, never say more than the cap, and not much less', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 2, max: 7 }), (seed, cap) => {
      expect(sayOutOfTouch(seed, cap, ['headquarters', 'store'])).toBe(cap);
    }),
    { numRuns: 25 },
  );
});

test('without the division they say too much: the cap holds by it', () => {
  const most = [1, 2, 3].map((seed) => sayOutOfTouch(seed, 4, ['alone', 'alone']));
  expect(Math.max(...most)).toBeGreaterThan(4);
});

describe('a cap of one, in a store to which headquarters lend it', () => {
  const lent = (term: number, said = 0): Decision => ({ type: 'cap.lent', subject: 1, body: { term, said } });
  const store = (): Place => {
    const place = new Place(releaseOf(1), { seat: 'store', isStore: true });
    place.capsUntil = startMs + 30 * dayMs;
    return place;
  };

  test('says nothing before it has it, one while it has it, and nothing once it was called back', () => {
    const place = store();
    place.happen(startMs);
    expect(place.spoke).toEqual([]);
    place.isTold(lent(1), startMs + hourMs);
    for (const hours of [2, 4, 6]) place.happen(startMs + hours * hourMs);
    expect(place.spoke).toEqual([startMs + 2 * hourMs]);
    place.isTold({ type: 'cap.recalled', subject: 1, body: { term: 1 } }, startMs + 8 * dayMs);
    place.happen(startMs + 9 * dayMs);
    expect(place.spoke).toHaveLength(1);
    // Lent anew, its own word of before still counts.
    place.isTold(lent(3), startMs + 10 * dayMs);
    place.happen(startMs + 11 * dayMs);
    expect(place.spoke).toEqual([startMs + 2 * hourMs, startMs + 11 * dayMs]);
  });

  test('counts what another place said before it was lent', () => {
    const place = store();
    place.isTold(lent(1, startMs - 2 * dayMs), startMs);
    place.happen(startMs + hourMs);
    expect(place.spoke).toEqual([]);
    place.happen(startMs + 5 * dayMs + hourMs);
    expect(place.spoke).toEqual([startMs + 5 * dayMs + hourMs]);
  });

  test('has it no longer than its term, unless headquarters are heard again', () => {
    const place = store();
    place.isTold(lent(1), startMs);
    place.capsUntil = startMs + dayMs;
    place.happen(startMs + dayMs + hourMs);
    expect(place.spoke).toEqual([]);
    place.capsUntil = startMs + 3 * dayMs;
    place.happen(startMs + 2 * dayMs);
    expect(place.spoke).toEqual([startMs + 2 * dayMs]);
  });

  test('is its own where headquarters lend none', () => {
    const place = store();
    place.capsUntil = null;
    place.happen(startMs);
    place.happen(startMs + hourMs);
    expect(place.spoke).toEqual([startMs]);
  });
});
