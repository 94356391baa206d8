import { expect, test } from 'vitest';
import type { CompiledSurface } from '../compiled.ts';
import {
  answer,
  day,
  dialogue,
  hour,
  minute,
  onFact,
  release,
  say,
  second,
  surface,
  waitFor,
} from '../test/samples.ts';
import { messageIn, ShopFloor, told } from '../test/shop-floor.ts';
import { readState } from './state-codec.ts';

const asked = onFact('help.requested');

function help(floor: ShopFloor, subject = 1): ReturnType<ShopFloor['fact']> {
  return floor.fact('help.requested', subject, { cart: `cart-${subject}` });
}

const staff: Partial<CompiledSurface> = { to: { role: 'suits', claimWithinMs: 2 * minute, else: 'alone' } };
const assisted = dialogue('assisted', {
  enter: [asked],
  steps: {
    ask: say({
      on: [surface('handheld', staff)],
      validFor: { ms: hour },
      answers: [answer('helped', 'thanks', { form: [{ name: 'size', kind: 'text', choices: [] }] })],
      ignored: 'alone',
      neverShown: 'alone',
    }),
    thanks: waitFor(day, 'end'),
    alone: waitFor(day, 'end'),
  },
});

function onDuty(floor: ShopFloor, associate = 'ana', state: 'on' | 'break' = 'on'): ReturnType<ShopFloor['fact']> {
  return floor.fact('duty.changed', null, { associate, state, role: 'suits' });
}

function taskIn(decisions: readonly { type: string; body: unknown }[]): string {
  const offered = decisions.find(({ type }) => type === 'task.offered');
  return (offered?.body as { task: string } | undefined)?.task ?? 'none offered';
}

test('someone will come: only when someone is free; claimed, done, and the form is kept for later steps', () => {
  const floor = new ShopFloor({ release: release([assisted]), people: { 1: {} } });
  floor.open(1);
  expect(told(help(floor))).toEqual(['run.entered', 'run.moved ask']);
  expect(floor.engine.verdicts()[0]?.rivals[0]?.stopped).toBe('nobody-free');
  expect(onDuty(floor, 'ana', 'break')).toEqual([]);
  const offered = onDuty(floor);
  expect(told(offered)).toEqual(['message.decided handheld', 'task.offered']);
  const task = taskIn(offered);
  expect(floor.fact('task.claimed', null, { task, associate: 'ana', until: floor.now + 10 * minute })).toEqual([]);
  // A lease has one winner.
  floor.fact('task.claimed', null, { task, associate: 'ben', until: floor.now + hour });
  floor.pass(5 * minute);
  expect(
    told(floor.fact('task.done', null, { task, associate: 'ana', answer: 'helped', form: { size: '52' } })),
  ).toEqual(['run.moved thanks']);
  expect(readState(floor.state(1) as string).runs[0]?.answers).toEqual({ ask: { size: '52', answer: 'helped' } });
  floor.expectReplayed();
});

test('nobody claims it: released, taken back, and the way out that the author gave', () => {
  const floor = new ShopFloor({ release: release([assisted]), people: { 1: {} } });
  floor.open(1);
  onDuty(floor);
  help(floor);
  expect(floor.pass(2 * minute - 1)).toEqual([]);
  expect(told(floor.pass(1))).toEqual(['task.released unclaimed', 'message.withdrawn expired', 'run.moved alone']);
  floor.expectReplayed();
});

test('a lease that runs out escalates; handed back in time it is offered again under another id', () => {
  const floor = new ShopFloor({ release: release([assisted]), people: { 1: {} } });
  floor.open(1);
  onDuty(floor);
  const task = taskIn(help(floor));
  floor.fact('task.claimed', null, { task, associate: 'ana', until: floor.now + 10 * minute });
  const again = floor.fact('task.released', null, { task, associate: 'ana', reason: 'refused' });
  expect(told(again)).toEqual(['task.offered']);
  expect(taskIn(again)).not.toBe(task);
  floor.fact('task.claimed', null, { task: taskIn(again), associate: 'ana', until: floor.now + 10 * minute });
  expect(told(floor.pass(10 * minute))).toEqual([
    'task.released expired',
    'message.withdrawn expired',
    'run.moved alone',
  ]);
  floor.expectReplayed();
});

