/** On site, now: each dialogue of the folder played to all its ends (DESIGN section 1, level III). */
import { describe, test } from 'vitest';
import {
  answers,
  bounces,
  ends,
  ignored,
  neverShown,
  notReached,
  saidInVain,
  says,
  saysLater,
  she,
  unclaimed,
  waits,
  walksOut,
} from './deeds.ts';
import { openLibrary } from './library.ts';
import type { Story, StoryOptions } from './story.ts';

const { tell, branches, expectAllReached } = openLibrary('level-3');
const stroller = { id: 'line-7', name: 'Stroller Nomad', tags: ['stroller', 'baby'], amount: 60_000 };
const bottle = { id: 'line-9', tags: ['baby'], amount: 900 };
const boards = { id: 'line-3', name: 'Oak boards', tags: ['project'], amount: 12_000 };
const suit = { department: 'suits', name: 'Grey suit', code: '777', amount: 40_000 };
const fruit = { department: 'produce', amount: 300 };

describe('the stroller she bought', () => {
  const bought = (options?: StoryOptions): Story =>
    tell('stroller', options).comes().buys(stroller).goes().meanwhile('10d').expectNothing();
  const atTill = (options?: StoryOptions): Story =>
    bought(options)
      .comes()
      .isKnownAtTill()
      .expect('pos', /How is the stroller\?.*She bought Stroller Nomad here/)
      .expectOn('till-1');
  const fetched = (): Story =>
    atTill()
      .answers('wants')
      .expect('handheld', /Rain cover to the till.*Stroller Nomad/)
      .expectTask('floor');
  const serviced = (): Story =>
    atTill()
      .answers('trouble')
      .expect('call', /What is wrong\?.*Stroller Nomad/)
      .expectTask('service');
  const mailed = (): Story =>
    atTill()
      .isShown()
      .at('+5m')
      .expect('email', /How is the stroller\?/);

  branches('later', bought, [
    [she('stays away', (story) => story.meanwhile('90d')), ends()],
    [she('returns the stroller', (story) => story.returns({ id: 'back-1', ref: 'line-7' })), ends('until')],
    [she('returns something else', (story) => story.returns({ id: 'back-1', ref: 'line-8' })), waits],
    [she('buys for the baby', (story) => story.buys(bottle)), ends('objective')],
  ]);
  branches('atTill', atTill, [
    [answers('wants'), says('handheld', /Rain cover/)],
    [answers('trouble'), says('call', /something is wrong with it/)],
    [answers('no'), ends()],
    [ignored('5m'), says('email', /How is the stroller/)],
    [walksOut, says('email', /How is the stroller/)],
    [she('buys for the baby', (story) => story.isShown().buys(bottle)), ends('objective')],
    [she('returns the stroller', (story) => story.isShown().returns({ id: 'back-1', ref: 'line-7' })), ends('until')],
  ]);
  test('never at a till: at the next visit again, and once more, then by e-mail', () => {
    const story = bought().comes().meanwhile('4h').goes().expectNothing();
    story.meanwhile('5d').comes().meanwhile('4h').goes().meanwhile('5d').comes().meanwhile('2h').expectNothing();
    story.meanwhile('2h').expect('email', /the footmuff/);
  });
  branches('fetch', fetched, [
    [answers('brought'), ends()],
    [answers('gone'), says('email', /How is the stroller/)],
    [answers('cannot'), says('email', /How is the stroller/)],
    [unclaimed('2m'), says('email', /How is the stroller/)],
    [saidInVain('10m'), says('email', /How is the stroller/)],
    [walksOut, says('email', /How is the stroller/)],
    [she('buys for the baby', (story) => story.buys(bottle)), ends('objective')],
  ]);
  branches('service', serviced, [
    [answers('solved'), ends()],
    [answers('exchange'), ends()],
    [unclaimed('1d'), ends()],
    [notReached(4, '1d'), ends()],
    [saidInVain('3d'), ends()],
    [she('buys for the baby', (story) => story.buys(bottle)), ends('objective')],
  ]);
  branches('byMail', mailed, [
    [she('buys for the baby', (story) => story.isShown().buys(bottle)), ends()],
    [she('buys for the baby by herself', (story) => story.buys(bottle)), ends('objective')],
    [answers('nothing'), ends()],
    [bounces, ends()],
    [ignored('14d'), ends()],
  ]);
  test('nobody is free: by e-mail; held out in silence, and her purchase counts', () => {
    atTill({ isAlone: true })
      .answers('wants')
      .at('+10m')
      .expect('email', /How is the stroller/);
    bought({ isHeldOut: true })
      .expectHeldOut()
      .comes()
      .isKnownAtTill()
      .meanwhile('1h')
      .buys(bottle)
      .expectGoal()
      .expectEnd('objective');
  });
  test('a number that was only typed is told nothing of what she bought', () => {
    bought().comes({ strength: 'weak' }).meanwhile('1h').expectNothing();
  });
});

