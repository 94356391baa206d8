/** The life cycle: each dialogue of the folder played to all its ends (DESIGN section 1, foundation). */
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

const { tell, branches, expectAllReached } = openLibrary('foundation');
const sofa = { department: 'furniture', tags: ['home'], amount: 90_000 };

describe('welcome', () => {
  const welcomed = (options?: StoryOptions): Story =>
    tell('welcome', options)
      .comes()
      .buys()
      .goes()
      .at('+1d')
      .expect('email', /Ada, welcome/);
  const atTheTill = (): Story =>
    welcomed()
      .bounces()
      .meanwhile('9d')
      .comes()
      .isKnownAtTill()
      .expect('pos', /Good to see you.*second visit/);
  const thanked = (): Story =>
    welcomed()
      .answers('chosen', { topic: 'sales' })
      .expect('email', /Noted: sales/);

  branches('hello', welcomed, [
    [answers('chosen', { topic: 'events' }), says('email', /Noted: events.*alteration is on us/)],
    [answers('chosen', { topic: 'nothing' }), ends()],
    [she('comes again', (story) => story.isShown().comes()), ends()],
    [bounces, waits],
    [neverShown('7d'), waits],
    [ignored('14d'), waits],
    [she('buys again', (story) => story.isShown().buys()), ends('objective')],
    [she('brings it all back', (story) => story.isShown().returns()), ends('until')],
  ]);
  branches('atTill', () => welcomed().bounces(), [
    [she('stays away', (story) => story.meanwhile('90d')), ends()],
    [she('brings it all back', (story) => story.meanwhile('3d').returns()), ends('until')],
  ]);
  branches('inPerson', atTheTill, [
    [answers('gladly'), says('email', /Noted: what you chose/)],
    [answers('no'), ends()],
    [neverShown('2h'), ends()],
    [ignored('5m'), ends()],
    [walksOut, ends()],
    [she('buys before it is said', (story) => story.buys().expectSilence('acted-elsewhere')), ends('objective')],
  ]);
  branches('thanks', thanked, [
    [she('comes', (story) => story.isShown().comes()), ends()],
    [bounces, ends()],
    [ignored('30d'), ends()],
    [she('buys', (story) => story.isShown().buys().expectGoal()), ends('objective')],
  ]);

  test('a second purchase is no first; without consent to e-mail nobody is welcomed', () => {
    tell('welcome', { without: ['email'] })
      .buys()
      .meanwhile('2d')
      .expectNotEntered();
    const story = tell('welcome')
      .buys()
      .at('+1d')
      .expect('email', /welcome/)
      .isShown()
      .comes()
      .buys();
    story.meanwhile('5d').expectNothing().expectEnd();
  });
  test('held out she enters silently and hears nothing', () => {
    tell('welcome', { isHeldOut: true })
      .buys()
      .expectHeldOut()
      .meanwhile('1d')
      .expectNothing()
      .comes()
      .isKnownAtTill()
      .buys();
  });
});

