import { expect, test } from 'vitest';
import {
  answer,
  day,
  dialogue,
  hour,
  house,
  minute,
  onFact,
  release,
  say,
  second,
  surface,
  waitFor,
} from '../test/samples.ts';
import { line, messageIn, ShopFloor, told } from '../test/shop-floor.ts';

const asks = dialogue('asks', { enter: [onFact('help.requested')], steps: { offer: say() } });
const more = dialogue('more', { enter: [onFact('basket.added')], steps: { offer: say() } });

function help(floor: ShopFloor, subject = 1): ReturnType<ShopFloor['fact']> {
  return floor.fact('help.requested', subject, { cart: `cart-${subject}` });
}

function stopOf(floor: ShopFloor, dialogueName: string): string | undefined {
  return floor.engine.verdicts({ dialogue: dialogueName })[0]?.rivals.find((one) => one.dialogue === dialogueName)
    ?.stopped;
}

test('a visit’s budget is spent by messages, refilled by a positive answer, and never exceeds what it began with', () => {
  const floor = new ShopFloor({
    release: release([asks, more], { house: house({ attention: { perVisit: 1, refill: 5 } }) }),
    people: { 1: {} },
  });
  floor.open(1);
  const first = messageIn(help(floor));
  floor.shown(1, first);
  floor.answer(1, first, 'no');
  expect(told(floor.scan(1))).toEqual(['run.entered', 'run.moved offer']);
  expect(stopOf(floor, 'more')).toBe('budget');
  floor.close(1);
  floor.open(1);
  const second_ = floor.onCart(1);
  expect(second_).not.toBeNull();
  floor.answer(1, second_ as string, 'yes');
  const third = messageIn(help(floor));
  floor.answer(1, third, 'no');
  expect(told(floor.scan(1))).toEqual(['run.entered', 'run.moved offer']);
  floor.expectReplayed();
});

test('her own answer is replied to at once: no gap, no budget, no cap holds a reply back', () => {
  const talk = dialogue('talk', {
    enter: [onFact('help.requested')],
    steps: { offer: say({ answers: [answer('yes', 'thanks')] }), thanks: say() },
  });
  const strict = house({ attention: { perVisit: 1, refill: 0, gapMs: hour, cap: { count: 1, within: { ms: day } } } });
  const floor = new ShopFloor({ release: release([talk, more], { house: strict }), people: { 1: {} } });
  floor.open(1);
  const first = messageIn(help(floor));
  floor.scan(1);
  expect(told(floor.answer(1, first, 'yes'))).toEqual(['run.moved thanks', 'message.decided cart']);
  floor.expectReplayed();
  floor.answer(1, floor.onCart(1) as string, 'yes');
  expect(stopOf(floor, 'more')).toBe('cap');
});

test('so many ignored in a row, then rest; an answer in between counts anew', () => {
  const calm = house({ attention: { restAfterIgnored: 2, restMs: 30 * minute } });
  const floor = new ShopFloor({ release: release([asks, more], { house: calm }), people: { 1: {} } });
  floor.open(1);
  const ignore = (decided: ReturnType<ShopFloor['fact']>): void => {
    floor.shown(1, messageIn(decided));
    expect(told(floor.pass(2 * minute))).toContain('message.silent ignored');
  };
  ignore(help(floor));
  floor.answer(1, messageIn(help(floor)), 'no');
  ignore(help(floor));
  ignore(floor.scan(1));
  expect(told(help(floor))).toEqual(['run.entered', 'run.moved offer']);
  expect(stopOf(floor, 'asks')).toBe('rest');
  floor.expectReplayed();
  // Its own validity of ten minutes ends before the rest does.
  expect(told(floor.pass(30 * minute))).toEqual(['message.silent never-shown', 'run.ended end']);
  expect(told(help(floor))).toContain('message.decided cart');
});

test('a cap on one person counts over all visits and surfaces, and lifts when its window has moved', () => {
  const capped = house({ attention: { cap: { count: 1, within: { ms: day } } } });
  const mail = dialogue('mail', {
    enter: [onFact('sale')],
    steps: { write: say({ on: [surface('email', { sensitivity: 'own' })], validFor: { ms: 7 * day } }) },
  });
  const floor = new ShopFloor({
    release: release([asks, mail], { house: capped }),
    people: { 1: { consent: { email: true } } },
  });
  floor.open(1);
  floor.answer(1, messageIn(help(floor)), 'no');
  floor.pass(hour);
  expect(told(floor.pay(1))).toEqual(['run.entered', 'run.moved write']);
  expect(floor.pass(23 * hour - 1)).toEqual([]);
  expect(told(floor.pass(1))).toEqual(['message.decided email']);
  floor.expectReplayed();
});

