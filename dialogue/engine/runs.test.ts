import type { Fact } from '@kairos/protocol/facts.ts';
import { expect, test } from 'vitest';
import type { CompiledStep } from '../compiled.ts';
import {
  answer,
  day,
  dialogue,
  hour,
  minute,
  onFact,
  pattern,
  release,
  say,
  second,
  surface,
  waitFor,
} from '../test/samples.ts';
import { messageIn, ShopFloor, told } from '../test/shop-floor.ts';
import { readState } from './state-codec.ts';

function help(floor: ShopFloor, subject = 1): ReturnType<ShopFloor['fact']> {
  return floor.fact('help.requested', subject, { cart: `cart-${subject}` });
}

const asked = onFact('help.requested');
const goal = { pattern: pattern('sale'), within: { ms: 30 * day }, value: 4000 };

test('until: from anywhere, what is pending is withdrawn, and no silence follows', () => {
  const cartOf = (fact: Fact | null): unknown => (fact?.body as { cart?: string } | undefined)?.cart;
  const broken = dialogue('it', {
    enter: [asked],
    until: [{ pattern: pattern('forget.requested', ({ fact, entry }) => cartOf(fact) === entry.cart), then: 'end' }],
    entryPaths: ['cart'],
    steps: { offer: say() },
  });
  const floor = new ShopFloor({ release: release([broken]), people: { 1: {} } });
  floor.open(1);
  floor.shown(1, messageIn(help(floor)));
  expect(floor.fact('forget.requested', 1, { cart: 'cart-2' })).toEqual([]);
  expect(told(floor.fact('forget.requested', 1, { cart: 'cart-1' }))).toEqual([
    'message.withdrawn until',
    'run.ended until',
  ]);
  floor.expectReplayed();
});

test('the objective ends a run that waits; what comes after it is less, not more', () => {
  const waiting = dialogue('it', { objective: goal, enter: [asked], steps: { later: waitFor(day, 'end') } });
  const floor = new ShopFloor({ release: release([waiting]), people: { 1: {} } });
  floor.open(1);
  help(floor);
  expect(told(floor.pay(1))).toEqual(['objective.reached', 'run.ended objective']);
  expect(readState(floor.state(1) as string).visit?.budget).toBe(50);
  expect(floor.pay(1)).toEqual([]);
  floor.expectReplayed();
});

test('… counts after the run has ended, too, within its time and once', () => {
  const short = dialogue('it', { objective: goal, enter: [asked], steps: { done: { verb: 'end' } } });
  const floor = new ShopFloor({ release: release([short]), people: { 1: {}, 2: {} } });
  help(floor);
  help(floor, 2);
  floor.pass(30 * day - 1);
  expect(told(floor.pay(1))).toEqual(['objective.reached']);
  expect(floor.pay(1)).toEqual([]);
  floor.pass(1);
  expect(floor.pay(2)).toEqual([]);
  floor.expectReplayed();
});

test('she acts without answering: acted-elsewhere and its branch; seen and done is an answer', () => {
  const project = dialogue('it', {
    objective: goal,
    enter: [asked],
    steps: {
      offer: say({
        answers: [answer('bought', 'thanks', { label: null, on: pattern('sale') })],
        actedElsewhere: 'noted',
      }),
      thanks: waitFor(day, 'end'),
      noted: waitFor(day, 'end'),
    },
  });
  const floor = new ShopFloor({ release: release([project]), people: { 1: {}, 2: {} } });
  floor.open(1);
  floor.shown(1, messageIn(help(floor)));
  expect(told(floor.pay(1))).toEqual(['objective.reached', 'message.answered bought', 'run.moved thanks']);
  floor.open(2);
  help(floor, 2);
  expect(told(floor.pay(2))).toEqual([
    'objective.reached',
    'message.withdrawn answered',
    'message.silent acted-elsewhere',
    'run.moved noted',
  ]);
  floor.expectReplayed();
});