describe('service follow-up', () => {
  const watch = { item: 'watch', kind: 'repair' };
  const asked = (options?: StoryOptions): Story =>
    tell('service-follow-up', options)
      .hears('custom.service', watch)
      .at('+2d')
      .expect('email', /How is your watch now/);
  const called = (): Story =>
    asked()
      .answers('notWell', { what: 'It stops' })
      .expect('call', /about your watch.*repair of watch.*It stops/)
      .expectTask('service');
  const inPerson = (): Story =>
    called()
      .answers('bringsIt')
      .expectWaiting()
      .meanwhile('2d')
      .comes()
      .expect('handheld', /Her repair was not right.*watch/);
  const thanked = (): Story =>
    asked()
      .answers('fine')
      .expect('email', /Thank you for telling us/);
  const due = (): Story =>
    thanked()
      .answers('remind')
      .at('+11mo')
      .expect('email', /Time to look after your watch/);

  branches('ask', asked, [
    [answers('fine'), says('email', /due in a year/)],
    [answers('notWell', { what: 'It stops' }), says('call', /She says: It stops/)],
    [bounces, says('call', /She says: nothing yet/)],
    [neverShown('7d'), says('call', /nothing yet/)],
    [ignored('7d'), ends()],
    [she('buys', (story) => story.isShown().buys().expectSilence('acted-elsewhere')), ends('objective')],
  ]);
  branches('call', called, [
    [answers('solved'), says('email', /Thank you for telling us/)],
    [answers('bringsIt'), nextVisit('handheld', /Her repair was not right/)],
    [answers('declined'), ends()],
    [unclaimed('1d'), nextVisit('handheld', /has not been satisfied/)],
    [
      notReached(4, '1d'),
      she('comes when her stage has room again', (story) =>
        story
          .meanwhile('8d')
          .comes()
          .expect('handheld', /has not been satisfied/),
      ),
    ],
    [saidInVain('3d'), nextVisit('handheld', /has not been satisfied/)],
    [she('buys', (story) => story.buys()), ends('objective')],
  ]);
  branches('visit', () => called().answers('bringsIt'), [
    [she('stays away', (story) => story.meanwhile('30d')), ends()],
  ]);
  branches('inPerson', inPerson, [
    [answers('solved'), says('email', /Thank you for telling us/)],
    [answers('cannot'), ends()],
    [unclaimed('3m'), ends()],
    [saidInVain('10m'), ends()],
    [walksOut, ends()],
    [she('buys', (story) => story.buys()), ends('objective')],
  ]);
  branches('thanks', thanked, [
    [answers('no'), ends()],
    [bounces, ends()],
    [ignored('14d'), ends()],
    [she('buys', (story) => story.isShown().buys()), ends('objective')],
  ]);
  branches('due', due, [
    [she('comes', (story) => story.isShown().meanwhile('3d').comes()), ends()],
    [bounces, ends()],
    [ignored('30d'), ends()],
  ]);

  test('nobody is there: the handheld stays silent', () => {
    const story = tell('service-follow-up', { isAlone: true })
      .hears('custom.service', watch)
      .at('+2d')
      .expect('email', /watch/);
    story.bounces().expect('call', /watch/).answers('bringsIt').meanwhile('1d').comes();
    story.meanwhile('30m').expectSilence('never-shown').expectEnd();
  });
  test('held out she enters silently and hears nothing', () => {
    tell('service-follow-up', { isHeldOut: true })
      .hears('custom.service', watch)
      .expectHeldOut()
      .meanwhile('200d')
      .expectNothing();
  });
});

