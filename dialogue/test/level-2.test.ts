/** Loyalty: each dialogue of the folder played to all its ends, and the stages that bind all (DESIGN section 1, level II). */
import { describe, expect, test } from 'vitest';
import {
  answers,
  bounces,
  crowdedOut,
  ends,
  ignored,
  neverShown,
  nextVisit,
  notReached,
  saidInVain,
  says,
  she,
  unclaimed,
  waits,
  walksOut,
} from './deeds.ts';
import { openLibrary } from './library.ts';
import type { Story, StoryOptions } from './story.ts';

const { tell, branches, expectAllReached } = openLibrary('level-2');
const pumps = { department: 'shoes', tags: ['pumps'], amount: 15_000 };
const sandals = { department: 'shoes', tags: ['sandals'], amount: 8_000 };

describe('one visit to Diamond', () => {
  /** Eight visits; then she comes for the ninth time. */
  const eight = (options?: StoryOptions): Story => {
    const story = tell('one-visit-to-diamond', options);
    for (let visit = 0; visit < 8; visit += 1) story.comes().meanwhile('1h').goes().meanwhile('2d');
    return story.expectNotEntered();
  };
  const told = (options?: StoryOptions): Story =>
    eight(options)
      .comes()
      .expect('cart', /One more visit, and you are Diamond/);
  const reminded = (): Story =>
    told()
      .answers('soon')
      .goes()
      .at('+1mo')
      .expect('email', /Still one visit to Diamond/);
  const diamond = (): Story =>
    told()
      .answers('soon')
      .goes()
      .meanwhile('2d')
      .comes()
      .expect('cart', /You are Diamond now/);
  const guided = (): Story =>
    diamond()
      .answers('show')
      .expect('handheld', /New Diamond: show her around.*10 visits/)
      .expectTask('host');

  test('who has gone before the cart could say it is written to', () => {
    eight({ attributes: {} })
      .happensInStore('screen.changed', { screen: 'cart-1', state: 'lost' })
      .comesToTill()
      .expect('email', /only one visit away from Diamond/)
      .answers('notInterested')
      .expectEnd();
  });
  branches('tell', told, [
    [answers('soon'), waits],
    [answers('notInterested'), ends()],
    [neverShown('2h'), waits],
    [she('ignores it', (story) => story.isShown().at('+2h').expectSilence('ignored')), waits],
    [walksOut, waits],
    [
      she('comes again, and has it', (story) => story.isShown().goes().meanwhile('2d').comes()),
      says('cart', /You are Diamond now/),
    ],
  ]);
  branches('month', () => told().answers('soon').goes(), [
    [she('stays away', (story) => story.at('+1mo')), says('email', /Still one visit to Diamond/)],
  ]);
  branches('remind', reminded, [
    [answers('coming'), waits],
    [answers('stop'), ends()],
    [bounces, ends()],
    [ignored('30d'), ends()],
    [she('comes', (story) => story.isShown().meanwhile('3d').comes()), says('cart', /You are Diamond now/)],
  ]);
  branches('lastWait', () => reminded().answers('coming'), [
    [she('stays away', (story) => story.at('+90d')), ends()],
    [she('comes', (story) => story.meanwhile('40d').comes()), says('cart', /You are Diamond now/)],
  ]);
  branches('diamond', diamond, [
    [answers('show'), says('handheld', /show her around/)],
    [answers('notToday'), ends()],
    [neverShown('2h'), ends()],
    [ignored('5m'), ends()],
    [walksOut, ends()],
  ]);
  branches('guide', guided, [
    [answers('done'), ends()],
    [answers('cannot'), ends()],
    [unclaimed('2m'), ends()],
    [saidInVain('10m'), ends()],
    [walksOut, ends()],
  ]);
  test('nobody is free to show her around', () => {
    const story = told({ isAlone: true })
      .answers('soon')
      .goes()
      .meanwhile('2d')
      .comes()
      .expect('cart', /You are Diamond now/);
    story.answers('show').at('+20m').expectSilence('never-shown').expectEnd();
  });
  test('held out in silence, and her visit counts', () => {
    eight({ isHeldOut: true })
      .comes()
      .expectHeldOut()
      .meanwhile('1h')
      .goes()
      .meanwhile('2d')
      .comes()
      .expectNothing()
      .expectGoal();
  });
});