test('a stage binds every dialogue: messages within its window, and the height of a reward', () => {
  const gift = dialogue('gift', {
    enter: [onFact('help.requested')],
    steps: {
      offer: say({ with: 'discount' }),
      discount: {
        verb: 'reward',
        name: 'welcome',
        value: () => 150,
        unit: 'percent',
        validFor: { ms: 7 * day },
        then: 'end',
      },
    },
  });
  const staged = house({
    stages: [
      {
        name: 'loyal',
        when: ({ customer }) => customer.visits === 4,
        messages: { count: 1, within: { ms: 30 * day } },
        rewardMax: 30,
      },
      { name: 'building', when: () => true, messages: null, rewardMax: null },
    ],
  });
  const floor = new ShopFloor({
    release: release([gift, more], { house: staged }),
    people: { 1: { attributes: { visits: 4 } }, 2: {} },
  });
  const given = (subject: number): unknown => {
    floor.open(subject);
    const decided = help(floor, subject);
    expect(told(decided)).toEqual(['run.entered', 'run.moved offer', 'reward.issued discount', 'message.decided cart']);
    const reward = decided.find(({ type }) => type === 'reward.issued');
    return reward?.type === 'reward.issued' && [reward.body.value, reward.body.until];
  };
  expect(given(1)).toEqual([30, floor.now + 7 * day]);
  expect(given(2)).toEqual([150, floor.now + 7 * day]);
  floor.answer(1, floor.onCart(1) as string, 'yes');
  expect(told(floor.scan(1))).toEqual(['run.entered', 'run.moved offer']);
  expect(stopOf(floor, 'more')).toBe('stage');
  floor.expectReplayed();
});

test('“not today” takes back what speaks and says nothing more in this visit; the next one may', () => {
  const floor = new ShopFloor({ release: release([asks, more]), people: { 1: {} } });
  floor.open(1);
  floor.shown(1, messageIn(help(floor)));
  expect(told(floor.fact('quiet.requested', 1, { cart: 'cart-1' }))).toEqual([
    'message.withdrawn quiet',
    'message.silent ignored',
    'run.ended end',
  ]);
  expect(told(floor.scan(1))).toEqual(['run.entered', 'run.moved offer']);
  expect(floor.onCart(1)).toBeNull();
  floor.close(1);
  expect(told(floor.open(1))).toEqual(['message.decided cart']);
  floor.expectReplayed();
});

test('who walks fast is not spoken to until she stands still', () => {
  const floor = new ShopFloor({ release: release([asks]), people: { 1: {} } });
  floor.open(1);
  for (const zone of ['suits', 'shoes', 'wine']) {
    floor.pass(4 * second);
    floor.enter(1, zone);
  }
  expect(told(help(floor))).toEqual(['run.entered', 'run.moved offer']);
  expect(stopOf(floor, 'asks')).toBe('walking-fast');
  expect(floor.pass(8 * second - 1)).toEqual([]);
  expect(told(floor.pass(1))).toEqual(['message.decided cart']);
  floor.expectReplayed();
});

test('at the till the cart is silent and the cashier’s screen speaks', () => {
  const prompt = dialogue('prompt', {
    enter: [onFact('basket.added')],
    steps: { offer: say({ on: [surface('cart', { moment: 'leaving' }), surface('pos', { moment: 'at-till' })] }) },
  });
  const floor = new ShopFloor({ release: release([asks, prompt]), people: { 1: {} } });
  floor.fact('screen.changed', null, { screen: 'till-1', state: 'connected' });
  floor.open(1);
  floor.scan(1);
  const spoken = floor.enter(1, 'tills');
  expect(told(spoken)).toEqual(['message.decided pos']);
  expect(floor.engine.messageOn('till-1')).toEqual({ subject: 1, message: messageIn(spoken) });
  floor.answer(1, messageIn(spoken), 'no');
  help(floor);
  expect(stopOf(floor, 'asks')).toBe('paying');
  floor.expectReplayed();
});

