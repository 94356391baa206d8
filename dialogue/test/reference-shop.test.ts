/**
 * The engine against its plain reference: random dialogues, random things that happen, the same decisions. Every second
 * is looked at: where the engine has no timer, the reference must have nothing to do, so none is missed, and none comes
 * early.
 */
import { type Decision, type Fact, type FactBody, type FactType, silences } from '@kairos/protocol/facts.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CompiledDialogue, CompiledHouse, CompiledRelease, CompiledSurface } from '../compiled.ts';
import { type Happening, happening, randomDialogues, randomHouse } from './random-shop.ts';
import { Reference } from './reference/reference.ts';
import { release, second } from './samples.ts';
import { line, ShopFloor } from './shop-floor.ts';

const chainKey = 'chain-key';
const people = { 1: { consent: { email: true, call: true } } };

class Pair {
  readonly floor: ShopFloor;
  readonly reference: Reference;
  readonly trace: string[] = [];
  #messages: string[] = [];
  #visits = 0;
  #isIn = false;
  #zone: string | null = null;
  /** Her own time may be behind the store's; what the store has heard since then is no matter here. */
  #heardOfStore = 0;

  constructor(of: CompiledRelease, referred: CompiledRelease) {
    this.floor = new ShopFloor({ release: of, people, chainKey });
    this.reference = new Reference(referred, { chainKey, chainId: 'c1', subject: 1 });
    this.#both('screen.changed', { screen: 'cart-1', state: 'connected' });
  }

  happen(what: Happening): void {
    const cart = 'cart-1';
    switch (what.kind) {
      case 'pass':
        for (let passed = 0; passed < what.seconds; passed += 1) this.#second();
        break;
      case 'come':
        if (!this.#isIn)
          this.#both('visit.opened', {
            visit: `visit-000${this.#visits++}`,
            cart,
            strength: 'strong',
            reason: 'known',
          });
        this.#isIn = true;
        break;
      case 'go':
        if (this.#isIn) this.#both('visit.closed', { visit: `visit-000${this.#visits - 1}`, reason: 'exit' });
        this.#isIn = false;
        break;
      case 'lose':
      case 'find':
        this.#both('screen.changed', { screen: cart, state: what.kind === 'find' ? 'connected' : 'lost' });
        break;
      case 'pause':
      case 'resume':
        this.#pause(what);
        break;
      case 'shown':
      case 'bounce':
      case 'answer':
        this.#report(what);
        break;
      default:
        if (this.#isIn) this.#inStore(what);
    }
  }

  #pause(what: Extract<Happening, { kind: 'pause' | 'resume' }>): void {
    const until = what.kind === 'pause' && what.seconds !== null ? this.floor.now + what.seconds * second : null;
    const end = until === null ? {} : { until };
    this.#both('pause.changed', { ...what.what, paused: what.kind === 'pause', ...end, by: 'manager' });
  }

