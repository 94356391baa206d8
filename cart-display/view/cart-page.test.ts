import type { Ack, RejectReason } from '@kairos/protocol/device-facts.ts';
import type { CartView, ScreenMessage } from '@kairos/protocol/screen-events.ts';
import { type SimulatedPorts, simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { keptInMemory } from '../queue/kept.ts';
import type { Batch, NewFact } from '../queue/outbox.ts';
import { idleView as idle } from '../test/idle-view.ts';
import { CartPage, farewellMs, lostGraceMs, nobodyMs } from './cart-page.ts';
import { loginTimeoutMs } from './login-keeper.ts';
import { helpOf, isAskedForPin, sceneOf } from './page-state.ts';

const shopping: CartView = { ...idle, phase: 'shopping', shopper: { strength: 'weak', name: null } };
const message: ScreenMessage = {
  id: 'message-0001',
  headline: 'Rollers are two steps away',
  body: '',
  answers: [{ id: 'later', label: 'Not today' }],
  validForMs: 60_000,
};

let ports: SimulatedPorts;
let kept: Map<string, unknown>;
let sent: { epoch: string; sequence: number; type: string; body: NewFact['body'] }[];
let version: number;
/** As they were sent. */
let pins: string[];
let isOnline: boolean;

/** A load of the page; its line is up, and `hold` is what the store says. */
async function load(epoch: string, options: { isWatching?: boolean } = {}): Promise<CartPage> {
  const page = new CartPage({
    cart: 'cart-13',
    epoch,
    isWatching: options.isWatching ?? false,
    ports,
    kept: keptInMemory(kept),
    sendPin: (pin) => pins.push(pin) > 0 && isOnline,
    send: (batch: Batch) => {
      for (const { sequence, type, body } of batch.facts) sent.push({ epoch: batch.epoch, sequence, type, body });
      return true;
    },
  });
  await page.takeUp();
  page.state({ kind: 'connected' });
  return page;
}
function hold(page: CartPage, view: CartView): void {
  version += 1;
  page.held({ version, view });
}
const ack = (epoch: string, upTo: number, rejected: Ack['rejected'] = []): Ack => ({
  epoch,
  upTo,
  rejected,
  storeTime: 0,
});
const refusal = (sequence: number, reason: RejectReason) => [{ sequence, reason }];
const typesSent = (): string[] => sent.map(({ type }) => type);
/** The messages of all facts of a type, each fact once however often it was sent. */
function reported(type: string): string[] {
  const facts = new Map(sent.map((fact) => [`${fact.epoch}/${fact.sequence}`, fact]));
  const bodies = [...facts.values()].filter((fact) => fact.type === type).map((fact) => fact.body);
  return bodies.map((body) => (body as { message: string }).message);
}

beforeEach(() => {
  ports = simulatedPorts({ startMs: 1_000_000, seed: 7 });
  pins = [];
  isOnline = true;
  kept = new Map();
  sent = [];
  version = 0;
});

describe('the cart’s page', () => {
  it('waits for the store’s answer to a login, and says so when none comes', async () => {
    const page = await load('epoch-a');
    hold(page, idle);
    page.login.continueAsGuest();
    expect(page.read().login.kind).toBe('asking');
    ports.advance(loginTimeoutMs);
    expect(page.read().login).toMatchObject({ kind: 'refused', why: 'no-answer' });
  });

  it.each([
    ['check-digit', 'wrong-digit'],
    ['number-prefix', 'not-ours'],
    ['number-shape', 'number-shape'],
  ] as const)('puts the refusal "%s" into her terms', async (reason, why) => {
    const page = await load('epoch-a');
    hold(page, idle);
    page.login.presentNumber('2912345678906', 'typed');
    page.acks(ack('epoch-a', 1, refusal(1, reason)));
    expect(page.read().login).toMatchObject({ kind: 'refused', why });
  });

  it('bears a short loss of the line without a word', async () => {
    const page = await load('epoch-a');
    hold(page, shopping);
    page.state({ kind: 'lost' });
    ports.advance(lostGraceMs - 1);
    page.state({ kind: 'connected' });
    ports.advance(lostGraceMs);
    expect(page.read()).toMatchObject({ isOutOfTouch: false, word: null });
  });

  it('shows nothing of hers again after she was forgotten, while the store has not heard of it', async () => {
    const page = await load('epoch-a');
    hold(page, shopping);
    page.state({ kind: 'lost' });
    page.forget();
    page.state({ kind: 'connected' });
    hold(page, { ...shopping, message });
    expect(sceneOf(page.read())).toBe('goodbye');
    expect(page.read().glass.current).toBeNull();
    const reloaded = await load('epoch-b');
    hold(reloaded, { ...shopping, message });
    expect(sceneOf(reloaded.read())).toBe('goodbye');
    expect(typesSent()).not.toContain('message.shown');
  });

  it('lets the next shopper begin once the store has forgotten, too', async () => {
    const page = await load('epoch-a');
    hold(page, shopping);
    page.forget();
    page.acks(ack('epoch-a', 1));
    hold(page, idle);
    expect(sceneOf(page.read())).toBe('goodbye');
    ports.advance(farewellMs);
    expect(sceneOf(page.read())).toBe('idle');
    hold(page, shopping);
    expect(sceneOf(page.read())).toBe('shopping');
  });

  it('keeps what it has shown through a store that starts anew and comes back with the visit', async () => {
    const page = await load('epoch-a');
    hold(page, { ...shopping, message });
    page.painted(message.id, 0);
    page.answer(message.id, 'later');
    hold(page, idle);
    ports.advance(farewellMs / 2);
    hold(page, { ...shopping, message });
    ports.advance(5_000);
    expect(page.read().glass.current).toBeNull();
    expect(reported('message.shown')).toEqual([message.id]);
  });

  it('wipes what the visit left once it has ended for good', async () => {
    const page = await load('epoch-a');
    hold(page, { ...shopping, message });
    page.painted(message.id, 0);
    page.set({ isLargeType: true });
    page.acks(ack('epoch-a', 1));
    hold(page, { ...idle, phase: 'goodbye' });
    page.acks(ack('epoch-a', 2));
    ports.advance(farewellMs);
    expect([...kept.keys()]).toEqual([]);
    expect(page.read().settings.isLargeType).toBe(false);
  });

  it('does not leave standing that nobody is free, and says it again of the next call', async () => {
    const page = await load('load-1');
    hold(page, { ...shopping, help: { id: 'help-call-1', state: 'asked' } });
    hold(page, { ...shopping, help: { id: 'help-call-1', state: 'nobody-free' } });
    expect(helpOf(page.read())?.state).toBe('nobody-free');
    ports.advance(nobodyMs);
    expect(helpOf(page.read())).toBeNull();
    hold(page, { ...shopping, help: { id: 'help-call-2', state: 'nobody-free' } });
    expect(helpOf(page.read())?.id).toBe('help-call-2');
  });

  it('does not keep a call for help that the store would hear too late, and says so', async () => {
    const page = await load('epoch-a');
    hold(page, shopping);
    page.state({ kind: 'lost' });
    page.requestHelp();
    expect(page.read().word).toEqual({ kind: 'not-done' });
    page.state({ kind: 'connected' });
    expect(typesSent()).toEqual([]);
  });

  it('forgets what somebody chose in the dock and left there', async () => {
    const page = await load('epoch-a');
    hold(page, idle);
    page.set({ language: 'ar' });
    page.login.presentNumber('12', 'typed');
    page.clearDock();
    expect(page.read()).toMatchObject({ settings: { language: null }, login: { kind: 'ready' } });
    expect([...kept.keys()]).toEqual([]);
  });

  it('reports nothing where it only watches', async () => {
    const page = await load('epoch-a', { isWatching: true });
    hold(page, { ...shopping, message });
    page.painted(message.id, 0);
    page.answer(message.id, 'later');
    page.requestHelp();
    page.forget();
    expect(sent).toEqual([]);
    expect(sceneOf(page.read())).toBe('shopping');
  });
});

type Happening =
  | { kind: 'say'; id: number; validForMs: number }
  | { kind: 'withdraw' }
  | { kind: 'paint' }
  | { kind: 'answer' }
  | { kind: 'drop' }
  | { kind: 'reload' }
  | { kind: 'pass'; ms: number };

const happenings: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({
    kind: fc.constant('say' as const),
    id: fc.integer({ min: 1, max: 4 }),
    validForMs: fc.integer({ min: 0, max: 9_000 }),
  }),
  fc.record({ kind: fc.constantFrom('withdraw', 'paint', 'answer', 'drop', 'reload') }) as fc.Arbitrary<Happening>,
  fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 5_000 }) }),
);