test('an associate is not asked more often than is fair', () => {
  const many = { ...assisted, key: () => 'x', steps: { ...assisted.steps, alone: { verb: 'end' as const } } };
  const people = Object.fromEntries(Array.from({ length: 8 }, (_, at) => [at + 1, {}]));
  const floor = new ShopFloor({ release: release([many]), people });
  onDuty(floor);
  const offers: number[] = [];
  for (let subject = 1; subject <= 8; subject += 1) {
    floor.open(subject);
    offers.push(help(floor, subject).filter(({ type }) => type === 'task.offered').length);
    floor.pass(3 * minute);
  }
  expect(offers).toEqual([1, 1, 1, 1, 1, 1, 0, 0]);
  floor.expectReplayed();
});

test('a call: nobody was reached, tried again later so often, then never shown', () => {
  const call = dialogue('call', {
    enter: [asked],
    steps: {
      phone: say({
        on: [
          surface('call', {
            sensitivity: 'own',
            to: { role: 'service', claimWithinMs: day, else: 'letter' },
            again: { after: { ms: day }, max: 1 },
          }),
        ],
        validFor: { ms: 3 * day },
        answers: [answer('complaint', 'letter', { form: [{ name: 'cause', kind: 'text', choices: [] }] })],
        neverShown: 'letter',
      }),
      letter: waitFor(day, 'end'),
    },
  });
  const floor = new ShopFloor({ release: release([call]), people: { 1: { consent: { call: true } } } });
  const first = messageIn(help(floor));
  expect(told(floor.fact('call.logged', null, { message: first, answer: 'not-reached' }))).toEqual([
    'task.released expired',
    'message.silent never-shown',
    'run.moved phone',
  ]);
  expect(floor.pass(day - 1)).toEqual([]);
  const retried = floor.pass(1);
  expect(told(retried)).toEqual(['message.decided call', 'task.offered']);
  const second_ = messageIn(retried);
  expect(second_).not.toBe(first);
  expect(told(floor.fact('call.logged', null, { message: second_, answer: 'not-reached' }))).toEqual([
    'task.released expired',
    'message.silent never-shown',
    'run.moved letter',
  ]);
  floor.expectReplayed();
});

test('a call that there is no room for, or that nobody takes on, goes on elsewhere; any other reason is never shown', () => {
  const to = { role: 'service', claimWithinMs: day, else: 'mail', full: 'letter' };
  const phone = say({
    on: [surface('call', { sensitivity: 'own', to, again: { after: { ms: day }, max: 1 } })],
    validFor: { ms: 3 * day },
    neverShown: 'rest',
  });
  const later = { letter: waitFor(day, 'end'), mail: waitFor(day, 'end'), rest: waitFor(day, 'end') };
  const call = dialogue('call', { enter: [asked], steps: { phone, ...later } });
  const people = Object.fromEntries([1, 2, 3].map((who) => [who, { consent: { call: true } }]));
  const floor = new ShopFloor({ release: release([call]), people });
  const ends = ['full', 'unclaimed', 'no-address'].map((reason, at) => {
    const message = messageIn(help(floor, at + 1));
    return told(floor.fact('email.bounced', null, { message, reason })).at(-1);
  });
  // What nobody was reached with is tried again; a list that is full stays so.
  expect(ends).toEqual(['run.moved letter', 'run.moved mail', 'run.moved phone']);
  floor.expectReplayed();
});

const signed = dialogue('signed', {
  enter: [asked],
  until: [{ pattern: { type: 'sale', zones: null, where: null, anyLine: null }, then: 'end' }],
  steps: {
    apology: say({
      on: [surface('mail', { sensitivity: 'own', approve: { by: 'manager', within: { ms: 2 * day }, else: 'email' } })],
      validFor: { ms: 10 * day },
      ignoredAfter: { ms: 14 * day },
      ignored: 'email',
    }),
    email: waitFor(day, 'end'),
  },
});

