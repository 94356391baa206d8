/** The screens of a zone among several shoppers: who has them, who takes them, and how much of an hour they speak. */
import { expect, test } from 'vitest';
import type { CompiledDialogue, ScreenSettings } from '../compiled.ts';
import { glassMinMs, playsMax } from '../moment/screen-turns.ts';
import { dialogue, hour, house, minute, onFact, release, say, second, surface } from '../test/samples.ts';
import { messageIn, ShopFloor, told } from '../test/shop-floor.ts';
import type { StoreState } from './store-state.ts';

const onScreen = { on: [surface('screen')], validFor: { ms: 2 * hour }, ignoredAfter: { ms: minute } };
const low = dialogue('low', { enter: [onFact('help.requested')], steps: { offer: say(onScreen) } });
const high = { ...dialogue('high', { enter: [onFact('basket.added')], steps: { offer: say(onScreen) } }), priority: 8 };

const shoppers = [1, 2, 3] as const;

function floorWith(dialogues: readonly CompiledDialogue[], screens?: ScreenSettings): ShopFloor {
  const all = house({ attention: { perVisit: 1000 }, ...(screens === undefined ? {} : { screens }) });
  const floor = new ShopFloor({ release: release(dialogues, { house: all }), people: { 1: {}, 2: {}, 3: {} } });
  floor.fact('screen.changed', null, { screen: 'screen-suits', state: 'connected' });
  for (const subject of shoppers) {
    floor.open(subject);
    floor.enter(subject, 'suits');
  }
  return floor;
}

function help(floor: ShopFloor, subject: number): ReturnType<ShopFloor['fact']> {
  return floor.fact('help.requested', subject, { cart: `cart-${subject}` });
}

function seen(floor: ShopFloor, subject: number, message: string): void {
  floor.fact('message.shown', subject, { message, screen: 'screen-suits' });
}

function stopOf(floor: ShopFloor, subject: number): string | undefined {
  return floor.engine.verdicts({ subject })[0]?.rivals[0]?.stopped;
}

const speaker = (floor: ShopFloor): number | undefined => floor.engine.messageOn('screen-suits')?.subject;
const withdrawals = (floor: ShopFloor): number =>
  floor.journal.filter(({ type }) => type === 'message.withdrawn').length;

test('a higher class takes the screen at once from what nobody has seen; the lower waits, and is back when it is free', () => {
  const floor = floorWith([low, high]);
  help(floor, 1);
  const scanned = floor.scan(2);
  expect(told(scanned)).toEqual([
    'run.entered',
    'run.moved offer',
    'message.withdrawn outranked',
    'message.decided screen',
  ]);
  expect(scanned.map(({ subject }) => subject)).toEqual([2, 2, 1, 2]);
  expect(speaker(floor)).toBe(2);
  expect(stopOf(floor, 1)).toBe('screen-taken');
  floor.expectReplayed();
  seen(floor, 2, messageIn(scanned));
  const over = floor.pass(minute);
  expect(told(over)).toEqual(['message.silent ignored', 'run.ended end', 'message.decided screen']);
  expect(speaker(floor)).toBe(1);
  floor.expectReplayed();
});

test('what somebody may be reading keeps the glass for its least time, and is then taken by a timer, not before', () => {
  const floor = floorWith([low, high]);
  seen(floor, 1, messageIn(help(floor, 1)));
  floor.pass(second);
  expect(told(floor.scan(2))).toEqual(['run.entered', 'run.moved offer']);
  expect(stopOf(floor, 2)).toBe('screen-taken');
  expect(floor.pass(glassMinMs - second - 1)).toEqual([]);
  expect(told(floor.pass(1))).toEqual(['message.withdrawn outranked', 'message.decided screen']);
  expect(speaker(floor)).toBe(2);
  floor.expectReplayed();
  // Seen, it has taken her attention: it is said anew when its moment comes, as another.
  seen(floor, 2, floor.engine.messageOn('screen-suits')?.message ?? '');
  expect(told(floor.pass(minute))).toContain('message.decided screen');
  expect(speaker(floor)).toBe(1);
  expect(withdrawals(floor)).toBe(1);
  floor.expectReplayed();
});

test('an equal or lower class waits its turn, and the highest of those who wait is next', () => {
  const middle = {
    ...dialogue('middle', { enter: [onFact('forget.requested')], steps: { offer: say(onScreen) } }),
    priority: 6,
  };
  const floor = floorWith([low, middle, high]);
  seen(floor, 1, messageIn(floor.scan(1)));
  help(floor, 2);
  floor.fact('forget.requested', 3, { cart: 'cart-3' });
  floor.pass(30 * second);
  expect(speaker(floor)).toBe(1);
  expect([stopOf(floor, 2), stopOf(floor, 3)]).toEqual(['screen-taken', 'screen-taken']);
  floor.expectReplayed();
  floor.answer(1, floor.engine.messageOn('screen-suits')?.message ?? '', 'yes');
  expect(speaker(floor)).toBe(3);
  expect(withdrawals(floor)).toBe(0);
  floor.expectReplayed();
});

