import { expect, test } from 'vitest';
import {
  answer,
  day,
  dialogue,
  minute,
  onDwell,
  onFact,
  release,
  say,
  second,
  surface,
  waitFor,
} from '../test/samples.ts';
import { messageIn, ShopFloor, told } from '../test/shop-floor.ts';

const suits = dialogue('suits', {
  enter: [onDwell('suits', 20 * second)],
  steps: {
    offer: say({
      on: [surface('cart', { moment: 'at-rest', perishesOnLeaving: true })],
      answers: [answer('yes', 'thanks'), answer('no', 'end', { positive: false })],
      ignored: 'later',
      walkedAway: 'later',
    }),
    thanks: say({ neverShown: 'end' }),
    later: waitFor(5 * minute, 'thanks'),
  },
});

test('a dwell speaks on the cart at its moment, is answered, and the answer’s step follows at once', () => {
  const floor = new ShopFloor({ release: release([suits]), people: { 1: {} } });
  floor.open(1);
  expect(floor.enter(1, 'suits')).toEqual([]);
  expect(floor.pass(19_999)).toEqual([]);
  const spoken = floor.pass(1);
  expect(told(spoken)).toEqual(['run.entered', 'run.moved offer', 'message.decided cart']);
  const message = messageIn(spoken);
  expect(floor.onCart(1)).toBe(message);
  expect(floor.engine.render(1, message)?.answers.map(({ id }) => id)).toEqual(['yes', 'no']);
  floor.shown(1, message);
  floor.pass(30 * second);
  const replied = floor.answer(1, message, 'yes');
  expect(told(replied)).toEqual(['run.moved thanks', 'message.decided cart']);
  floor.expectReplayed();
});

test('no answer: the silence step follows, counted from the first paint to the millisecond', () => {
  const floor = new ShopFloor({ release: release([suits]), people: { 1: {} } });
  floor.open(1);
  floor.enter(1, 'suits');
  const message = messageIn(floor.pass(20 * second));
  floor.pass(3 * second);
  // Painted two seconds ago, reported now.
  floor.shown(1, message, { ageMs: 2000 });
  floor.shown(1, message);
  expect(floor.pass(2 * minute - 2001)).toEqual([]);
  expect(told(floor.pass(1))).toEqual(['message.silent ignored', 'run.moved later']);
  expect(floor.onCart(1)).toBeNull();
  floor.expectReplayed();
  expect(told(floor.pass(5 * minute))).toEqual(['run.moved thanks', 'message.decided cart']);
  floor.expectReplayed();
});

test('she leaves what she was shown: withdrawn at once, and she walked away', () => {
  const floor = new ShopFloor({ release: release([suits]), people: { 1: {} } });
  floor.open(1);
  floor.enter(1, 'suits');
  const message = messageIn(floor.pass(20 * second));
  floor.shown(1, message);
  expect(told(floor.enter(1, 'shoes'))).toEqual([
    'message.withdrawn left-zone',
    'message.silent walked-away',
    'run.moved later',
  ]);
  floor.expectReplayed();
});

test('withdrawn before it was shown it was never shown, once a report under way has had its time', () => {
  const floor = new ShopFloor({ release: release([suits]), people: { 1: {} } });
  floor.open(1);
  floor.enter(1, 'suits');
  const message = messageIn(floor.pass(20 * second));
  floor.pass(5 * second);
  expect(told(floor.enter(1, 'shoes'))).toEqual(['message.withdrawn left-zone']);
  expect(floor.onCart(1)).toBeNull();
  expect(floor.pass(30 * second - 1)).toEqual([]);
  expect(told(floor.pass(1))).toEqual(['message.silent never-shown', 'run.ended end']);
  expect(floor.shown(1, message)).toEqual([]);
  floor.expectReplayed();
});