describe('win-back', () => {
  /** Eight purchases, two weeks apart; then none. */
  const steady = (options?: StoryOptions): Story => {
    const story = tell('win-back', options);
    for (let purchase = 0; purchase < 8; purchase += 1) story.meanwhile('14d').buys({ amount: 10_000 });
    return story.meanwhile('28d').expectNothing().expectNotEntered();
  };
  const missed = (options?: StoryOptions): Story =>
    steady(options)
      .untilSaid('60d')
      .expect('call', /We have missed you.*8 purchases within a year/)
      .expectTask('representative');
  const complained = (): Story =>
    missed()
      .answers('complaint', { cause: 'service', words: 'I waited an hour' })
      .expectReward(150)
      .expectTask('executive');
  const apologised = (): Story =>
    complained()
      .meanwhile('1d')
      .isSigned()
      .expect('mail', /sorry about the service.*I waited an hour.*worth 15% until/);
  const reminder = (): Story =>
    missed()
      .at('+2d')
      .expect('email', /Ada, what would bring you back/);
  const phoned = (): Story =>
    reminder()
      .answers('tellsUs', { wish: 'larger sizes' })
      .expect('call', /I run this house.*Wish: larger sizes/)
      .expectTask('manager');
  const saved = (): Story => missed().meanwhile('1d').buys({ amount: 10_000 }).expectReward(50).expectWaiting();
  const welcomedBack = (): Story =>
    saved()
      .meanwhile('3d')
      .comes()
      .expect('cart', /Ada, we are glad you are back.*5% is yours/);
  const thanked = (): Story =>
    saved()
      .at('+14d')
      .expect('email', /Ada, we are glad you are back.*5%/);
  const listened = (): Story =>
    thanked()
      .answers('stillSomething', { what: 'the parking' })
      .expect('call', /You wrote to us.*the parking/);

  test('the whole of it: call, complaint, signed apology, reminder, another month, the manager, a purchase, thanks', () => {
    apologised()
      .isShown()
      .at('+30d')
      .expect('email', /what would bring you back/)
      .isShown()
      .at('+1mo')
      // Two mails without an answer: she is left in peace for a while before anybody telephones.
      .untilSaid('20m')
      .expect('call', /I run this house.*Complaint: service/)
      .expectTask('manager')
      .answers('comesBack')
      .meanwhile('12d')
      .buys({ amount: 10_000 })
      .expectGoal()
      .expectReward(50)
      .meanwhile('2d')
      .comes()
      .meanwhile('20s')
      .expect('cart', /Ada, we are glad you are back/)
      .answers('thanksBack')
      .expectEnd();
  });

  branches('alert', missed, [
    [
      answers('complaint', { cause: 'price', words: 'too dear' }),
      she('waits for a signature', (story) => story.expectWaiting().expectReward(150).expectTask('executive')),
    ],
    [
      answers('allIsWell'),
      she('is left alone for a month', (story) => story.at('+1mo').expect('email', /what would bring you back/)),
    ],
    [answers('noMoreCalls'), ends()],
    [unclaimed('2d'), says('email', /what would bring you back/)],
    [notReached(4, '2d'), saysLater('email', /what would bring you back/)],
    [saidInVain('3d'), says('email', /what would bring you back/)],
    [
      she('is claimed and not called', (story) => story.isClaimedFor('4h').at('+4h')),
      says('email', /what would bring you back/),
    ],
    [she('buys', (story) => story.buys()), nextVisit('cart', /glad you are back/)],
  ]);
  branches('apology', complained, [
    [she('gets it signed', (story) => story.isSigned()), says('mail', /sorry about the service/)],
    [she('gets no signature', (story) => story.isSigned('refused')), says('email', /what would bring you back/)],
    [she('is forgotten for five days', (story) => story.at('+5d')), says('email', /what would bring you back/)],
    [
      she('buys while the letter waits for a signature', (story) => story.meanwhile('1d').buys()),
      nextVisit('cart', /glad you are back/),
    ],
  ]);
  branches('apology, signed', apologised, [
    [
      answers('wroteBack'),
      she('is left alone for a month', (story) =>
        story
          .expectWaiting()
          .at('+1mo')
          .expect('email', /bring you back/),
      ),
    ],
    [ignored('30d'), says('email', /what would bring you back/)],
    [neverShown('13d'), saysLater('email', /what would bring you back/)],
    [she('gets it back', (story) => story.isReturned()), saysLater('email', /what would bring you back/)],
    [she('buys', (story) => story.isShown().meanwhile('5d').buys()), nextVisit('cart', /glad you are back/)],
  ]);
  branches('reminder', reminder, [
    [answers('tellsUs', { wish: 'more light' }), says('call', /Wish: more light/)],
    [answers('unsubscribe'), ends()],
    [bounces, saysLater('call', /Complaint: none known.*Wish: none/)],
    [ignored('1mo'), says('call', /Wish: none/)],
    [
      she('buys, and is back in a week', (story) => story.isShown().buys().meanwhile('7d')),
      nextVisit('cart', /glad you are back/),
    ],
  ]);
  branches('manager', phoned, [
    [answers('comesBack'), waits],
    [answers('lost'), ends()],
    [unclaimed('5d'), ends()],
    [notReached(3, '3d'), ends()],
    [saidInVain('7d'), ends()],
    [
      she('buys, and is back in a week', (story) => story.buys().meanwhile('7d')),
      nextVisit('cart', /glad you are back/),
    ],
  ]);
  branches('lastWait', () => phoned().answers('comesBack'), [
    [she('does not come', (story) => story.at('+60d')), ends()],
    [she('buys', (story) => story.meanwhile('59d').buys()), nextVisit('cart', /glad you are back/)],
  ]);
  branches('comesAgain', saved, [
    [she('comes again', (story) => story.meanwhile('1d').comes().meanwhile('20s')), says('cart', /glad you are back/)],
    [she('does not come', (story) => story.at('+14d')), says('email', /glad you are back/)],
  ]);
  branches('inPerson', welcomedBack, [
    [answers('thanksBack'), ends()],
    [answers('stillSomething'), saysLater('call', /something is still wrong/)],
    [neverShown('20m'), saysLater('email', /glad you are back/)],
    [ignored('3m'), ends()],
    [walksOut, ends()],
    [she('buys once more and is thanked only once', (story) => story.isShown().buys().goes().expectNothing()), ends()],
  ]);
  branches('thanks', thanked, [
    [answers('thanksBack'), ends()],
    [answers('stillSomething', { what: 'parking' }), says('call', /parking/)],
    [bounces, ends()],
    [ignored('14d'), ends()],
    [
      she('buys once more and is thanked only once', (story) =>
        story.isShown().buys().expectNothing().answers('thanksBack'),
      ),
      ends(),
    ],
  ]);
  branches('listen', listened, [
    [answers('settled'), ends()],
    [answers('refused'), ends()],
    [unclaimed('2d'), ends()],
    [she('is not reached', (story) => story.isNotReached()), ends()],
    [saidInVain('3d'), ends()],
  ]);

  test('who never came often, or spent little, is not missed', () => {
    const story = tell('win-back');
    for (let purchase = 0; purchase < 8; purchase += 1) story.meanwhile('14d').buys({ amount: 100 });
    story.meanwhile('200d').expectNotEntered();
  });
  test('held out she enters silently, and nobody calls; her purchase is counted', () => {
    steady({ isHeldOut: true })
      .meanwhile('60d')
      .expectHeldOut()
      .expectNothing()
      .buys()
      .expectGoal()
      .expectEnd('objective');
  });
});