  #inStore(what: Happening): void {
    const cart = 'cart-1';
    if (what.kind === 'enter') {
      if (!what.isLate) this.#zone = what.zone;
      this.#both(
        'zone.entered',
        { cart, zone: what.zone, confidence: 900 },
        what.isLate ? { ageMs: 120 * second, late: true } : {},
      );
    } else if (what.kind === 'leave' && this.#zone !== null) {
      this.#both('zone.left', { cart, zone: this.#zone });
      this.#zone = null;
    } else if (what.kind === 'scan') {
      const body = { cart, line: line({ id: what.line, code: what.line }) };
      this.#both('basket.added', body, what.isLate ? { ageMs: 90 * second, late: true } : {});
    } else if (what.kind === 'pay') {
      this.#both('sale', { till: 'till-1', cart, receipt: 'r', currency: 'CHF', lines: [], total: 0 });
    } else if (what.kind === 'help') this.#both('help.requested', { cart });
    else if (what.kind === 'forget') this.#both('forget.requested', { cart });
    else if (what.kind === 'quiet') this.#both('quiet.requested', { cart });
  }

  #report(what: Extract<Happening, { kind: 'shown' | 'bounce' | 'answer' }>): void {
    const current = this.floor.onCart(1) ?? this.#messages.at(-1);
    const message =
      what.which === 'unknown' ? 'aaaaaaaaaaaaaaaaaaaa' : what.which === 'last' ? this.#messages.at(-2) : current;
    if (message === undefined) return;
    if (what.kind === 'shown')
      this.#both(
        'message.shown',
        { message, screen: 'cart-1' },
        { ageMs: Math.min(what.ageSeconds * second, this.floor.now - this.#heardOfStore) },
      );
    else if (what.kind === 'bounce') this.#both('email.bounced', { message, reason: what.reason });
    else this.#both('message.answered', { message, answer: what.name, screen: 'cart-1' });
  }

  /** A second goes by: the engine's timers, and the certainty that there was nothing else to do. */
  #second(): void {
    const until = this.floor.now + second;
    for (let fired = 0; fired < 50; fired += 1) {
      const [hers, ofStore] = [1, 0].map((who) => this.floor.engine.nextDue(who) ?? Number.POSITIVE_INFINITY);
      const due = Math.min(hers as number, ofStore as number);
      if (due > until) break;
      this.floor.moveTo(due);
      // Which of two comes first at one moment is nobody's promise.
      const isHers = hers === due && (ofStore !== due || fired % 2 === 0);
      this.#both('timer.fired', { due }, {}, isHers ? 1 : 0);
    }
    this.floor.moveTo(until);
    const nothing = {
      seq: 0,
      type: 'timer.fired',
      at: until,
      subject: 1,
      source: null,
      cause: null,
      late: false,
      body: { due: until },
    } as Fact;
    const missed = this.reference.wouldDecide(nothing);
    if (missed.length > 0)
      throw new Error(
        `at ${until} the engine sleeps until ${this.floor.engine.nextDue(1)}, but:\n${show(missed)}\n${this.trace.join('\n')}`,
      );
  }

  #both<Type extends FactType>(
    type: Type,
    body: FactBody<Type>,
    extra: { ageMs?: number; late?: boolean } = {},
    who: number | null = type === 'screen.changed' || type === 'pause.changed' ? null : 1,
  ): void {
    if (who !== 1) this.#heardOfStore = this.floor.now;
    const decided = this.floor.fact(type, who, body, extra);
    const fact = this.floor.journal.at(-1 - decided.length) as Fact;
    const expected = this.reference.handle(fact);
    this.trace.push(`${fact.at} ${type} ${JSON.stringify(body)}`, ...(expected.length > 0 ? [show(expected)] : []));
    if (show(decided) !== show(expected)) {
      throw new Error(
        `the engine decided:\n${show(decided)}\nthe reference:\n${show(expected)}\n${this.trace.join('\n')}`,
      );
    }
    for (const one of decided) if (one.type === 'message.decided') this.#messages.push(one.body.message);
    // What a late report brought due is due at once.
    const due = this.floor.engine.nextDue(1);
    if (due === null || due > this.floor.now) return;
    if (type === 'timer.fired' && who === 1 && decided.length === 0)
      throw new Error(`a timer that was due at ${due} leaves itself standing\n${this.trace.join('\n')}`);
    this.#both('timer.fired', { due } as FactBody<'timer.fired'>);
  }
}

/** Without what the reference does not keep: the ledger's rows and the name of what she was doing. */
function show(decisions: readonly Decision[]): string {
  return decisions
    .map(({ type, body }) => {
      const { rivals: _, context: __, ...rest } = body as Record<string, unknown>;
      return `  ${type} ${JSON.stringify(rest, Object.keys(rest).sort())}`;
    })
    .join('\n');
}

const scene = fc.record({
  dialogues: randomDialogues,
  house: randomHouse,
  happenings: fc.array(happening, { minLength: 25, maxLength: 70 }),
});
const options = { numRuns: 80 * Number(process.env.KAIROS_RUNS ?? 1) };

function play(
  dialogues: readonly CompiledDialogue[],
  houses: { engine: CompiledHouse; reference: CompiledHouse },
  happenings: readonly Happening[],
): Pair {
  const pair = new Pair(release(dialogues, { house: houses.engine }), release(dialogues, { house: houses.reference }));
  pair.happen({ kind: 'come' });
  for (const what of happenings) pair.happen(what);
  return pair;
}

