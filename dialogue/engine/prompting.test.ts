/** What a till asks its cashier for: once in a sale, for whoever stands there, and for nobody who has gone. */
import { expect, test } from 'vitest';
import { answer, dialogue, onFact, release, say, second, surface } from '../test/samples.ts';
import { messageIn, ShopFloor, told } from '../test/shop-floor.ts';

const prompts = dialogue('prompts', {
  enter: [onFact('help.requested')],
  steps: {
    offer: say({ on: [surface('pos', { moment: 'at-till', strength: 'weak' })], answers: [answer('yes', 'end')] }),
  },
});
const another = dialogue('another', {
  enter: [onFact('quiet.requested'), onFact('basket.added')],
  steps: {
    offer: say({ on: [surface('pos', { moment: 'at-till', strength: 'strong' })], answers: [answer('yes', 'end')] }),
  },
});

function shop(...people: number[]): ShopFloor {
  const known = Object.fromEntries(people.map((who) => [who, {}]));
  const floor = new ShopFloor({ release: release([prompts, another]), people: known });
  for (const screen of ['till-1', 'till-2']) floor.fact('screen.changed', null, { screen, state: 'connected' });
  for (const who of people) floor.open(who);
  return floor;
}

function present(floor: ShopFloor, who: number, till = 'till-1', strength: 'strong' | 'weak' = 'strong') {
  const means = strength === 'strong' ? 'card' : 'typed';
  return floor.fact('identity.presented', who, { till, means, strength, known: true });
}

function help(floor: ShopFloor, who: number) {
  return floor.fact('help.requested', who, { cart: `cart-${who}` });
}

function stopOf(floor: ShopFloor, name: string): string | undefined {
  return floor.engine.verdicts({ dialogue: name })[0]?.rivals.find(({ dialogue: one }) => one === name)?.stopped;
}

test('a sale has one prompt: what waits beside it is said at the next sale, not in this one', () => {
  const floor = shop(1);
  help(floor, 1);
  floor.scan(1);
  const first = messageIn(present(floor, 1));
  floor.fact('message.shown', 1, { message: first, screen: 'till-1' });
  floor.fact('message.answered', 1, { message: first, answer: 'yes', screen: 'till-1' });
  floor.pass(90 * second);
  expect(floor.engine.messageOn('till-1')).toBeNull();
  expect(stopOf(floor, 'another')).toBe('prompted');
  // Her card once more is the same sale; after the lane has gone on, it is another.
  expect(told(present(floor, 1))).toEqual([]);
  floor.fact('lane.cleared', 1, { till: 'till-1', reason: 'voided' });
  expect(told(present(floor, 1))).toEqual(['message.decided pos']);
  floor.expectReplayed();
});

test('when the lane goes on, what stood there is gone at once: never seen, or walked away from', () => {
  const floor = shop(1);
  help(floor, 1);
  messageIn(present(floor, 1));
  const unseen = floor.fact('lane.cleared', 1, { till: 'till-1', reason: 'ended' });
  expect(told(unseen)).toEqual(['message.withdrawn left-zone']);
  expect(floor.engine.messageOn('till-1')).toBeNull();
  const seen = shop(2);
  help(seen, 2);
  const message = messageIn(present(seen, 2));
  seen.fact('message.shown', 2, { message, screen: 'till-1' });
  const decided = seen.fact('lane.cleared', 2, { till: 'till-1', reason: 'next' });
  expect(decided.map(({ type }) => type)).toEqual(['message.withdrawn', 'message.silent', 'run.ended']);
  expect(decided[1]?.body).toMatchObject({ silence: 'walked-away' });
  floor.expectReplayed();
  seen.expectReplayed();
});

test('whoever is next is spoken to as soon as the lane is free', () => {
  const floor = shop(1, 2);
  help(floor, 1);
  help(floor, 2);
  present(floor, 1);
  expect(told(present(floor, 2))).toEqual([]);
  floor.fact('lane.cleared', 1, { till: 'till-1', reason: 'next' });
  expect(floor.engine.messageOn('till-1')?.subject).toBe(2);
  floor.expectReplayed();
});

test('what the first till has not said yet, the second says; what it has said is not said twice', () => {
  const floor = shop(1);
  help(floor, 1);
  present(floor, 1);
  expect(told(present(floor, 1, 'till-2'))).toEqual(['message.withdrawn moved', 'message.decided pos']);
  const { message } = floor.engine.messageOn('till-2') as { message: string };
  floor.fact('message.shown', 1, { message, screen: 'till-2' });
  present(floor, 1, 'till-1');
  expect(floor.engine.messageOn('till-1')).toBeNull();
  expect(floor.engine.messageOn('till-2')).toBeNull();
  floor.expectReplayed();
});

test('a number that is typed at the till is nobody’s card: what asks for one is not said', () => {
  const floor = shop(1);
  floor.scan(1);
  expect(told(present(floor, 1, 'till-1', 'weak'))).toEqual([]);
  expect(stopOf(floor, 'another')).toBe('strength');
  expect(told(present(floor, 1, 'till-1', 'strong'))).toEqual([]);
  floor.expectReplayed();
});