describe('to the online store', () => {
  const invited = (options?: StoryOptions): Story =>
    tell('online-visits', options)
      .buys()
      .expectReward(50)
      .expect('email', /5% for your next look online/);
  const looked = (): Story => invited().isShown().looksAtPage('/');
  const second = (): Story =>
    looked()
      .at('+5d')
      .expect('email', /Visit number 2: what did you miss\?/);

  branches('invite', invited, [
    [she('looks', (story) => story.isShown().looksAtPage('/')), waits],
    [she('looks by herself', (story) => story.looksAtPage('/')), ends('objective')],
    [answers('no'), ends()],
    [bounces, ends()],
    [ignored('10d'), ends()],
  ]);
  branches('next', second, [
    [she('looks by herself', (story) => story.looksAtPage('/').expectSilence('acted-elsewhere')), ends('objective')],
    [
      she('looks', (story) => story.isShown().looksAtPage('/')),
      she('is asked once more', (story) => story.at('+5d').expect('email', /Visit number 3/)),
    ],
    [
      answers('missed', { what: 'hats' }),
      she('is asked once more', (story) => story.at('+5d').expect('email', /Visit number 2/)),
    ],
    [answers('no'), ends()],
    [bounces, ends()],
    [ignored('10d'), ends()],
  ]);
  test('three circles and no more', () => {
    second()
      .answers('missed', { what: 'hats' })
      .at('+5d')
      .expect('email', /number 2/)
      .answers('missed', { what: 'gloves' })
      .at('+5d')
      .expect('email', /number 2/)
      .answers('missed', { what: 'scarves' })
      .expectEnd();
  });
  test('from the fourth visit on it is enough', () => {
    const story = second()
      .isShown()
      .looksAtPage('/')
      .at('+5d')
      .expect('email', /number 3/)
      .isShown()
      .looksAtPage('/')
      .looksAtPage('/');
    story.expectEnd('until');
  });
  test('the incentive rises until the fourth visit, then she is in no such dialogue any more', () => {
    const values = [0, 1, 2, 3, 4].map((visits) => {
      const story = tell('online-visits');
      for (let visit = 0; visit < visits; visit += 1) story.looksAtPage('/');
      story.buys();
      if (visits >= 4) story.expectNotEntered();
      else story.expect('email', /% for your next look online/);
      return story.rewards;
    });
    expect(values).toEqual([[50], [80], [110], [140], []]);
  });
  test('held out in silence', () => {
    tell('online-visits', { isHeldOut: true })
      .buys()
      .expectHeldOut()
      .meanwhile('20d')
      .expectNothing()
      .looksAtPage('/')
      .expectGoal();
  });
});

describe('stages, from every dialogue', () => {
  const everybody = ['online-visits', 'six-months-without-pumps', 'sudden-sandals', 'usage-drop'];
  const browsesSandals = (story: Story): Story =>
    story.looksAtPage('/s', 'sandals').looksAtPage('/s', 'sandals').looksAtPage('/s', 'sandals');

  test('building: two messages in seven days; the third waits, whichever dialogue it is from', () => {
    const story = browsesSandals(tell(everybody))
      .at('+1h')
      .expect('email', /Off to the sun/)
      .isShown();
    story
      .buys({ id: 'a' })
      .expect('email', /14% for your next look/)
      .isShown()
      .meanwhile('1d')
      .buys({ id: 'b' })
      .meanwhile('5d')
      .expectNothing();
    story.untilSaid('2d').expect('email', /14% for your next look/);
  });
  test('loyal: the visit that makes her one silences what would have come next', () => {
    const looking = browsesSandals(tell(everybody))
      .at('+1h')
      .expect('email', /Off to the sun/)
      .isShown();
    looking.looksAtPage('/').buys().expectNothing().meanwhile('4d').expectNothing();
    expect(looking.rewards).toEqual([]);
  });
});