test('the engine decides what the reference decides, misses no moment, and a replay comes to the same state', () => {
  fc.assert(
    fc.property(scene, ({ dialogues, house, happenings }) => {
      play(dialogues, { engine: house, reference: house }, happenings).floor.expectReplayed();
    }),
    options,
  );
});

test('the scenes are full: all that may be decided here is, and all that may stop a message does', () => {
  const occurred = new Set<string>();
  for (const { dialogues, house, happenings } of fc.sample(scene, { numRuns: 150, seed: 7 })) {
    const { journal, engine } = play(dialogues, { engine: house, reference: house }, happenings).floor;
    for (const { type, body } of journal) {
      const { silence, reason } = body as { silence?: string; reason?: string };
      occurred.add(`${type} ${silence ?? reason ?? ''}`.trim());
    }
    for (const { rivals } of engine.verdicts()) for (const { stopped } of rivals) occurred.add(stopped);
  }
  const decided = ['run.entered', 'run.moved', 'run.ended end', 'objective.reached', 'message.decided'];
  const withdrawn = ['expired', 'left-zone', 'visit-closed', 'until', 'quiet', 'answered', 'outranked', 'paused'];
  decided.push(
    ...withdrawn.map((reason) => `message.withdrawn ${reason}`),
    'message.answered',
    ...silences.map((silence) => `message.silent ${silence}`),
  );
  const stops = ['late-fact', 'no-visit', 'quiet', 'walking-fast', 'paying', 'zone', 'moment', 'unreachable', 'rest'];
  stops.push(
    'cap',
    'budget',
    'gap',
    'not-worth-it',
    'another-speaks',
    'limit-visit',
    'limit-customer',
    'held-out',
    'paused',
  );
  decided.push('task.offered', 'task.released expired', 'task.released unclaimed', 'email.bounced full');
  expect([...decided, ...stops, 'no-key'].filter((what) => !occurred.has(what))).toEqual([]);
});

/** In each, nothing else holds back what the one thing would. */
const generous = { perVisit: 6, gapMs: 0, cap: null, restAfterIgnored: 9 };

test.each([
  ['a budget of one more', { ...generous, perVisit: 2 }, { perVisit: 3 }],
  ['a gap a second longer', { ...generous, gapMs: 10 * second }, { gapMs: 11 * second }],
  ['a rest that begins later', { ...generous, restAfterIgnored: 1, restMs: 600 * second }, { restAfterIgnored: 2 }],
])('a reference with %s is noticed', (_, own, other) => {
  const property = fc.property(scene, ({ dialogues, house, happenings }) => {
    const engine = { ...house, attention: { ...house.attention, ...own } };
    const reference = { ...house, attention: { ...engine.attention, ...other } };
    play(dialogues, { engine, reference }, happenings);
  });
  expect(fc.check(property, { seed: 5, numRuns: 400, endOnFailure: true }).failed).toBe(true);
});

test('a reference that knows no branch for a call without room is noticed', () => {
  const without = (dialogues: readonly CompiledDialogue[]): CompiledDialogue[] =>
    dialogues.map((one) => ({
      ...one,
      steps: Object.fromEntries(
        Object.entries(one.steps).map(([name, step]) => [
          name,
          step.verb === 'say' ? { ...step, surfaces: step.surfaces.map(neverFull) } : step,
        ]),
      ),
    }));
  const property = fc.property(scene, ({ dialogues, house, happenings }) => {
    const pair = new Pair(release(dialogues, { house }), release(without(dialogues), { house }));
    pair.happen({ kind: 'come' });
    for (const what of happenings) pair.happen(what);
  });
  expect(fc.check(property, { seed: 5, numRuns: 400, endOnFailure: true }).failed).toBe(true);
});

function neverFull(surface: CompiledSurface): CompiledSurface {
  if (surface.to === null) return surface;
  const { full: _, ...to } = surface.to;
  return { ...surface, to };
}