describe('how is the project', () => {
  const bought = (options?: StoryOptions): Story =>
    tell('big-project', options).comes().buys(boards).goes().meanwhile('7d').expectNothing();
  const greeted = (): Story =>
    bought()
      .comes()
      .expect('cart', /Ada, how goes the project\?/);
  const mailed = (): Story =>
    greeted()
      .isShown()
      .at('+2m')
      .expect('email', /What does the project still need.*plan for Oak boards/);
  const thanked = (): Story =>
    greeted()
      .answers('offered')
      .expect('web', /Your project, part by part/);

  branches('later', bought, [
    [she('stays away', (story) => story.at('+53d')), says('email', /What does the project still need/)],
    [she('returns the boards', (story) => story.returns({ id: 'back-1', ref: 'line-3' })), ends('until')],
    [she('comes to the till first', (story) => story.comesToTill()), says('pos', /Is anything missing\?.*Oak boards/)],
    [she('buys for it again', (story) => story.buys({ ...boards, id: 'line-4' }).expectGoal()), ends('objective')],
  ]);
  branches('greet', greeted, [
    [answers('offered'), says('web', /Your project/)],
    [answers('declined'), ends()],
    [she('buys for it', (story) => story.isShown().buys(boards)), says('web', /Your project/)],
    [
      she('buys for it unseen', (story) => story.buys(boards).expectSilence('acted-elsewhere')),
      says('web', /Your project/),
    ],
    [ignored('2m'), says('email', /still need/)],
    [walksOut, says('email', /still need/)],
    [she('returns the boards', (story) => story.isShown().returns({ id: 'back-1', ref: 'line-3' })), ends('until')],
  ]);
  test('never shown: at the next visit again, and once more, then by e-mail', () => {
    const story = bought();
    for (let visit = 0; visit < 3; visit += 1) {
      story
        .comes()
        .expect('cart', /Ada, how goes/)
        .meanwhile('10m')
        .settles()
        .expectSilence('never-shown');
      if (visit < 2) story.goes().expectWaiting().meanwhile('5d');
    }
    // What she never saw has spent nothing: her stage has room for it at once.
    story.expect('email', /still need/);
  });
  branches('byMail', mailed, [
    [answers('list'), says('web', /Your project/)],
    [answers('finished'), ends()],
    [bounces, ends()],
    [ignored('14d'), ends()],
    [she('buys for it', (story) => story.isShown().buys(boards)), saysLater('web', /Your project/)],
  ]);
  branches('thanks', thanked, [
    [answers('kept'), ends()],
    [she('buys for it', (story) => story.isShown().buys(boards)), ends()],
    [she('buys for it unseen', (story) => story.buys(boards)), ends('objective')],
    [neverShown('30d'), ends()],
    [ignored('30d'), ends()],
  ]);
  test('held out in silence', () => {
    bought({ isHeldOut: true }).expectHeldOut().comes().meanwhile('1h').expectNothing();
  });
});