test('what paying brings about goes on the receipt: the cart that she leaves with it begins nothing', () => {
  const thanks = dialogue('thanks', {
    enter: [onFact('sale')],
    steps: { offer: say({ on: [surface('cart', { moment: 'leaving' }), surface('pos'), surface('receipt')] }) },
  });
  const onlyCart = dialogue('only-cart', {
    enter: [onFact('sale')],
    steps: { offer: say({ on: [surface('cart', { moment: 'any' })] }) },
  });
  const floor = new ShopFloor({ release: release([thanks, onlyCart]), people: { 1: {} } });
  floor.fact('screen.changed', null, { screen: 'till-1', state: 'connected' });
  floor.open(1);
  floor.scan(1);
  const spoken = floor.pay(1, [{ id: 'line-1' }]);
  expect(told(spoken).filter((one) => one.startsWith('message'))).toEqual(['message.decided receipt']);
  expect(floor.onCart(1)).toBeNull();
  expect(stopOf(floor, 'only-cart')).toBe('paying');
  // Nothing was begun that would have to be taken back.
  expect(told(floor.close(1, 'paid'))).toEqual([]);
  floor.expectReplayed();
});

test('candidates: class before worth, worth by value and learned chance, from the day after', () => {
  const valued = (name: string, value: number, priority = 5): ReturnType<typeof dialogue> =>
    dialogue(name, {
      priority,
      objective: {
        pattern: { type: 'sale', zones: null, where: () => false, anyLine: null },
        within: { ms: day },
        value,
      },
      enter: [onFact('help.requested')],
      steps: { offer: say() },
    });
  const floor = new ShopFloor({
    release: release([valued('cheap', 1000), valued('dear', 1200)]),
    people: { 1: {}, 2: {} },
  });
  const chosen = (subject: number): unknown => {
    floor.open(subject);
    const decided = help(floor, subject).find(({ type }) => type === 'message.decided');
    floor.close(subject);
    return decided?.type === 'message.decided' && decided.body.dialogue;
  };
  expect(chosen(1)).toBe('dear');
  // Shown eight times, never answered.
  for (let time = 0; time < 8; time += 1) {
    floor.open(2);
    const message = messageIn(help(floor, 2));
    floor.shown(2, message);
    floor.close(2);
    // What waited as well has gone before the next visit.
    floor.pass(11 * minute);
  }
  expect(chosen(1)).toBe('dear');
  floor.pass(day);
  expect(chosen(1)).toBe('cheap');
  const ranked = new ShopFloor({
    release: release([valued('cheap', 1000, 8), valued('dear', 9000)]),
    people: { 1: {} },
  });
  ranked.open(1);
  const decided = help(ranked).find(({ type }) => type === 'message.decided');
  expect(decided?.type === 'message.decided' && decided.body.dialogue).toBe('cheap');
});

test('what is worth less than the interruption waits for a cheaper moment', () => {
  const costly = house({ attention: { costs: { walking: 500, dwelling: 0, atRest: 0, atTill: 0 } } });
  const small = dialogue('small', {
    objective: { pattern: { type: 'sale', zones: null, where: null, anyLine: null }, within: { ms: day }, value: 1000 },
    enter: [onFact('zone.entered', null, { zones: ['suits'] })],
    steps: { offer: say() },
  });
  const floor = new ShopFloor({ release: release([small], { house: costly }), people: { 1: {} } });
  floor.open(1);
  expect(told(floor.enter(1, 'suits'))).toEqual(['run.entered', 'run.moved offer']);
  expect(stopOf(floor, 'small')).toBe('not-worth-it');
  expect(told(floor.enter(1, 'shoes'))).toEqual([]);
  floor.scan(1);
  expect(floor.onCart(1)).not.toBeNull();
});

test('a schedule holds a message back until it opens', () => {
  // 24 November 2025 is a Monday, 17:00 in Zurich.
  const evening = {
    ...asks,
    schedule: { days: [2], minutes: { from: 9 * 60, to: 18 * 60 }, fromMs: null, untilMs: null },
  };
  const patient = { ...evening, steps: { offer: say({ validFor: { ms: 2 * day } }) } };
  const floor = new ShopFloor({ release: release([patient]), people: { 1: {} } });
  floor.open(1);
  help(floor);
  expect(stopOf(floor, 'asks')).toBe('schedule');
  const opens = Date.UTC(2025, 10, 25, 8);
  expect(floor.engine.nextDue(1)).toBe(opens);
  expect(floor.pass(opens - floor.now - 1)).toEqual([]);
  expect(told(floor.pass(1))).toEqual(['message.decided cart']);
  floor.expectReplayed();
});