describe('moved house', () => {
  const moved = (options?: StoryOptions): Story => tell('moved-house', options).changes({ address: 'New Street 1' });
  const asked = (options?: StoryOptions): Story =>
    moved(options)
      .at('+5d')
      .expectSet('movedHouse', true)
      .expectReward(100)
      .expect('email', /A new home\? 10% off/);
  const listed = (): Story =>
    asked()
      .answers('tells', { room: 'kitchen' })
      .expect('web', /For your kitchen.*kept until/);
  const posted = (): Story =>
    asked()
      .bounces()
      .expectWaiting()
      .meanwhile('9d')
      .comes()
      .expect('mail', /Your list for the new home.*10% off/);

  branches('ask', asked, [
    [answers('tells', { room: 'bath' }), says('web', /For your bath/)],
    [answers('notMoved'), she('has not moved', (story) => story.expectSet('movedHouse', false).expectEnd())],
    [she('buys for the home', (story) => story.isShown().buys(sofa)), ends()],
    [
      she('buys for the home before it is sent', (story) => story.buys(sofa).expectSilence('acted-elsewhere')),
      ends('objective'),
    ],
    [bounces, nextVisit('mail', /Your list/)],
    [ignored('14d'), nextVisit('mail', /Your list/)],
  ]);
  branches('list', listed, [
    [answers('reserve'), nextVisit('mail', /Your list/)],
    [answers('noThanks'), ends()],
    [she('buys for the home', (story) => story.isShown().buys(sofa)), ends()],
    [she('buys unseen', (story) => story.buys(sofa)), ends('objective')],
    [neverShown('30d'), nextVisit('mail', /Your list/)],
    [ignored('14d'), nextVisit('mail', /Your list/)],
  ]);
  branches('nextVisit', () => asked().bounces(), [
    [she('stays away', (story) => story.meanwhile('60d')), ends()],
    [she('buys for the home', (story) => story.buys(sofa)), ends('objective')],
  ]);
  branches('letter', posted, [
    [she('buys for the home', (story) => story.isShown().buys(sofa)), ends()],
    [she('buys before it is printed', (story) => story.buys(sofa)), ends('objective')],
    [neverShown('14d'), ends()],
    [she('gets it back', (story) => story.isReturned()), ends()],
    [ignored('30d'), ends()],
  ]);

  test('another attribute is no move; held out nothing is set, given or said', () => {
    tell('moved-house').changes({ suitSize: '52' }).meanwhile('9d').expectNotEntered();
    const held = moved({ isHeldOut: true }).expectHeldOut().meanwhile('9d').expectNothing();
    if (held.rewards.length > 0) throw new Error('a reward for somebody held out');
  });
});

