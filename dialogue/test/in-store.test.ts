/** The demo store: each dialogue of the folder played to all its ends. */
import { describe, test } from 'vitest';
import { answers, ends, ignored, neverShown, says, she, waits, walksOut } from './deeds.ts';
import { openLibrary } from './library.ts';
import type { Story, StoryOptions } from './story.ts';

const { tell, branches, expectAllReached } = openLibrary('in-store');
const suit = { department: 'suits', name: 'Grey suit', code: '777', amount: 40_000 };
const shoe = { id: 'line-5', department: 'shoes', amount: 20_000 };
const wine = { id: 'line-2', department: 'wine', code: '222', amount: 1_200 };
const cheese = { id: 'line-4', department: 'dairy', code: '444', tags: ['cheese'], amount: 700 };
const fruit = { department: 'produce', amount: 300 };
const bread = { department: 'bakery', code: '333', amount: 350 };

describe('suits in your size', () => {
  const there = (options?: StoryOptions): Story => tell('suit-dwell', options).comes().meanwhile('3m').walksTo('suits');
  const greeted = (options?: StoryOptions): Story =>
    there(options)
      .at('+25s')
      .expect('cart', /See the new season's suits.*on the rail to your left/)
      .expectOn('cart-1');
  const shown = (): Story =>
    greeted()
      .answers('showMe')
      .expect('cart', /rail on your left, sorted by size/);
  const advised = (): Story =>
    greeted()
      .answers('advice')
      .expect('cart', /stylists are by the fitting rooms/);
  const later = (): Story => greeted().isShown().walksTo('wine').expectSilence('walked-away').goes();
  const reminded = (): Story =>
    later()
      .meanwhile('6d')
      .comes()
      .expect('cart', /suits you looked at are still here/);

  branches('greet', greeted, [
    [answers('showMe'), says('cart', /sorted by size/)],
    [answers('advice'), says('cart', /fitting rooms/)],
    [answers('notToday'), ends()],
    [neverShown('3m'), ends()],
    [ignored('30s'), waits],
    [
      she('walks on', (story) => story.isShown().walksTo('wine').expectTaken('left-zone').expectSilence('walked-away')),
      waits,
    ],
    [walksOut, waits],
    [she('takes one', (story) => story.isShown().takes(suit)), ends('until')],
    [she('buys one', (story) => story.isShown().buys(suit)), ends('objective')],
    [
      she('wants quiet', (story) => story.isShown().asksForQuiet().expectTaken('quiet').expectSilence('ignored')),
      waits,
    ],
  ]);
  branches('shown', shown, [
    [answers('fits'), says('cart', /fitting rooms/)],
    [answers('fine'), ends()],
    [she('takes one', (story) => story.isShown().takes(suit)), ends('until')],
    [she('walks on, and it stays', (story) => story.isShown().walksTo('wine')), waits],
    [neverShown('1m'), ends()],
    [she('ignores it', (story) => story.isShown().at('+1m').expectSilence('ignored')), ends()],
    [walksOut, ends()],
    [she('buys one', (story) => story.isShown().buys(suit)), ends('objective')],
  ]);
  branches('advised', advised, [
    [answers('going'), ends()],
    [answers('later'), ends()],
    [neverShown('2m'), ends()],
    [ignored('1m'), ends()],
    [walksOut, ends()],
    [she('buys one', (story) => story.isShown().buys(suit)), ends('objective')],
  ]);
  branches('later', later, [
    [she('stays away', (story) => story.meanwhile('60d')), ends()],
    [she('buys one', (story) => story.buys(suit)), ends('objective')],
  ]);
  branches('reminder', reminded, [
    [answers('showMe'), says('cart', /sorted by size/)],
    [answers('noThanks'), ends()],
    [neverShown('5m'), ends()],
    [ignored('1m'), ends()],
    [walksOut, ends()],
    [she('takes one', (story) => story.isShown().takes(suit)), ends('until')],
    [she('buys one', (story) => story.buys({ ...suit, amount: 1 })), ends('objective')],
  ]);
  test('in her language; not in passing; once a visit; held out in silence', () => {
    there({ locale: 'de' })
      .at('+25s')
      .expect('cart', /Die neuen Anzüge in Ihrer Größe ansehen/)
      .answers('notToday');
    there().meanwhile('24s').walksTo('wine').meanwhile('5m').expectNotEntered();
    greeted().answers('notToday').walksTo('wine').meanwhile('5m').walksTo('suits').meanwhile('5m').expectEnd();
    there({ isHeldOut: true }).at('+25s').expectHeldOut().meanwhile('5m').expectNothing();
    there({ without: ['inStore'] })
      .meanwhile('5m')
      .expectNotEntered();
  });
});

describe('first purchase of shoes', () => {
  const bought = (options?: StoryOptions): Story => tell('first-shoes', options).comes().buys(shoe);
  const thanked = (options?: StoryOptions): Story =>
    bought(options)
      .expect('receipt', /free care within a month/)
      .expectOn('till-1');
  const atHome = (): Story => thanked().isShown().goes().at('+1m').expectSilence('ignored');
  const cared = (): Story =>
    atHome()
      .meanwhile('20d')
      .comes()
      .expect('cart', /How are the shoes\?/);
  const pleased = (): Story =>
    cared()
      .answers('polish')
      .expect('cart', /Ask for the shoe desk/);

  branches('thanks', thanked, [
    [she('reads it at home', (story) => story.isShown().goes().at('+1m').expectSilence('ignored')), waits],
    [neverShown('10m'), waits],
    [she('returns them', (story) => story.isShown().returns({ id: 'back', ref: 'line-5' })), ends('until')],
    [she('buys another pair', (story) => story.isShown().buys({ ...shoe, id: 'line-6' })), ends()],
    [she('buys another pair unseen', (story) => story.buys({ ...shoe, id: 'line-6' })), ends('objective')],
  ]);
  test('with a cart or without, it is on the receipt before her visit ends, and stays said', () => {
    for (const there of [tell('first-shoes').comes(), tell('first-shoes').comesToTill()]) {
      there
        .buys(shoe)
        .expect('receipt', /free care within a month/)
        .expectOn('till-1')
        .goes()
        .expectNothing();
    }
  });
  branches('nextTime', atHome, [
    [she('stays away', (story) => story.meanwhile('90d')), ends()],
    [she('returns them', (story) => story.returns({ id: 'back', ref: 'line-5' })), ends('until')],
  ]);
  branches('care', cared, [
    [answers('polish'), says('cart', /shoe desk/)],
    [answers('notNow'), ends()],
    [she('buys another pair', (story) => story.isShown().buys(shoe)), ends()],
    [she('buys another pair unseen', (story) => story.buys(shoe)), ends('objective')],
    [neverShown('20m'), ends()],
    [ignored('1m'), ends()],
    [walksOut, ends()],
  ]);
  branches('thankYou', pleased, [
    [answers('ok'), ends()],
    [neverShown('1m'), ends()],
    [she('ignores it', (story) => story.isShown().at('+1m').expectSilence('ignored')), ends()],
    [walksOut, ends()],
    [she('buys another pair', (story) => story.isShown().buys(shoe)), ends('objective')],
  ]);
  test('the second pair is no first; held out in silence', () => {
    atHome().meanwhile('400d').comes().buys(shoe).meanwhile('1h').expectEnd();
    bought({ isHeldOut: true }).expectHeldOut().meanwhile('1h').expectNothing();
  });
});

describe('did she find everything', () => {
  const asked = (options?: StoryOptions): Story =>
    tell('found-everything', options)
      .comesToTill()
      .isKnownAtTill()
      .expect('pos', /Did you find everything today/)
      .expectOn('till-1');
  branches('ask', asked, [
    [answers('found'), ends()],
    [answers('missing'), ends()],
    [answers('hurry'), ends()],
    [neverShown('20m'), ends()],
    [ignored('5m'), ends()],
    [walksOut, ends()],
    [she('pays', (story) => story.isShown().buys(fruit)), ends('objective')],
  ]);
  test('her cart asks nothing; once a week at most; held out in silence', () => {
    tell('found-everything').comes().walksTo('produce').meanwhile('5m').expectNotEntered();
    const again = asked().answers('found').goes().meanwhile('2d').comesToTill().isKnownAtTill();
    again.meanwhile('1m').expectNothing();
    tell('found-everything', { isHeldOut: true })
      .comesToTill()
      .isKnownAtTill()
      .expectHeldOut()
      .meanwhile('1h')
      .expectNothing();
  });
});

describe('bread kept warm', () => {
  const three = [{ id: 'a' }, { id: 'b' }, { id: 'c' }];
  const paid = (options?: StoryOptions): Story =>
    tell('fresh-bread', options)
      .comes()
      .buys(...three)
      .goes()
      .meanwhile('3d');
  const offered = (options?: StoryOptions): Story =>
    paid(options)
      .comes()
      .at('+20s')
      .expect('cart', /Fresh bread at four/);
  const kept = (): Story =>
    offered()
      .answers('keepOne')
      .expect('cart', /waits at the bakery, in your name/);

  branches('later', paid, [
    [she('stays away', (story) => story.meanwhile('60d')), ends()],
    [
      she('comes to the till', (story) => story.comesToTill().at('+20s')),
      says('pos', /just out of the oven.*No bread on her last receipt/),
    ],
  ]);
  branches('offer', offered, [
    [answers('keepOne'), says('cart', /waits at the bakery/)],
    [answers('notToday'), ends()],
    [she('takes bread', (story) => story.isShown().takes(bread)), ends()],
    [she('takes bread unseen', (story) => story.takes(bread).expectSilence('acted-elsewhere')), ends()],
    [ignored('1m'), ends()],
    [walksOut, ends()],
    [she('buys bread', (story) => story.isShown().buys(bread)), waits],
  ]);
  test('never shown: once more at the next visit, then not again', () => {
    const story = offered().meanwhile('30m').settles().expectSilence('never-shown').expectWaiting().goes();
    story
      .meanwhile('2d')
      .comes()
      .expect('cart', /Fresh bread/)
      .meanwhile('30m')
      .settles()
      .expectEnd();
  });
  branches('kept', kept, [
    [answers('thanks'), ends()],
    [she('takes it', (story) => story.isShown().takes(bread)), ends()],
    [she('takes it before she reads it', (story) => story.takes(bread)), ends()],
    [neverShown('5m'), ends()],
    [ignored('2m'), ends()],
    [walksOut, ends()],
  ]);
  test('with bread, or with two things, there is nothing to say; held out in silence', () => {
    tell('fresh-bread').comes().buys({ id: 'a' }, { id: 'b' }, bread).expectNotEntered();
    tell('fresh-bread').comes().buys({ id: 'a' }, { id: 'b' }).expectNotEntered();
    paid({ isHeldOut: true }).expectHeldOut().comes().meanwhile('1h').expectNothing();
  });
});

describe('cheese for the wine', () => {
  const took = (options?: StoryOptions): Story => tell('wine-and-cheese', options).comes().meanwhile('3m').takes(wine);
  const paired = (options?: StoryOptions): Story => took(options).expect('cart', /A cheese for this wine\?/);
  const guided = (): Story =>
    paired()
      .answers('where')
      .expect('cart', /Next to the bakery, lower shelf/);

  branches('pair', paired, [
    [answers('where'), says('cart', /lower shelf/)],
    [answers('notToday'), ends()],
    [she('takes cheese', (story) => story.isShown().takes(cheese)), ends('until')],
    [she('puts the wine back', (story) => story.isShown().putsBack(wine).expectTaken('until')), ends('until')],
    [she('buys cheese', (story) => story.isShown().buys(cheese)), ends('objective')],
    [neverShown('10m'), ends()],
    [ignored('45s'), ends()],
    [walksOut, ends()],
  ]);
  branches('guide', guided, [
    [answers('thanks'), ends()],
    [she('takes cheese', (story) => story.isShown().takes(cheese)), ends('until')],
    [she('buys cheese', (story) => story.isShown().buys(cheese)), ends('objective')],
    [neverShown('5m'), ends()],
    [ignored('2m'), ends()],
    [walksOut, ends()],
  ]);
  test('once in seven days; held out in silence', () => {
    paired().answers('notToday').goes().meanwhile('2d').comes().takes(wine).meanwhile('20m').expectEnd();
    took({ isHeldOut: true }).expectHeldOut().meanwhile('20m').expectNothing();
  });
});

describe('fruit of the morning', () => {
  const there = (options?: StoryOptions): Story =>
    tell('fruit-of-the-morning', options).comes().meanwhile('3m').walksTo('produce');
  const onCart = (options?: StoryOptions): Story =>
    there(options)
      .at('+10s')
      .expect('cart', /Strawberries.*A taste\?.*in the middle/)
      .expectOn('cart-1');
  const onScreen = (): Story =>
    there({ attributes: { greetOnScreens: true } })
      .happensInStore('screen.changed', { screen: 'screen-produce', state: 'connected' })
      .at('+10s')
      .expect('screen', /Strawberries.*Taste one/)
      .expectOn('screen-produce');

  branches('speak', onCart, [
    [answers('taste'), ends()],
    [answers('notToday'), ends()],
    [neverShown('2m'), ends()],
    [ignored('30s'), ends()],
    [walksOut, ends()],
    [
      she('walks on', (story) => story.isShown().walksTo('wine').expectTaken('left-zone').expectSilence('walked-away')),
      ends(),
    ],
    [she('takes some', (story) => story.isShown().takes(fruit)), ends('until')],
    [she('buys some', (story) => story.isShown().buys(fruit)), ends('objective')],
  ]);
  branches('speak, on the screen', onScreen, [
    [ignored('30s'), ends()],
    [she('takes some', (story) => story.isShown().takes(fruit)), ends('until')],
  ]);
  test('in her language; not in passing; once a visit; held out in silence', () => {
    there({ locale: 'fr' })
      .at('+10s')
      .expect('cart', /Fraises cueillies ce matin/)
      .answers('notToday')
      .walksTo('wine')
      .meanwhile('1m')
      .walksTo('produce')
      .meanwhile('1m');
    there().meanwhile('9s').walksTo('wine').meanwhile('1m').expectNotEntered();
    there({ isHeldOut: true }).meanwhile('1m').expectHeldOut().expectNothing();
  });
});

const caught = 'what she takes is caught by "until"';

test('no step, no answer and no silence of these dialogues was left out', () =>
  expectAllReached({
    'fruit-of-the-morning/speak: took': caught,
    'suit-dwell/shown: taken': caught,
    'wine-and-cheese/pair: took': caught,
    'wine-and-cheese/guide: took': caught,
  }));