test('a forgotten message that is shown and answered spends the budget once, and nothing else', () => {
  const floor = new ShopFloor({
    release: release([asks], { house: house({ attention: { perVisit: 1 } }) }),
    people: { 1: {} },
  });
  floor.open(1);
  const forgotten = 'aaaaaaaaaaaaaaaaaaaa';
  expect(floor.shown(1, forgotten)).toEqual([]);
  expect(floor.answer(1, forgotten, 'yes')).toEqual([]);
  help(floor);
  expect(stopOf(floor, 'asks')).toBe('budget');
  floor.expectReplayed();
});

test('a second answer changes nothing, nor does one that the step does not know', () => {
  const floor = new ShopFloor({ release: release([asks, { ...more, steps: { ...more.steps } }]), people: { 1: {} } });
  floor.open(1);
  const message = messageIn(help(floor));
  expect(floor.answer(1, message, 'perhaps')).toEqual([]);
  expect(floor.onCart(1)).toBe(message);
  expect(told(floor.answer(1, message, 'yes'))).toEqual(['run.ended end']);
  const before = floor.state(1);
  expect(floor.answer(1, message, 'no')).toEqual([]);
  expect(floor.state(1)).toBe(before);
  floor.expectReplayed();
});

test('a pause takes back what speaks and holds what waits, for one dialogue, one channel or all', () => {
  const floor = new ShopFloor({ release: release([asks, more]), people: { 1: {}, 2: {} } });
  floor.open(1);
  const message = messageIn(help(floor));
  const pause = (paused: boolean, rest: object = {}): ReturnType<ShopFloor['fact']> =>
    floor.fact('pause.changed', null, { what: 'dialogue', name: 'asks', paused, by: 'manager', ...rest });
  expect(told(pause(true, { until: floor.now + minute }))).toEqual(['message.withdrawn paused']);
  expect(stopOf(floor, 'asks')).toBe('paused');
  expect(floor.engine.nextDue(0)).toBe(floor.now + minute);
  floor.open(2);
  expect(help(floor, 2)).toEqual([]);
  expect(told(floor.scan(2))).toContain('message.decided cart');
  floor.expectReplayed();
  const again = floor.pass(minute);
  expect(told(again)).toEqual(['message.decided cart']);
  expect(messageIn(again)).not.toBe(message);
  floor.expectReplayed();
  expect(told(floor.fact('pause.changed', null, { what: 'everything', paused: true, by: 'manager' }))).toEqual([
    'message.withdrawn paused',
    'message.withdrawn paused',
  ]);
  expect(told(floor.fact('pause.changed', null, { what: 'everything', paused: false, by: 'manager' }))).toEqual([
    'message.decided cart',
    'message.decided cart',
  ]);
  floor.expectReplayed();
});

test('a screen that cannot be reached says nothing; it speaks when it is back, and a dark one reports never shown', () => {
  const floor = new ShopFloor({
    release: release([{ ...asks, steps: { offer: say({ neverShown: 'later' }), later: waitFor(day, 'end') } }]),
    people: { 1: {} },
  });
  floor.open(1);
  floor.fact('screen.changed', null, { screen: 'cart-1', state: 'lost' });
  expect(told(help(floor))).toEqual(['run.entered', 'run.moved offer']);
  expect(stopOf(floor, 'asks')).toBe('unreachable');
  const spoken = floor.fact('screen.changed', null, { screen: 'cart-1', state: 'connected' });
  expect(told(spoken)).toEqual(['message.decided cart']);
  expect(told(floor.fact('screen.changed', null, { screen: 'cart-1', state: 'dark' }))).toEqual([
    'message.withdrawn expired',
    'message.silent never-shown',
    'run.moved later',
  ]);
  expect(floor.shown(1, messageIn(spoken))).toEqual([]);
  floor.expectReplayed();
});

const write = dialogue('write', {
  enter: [onFact('forget.requested')],
  steps: { letter: say({ on: [surface('email', { sensitivity: 'own' })], ignoredAfter: { ms: day } }) },
});

function write_(floor: ShopFloor): string {
  return messageIn(floor.fact('forget.requested', 1, { cart: 'cart-1' }));
}