describe('six months without pumps', () => {
  const bought = (pairs: number, options?: StoryOptions): Story => {
    const story = tell('six-months-without-pumps', { attributes: { shoeSize: '39' }, ...options });
    for (let pair = 0; pair < pairs; pair += 1) story.buys(pumps).meanwhile('30d');
    return story;
  };
  const noted = (options?: StoryOptions): Story =>
    bought(4, options)
      .meanwhile('140d')
      .expectNothing()
      .untilSaid('30d')
      .expect('email', /unprecedented six months without pumps.*Size 39/);
  const onCart = (): Story =>
    bought(4, { without: ['email'] })
      .meanwhile('155d')
      .expectNothing()
      .comes()
      .expect('cart', /Six months without new pumps/);
  const flats = (): Story =>
    noted()
      .answers('flat')
      .expect('email', /Flats, then/);
  const keeping = (): Story =>
    noted()
      .comes()
      .answers('keep')
      .expect('handheld', /Keep a pair of pumps.*Size 39; 4 pairs/)
      .expectTask('shoes');

  branches('note', noted, [
    [
      she('answers on her phone, in the store', (story) => story.comes().answers('keep')),
      says('handheld', /Keep a pair/),
    ],
    [answers('flat'), says('email', /new ballerinas/)],
    [answers('no'), ends()],
    [bounces, ends()],
    [ignored('10d'), ends()],
    [she('buys pumps', (story) => story.isShown().buys(pumps)), ends('until')],
  ]);
  branches('note, on the cart', onCart, [
    [
      she('answers on her phone, in the store', (story) => story.comes().answers('keep')),
      says('handheld', /Keep a pair/),
    ],
    [walksOut, ends()],
  ]);
  branches('prepare', keeping, [
    [answers('done'), ends()],
    [answers('cannot'), ends()],
    [unclaimed('4h'), ends()],
    [saidInVain('10m'), ends()],
  ]);
  branches(
    'prepare, while she is here',
    () =>
      onCart()
        .answers('keep')
        .expect('handheld', /Keep a pair/),
    [[walksOut, ends()]],
  );
  branches('flats', flats, [
    [
      she('answers on her phone, in the store', (story) => story.comes().answers('keep')),
      says('handheld', /Keep a pair/),
    ],
    [answers('no'), ends()],
    [bounces, ends()],
    [ignored('10d'), ends()],
    [she('buys pumps after all', (story) => story.isShown().buys(pumps)), ends('until')],
  ]);
  test('nobody is free to keep a pair', () => {
    noted({ isAlone: true }).answers('keep').at('+1d').expectSilence('never-shown').expectEnd();
  });
  test('to the day; and not for who bought fewer; held out in silence', () => {
    const story = tell('six-months-without-pumps');
    story
      .buys(pumps)
      .buys(pumps)
      .buys(pumps)
      .buys(pumps)
      .at('+6mo')
      .expect('email', /without pumps/)
      .answers('no')
      .expectEnd();
    bought(3).meanwhile('200d').expectNotEntered();
    bought(4, { isHeldOut: true }).meanwhile('200d').expectHeldOut().expectNothing();
  });
});

describe('sudden sandals', () => {
  const browsed = (options?: StoryOptions): Story => {
    const story = tell('sudden-sandals', options)
      .looksAtPage('/s', 'sandals')
      .meanwhile('1d')
      .looksAtPage('/s', 'sandals');
    return story.meanwhile('1d').expectNotEntered().looksAtPage('/s', 'sandals');
  };
  const asked = (options?: StoryOptions): Story =>
    browsed(options)
      .at('+1h')
      .expect('email', /Off to the sun\?/);
  const aside = (): Story =>
    asked()
      .comes()
      .answers('trip', { day: '1 May' })
      .expect('handheld', /Two pairs of sandals.*leaves 1 May/)
      .expectTask('shoes');
  const greeted = (): Story =>
    asked()
      .bounces()
      .meanwhile('3d')
      .comes()
      .expect('cart', /sandals are in the shoe department/);

  branches('ask', asked, [
    [
      she('answers on her phone, in the store', (story) => story.comes().answers('trip', { day: '1 May' })),
      says('handheld', /leaves 1 May/),
    ],
    [answers('justLooking'), ends()],
    [bounces, nextVisit('cart', /sandals are in/)],
    [neverShown('3d'), nextVisit('cart', /sandals are in/)],
    [ignored('5d'), nextVisit('cart', /sandals are in/)],
    [she('buys sandals', (story) => story.buys(sandals)), ends('until')],
  ]);
  branches('aside', aside, [
    [answers('done'), nextVisit('cart', /sandals are in/)],
    [answers('cannot'), nextVisit('cart', /sandals are in/)],
    [unclaimed('4h'), nextVisit('cart', /sandals are in/)],
    [saidInVain('10m'), nextVisit('cart', /sandals are in/)],
  ]);
  branches('aside, alone', () => asked({ isAlone: true }).answers('trip', { day: '1 May' }), [
    [she('is not heard of for a day', (story) => story.at('+1d')), nextVisit('cart', /sandals are in/)],
  ]);
  branches(
    'aside, while she is here',
    () => asked().comes().answers('trip', { day: 'soon' }).expect('handheld', /soon/),
    [[walksOut, nextVisit('cart', /sandals are in/)]],
  );
  branches('visit', () => asked().bounces(), [[she('stays away', (story) => story.meanwhile('21d')), ends()]]);
  branches('greet', greeted, [
    [answers('look'), ends()],
    [answers('notToday'), ends()],
    [she('takes sandals', (story) => story.isShown().takes(sandals)), ends()],
    [she('takes sandals unseen', (story) => story.takes(sandals).expectSilence('acted-elsewhere')), ends()],
    [neverShown('30m'), ends()],
    [ignored('2m'), ends()],
    [walksOut, ends()],
  ]);
  test('two are no rush, nor three in two weeks, nor what she always looks at; held out in silence', () => {
    const slow = tell('sudden-sandals');
    for (let look = 0; look < 3; look += 1) slow.looksAtPage('/s', 'sandals').meanwhile('5d');
    slow.expectNotEntered();
    tell('sudden-sandals')
      .looksAtPage('/s', 'sandals')
      .meanwhile('20d')
      .looksAtPage('/s', 'sandals')
      .looksAtPage('/s', 'sandals')
      .looksAtPage('/s', 'sandals')
      .expectNotEntered();
    browsed({ isHeldOut: true }).expectHeldOut().meanwhile('10d').expectNothing();
  });
});