test('waits: for a time, for a fact with a roof, for the next visit with a roof', () => {
  const roof: CompiledStep = {
    verb: 'wait',
    for: { kind: 'fact', pattern: pattern('sale') },
    within: { ms: hour },
    max: null,
    then: 'visit',
    else: 'late',
  };
  const patient = dialogue('it', {
    enter: [asked],
    steps: {
      soon: waitFor(minute, 'bought'),
      bought: roof,
      visit: { verb: 'wait', for: { kind: 'next-visit' }, within: { ms: day }, max: null, then: 'here', else: 'late' },
      here: waitFor(day, 'end'),
      late: { verb: 'end' },
    },
  });
  const floor = new ShopFloor({ release: release([patient]), people: { 1: {}, 2: {}, 3: {} } });
  for (const subject of [1, 2, 3]) {
    floor.open(subject);
    help(floor, subject);
  }
  expect(floor.pay(1)).toEqual([]);
  expect(told(floor.pass(minute))).toEqual(['run.moved bought', 'run.moved bought', 'run.moved bought']);
  expect(told(floor.pay(1))).toEqual(['run.moved visit']);
  expect(told(floor.pay(2))).toEqual(['run.moved visit']);
  expect(told(floor.pass(hour))).toEqual(['run.ended end']);
  floor.close(1);
  expect(told(floor.open(1))).toEqual(['run.moved here']);
  floor.expectReplayed();
  expect(told(floor.pass(day))).toEqual(['run.ended end', 'run.ended end']);
  floor.expectReplayed();
});

test('a circle that holds a wait goes round as often as it may, each message under its own id', () => {
  const reminder = dialogue('it', {
    enter: [asked],
    steps: {
      remind: say({ answers: [answer('later', 'pause')], ignoredAfter: { ms: minute }, ignored: 'pause' }),
      pause: {
        verb: 'wait',
        for: { kind: 'span', span: { ms: hour } },
        within: null,
        max: 2,
        then: 'remind',
        else: 'end',
      },
    },
  });
  const floor = new ShopFloor({ release: release([reminder]), people: { 1: {} } });
  floor.open(1);
  const ids = [messageIn(help(floor))];
  for (let round = 0; round < 2; round += 1) {
    floor.answer(1, ids.at(-1) as string, 'later');
    ids.push(messageIn(floor.pass(hour)));
  }
  expect(new Set(ids).size).toBe(3);
  expect(told(floor.answer(1, ids[2] as string, 'later'))).toEqual(['run.ended end']);
  floor.expectReplayed();
});

test('never shown, tried again at the next visit so often as the author says', () => {
  const again = dialogue('it', {
    enter: [asked],
    steps: {
      offer: say({ on: [surface('cart', { moment: 'at-till' })], again: { max: 2 }, neverShown: 'gaveUp' }),
      gaveUp: { verb: 'end' },
    },
  });
  const floor = new ShopFloor({ release: release([again]), people: { 1: {} } });
  floor.open(1);
  help(floor);
  for (let visit = 0; visit < 2; visit += 1) {
    expect(told(floor.pass(10 * minute))).toEqual(['message.silent never-shown', 'run.moved offer']);
    expect(floor.pass(30 * day)).toEqual([]);
    floor.close(1);
    expect(told(floor.open(1))).toEqual(['run.moved offer']);
  }
  expect(told(floor.pass(10 * minute))).toEqual(['message.silent never-shown', 'run.ended end']);
  floor.expectReplayed();
});

test('whichever surface comes first speaks; on leaving the zone screen it goes on with her, under a new id', () => {
  const two = dialogue('it', {
    enter: [asked],
    steps: {
      offer: say({ on: [surface('screen', { perishesOnLeaving: true }), surface('cart', { moment: 'dwelling' })] }),
    },
  });
  const floor = new ShopFloor({ release: release([two]), people: { 1: {} } });
  floor.fact('screen.changed', null, { screen: 'screen-suits', state: 'connected' });
  floor.open(1);
  floor.enter(1, 'suits');
  const onScreen = help(floor);
  expect(told(onScreen)).toEqual(['run.entered', 'run.moved offer', 'message.decided screen']);
  expect(floor.engine.messageOn('screen-suits')?.message).toBe(messageIn(onScreen));
  floor.shown(1, messageIn(onScreen));
  floor.pass(10 * second);
  expect(told(floor.enter(1, 'wine'))).toEqual(['message.withdrawn moved']);
  const onCart = floor.pass(20 * second);
  expect(told(onCart)).toEqual(['message.decided cart']);
  expect(messageIn(onCart)).not.toBe(messageIn(onScreen));
  floor.expectReplayed();
});

