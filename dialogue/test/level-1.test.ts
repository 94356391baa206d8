/** Bargains and news: each dialogue of the folder played to all its ends (DESIGN section 1, level I). */
import { describe, test } from 'vitest';
import {
  answers,
  bounces,
  ends,
  ignored,
  neverShown,
  nextVisit,
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

const { tell, branches, expectAllReached } = openLibrary('level-1');
const suit = { department: 'suits', amount: 40_000 };
const shoe = { department: 'shoes', amount: 20_000 };

/** Has bought so often before, a month ago. */
function known(dialogue: string, purchases: number, options?: StoryOptions): Story {
  const story = tell(dialogue, options);
  for (let purchase = 0; purchase < purchases; purchase += 1) story.buys({ department: 'home', amount: 15_000 });
  return story.meanwhile('28d');
}

describe('trunk show', () => {
  const show = { name: 'Moretti', department: 'suits', day: '2026-04-20' };
  const invited = (options?: StoryOptions): Story =>
    known('trunk-show', 2, options)
      .hears('custom.collection', show)
      .expect('email', /Moretti shows here on April 20. Will you come\?/);
  const called = (): Story =>
    invited()
      .bounces()
      .expect('call', /I would like to show you.*no answer/)
      .expectTask('stylist');
  const preparing = (): Story =>
    invited()
      .comes()
      .answers('comes', { size: '52' })
      .expect('handheld', /Have a size ready.*Moretti, size 52/);
  const reminded = (): Story =>
    invited()
      .answers('comesToLook')
      .expect('email', /Moretti: until April 20/);
  const there = (): Story =>
    reminded()
      .isShown()
      .at('+3d')
      .comes()
      .expect('cart', /Ada, your pieces hang in fitting room two/);
  const after = (): Story =>
    invited()
      .answers('cannot')
      .expect('web', /what is left in your size/);

  branches('invite', invited, [
    [
      she('answers on her phone, in the store', (story) => story.comes().answers('comes', { size: '52' })),
      says('handheld', /size 52/),
    ],
    [answers('comesToLook'), says('email', /We look forward to you/)],
    [answers('cannot'), says('web', /Moretti: what is left/)],
    [bounces, says('call', /show you the collection myself/)],
    [neverShown('7d'), says('call', /show you the collection myself/)],
    [ignored('7d'), says('call', /show you the collection myself/)],
    [she('buys for so much that it is reached', (story) => story.isShown().buys(suit)), ends('objective')],
  ]);
  const answeredLate = (answer: string, form?: Record<string, string>): Story => {
    const story = invited().isShown().at('+7d').expectSilence('ignored');
    const message = story.said;
    return story.expect('call', /no answer/).happens('message.answered', { message, answer, ...(form && { form }) });
  };
  test('she answers the mail when a stylist was to call already: the call is taken back, and her answer counts', () => {
    answeredLate('comes', { size: '52' })
      .expectTaken('answered')
      .expect('handheld', /Moretti, size 52/);
    answeredLate('comesToLook')
      .expectTaken('answered')
      .untilSaid('8d')
      .expect('email', /We look forward to you/);
    answeredLate('cannot')
      .expectTaken('answered')
      .untilSaid('8d')
      .expect('web', /what is left/);
  });
  branches('call', called, [
    [
      she('is called in the store', (story) => story.comes().answers('comes', { size: '54' })),
      says('handheld', /Moretti, size 54/),
    ],
    [answers('no'), ends()],
    [unclaimed('2d'), ends()],
    [notReached(3, '1d'), ends()],
    [saidInVain('3d'), ends()],
    [she('buys', (story) => story.buys(suit)), ends('objective')],
  ]);
  branches('prepare', preparing, [
    [answers('ready'), says('email', /until April 20/)],
    [answers('cannot'), says('email', /until April 20/)],
    [unclaimed('1d'), says('email', /until April 20/)],
    [saidInVain('10m'), says('email', /until April 20/)],
    [she('buys', (story) => story.buys(suit)), saysLater('email', /until April 20/)],
  ]);
  branches('prepare, alone', () => invited({ isAlone: true }).answers('comes', { size: '52' }), [
    [she('is not heard of for three days', (story) => story.at('+3d')), says('email', /until April 20/)],
  ]);
  branches(
    'prepare, while she is here',
    () => invited().comes().answers('comes', { size: '52' }).expect('handheld', /52/),
    [[walksOut, says('email', /until April 20/)]],
  );
  branches('reminder', reminded, [
    [she('comes', (story) => story.isShown().at('+3d').comes()), says('cart', /fitting room two/)],
    [answers('cancel'), says('web', /what is left/)],
    [bounces, ends()],
    [ignored('14d'), ends()],
    [she('buys', (story) => story.isShown().buys(suit)), ends('objective')],
  ]);
  branches('atTheShow', there, [
    [answers('thanks'), ends()],
    [answers('notNow'), ends()],
    [she('buys', (story) => story.isShown().buys(suit)), ends()],
    [she('buys unseen', (story) => story.buys(suit)), ends('objective')],
    [neverShown('2h'), ends()],
    [ignored('2m'), ends()],
    [walksOut, ends()],
  ]);
  test('past the door without a cart, the till asks', () => {
    reminded()
      .isShown()
      .at('+3d')
      .happensInStore('screen.changed', { screen: 'cart-1', state: 'lost' })
      .comesToTill()
      .expect('pos', /Did you find something at the show\?.*Came for Moretti/)
      .expectOn('till-1')
      .answers('notNow')
      .expectEnd();
  });
  branches('after', after, [
    [answers('keep'), ends()],
    [answers('no'), ends()],
    [neverShown('14d'), ends()],
    [ignored('7d'), ends()],
    [she('buys', (story) => story.isShown().buys(suit)), ends('objective')],
  ]);
  test('only within its hours, only for who bought twice, only of suits and shoes; held out in silence', () => {
    known('trunk-show', 1).hears('custom.collection', show).expectNotEntered();
    known('trunk-show', 2)
      .hears('custom.collection', { ...show, department: 'garden' })
      .expectNotEntered();
    known('trunk-show', 2)
      .meanwhile('11h')
      .hears('custom.collection', show)
      .at('+11h')
      .expect('email', /Moretti/);
    known('trunk-show', 2, { isHeldOut: true })
      .hears('custom.collection', show)
      .expectHeldOut()
      .meanwhile('40d')
      .expectNothing();
  });
});

describe('private viewing', () => {
  const suits = { name: 'Autumn', department: 'suits', day: '' };
  const invited = (options?: StoryOptions): Story =>
    known('private-viewing', 2, { attributes: { suitSize: '38', salesperson: 'Ben' }, ...options })
      .hears('custom.collection', suits)
      .expect('email', /An hour among Autumn, for you alone/);
  const called = (): Story =>
    invited()
      .bounces()
      .expect('call', /May I keep an hour.*Her salesperson: Ben/)
      .expectTask('salesperson');
  const reminded = (): Story =>
    called()
      .at('+2d')
      .untilSaid('8d')
      .expect('email', /Your page is still open/);
  const page = (): Story =>
    reminded()
      .isShown()
      .looksAtPage('/viewing/ada')
      .expect('web', /Good to see you, Ada!.*Autumn, size 38/);
  const booked = (): Story =>
    page()
      .answers('books', { day: 'Friday' })
      .expect('email', /The room is yours.*Friday/);

  test('e-mail, a week of silence, a call, another week, a reminder, and a page that greets her by name', () => {
    invited()
      .isShown()
      .at('+1w')
      .expect('call', /May I keep an hour/)
      .answers('later')
      .at('+1w')
      .expect('email', /Your page is still open/)
      .isShown()
      .meanwhile('1d')
      .looksAtPage('/viewing/ada')
      .expect('web', /Good to see you, Ada!/)
      .answers('books', { day: 'Tuesday' })
      .expect('email', /The room is yours.*Tuesday/)
      .isShown()
      .meanwhile('3d')
      .comes()
      .expectEnd();
  });
  branches('invite', invited, [
    [answers('books', { day: 'Monday' }), says('email', /The room is yours.*Monday/)],
    [answers('no'), ends()],
    [bounces, says('call', /May I keep an hour/)],
    [neverShown('7d'), says('call', /May I keep an hour/)],
    [ignored('1w'), says('call', /May I keep an hour/)],
    [she('buys something else', (story) => story.isShown().buys(shoe)), ends('objective')],
    [she('buys a suit', (story) => story.isShown().buys(suit)), ends('until')],
  ]);
  branches('call', called, [
    [answers('books', { day: 'Sunday' }), says('email', /Sunday/)],
    [answers('later'), she('is left alone for a week', (story) => story.at('+1w').expect('email', /still open/))],
    [answers('no'), ends()],
    [unclaimed('2d'), saysLater('email', /still open/)],
    [notReached(3, '1d'), saysLater('email', /still open/)],
    [saidInVain('1w'), says('email', /still open/)],
    [she('buys something else', (story) => story.buys(shoe)), ends('objective')],
  ]);
  branches(
    'reminder',
    () =>
      called()
        .answers('later')
        .at('+1w')
        .expect('email', /still open/),
    [
      [
        she('opens the page', (story) => story.isShown().looksAtPage('/viewing/ada')),
        says('web', /Good to see you, Ada/),
      ],
      [she('opens another page', (story) => story.isShown().looksAtPage('/shoes')), waits],
      [answers('stop'), ends()],
      [bounces, ends()],
      [ignored('14d'), ends()],
      [she('buys something else', (story) => story.isShown().buys(shoe)), ends('objective')],
    ],
  );
  branches('page', page, [
    [answers('books', { day: 'Friday' }), says('email', /Friday. Shall we change it/)],
    [answers('no'), ends()],
    [neverShown('7d'), ends()],
    [ignored('7d'), ends()],
    [she('buys something else', (story) => story.isShown().buys(shoe)), ends('objective')],
  ]);
  branches('booked', booked, [
    [she('comes', (story) => story.isShown().meanwhile('2d').comes()), ends()],
    [answers('cancel'), ends()],
    [bounces, ends()],
    [ignored('30d'), ends()],
    [she('buys something else', (story) => story.isShown().buys(shoe)), ends('objective')],
  ]);
  test('not for who spends little; held out in silence', () => {
    known('private-viewing', 1).hears('custom.collection', suits).expectNotEntered();
    known('private-viewing', 2, { isHeldOut: true })
      .hears('custom.collection', suits)
      .expectHeldOut()
      .meanwhile('40d')
      .expectNothing();
  });
});

describe('advance markdown', () => {
  const markdown = { department: 'shoes', percent: 30, day: '2026-04-02' };
  const noticed = (options?: StoryOptions): Story =>
    known('advance-markdown', 3, options)
      .hears('custom.markdown', markdown)
      .expect('email', /Before anyone else: 30% off in shoes.*From April 2 for everybody/);
  const preparing = (): Story =>
    noticed()
      .comes()
      .answers('aside', { what: 'the red ones' })
      .expect('handheld', /Put aside before the markdown.*shoes: the red ones/)
      .expectTask('floor');
  const onCart = (): Story =>
    noticed()
      .isShown()
      .at('+3d')
      .meanwhile('1d')
      .comes()
      .expect('cart', /shoes is marked down/);

  branches('notice', noticed, [
    [
      she('answers on her phone, in the store', (story) => story.comes().answers('aside', { what: 'a pair' })),
      says('handheld', /shoes: a pair/),
    ],
    [answers('no'), ends()],
    [she('buys shoes', (story) => story.isShown().buys(shoe)), ends()],
    [she('buys shoes unasked', (story) => story.buys(shoe).expectSilence('acted-elsewhere')), ends('objective')],
    [bounces, ends()],
    [neverShown('2d'), ends()],
    [ignored('3d'), nextVisit('cart', /shoes is marked down/)],
  ]);
  branches('prepare', preparing, [
    [answers('done'), nextVisit('cart', /marked down/)],
    [answers('gone'), nextVisit('cart', /marked down/)],
    [unclaimed('4h'), nextVisit('cart', /marked down/)],
    [saidInVain('10m'), nextVisit('cart', /marked down/)],
    [she('buys shoes', (story) => story.buys(shoe)), nextVisit('cart', /marked down/)],
  ]);
  branches('prepare, alone', () => noticed({ isAlone: true }).answers('aside', { what: 'a pair' }), [
    [she('is not heard of for a day', (story) => story.at('+1d')), nextVisit('cart', /marked down/)],
  ]);
  branches(
    'prepare, while she is here',
    () =>
      noticed()
        .comes()
        .answers('aside')
        .expect('handheld', /in her size/),
    [[walksOut, nextVisit('cart', /marked down/)]],
  );
  branches('visit', () => noticed().isShown().at('+3d'), [
    [she('stays away', (story) => story.meanwhile('14d')), ends()],
    [she('buys shoes', (story) => story.buys(shoe)), ends('objective')],
  ]);
  branches('onCart', onCart, [
    [answers('see'), ends()],
    [answers('notToday'), ends()],
    [she('takes shoes', (story) => story.isShown().takes(shoe)), ends()],
    [she('buys shoes', (story) => story.isShown().buys(shoe)), ends('objective')],
    [neverShown('30m'), ends()],
    [ignored('2m'), ends()],
    [walksOut, ends()],
  ]);
  test('a small markdown is no news; nothing is sent at night; held out in silence', () => {
    known('advance-markdown', 3)
      .hears('custom.markdown', { ...markdown, percent: 10 })
      .expectNotEntered();
    known('advance-markdown', 2).hears('custom.markdown', markdown).expectNotEntered();
    known('advance-markdown', 3).meanwhile('11h').hears('custom.markdown', markdown).at('+10h').expect('email', /30%/);
    known('advance-markdown', 3, { isHeldOut: true })
      .hears('custom.markdown', markdown)
      .expectHeldOut()
      .meanwhile('10d')
      .expectNothing();
  });
});

describe('new arrivals', () => {
  const boots = { name: 'The boots of Trieste', department: 'shoes', day: '' };
  const arrived = (arm = 'short', options?: StoryOptions): Story =>
    known('new-arrivals', 1, { arm, ...options }).hears('custom.collection', boots);
  const short = (): Story =>
    arrived()
      .meanwhile('3d')
      .comes()
      .expect('cart', /The boots of Trieste has just arrived/);
  const curious = (): Story =>
    arrived('curious')
      .meanwhile('3d')
      .comes()
      .expect('cart', /Who else has seen The boots/);
  const guided = (): Story =>
    short()
      .answers('show')
      .expect('cart', /On the first table in shoes/);
  const once = [
    [answers('show'), says('cart', /On the first table in shoes/)],
    [answers('notToday'), ends()],
    [she('takes shoes', (story) => story.isShown().takes(shoe)), ends()],
    [she('buys shoes', (story) => story.isShown().buys(shoe)), ends('objective')],
    [neverShown('30m'), ends()],
    [ignored('1m'), ends()],
    [walksOut, ends()],
  ] as const;

  branches('visit', () => arrived(), [
    [she('stays away', (story) => story.meanwhile('21d')), ends()],
    [she('buys shoes', (story) => story.buys(shoe)), ends('objective')],
  ]);
  branches('short', short, once);
  branches('curious', curious, once);
  branches('guide', guided, [
    [answers('thanks'), ends()],
    [she('takes shoes', (story) => story.isShown().takes(shoe)), ends()],
    [she('buys shoes', (story) => story.isShown().buys(shoe)), ends('objective')],
    [neverShown('10m'), ends()],
    [ignored('3m'), ends()],
    [walksOut, ends()],
  ]);
  test('not for strangers; in three weeks once; held out in silence', () => {
    known('new-arrivals', 0).hears('custom.collection', boots).expectNotEntered();
    short()
      .answers('notToday')
      .goes()
      .meanwhile('2d')
      .hears('custom.collection', boots)
      .comes()
      .meanwhile('1h')
      .expectEnd();
    arrived('short', { isHeldOut: true }).expectHeldOut().comes().meanwhile('1h').expectNothing();
  });
});

test('no step, no answer and no silence of these dialogues was left out', () => expectAllReached({}));