describe('through drops, reloads and withdrawals in any order', () => {
  it('each message is reported shown at most once, answered at most once, and never on the glass after its time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(happenings, { maxLength: 60 }), async (story) => {
        ports = simulatedPorts({ startMs: 1_000_000, seed: 7 });
        kept = new Map();
        sent = [];
        let loads = 1;
        let page = await load(`epoch-${loads}`);
        let said: ScreenMessage | null = null;
        let saidUntil = 0;
        const tell = (): void => {
          const left = said && { ...said, validForMs: Math.max(0, saidUntil - ports.clock.monotonic()) };
          hold(page, { ...shopping, message: left });
        };
        const gone = new Set<string>();
        for (const happening of story) {
          if (happening.kind === 'say') {
            said = { ...message, id: `message-000${happening.id}` };
            saidUntil = ports.clock.monotonic() + happening.validForMs;
            tell();
          } else if (happening.kind === 'withdraw') {
            said = null;
            tell();
          } else if (happening.kind === 'paint') {
            const { current } = page.read().glass;
            if (current) page.painted(current.message.id, 0);
          } else if (happening.kind === 'answer') {
            const { current } = page.read().glass;
            if (current) {
              page.answer(current.message.id, 'later');
              gone.add(current.message.id);
            }
          } else if (happening.kind === 'drop') {
            page.state({ kind: 'lost' });
            page.state({ kind: 'connected' });
            tell();
          } else if (happening.kind === 'reload') {
            loads += 1;
            page = await load(`epoch-${loads}`);
            tell();
          } else ports.advance(happening.ms);
          const { current } = page.read().glass;
          if (current && current.state !== 'answered') {
            expect(ports.clock.monotonic()).toBeLessThan(saidUntil);
            expect(gone.has(current.message.id)).toBe(false);
          }
        }
        for (const type of ['message.shown', 'message.answered']) {
          const ids = reported(type);
          expect(new Set(ids).size).toBe(ids.length);
        }
      }),
      { numRuns: 400, seed: 20261122 },
    );
  });
});

