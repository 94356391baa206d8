/**
 * An hour before one screen: six shoppers at the fruit of the demo store, as its files are, and a notice that matters
 * more. Each is spoken to on the screen while there is room in its hour, and on her own cart when there is none.
 */
import { readFileSync } from 'node:fs';
import type { Decision } from '@kairos/protocol/facts.ts';
import { expect, test } from 'vitest';
import { compileRelease, formatProblems } from '../language/compile.ts';
import { minute, second } from './samples.ts';
import { ShopFloor } from './shop-floor.ts';

const library = new URL('../library/in-store/', import.meta.url);
const everybody = [1, 2, 3, 4, 5, 6] as const;
/** A store that lets its screens speak three times an hour. */
const screens = 'screens: { playsPerHour: 3, shareOfHour: 40% }';
const notice = `dialogue: gold-notice
title: For the gold tier
type: III
priority: 9
objective: { on: sale, within: 1d, value: 90 }
holdout: none
limits: { perVisit: 1 }
enter: { dwell: produce, for: 5s, where: customer.tier == "gold" }
steps:
  tell:
    say:
      screen: { text: "The first cherries are here. Look left!" }
      validFor: 10m
      answers: { took: { on: basket.added, then: end } }
      silence: { never-shown: end, ignored: { after: 20s, then: end }, walked-away: end, acted-elsewhere: end }
`;

function openFloor(): ShopFloor {
  const text = (name: string): string => readFileSync(new URL(name, library), 'utf8');
  const house = text('house.yaml')
    .replace(/^screens:.*$/m, screens)
    .replace(/^attributes:$/m, 'attributes:\n  tier: { type: text, default: none, sensitivity: public }');
  expect(house).toContain(screens);
  const files = [
    { path: 'house.yaml', text: house },
    { path: 'fruit.yaml', text: text('fruit-of-the-morning.yaml').replace('holdout: 5%', 'holdout: none') },
    { path: 'notice.yaml', text: notice },
  ];
  const { release, problems } = compileRelease(files, { number: 1, zones: ['produce', 'wine'] });
  if (release === null) throw new Error(formatProblems(problems, files));
  const floor = new ShopFloor({
    release,
    people: Object.fromEntries(
      everybody.map((who) => [who, { consent: { inStore: true }, attributes: { tier: who === 6 ? 'gold' : 'none' } }]),
    ),
    places: { zones: { produce: 'open', wine: 'aisle' }, screens: { 'screen-produce': 'produce' }, tills: {} },
    timeZone: 'Europe/Berlin',
  });
  floor.fact('screen.changed', null, { screen: 'screen-produce', state: 'connected' });
  for (const who of everybody) floor.open(who);
  floor.pass(5 * minute);
  return floor;
}

/** "3 screen fruit-of-the-morning", "1 withdrawn outranked": who hears what where. */
function heard(decisions: readonly Decision[]): string[] {
  return decisions.flatMap((decision) => {
    if (decision.type === 'message.decided')
      return [`${decision.subject} ${decision.body.channel} ${decision.body.dialogue}`];
    return decision.type === 'message.withdrawn' ? [`${decision.subject} withdrawn ${decision.body.reason}`] : [];
  });
}

function painted(floor: ShopFloor): void {
  const on = floor.engine.messageOn('screen-produce');
  if (on === null) throw new Error('nothing is on the screen');
  floor.fact('message.shown', on.subject, { message: on.message, screen: 'screen-produce' });
}

test('the screen turns to one after the other, to what matters more at once, and after its hour to nobody', () => {
  const floor = openFloor();
  floor.enter(1, 'produce');
  expect(heard(floor.pass(10 * second))).toEqual(['1 screen fruit-of-the-morning']);
  painted(floor);
  // The screen is the first one's: the next is spoken to on her cart.
  floor.enter(2, 'produce');
  expect(heard(floor.pass(10 * second))).toEqual(['2 cart fruit-of-the-morning']);
  // What is for the gold tier takes it; the first has read hers, and hears no more for a while.
  floor.enter(6, 'produce');
  expect(heard(floor.pass(5 * second))).toEqual(['1 withdrawn outranked', '6 screen gold-notice']);
  painted(floor);
  floor.expectReplayed();
  // It has stood there for its time. The next play is the third, and the last of this hour.
  const third = heard(floor.pass(60 * second));
  expect(third).toEqual(['1 screen fruit-of-the-morning']);
  painted(floor);
  floor.pass(40 * second);
  expect(floor.engine.messageOn('screen-produce')).toBeNull();
  floor.enter(3, 'produce');
  expect(heard(floor.pass(10 * second))).toEqual(['3 cart fruit-of-the-morning']);
  floor.expectReplayed();
});

test('who only has the screen waits for its hour to move on, and the ledger says so', () => {
  const floor = openFloor();
  for (const who of [1, 2, 3] as const) {
    floor.enter(who, 'produce');
    floor.pass(10 * second);
    painted(floor);
    floor.enter(who, 'wine');
  }
  const first = floor.now - 20 * second;
  floor.pass(54 * minute);
  floor.enter(6, 'produce');
  expect(heard(floor.pass(5 * second))).toEqual([]);
  const stops = floor.engine.verdicts({ subject: 6 })[0]?.rivals.map(({ stopped }) => stopped);
  expect(stops).toEqual(['screen-hour']);
  floor.expectReplayed();
  const waited = floor.pass(10 * minute);
  // Meanwhile her cart has told her of the fruit.
  expect(heard(waited)).toContain('6 screen gold-notice');
  const decided = floor.journal.findLast(({ type, subject }) => type === 'message.decided' && subject === 6);
  expect(decided?.at).toBe(first + 60 * minute);
  floor.expectReplayed();
});