describe('usage below her own past', () => {
  const used = (story: Story, units: number): Story => story.hears('custom.usage', { units });
  /** Ten units a week for a quarter; then a unit a week. */
  const dropped = (options?: StoryOptions): Story => {
    const story = tell('usage-drop', options);
    for (let week = 0; week < 13; week += 1) used(story, 10).meanwhile('7d');
    for (let week = 0; week < 5; week += 1) used(story, 10).meanwhile('7d');
    return story.expectNothing();
  };
  const asked = (options?: StoryOptions): Story =>
    dropped(options)
      .untilSaid('90d')
      .expect('email', /You use it less. A smaller plan/);
  const changed = (): Story =>
    asked()
      .answers('change')
      .expect('email', /Your plan is smaller from next month/);
  const called = (): Story =>
    asked()
      .answers('notWell', { what: 'It beeps' })
      .expect('call', /Does everything work.*It beeps/)
      .expectTask('service');

  branches('ask', asked, [
    [answers('change'), says('email', /one word brings the old one back/)],
    [answers('notWell', { what: 'It beeps' }), says('call', /It beeps/)],
    [answers('no'), ends()],
    [bounces, says('call', /No answer to our mail/)],
    [neverShown('7d'), says('call', /No answer to our mail/)],
    [ignored('10d'), says('call', /No answer to our mail/)],
    [she('uses it again a little', (story) => used(story.isShown(), 1)), ends('objective')],
    [she('uses it as before', (story) => used(story.isShown(), 500)), ends('until')],
  ]);
  branches('changed', changed, [
    [answers('back'), ends()],
    [she('uses it', (story) => used(story.isShown(), 1)), ends()],
    [she('uses it before she knows', (story) => used(story, 1)), ends('objective')],
    [bounces, ends()],
    [ignored('30d'), ends()],
  ]);
  const lettered = (): Story =>
    called()
      .isCrowdedOut()
      .expect('mail', /Does everything work/);
  branches('call', called, [
    [crowdedOut, says('mail', /A smaller plan costs you nothing/)],
    [answers('helped'), ends()],
    [answers('change'), says('email', /Your plan is smaller/)],
    [answers('leaves'), ends()],
    [unclaimed('2d'), ends()],
    [notReached(3, '2d'), ends()],
    [saidInVain('3d'), ends()],
    [she('uses it', (story) => used(story, 1)), ends('objective')],
  ]);
  branches('letter', lettered, [
    [answers('change'), says('email', /Your plan is smaller from next month/)],
    [answers('leaves'), ends()],
    [neverShown('7d'), ends()],
    [ignored('21d'), ends()],
    [she('uses it', (story) => used(story.isShown(), 1)), ends('objective')],
  ]);
  test('held out in silence', () => {
    dropped({ isHeldOut: true }).meanwhile('80d').expectHeldOut().expectNothing();
  });
});

const tenth = 'the tenth visit is caught by "until", and is the goal; it is counted once';
const caught = 'every such purchase is caught by "until"';

test('no step, no answer and no silence of these dialogues was left out', () =>
  expectAllReached({
    'one-visit-to-diamond/tell: acted-elsewhere': tenth,
    'one-visit-to-diamond/remind: acted-elsewhere': tenth,
    'one-visit-to-diamond/diamond: acted-elsewhere': tenth,
    'one-visit-to-diamond/guide: acted-elsewhere': tenth,
    'six-months-without-pumps/note: acted-elsewhere': caught,
    'six-months-without-pumps/prepare: acted-elsewhere': caught,
    'six-months-without-pumps/flats: acted-elsewhere': caught,
    'sudden-sandals/ask: acted-elsewhere': caught,
    'sudden-sandals/aside: acted-elsewhere': caught,
  }));