test('a signature: nothing goes out before it, and without it the other way is taken', () => {
  const people = { 1: { consent: { mail: true } }, 2: { consent: { mail: true } }, 3: { consent: { mail: true } } };
  const floor = new ShopFloor({ release: release([signed]), people });
  const [one, two, three] = [1, 2, 3].map((subject) => {
    const offered = help(floor, subject);
    expect(told(offered)).toEqual(['run.entered', 'run.moved apology', 'task.offered']);
    return taskIn(offered);
  });
  expect(told(floor.fact('task.done', null, { task: one as string, associate: 'boss', answer: 'approved' }))).toEqual([
    'message.decided mail',
  ]);
  expect(told(floor.fact('task.done', null, { task: two as string, associate: 'boss', answer: 'declined' }))).toEqual([
    'run.moved email',
  ]);
  expect(told(floor.pass(2 * day - second))).not.toContain('message.decided mail');
  expect(told(floor.pass(second))).toContain('task.released unclaimed');
  expect(three).toBeDefined();
  floor.expectReplayed();
});

test('she buys while the letter waits for a signature: the task is taken back', () => {
  const floor = new ShopFloor({ release: release([signed]), people: { 1: { consent: { mail: true } } } });
  const task = taskIn(help(floor));
  expect(told(floor.pay(1))).toEqual(['task.released expired', 'run.ended until']);
  expect(floor.fact('task.done', null, { task, associate: 'boss', answer: 'approved' })).toEqual([]);
  floor.expectReplayed();
});

test('who is on a shopper’s call has no hand free for a dialogue, until she is done', () => {
  const floor = new ShopFloor({ release: release([assisted]), people: { 1: {}, 2: {} } });
  floor.open(1);
  floor.open(2);
  onDuty(floor);
  const call = { task: 'help-of-another-1', associate: 'ana' };
  floor.fact('task.claimed', 2, { ...call, until: floor.now + 10 * minute });
  expect(told(help(floor))).toEqual(['run.entered', 'run.moved ask']);
  expect(floor.engine.verdicts()[0]?.rivals[0]?.stopped).toBe('nobody-free');
  expect(told(floor.fact('task.done', 2, { ...call, answer: 'helped' }))).toEqual([
    'message.decided handheld',
    'task.offered',
  ]);
  floor.expectReplayed();
});

test('a channel that rests asks nobody, and calls nobody off who is on her way', () => {
  const floor = new ShopFloor({ release: release([assisted]), people: { 1: {}, 2: {} } });
  floor.open(1);
  floor.open(2);
  onDuty(floor);
  onDuty(floor, 'ben');
  const task = taskIn(help(floor));
  floor.fact('task.claimed', null, { task, associate: 'ana', until: floor.now + 10 * minute });
  expect(told(help(floor, 2))).toContain('task.offered');
  const rest = { what: 'channel' as const, name: 'handheld', until: floor.now + 5 * minute, by: 'boss' };
  expect(told(floor.fact('pause.changed', null, { ...rest, paused: true }))).toEqual([
    'task.released expired',
    'message.withdrawn paused',
  ]);
  expect(told(floor.fact('task.done', null, { task, associate: 'ana', answer: 'helped' }))).toEqual([
    'run.moved thanks',
  ]);
  expect(told(floor.fact('pause.changed', null, { ...rest, paused: false }))).toEqual([
    'message.decided handheld',
    'task.offered',
  ]);
  floor.expectReplayed();
});

test('who is to sign reads what would go out', () => {
  const floor = new ShopFloor({ release: release([signed]), people: { 1: { consent: { mail: true } } } });
  const offered = help(floor).find(({ type }) => type === 'task.offered');
  const message = (offered?.body as { message: string } | undefined)?.message ?? 'none';
  expect(floor.engine.render(1, message)).toMatchObject({
    message,
    dialogue: 'signed',
    step: 'apology',
    channel: 'mail',
  });
  expect(floor.engine.render(1, `${message.slice(0, -1)}9`)).toBeNull();
});