test('… and a report of a paint before the withdrawal makes it a walk-away', () => {
  const floor = new ShopFloor({ release: release([suits]), people: { 1: {} } });
  floor.open(1);
  floor.enter(1, 'suits');
  const message = messageIn(floor.pass(20 * second));
  floor.pass(5 * second);
  floor.enter(1, 'shoes');
  floor.pass(second);
  expect(told(floor.shown(1, message, { ageMs: 3000 }))).toEqual(['message.silent walked-away', 'run.moved later']);
  floor.expectReplayed();
});

test('without its moment it never speaks, and counts as never shown at its deadline', () => {
  const till = dialogue('till', {
    enter: [onFact('basket.added')],
    steps: {
      offer: say({ on: [surface('cart', { moment: 'at-till' })], validFor: { ms: minute }, neverShown: 'end' }),
    },
  });
  const floor = new ShopFloor({ release: release([till]), people: { 1: {} } });
  floor.open(1);
  expect(told(floor.scan(1))).toEqual(['run.entered', 'run.moved offer']);
  expect(told(floor.pass(minute))).toEqual(['message.silent never-shown', 'run.ended end']);
  expect(floor.engine.verdicts()[0]?.rivals).toEqual([
    { dialogue: 'till', step: 'offer', score: 0, stopped: 'moment' },
  ]);
  floor.expectReplayed();
});

test('past its deadline an unseen message is taken back, and 30 s later it was never shown', () => {
  const quick = dialogue('quick', {
    enter: [onFact('basket.added')],
    steps: { offer: say({ validFor: { ms: minute } }) },
  });
  const floor = new ShopFloor({ release: release([quick]), people: { 1: {} } });
  floor.open(1);
  floor.scan(1);
  expect(told(floor.pass(minute))).toEqual(['message.withdrawn expired']);
  expect(told(floor.pass(30 * second))).toEqual(['message.silent never-shown', 'run.ended end']);
  floor.expectReplayed();
});

test('one voice: a second message waits until the first is over, and its gap has passed', () => {
  const one = dialogue('one', { priority: 7, enter: [onFact('basket.added')], steps: { offer: say() } });
  const other = dialogue('other', { enter: [onFact('basket.added')], steps: { offer: say() } });
  const settings = release([one, other]);
  const floor = new ShopFloor({
    release: {
      ...settings,
      house: { ...settings.house, attention: { ...settings.house.attention, gapMs: 40 * second } },
    },
    people: { 1: {} },
  });
  floor.open(1);
  const first = floor.scan(1);
  expect(told(first)).toEqual([
    'run.entered',
    'run.moved offer',
    'run.entered',
    'run.moved offer',
    'message.decided cart',
  ]);
  const decided = first.at(-1);
  expect(decided?.type === 'message.decided' && decided.body.dialogue).toBe('one');
  expect(decided?.type === 'message.decided' && decided.body.rivals).toEqual([
    { dialogue: 'other', step: 'offer', score: 0, stopped: 'outranked' },
  ]);
  floor.shown(1, messageIn(first));
  expect(told(floor.answer(1, messageIn(first), 'no'))).toEqual(['run.ended end']);
  expect(floor.pass(40 * second - 1)).toEqual([]);
  expect(told(floor.pass(1))).toEqual(['message.decided cart']);
  floor.expectReplayed();
});

test('the same facts give the same ids, whatever the journal’s numbers', () => {
  const ids = (padding: number): string[] => {
    const floor = new ShopFloor({ release: release([suits]), people: { 1: {}, 2: {} } });
    floor.fact('screen.changed', null, { screen: 'cart-1', state: 'connected' });
    for (let pad = 0; pad < padding; pad += 1) floor.fact('help.requested', 2, { cart: 'cart-2' });
    floor.open(1, { visit: 'visit-one' });
    floor.enter(1, 'suits');
    const spoken = floor.pass(20 * second);
    return spoken.map(({ body }) => ('message' in body ? String(body.message) : String((body as { run: string }).run)));
  };
  expect(ids(0)).toEqual(ids(7));
  expect(ids(0)[0]).toMatch(/^[0-9a-f]{20}$/);
});