describe('fruit of the morning', () => {
  const there = (options?: StoryOptions): Story =>
    tell('on-the-floor', options).comes().meanwhile('3m').walksTo('produce');
  const onCart = (): Story =>
    there()
      .at('+10s')
      .expect('cart', /Strawberries, picked this morning. A taste/)
      .expectOn('cart-1');
  const onScreen = (): Story =>
    there({ attributes: { greetOnScreens: true } })
      .happensInStore('screen.changed', { screen: 'cart-1', state: 'lost' })
      .happensInStore('screen.changed', { screen: 'screen-produce', state: 'connected' })
      .at('+20s')
      .expect('screen', /Strawberries.*Taste one/)
      .expectOn('screen-produce');
  const bringing = (): Story =>
    onCart()
      .answers('taste')
      .expect('handheld', /A taste of strawberries.*She stands at the fruit/)
      .expectTask('floor');

  branches('speak', onCart, [
    [answers('taste'), says('handheld', /A taste of strawberries/)],
    [answers('notToday'), ends()],
    [she('takes some', (story) => story.isShown().takes(fruit)), ends('until')],
    [
      she('walks on', (story) => story.isShown().walksTo('wine').expectTaken('left-zone').expectSilence('walked-away')),
      ends(),
    ],
    [neverShown('2m'), ends()],
    [ignored('30s'), ends()],
    [walksOut, ends()],
    [she('buys some', (story) => story.isShown().buys(fruit)), ends('objective')],
  ]);
  branches('speak, on the screen', onScreen, [
    [answers('taste'), says('handheld', /A taste of strawberries/)],
    [ignored('30s'), ends()],
  ]);
  branches('bring', bringing, [
    [answers('brought'), ends()],
    [answers('cannot'), ends()],
    [unclaimed('1m'), ends()],
    [she('is promised one, and it does not come', (story) => story.isClaimed().isShown().at('+3m')), ends()],
    [walksOut, ends()],
    [she('takes some', (story) => story.takes(fruit)), ends('until')],
    [she('buys some', (story) => story.buys(fruit)), ends('objective')],
  ]);
  test('only in passing: nothing; after one: nothing; in three days once; held out in silence', () => {
    there().meanwhile('9s').walksTo('wine').meanwhile('1m').expectNotEntered();
    there({ startAt: Date.UTC(2026, 2, 2, 13) })
      .meanwhile('2m')
      .settles()
      .expectEnd();
    onCart().answers('notToday').goes().meanwhile('1d').comes().walksTo('produce').meanwhile('1m').expectEnd();
    there({ isHeldOut: true }).meanwhile('1m').expectHeldOut().expectNothing();
  });
  test('nobody is free: no taste is promised in vain for long', () => {
    there({ isAlone: true })
      .at('+10s')
      .expect('cart', /A taste/)
      .answers('taste')
      .at('+3m')
      .expectEnd();
  });
});

describe('put back', () => {
  const putBack = (options?: StoryOptions): Story =>
    tell('put-back', options).comes().meanwhile('3m').takes(suit).meanwhile('2m').putsBack(suit);
  const asked = (options?: StoryOptions): Story => putBack(options).expect('cart', /Not the right size\?/);
  const fetched = (): Story =>
    asked()
      .answers('size', { size: '54' })
      .expect('handheld', /Another size, please.*Grey suit, size 54/)
      .expectTask('stylist');
  const sorry = (): Story =>
    fetched()
      .answers('none')
      .expect('cart', /Sorry, not today/);

  branches('ask', asked, [
    [answers('size', { size: '56' }), says('handheld', /size 56/)],
    [answers('notThat'), ends()],
    [she('takes it after all', (story) => story.isShown().takes(suit)), ends('until')],
    [she('buys it after all', (story) => story.isShown().buys(suit)), ends('objective')],
    [neverShown('5m'), ends()],
    [ignored('45s'), ends()],
    [walksOut, ends()],
  ]);
  branches('fetch', fetched, [
    [answers('brought'), ends()],
    [answers('none'), says('cart', /Shall we send it home/)],
    [answers('cannot'), says('cart', /Shall we send it home/)],
    [unclaimed('2m'), saysLater('cart', /Shall we send it home/)],
    [saidInVain('10m'), saysLater('cart', /Shall we send it home/)],
    [walksOut, ends()],
    [she('buys it', (story) => story.buys(suit)), ends('objective')],
  ]);
  test('nobody is free to fetch it', () => {
    asked({ isAlone: true })
      .answers('size', { size: '54' })
      .at('+10m')
      .expect('cart', /Sorry, not today/);
  });
  branches('sorry', sorry, [
    [answers('send'), ends()],
    [answers('no'), ends()],
    [neverShown('10m'), ends()],
    [ignored('2m'), ends()],
    [walksOut, ends()],
    [she('buys it', (story) => story.isShown().buys(suit)), ends('objective')],
  ]);
  test('after ten minutes, or once she has paid, it means nothing; held out in silence', () => {
    tell('put-back').comes().takes(suit).meanwhile('11m').putsBack(suit).expectNotEntered();
    tell('put-back').comes().takes(suit).buys(suit).putsBack(suit).expectNotEntered();
    putBack({ isHeldOut: true }).expectHeldOut().meanwhile('10m').expectNothing();
  });
});

test('no step, no answer and no silence of these dialogues was left out', () =>
  expectAllReached({ 'on-the-floor/speak: took': 'what she takes is caught by "until"' }));