test('another cart: the message moves with her', () => {
  const floor = new ShopFloor({
    release: release([dialogue('it', { enter: [asked], steps: { offer: say() } })]),
    people: { 1: {} },
  });
  floor.fact('screen.changed', null, { screen: 'cart-9', state: 'connected' });
  floor.open(1, { visit: 'visit-one' });
  help(floor);
  expect(told(floor.fact('visit.moved', 1, { visit: 'visit-one', cart: 'cart-9' }))).toEqual([
    'message.withdrawn moved',
    'message.decided cart',
  ]);
  expect(floor.onCart(1)).toBeNull();
  expect(floor.engine.messageOn('cart-9')?.subject).toBe(1);
  floor.expectReplayed();
});

test('a login over a guest goes on with her list and what attention is left', () => {
  const floor = new ShopFloor({
    release: release([dialogue('it', { enter: [asked], steps: { offer: say() } })]),
    people: { 1: {}, 5: { chainId: null } },
  });
  floor.fact('screen.changed', null, { screen: 'cart-1', state: 'connected' });
  floor.fact('visit.opened', 5, { visit: 'visit-guest', cart: 'cart-1', strength: 'guest', reason: 'guest' });
  floor.fact('basket.added', 5, {
    cart: 'cart-1',
    line: { id: 'a', code: '1', name: '', department: 'wine', tags: [], quantity: 2000, unitPrice: 500, amount: 1000 },
  });
  floor.fact('help.requested', 5, { cart: 'cart-1' });
  const closed = floor.fact('visit.closed', 5, { visit: 'visit-guest', reason: 'taken-over' });
  expect(told(closed)).toEqual(['message.withdrawn visit-closed', 'message.silent never-shown', 'run.ended end']);
  floor.fact('customer.erased', 5, { reason: 'guest' });
  expect(floor.state(5)).toBeNull();
  floor.fact('visit.opened', 1, { visit: 'visit-guest', cart: 'cart-1', strength: 'strong', reason: 'known' });
  const { visit } = readState(floor.state(1) as string);
  expect(visit).toMatchObject({ total: 1000, budget: 99, messages: 1 });
  floor.expectReplayed();
});

test('erased: what speaks is taken back, her runs end, nothing is left', () => {
  const floor = new ShopFloor({
    release: release([dialogue('it', { objective: goal, enter: [asked], steps: { offer: say() } })]),
    people: { 1: {} },
  });
  floor.open(1);
  help(floor);
  floor.close(1, 'forgotten');
  expect(told(floor.fact('customer.erased', 1, { reason: 'asked' })).at(-1)).toBe('run.ended erased');
  expect(floor.state(1)).toBeNull();
  expect(floor.engine.nextDue(1)).toBeNull();
  floor.expectReplayed();
});

test('a number that was only typed: no names, nothing of earlier visits; her PIN brings them back', () => {
  const later = dialogue('it', {
    enter: [asked],
    steps: {
      next: { verb: 'wait', for: { kind: 'next-visit' }, within: null, max: null, then: 'greet', else: 'end' },
      greet: say({
        on: [surface('cart', { text: ({ customer }) => `Hello ${customer.firstName ?? 'there'}` })],
        validFor: { ms: day },
      }),
    },
  });
  const named = release([later]);
  const floor = new ShopFloor({
    release: {
      ...named,
      house: { ...named.house, attributes: { firstName: { type: 'text', sensitivity: 'near', default: null } } },
    },
    people: { 1: { attributes: { firstName: 'Ana' } } },
  });
  floor.open(1);
  help(floor);
  floor.close(1);
  floor.pass(day);
  expect(told(floor.open(1, { strength: 'weak', visit: 'visit-weak' }))).toEqual(['run.moved greet']);
  expect(floor.engine.verdicts()[0]?.rivals[0]?.stopped).toBe('earlier-visit');
  const spoken = floor.fact('visit.opened', 1, {
    visit: 'visit-weak',
    cart: 'cart-1',
    strength: 'strong',
    reason: 'known',
  });
  expect(told(spoken)).toEqual(['message.decided cart']);
  expect(floor.engine.render(1, messageIn(spoken))?.headline).toBe('Hello Ana');
  floor.expectReplayed();
});