test('who has the screen taken from her goes on to her next surface', () => {
  const two = dialogue('low', {
    enter: [onFact('help.requested')],
    steps: { offer: say({ on: [surface('screen'), surface('cart')] }) },
  });
  const floor = floorWith([two, high]);
  help(floor, 1);
  expect(told(floor.scan(2))).toEqual([
    'run.entered',
    'run.moved offer',
    'message.withdrawn outranked',
    'message.decided screen',
    'message.decided cart',
  ]);
  expect(floor.onCart(1)).not.toBeNull();
  floor.expectReplayed();
});

test('so many plays an hour: the next waits, the ledger says why, and it comes when the first has left the hour', () => {
  const floor = floorWith([low, high], { playsPerHour: 2, shareOfHour: null });
  for (const subject of [1, 2]) {
    const message = messageIn(help(floor, subject));
    seen(floor, subject, message);
    floor.pass(10 * second);
    floor.answer(subject, message, 'yes');
  }
  // Not even a higher class: the bound is the store's word to everybody.
  expect(told(floor.scan(3))).toEqual(['run.entered', 'run.moved offer']);
  expect(stopOf(floor, 3)).toBe('screen-hour');
  floor.expectReplayed();
  const restarted = floor.replica();
  restarted.load(0, floor.state(0) as string);
  expect(restarted.nextDue(3)).toBe(floor.engine.nextDue(3));
  expect(floor.pass(hour - 20 * second - 1)).toEqual([]);
  expect(told(floor.pass(1))).toEqual(['message.decided screen']);
  floor.expectReplayed();
});

test('what nobody saw is no play', () => {
  const floor = floorWith([low, high], { playsPerHour: 1, shareOfHour: null });
  help(floor, 1);
  const message = messageIn(floor.scan(2));
  expect(speaker(floor)).toBe(2);
  seen(floor, 2, message);
  floor.answer(2, message, 'yes');
  expect(speaker(floor)).toBeUndefined();
  expect(stopOf(floor, 1)).toBe('screen-hour');
  floor.expectReplayed();
});

test('a share of the hour: a message begins when all of its time fits, and stays no longer than the share', () => {
  // 2 % are 72 s; each message waits 60 s for an answer.
  const floor = floorWith([low], { playsPerHour: null, shareOfHour: 200 });
  const first = messageIn(help(floor, 1));
  seen(floor, 1, first);
  floor.pass(20 * second);
  floor.answer(1, first, 'yes');
  help(floor, 2);
  expect(stopOf(floor, 2)).toBe('screen-hour');
  // 20 s were shown and 60 s are to come: 8 s of the first must have left the hour.
  expect(floor.pass(hour - 20 * second + 8 * second - 1)).toEqual([]);
  expect(told(floor.pass(1))).toEqual(['message.decided screen']);
  floor.expectReplayed();
  const long = dialogue('low', {
    enter: [onFact('help.requested')],
    steps: { offer: say({ ...onScreen, ignoredAfter: { ms: hour } }) },
  });
  const clipped = floorWith([long], { playsPerHour: null, shareOfHour: 200 });
  seen(clipped, 1, messageIn(help(clipped, 1)));
  expect(clipped.pass(72 * second - 1)).toEqual([]);
  expect(told(clipped.pass(1))).toContain('message.silent ignored');
  clipped.expectReplayed();
});

test('without a bound of the house the screens speak as often as there is something to say; what is kept is bounded', () => {
  const floor = floorWith([low]);
  for (let said = 0; said < playsMax + 10; said += 1) {
    const message = messageIn(help(floor, 1));
    seen(floor, 1, message);
    floor.pass(second);
    floor.answer(1, message, 'yes');
  }
  const { plays } = JSON.parse(floor.state(0) as string) as StoreState;
  expect(plays.suits).toHaveLength(playsMax);
  floor.expectReplayed();
});

test('a store whose state was written before screens were counted is read', () => {
  const floor = floorWith([low], { playsPerHour: 1, shareOfHour: null });
  const { plays: _, ...before } = JSON.parse(floor.state(0) as string) as StoreState;
  floor.engine.load(0, JSON.stringify(before));
  expect(told(help(floor, 1))).toContain('message.decided screen');
});