describe('her PIN', () => {
  const weak: CartView = { ...shopping, shopper: { strength: 'weak', name: null, pin: true } };
  const card = '2912345678906';

  async function keyed(): Promise<CartPage> {
    const page = await load('epoch-a');
    hold(page, idle);
    page.login.presentNumber(card, 'typed');
    hold(page, weak);
    return page;
  }

  it('is asked for once, after her number was keyed here, and closes with the view that is hers', async () => {
    const page = await keyed();
    expect(isAskedForPin(page.read())).toBe(true);
    page.pin.present('246813');
    expect(page.read().pin).toEqual({ kind: 'asking' });
    page.pinAnswered({ kind: 'right' });
    hold(page, { ...weak, shopper: { strength: 'strong', name: 'Ada' } });
    expect(page.read().pin).toEqual({ kind: 'closed' });
    expect(pins).toEqual(['246813']);
  });

  it('is not asked for again when she has gone on without, after a reload, or of one who has none', async () => {
    const page = await keyed();
    page.pin.close();
    hold(page, { ...weak, zone: 'linen' });
    expect(isAskedForPin(page.read())).toBe(false);
    const again = await load('epoch-b');
    hold(again, weak);
    expect(isAskedForPin(again.read())).toBe(false);
    again.pin.open();
    expect(isAskedForPin(again.read())).toBe(true);
    hold(again, { ...weak, phase: 'at-till' });
    expect(isAskedForPin(again.read())).toBe(false);
    const other = await load('epoch-c');
    hold(other, idle);
    other.login.presentNumber(card, 'typed');
    hold(other, shopping);
    expect(other.read().pin).toEqual({ kind: 'closed' });
  });

  it('is in no fact and is kept nowhere, whatever becomes of it', async () => {
    const page = await keyed();
    page.pin.present('246813');
    page.pinAnswered({ kind: 'wrong', triesLeft: 4 });
    expect(page.read().pin).toEqual({ kind: 'wrong', triesLeft: 4 });
    isOnline = false;
    page.pin.present('246813');
    expect(page.read().pin).toEqual({ kind: 'out-of-touch' });
    expect(JSON.stringify([sent, [...kept.values()], page.read()])).not.toContain('246813');
  });

  it('waits for an answer only so long, and an answer that comes later is nobody’s', async () => {
    const page = await keyed();
    page.pin.present('246813');
    ports.advance(loginTimeoutMs);
    expect(page.read().pin).toEqual({ kind: 'no-answer' });
    page.pin.close();
    page.pinAnswered({ kind: 'locked', minutes: 15 });
    expect(page.read().pin).toEqual({ kind: 'closed' });
  });
});