test('an associate may always say that she cannot now, and then it was never said', () => {
  const prompt = dialogue('prompt', {
    enter: [onFact('basket.added')],
    steps: {
      offer: say({ on: [surface('pos')], answers: [answer('said', 'end')], neverShown: 'later' }),
      later: waitFor(day, 'end'),
    },
  });
  const floor = new ShopFloor({ release: release([prompt]), people: { 1: {} } });
  floor.fact('screen.changed', null, { screen: 'till-1', state: 'connected' });
  floor.open(1);
  floor.enter(1, 'tills');
  const message = messageIn(floor.scan(1));
  const rendered = floor.engine.render(1, message, 'de-CH');
  expect(rendered?.answers.map(({ id, label }) => [id, label])).toEqual([
    ['said', 'said'],
    ['not-reached', 'Jetzt nicht'],
  ]);
  expect(told(floor.answer(1, message, 'not-reached'))).toEqual(['message.silent never-shown', 'run.moved later']);
  floor.expectReplayed();
});

test('an unseen reply gives way to nobody, and half a minute after her answer as any message does', () => {
  const urgent = dialogue('urgent', { enter: [onFact('help.requested')], priority: 9, steps: { offer: say() } });
  const floor = new ShopFloor({ release: release([suits, urgent]), people: { 1: {} } });
  floor.open(1);
  floor.enter(1, 'suits');
  const offered = messageIn(floor.pass(20 * second));
  floor.shown(1, offered);
  messageIn(floor.answer(1, offered, 'yes'));
  expect(told(floor.fact('help.requested', 1, { cart: 'cart-1' }))).toEqual(['run.entered', 'run.moved offer']);
  expect(floor.pass(30 * second)).toEqual([]);
  expect(told(floor.pass(1))).toEqual(['message.withdrawn outranked', 'message.decided cart']);
  floor.expectReplayed();
});

test.each([1, 0])('a pause that ends as her own timer is due is over, whoever is woken first: %i', (first) => {
  const floor = new ShopFloor({ release: release([suits]), people: { 1: {} } });
  floor.open(1);
  const until = floor.now + 40 * second;
  floor.enter(1, 'suits');
  floor.pass(10 * second);
  const rest = { what: 'channel', name: 'cart', paused: true, until, by: 'manager' } as const;
  floor.fact('pause.changed', null, rest);
  expect(told(floor.pass(30 * second - 1))).toEqual(['run.entered', 'run.moved offer']);
  floor.moveTo(until);
  expect(floor.engine.nextDue(1)).toBe(until);
  expect(told(floor.fact('timer.fired', first, { due: until }))).toEqual(['message.decided cart']);
  expect(floor.engine.nextDue(1)).toBeGreaterThan(until);
  floor.pass(minute);
  expect(floor.engine.nextDue(0)).toBeNull();
  floor.expectReplayed();
});

test('an answer that the message does not know shows all the same that she stands still', () => {
  const say_ = (moment: 'any' | 'at-rest') => ({ offer: say({ on: [surface('cart', { moment })] }) });
  const any = dialogue('any', { enter: [onFact('help.requested')], steps: say_('any') });
  const urgent = dialogue('urgent', {
    enter: [onFact('zone.entered')],
    priority: 9,
    steps: say_('at-rest'),
  });
  const floor = new ShopFloor({ release: release([any, urgent]), people: { 1: {} } });
  floor.open(1);
  const message = messageIn(floor.fact('help.requested', 1, { cart: 'cart-1' }));
  expect(told(floor.enter(1, 'suits'))).toEqual(['run.entered', 'run.moved offer']);
  expect(told(floor.answer(1, message, 'odd'))).toEqual(['message.withdrawn outranked', 'message.decided cart']);
  floor.expectReplayed();
});