describe('birthday', () => {
  /** Her birthday is on 20 March; the story begins on 2 March. */
  const born = (options: StoryOptions = {}): Story =>
    tell('birthday', { attributes: { birthday: '1980-03-20' }, ...options }).happens('customer.changed', {
      attributes: ['birthday'],
    });
  const wished = (options?: StoryOptions): Story =>
    born(options)
      .at('+4d')
      .expectReward(1000, 'amount')
      .expect('email', /Ada, what shall it be this year.*CHF.10/);
  const preparing = (): Story =>
    wished()
      .comes()
      .answers('aside', { what: 'a green scarf' })
      .expect('handheld', /Put aside for a birthday.*green scarf/);
  const greeted = (): Story =>
    wished()
      .bounces()
      .meanwhile('3d')
      .comes()
      .expect('cart', /Ada, your present waits/);

  branches('wish', wished, [
    [
      she('answers on her phone, in the store', (story) => story.comes().answers('aside', { what: 'a hat' })),
      says('handheld', /Put aside.*a hat/),
    ],
    [answers('no'), ends()],
    [she('buys', (story) => story.isShown().buys()), ends()],
    [she('buys before it is sent', (story) => story.buys()), ends('objective')],
    [bounces, nextVisit('cart', /your present waits/)],
    [neverShown('7d'), nextVisit('cart', /your present waits/)],
    [ignored('10d'), nextVisit('cart', /your present waits/)],
    [she('wants no e-mail any more', (story) => story.withdrawsConsent('email')), ends('until')],
  ]);
  branches('prepare', preparing, [
    [answers('done'), nextVisit('cart', /your present waits/)],
    [answers('cannot'), nextVisit('cart', /your present waits/)],
    [unclaimed('1d'), nextVisit('cart', /your present waits/)],
    [saidInVain('10m'), nextVisit('cart', /your present waits/)],
    [she('buys', (story) => story.buys()), waits],
  ]);
  branches('prepare, alone', () => wished({ isAlone: true }).answers('aside', { what: 'a hat' }), [
    [
      she('comes within its time, and nobody is free', (story) => story.at('+2d')),
      nextVisit('cart', /your present waits/),
    ],
  ]);
  branches(
    'prepare, while she is here',
    () => wished().comes().answers('aside', { what: 'a hat' }).expect('handheld', /hat/),
    [[walksOut, nextVisit('cart', /your present waits/)]],
  );
  branches('visit', () => wished().bounces(), [
    [she('stays away', (story) => story.meanwhile('45d')), ends()],
    [she('buys', (story) => story.buys()), ends('objective')],
  ]);
  branches('greet', greeted, [
    [answers('fetch'), ends()],
    [answers('later'), ends()],
    [she('buys', (story) => story.isShown().buys()), ends()],
    [she('buys unseen', (story) => story.buys()), ends('objective')],
    [neverShown('20m'), ends()],
    [ignored('3m'), ends()],
    [walksOut, ends()],
  ]);

  test('at ten in the morning, two weeks before; a year later again, and nobody else', () => {
    wished()
      .answers('no')
      .meanwhile('360d')
      .expectNothing()
      .untilSaid('10d')
      .expect('email', /what shall it be this year/);
    tell('birthday').meanwhile('100d').expectNotEntered();
    born({ isHeldOut: true }).meanwhile('30d').expectHeldOut().expectNothing();
  });
});

describe('stages bind every dialogue', () => {
  const busy = (onlineVisits: number): Story => {
    const story = tell(['service-follow-up', 'moved-house']);
    for (let visit = 0; visit < onlineVisits; visit += 1) story.looksAtPage('/');
    story
      .hears('custom.service', { item: 'watch', kind: 'repair' })
      .at('+2d')
      .expect('email', /How is your watch/);
    return story.isShown().changes({ address: 'New Street 1' });
  };

  test('until the fourth visit online: two messages a week, rewards as they were meant', () => {
    busy(3)
      .at('+5d')
      .expectReward(100)
      .expect('email', /A new home\? 10% off/);
  });
  test('from then on: one message in thirty days, and three per cent, whichever dialogue it is', () => {
    busy(4).at('+5d').expectReward(30).expectNothing().meanwhile('22d').expectNothing();
  });
});

const caught = 'every purchase is caught by "until", and leads to the thanks';
const counted = 'the purchase that saved her was the goal, and a goal is counted once';

test('no step, no answer and no silence of these dialogues was left out', () =>
  expectAllReached({
    'service-follow-up/due: acted-elsewhere': 'a year later the goal counts no more',
    'win-back/alert: acted-elsewhere': caught,
    'win-back/apology: acted-elsewhere': caught,
    'win-back/reminder: acted-elsewhere': caught,
    'win-back/manager: acted-elsewhere': caught,
    'win-back/thanks: acted-elsewhere': counted,
    'win-back/inPerson: acted-elsewhere': counted,
    'win-back/listen: acted-elsewhere': counted,
  }));