test('what nobody has seen gives way to a higher class, and waits for its moment again; what she reads does not', () => {
  const urgent = { ...more, priority: 8 };
  const strict = house({ attention: { perVisit: 1, gapMs: minute, cap: { count: 1, within: { ms: day } } } });
  const floor = new ShopFloor({ release: release([asks, urgent], { house: strict }), people: { 1: {} } });
  floor.open(1);
  const low = messageIn(help(floor));
  const scanned = floor.scan(1);
  expect(told(scanned)).toEqual([
    'run.entered',
    'run.moved offer',
    'message.withdrawn outranked',
    'message.decided cart',
  ]);
  expect(stopOf(floor, 'asks')).toBe('another-speaks');
  // The screen had painted it after all: it took her attention, and nothing else.
  expect(floor.shown(1, low, { ageMs: 0 })).toEqual([]);
  const high = floor.onCart(1) as string;
  floor.shown(1, high);
  expect(told(floor.answer(1, high, 'yes'))).toEqual(['run.ended end']);
  expect(stopOf(floor, 'asks')).toBe('cap');
  floor.expectReplayed();
  floor.pass(day);
  floor.shown(1, messageIn(help(floor)));
  expect(told(floor.scan(1))).toEqual(['run.entered', 'run.moved offer']);
  floor.expectReplayed();
});

test('a letter that came back and a call that reached nobody have spent neither stage nor cap', () => {
  const capped = house({ attention: { cap: { count: 1, within: { ms: 30 * day } } } });
  const floor = new ShopFloor({
    release: release([write, asks], { house: capped }),
    people: { 1: { consent: { email: true } } },
  });
  floor.open(1);
  const letter = write_(floor);
  floor.fact('email.sent', 1, { message: letter });
  help(floor);
  expect(stopOf(floor, 'asks')).toBe('cap');
  const bounced = floor.fact('email.bounced', 1, { message: letter, reason: 'no such mailbox' });
  expect(told(bounced)).toEqual(['message.silent never-shown', 'run.ended end', 'message.decided cart']);
  floor.expectReplayed();
});

test('a message that was never shown gives back what it had spent of her visit, and only of that visit', () => {
  const floor = new ShopFloor({
    release: release([asks, more], { house: house({ attention: { perVisit: 1, refill: 0 } }) }),
    people: { 1: {} },
  });
  floor.open(1);
  help(floor);
  floor.scan(1);
  expect(stopOf(floor, 'more')).toBe('another-speaks');
  // Ten minutes to be shown, half a minute for a report of it.
  expect(told(floor.pass(10 * minute + 30 * second))).toContain('message.silent never-shown');
  expect(told(help(floor))).toContain('message.decided cart');
  // She goes; that it was never shown is known only when she is here again, and has spent what this visit had.
  floor.close(1);
  floor.open(1);
  const now = messageIn(floor.scan(1));
  floor.shown(1, now);
  floor.answer(1, now, 'no');
  expect(told(floor.pass(30 * second))).toContain('message.silent never-shown');
  expect(told(help(floor))).toEqual(['run.entered', 'run.moved offer']);
  expect(stopOf(floor, 'asks')).toBe('budget');
  floor.expectReplayed();
});

test('what moves with her to another cart is one message still: paid for once, and after no pause', () => {
  const floor = new ShopFloor({
    release: release([asks, more], { house: house({ attention: { perVisit: 1, gapMs: hour } }) }),
    people: { 1: {} },
  });
  floor.open(1);
  floor.shown(1, messageIn(help(floor)));
  floor.fact('screen.changed', null, { screen: 'cart-2', state: 'connected' });
  const moved = floor.fact('visit.moved', 1, { visit: floor.visits.get(1) as string, cart: 'cart-2' });
  expect(told(moved)).toEqual(['message.withdrawn moved', 'message.decided cart']);
  floor.answer(1, messageIn(moved), 'no');
  floor.scan(1);
  expect(stopOf(floor, 'more')).toBe('budget');
  floor.expectReplayed();
});

test('ignored letters are no rebuff to the cart: each kind of surface rests by itself', () => {
  const calm = house({
    attention: {
      restAfterIgnored: 2,
      restMs: 30 * minute,
      restAtHome: { afterIgnored: 2, for: { months: 1 } },
    },
  });
  const floor = new ShopFloor({
    release: release([write, asks], { house: calm }),
    people: { 1: { consent: { email: true } } },
  });
  floor.open(1);
  for (let letters = 0; letters < 2; letters += 1) {
    floor.fact('email.sent', 1, { message: write_(floor) });
    expect(told(floor.pass(day))).toContain('message.silent ignored');
  }
  expect(told(help(floor))).toContain('message.decided cart');
  expect(told(floor.fact('forget.requested', 1, { cart: 'cart-1' }))).toEqual(['run.entered', 'run.moved letter']);
  expect(stopOf(floor, 'write')).toBe('rest');
  floor.expectReplayed();
});

