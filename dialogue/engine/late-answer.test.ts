import { expect, test } from 'vitest';
import { answer, day, dialogue, onFact, release, say, surface, waitFor } from '../test/samples.ts';
import { messageIn, ShopFloor, told } from '../test/shop-floor.ts';

const letter = surface('email', { sensitivity: 'own' });
const person = { consent: { email: true, call: true } };

function asked(late: { late?: string }): ShopFloor {
  const invite = dialogue('invite', {
    enter: [onFact('help.requested')],
    steps: {
      ask: say({ on: [letter], ignoredAfter: { ms: 7 * day }, ignored: 'phone', validFor: { ms: 7 * day }, ...late }),
      phone: say({
        on: [surface('call', { sensitivity: 'own', to: { role: 'stylist', claimWithinMs: 3 * day, else: 'rest' } })],
        validFor: { ms: 7 * day },
        answers: [answer('comes', 'rest')],
      }),
      thanks: say({ on: [letter], validFor: { ms: 7 * day }, answers: [answer('fine', 'end')] }),
      rest: waitFor(30 * day, 'end'),
    },
  });
  const floor = new ShopFloor({ release: release([invite]), people: { 1: person } });
  floor.open(1);
  return floor;
}

function ignored(floor: ShopFloor): string {
  const message = messageIn(floor.fact('help.requested', 1, { cart: 'cart-1' }));
  floor.fact('email.sent', 1, { message });
  expect(told(floor.pass(7 * day))).toContain('message.decided call');
  return message;
}

test('an answer that comes when its silence has led on takes the branch for that, and what was asked instead is taken back', () => {
  const floor = asked({ late: 'thanks' });
  const message = ignored(floor);
  expect(told(floor.answer(1, message, 'yes'))).toEqual([
    'task.released expired',
    'message.withdrawn answered',
    'run.moved thanks',
    'message.decided email',
  ]);
  floor.expectReplayed();
  // Once: the same again is known.
  expect(floor.answer(1, message, 'no')).toEqual([]);
  floor.expectReplayed();
});

test('without such a branch it changes nothing but her attention', () => {
  const floor = asked({});
  expect(floor.answer(1, ignored(floor), 'yes')).toEqual([]);
  floor.expectReplayed();
});

test('what nobody could have answered is no late answer: another name, another message, a call that reached nobody', () => {
  const floor = asked({ late: 'thanks' });
  const message = ignored(floor);
  expect(floor.answer(1, message, 'perhaps')).toEqual([]);
  expect(floor.answer(1, `${message}0`, 'yes')).toEqual([]);
  expect(floor.fact('call.logged', 1, { message, answer: 'not-reached' })).toEqual([]);
  floor.expectReplayed();
});

test('an associate who did it after her time was over is late, too', () => {
  const carry = dialogue('carry', {
    enter: [onFact('help.requested')],
    steps: {
      bring: say({
        on: [surface('handheld', { to: { role: 'floor', claimWithinMs: 60_000, else: 'sorry' } })],
        answers: [answer('brought', 'end')],
        late: 'thanks',
      }),
      sorry: waitFor(day, 'end'),
      thanks: waitFor(day, 'end'),
    },
  });
  const floor = new ShopFloor({ release: release([carry]), people: { 1: {} } });
  floor.fact('duty.changed', null, { associate: 'ana', state: 'on', role: 'floor' });
  floor.open(1);
  const decided = floor.fact('help.requested', 1, { cart: 'cart-1' });
  const offered = decided.find(({ type }) => type === 'task.offered');
  const task = offered?.type === 'task.offered' ? offered.body.task : '';
  expect(told(floor.pass(60_000))).toContain('run.moved sorry');
  expect(told(floor.fact('task.done', 1, { task, associate: 'ana', answer: 'brought' }))).toEqual(['run.moved thanks']);
  floor.expectReplayed();
});