test('consent withdrawn takes back what speaks on that channel', () => {
  const mail = dialogue('it', {
    enter: [asked],
    steps: { write: say({ on: [surface('email', { sensitivity: 'own' })], validFor: { ms: day }, neverShown: 'end' }) },
  });
  const floor = new ShopFloor({ release: release([mail]), people: { 1: { consent: { email: true } }, 2: {} } });
  expect(told(help(floor))).toEqual(['run.entered', 'run.moved write', 'message.decided email']);
  expect(told(help(floor, 2))).toEqual(['run.entered', 'run.moved write']);
  expect(floor.engine.verdicts({ subject: 2 })[0]?.rivals[0]?.stopped).toBe('consent');
  floor.setPerson(1, { consent: { email: false } });
  expect(told(floor.fact('consent.changed', 1, { purpose: 'email', granted: false }))).toEqual([
    'message.withdrawn consent',
  ]);
  floor.expectReplayed();
});

test('e-mail: the clock of silence starts when it was sent, a bounce is never shown', () => {
  const mail = dialogue('it', {
    enter: [asked],
    steps: {
      write: say({
        on: [surface('email')],
        validFor: { ms: 30 * day },
        ignoredAfter: { ms: 7 * day },
        ignored: 'call',
        neverShown: 'letter',
      }),
      call: waitFor(day, 'end'),
      letter: waitFor(day, 'end'),
    },
  });
  const floor = new ShopFloor({
    release: release([mail]),
    people: { 1: { consent: { email: true } }, 2: { consent: { email: true } } },
  });
  const message = messageIn(help(floor));
  floor.pass(day);
  floor.fact('email.sent', null, { message });
  expect(floor.pass(7 * day - 1)).toEqual([]);
  expect(told(floor.pass(1))).toEqual(['message.silent ignored', 'run.moved call']);
  const other = messageIn(help(floor, 2));
  expect(told(floor.fact('email.bounced', null, { message: other, reason: 'no such box' }))).toEqual([
    'message.silent never-shown',
    'run.moved letter',
  ]);
  floor.expectReplayed();
});

test('public screens: nothing near, nothing that fewer than five present have in common, unless she asked', () => {
  const gold = dialogue('gold', {
    audience: ({ customer }) => customer.tier === 'gold',
    enter: [asked],
    steps: { show: say({ on: [surface('screen')] }) },
  });
  const near = dialogue('near', {
    enter: [onFact('basket.added')],
    steps: { show: say({ on: [surface('screen', { sensitivity: 'near' })] }) },
  });
  const people = Object.fromEntries(Array.from({ length: 8 }, (_, at) => [at + 1, { attributes: { tier: 'gold' } }]));
  const floor = new ShopFloor({
    release: release([gold, near]),
    people: { ...people, 9: { attributes: { tier: 'gold', greetOnScreens: true } } },
  });
  floor.fact('screen.changed', null, { screen: 'screen-suits', state: 'connected' });
  for (let subject = 1; subject <= 4; subject += 1) floor.open(subject);
  floor.enter(1, 'suits');
  help(floor);
  expect(floor.engine.verdicts()[0]?.rivals[0]?.stopped).toBe('crowd-too-small');
  floor.scan(1);
  expect(floor.engine.verdicts({ dialogue: 'near' })[0]?.rivals.find((one) => one.dialogue === 'near')?.stopped).toBe(
    'privacy',
  );
  floor.open(5);
  expect(told(floor.enter(1, 'shoes'))).toEqual([]);
  floor.fact('screen.changed', null, { screen: 'screen-shoes', state: 'connected' });
  expect(floor.engine.messageOn('screen-shoes')?.subject).toBe(1);
  floor.expectReplayed();
  const few = new ShopFloor({
    release: release([gold]),
    people: { 9: { attributes: { tier: 'gold', greetOnScreens: true } } },
  });
  few.fact('screen.changed', null, { screen: 'screen-suits', state: 'connected' });
  few.open(9);
  few.enter(9, 'suits');
  expect(told(help(few, 9))).toContain('message.decided screen');
});

test('evicted and loaded again, she goes on where she was', () => {
  const floor = new ShopFloor({
    release: release([dialogue('it', { enter: [asked], steps: { offer: say() } })]),
    people: { 1: {} },
  });
  floor.open(1);
  const message = messageIn(help(floor));
  floor.shown(1, message);
  const saved = floor.state(1) as string;
  floor.engine.evict(1);
  expect(floor.engine.activeSubjects).toBe(0);
  expect(floor.onCart(1)).toBeNull();
  floor.engine.load(1, saved);
  expect(floor.onCart(1)).toBe(message);
  expect(told(floor.pass(2 * minute))).toEqual(['message.silent ignored', 'run.ended end']);
});