test('what promises that somebody comes is said only while somebody is free and near', () => {
  const promise = dialogue('promise', {
    enter: [onFact('help.requested')],
    steps: { offer: say({ on: [surface('cart', { needs: 'stylist' })] }) },
  });
  const floor = new ShopFloor({ release: release([promise]), people: { 1: {} } });
  const duty = (state: 'on' | 'busy', zone: string): ReturnType<ShopFloor['fact']> =>
    floor.fact('duty.changed', null, { associate: 'ana', state, role: 'stylist', zone });
  floor.open(1);
  floor.enter(1, 'suits');
  duty('on', 'shoes');
  expect(told(help(floor))).toEqual(['run.entered', 'run.moved offer']);
  expect(stopOf(floor, 'promise')).toBe('nobody-free');
  duty('busy', 'suits');
  expect(floor.onCart(1)).toBeNull();
  expect(told(duty('on', 'suits'))).toEqual(['message.decided cart']);
  floor.expectReplayed();
});

test('what she has not seen on the cart goes on to the till with her; what she has seen stays where it is', () => {
  const both = dialogue('both', {
    enter: [onFact('help.requested')],
    steps: { offer: say({ on: [surface('cart'), surface('pos', { moment: 'at-till' })] }) },
  });
  const floor = new ShopFloor({ release: release([both]), people: { 1: {}, 2: {} } });
  floor.fact('screen.changed', null, { screen: 'till-1', state: 'connected' });
  for (const subject of [1, 2]) floor.open(subject);
  help(floor, 1);
  floor.shown(2, messageIn(help(floor, 2)));
  expect(told(floor.enter(1, 'tills'))).toEqual(['message.withdrawn moved', 'message.decided pos']);
  expect(floor.enter(2, 'tills')).toEqual([]);
  floor.expectReplayed();
});

test('a guest’s visit that nobody takes over is forgotten, and never written down', () => {
  const floor = new ShopFloor({ release: release([asks]), people: { 1: {} } });
  floor.open(9, { cart: 'cart-9', strength: 'guest', visit: 'visit-of-a-guest' });
  floor.fact('basket.added', 9, { cart: 'cart-9', line: line({ code: 'her-secret' }) });
  floor.close(9, 'taken-over');
  expect(floor.state(0)).not.toContain('her-secret');
  floor.fact('zone.entered', null, { cart: 'cart-3', zone: 'suits', confidence: 900 });
  floor.open(1, { visit: 'visit-of-a-guest' });
  expect(floor.state(1)).not.toContain('her-secret');
  floor.expectReplayed();
});

test('a guest who turns out to be a customer keeps her basket', () => {
  const floor = new ShopFloor({ release: release([asks]), people: { 1: {} } });
  floor.open(9, { cart: 'cart-9', strength: 'guest', visit: 'visit-of-a-guest' });
  floor.fact('basket.added', 9, { cart: 'cart-9', line: line({ code: 'her-suit' }) });
  floor.close(9, 'taken-over');
  const body = { visit: 'visit-of-a-guest', cart: 'cart-9', strength: 'strong', reason: 'known' } as const;
  floor.fact('visit.opened', 1, body);
  expect(floor.state(1)).toContain('her-suit');
  floor.expectReplayed();
});

test('a cashier with a long queue is asked to say nothing; when it is short again, she is', () => {
  const prompt = dialogue('prompt', {
    enter: [onFact('help.requested')],
    steps: { offer: say({ on: [surface('pos', { moment: 'at-till' })] }) },
  });
  const floor = new ShopFloor({ release: release([prompt]), people: { 1: {} } });
  floor.fact('screen.changed', null, { screen: 'till-1', state: 'connected' });
  floor.fact('queue.changed', null, { till: 'till-1', waiting: 4 });
  floor.open(1);
  floor.enter(1, 'tills');
  expect(told(help(floor))).toEqual(['run.entered', 'run.moved offer']);
  expect(stopOf(floor, 'prompt')).toBe('queue-long');
  expect(told(floor.fact('queue.changed', null, { till: 'till-1', waiting: 3 }))).toEqual(['message.decided pos']);
  floor.expectReplayed();
});
