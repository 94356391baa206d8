import type { DialogueFigures, Lift } from '@kairos/protocol/manager-figures.ts';
import { describe, expect, it } from 'vitest';
import { languages, talkIn } from '../words/languages.ts';
import { answeredShare, dialogueWords, liftWords, signedPoints, spendingWords } from './figure-words.ts';

const talk = talkIn('en');

const side = { customers: 460, reached: 161, spent: 9_200_00 };
const lift: Lift = {
  spoken: side,
  held: { customers: 52, reached: 14, spent: 900_00 },
  goal: { difference: 0.07, low: 0.04, high: 0.1 },
  goalVerdict: 'more',
  spending: { difference: 269, low: -20, high: 558 },
  spendingVerdict: 'unclear',
};

describe('lift in words', () => {
  it('says how much, and how sure', () => {
    expect(liftWords(lift.goal, 'more', { talk })).toBe(
      'In a hundred, 7 more customers reached the goal than of those we left alone, give or take 3.',
    );
    expect(liftWords({ difference: -0.125, low: -0.2, high: -0.05 }, 'less', { talk })).toContain('13 fewer customers');
  });

  it('says nothing that chance could have made, and nothing of a few', () => {
    expect(liftWords({ difference: 0.02, low: -0.05, high: 0.09 }, 'unclear', { talk })).toContain(
      'between 5 fewer and 9 more',
    );
    const few = liftWords(null, 'too-few', { talk, lift: { ...lift, held: { ...lift.held, customers: 3 } } });
    expect(few).toBe(
      'Too few to tell: 460 customers against 3 whom we left alone; from 30 on each side it can be said.',
    );
    expect(liftWords(null, 'no-holdout', { talk })).toContain('Nobody is left alone');
    expect(spendingWords(lift, 'EUR', talk)).toContain('(−€0.20 to +€5.58)');
  });
});

describe('a dialogue in words', () => {
  const dialogue: DialogueFigures = {
    dialogue: 'wine',
    title: 'Wine',
    entered: 512,
    waiting: 1,
    reached: 161,
    value: 6440,
    held: { entered: 52, waiting: 0, reached: 14 },
    rewards: { issued: 20, redeemed: 1 },
    decided: 500,
    shown: 400,
    answered: 136,
    answers: [],
    silences: { 'never-shown': 100, ignored: 200, 'walked-away': 60, 'acted-elsewhere': 4 },
    steps: [],
    variants: [],
    lift,
  };

  it('is a sentence first', () => {
    const [first, second] = dialogueWords(dialogue, 'EUR', talk);
    expect(second).toBe('20 coupons given; 1 coupon taken at a till.');
    expect(first).toBe(
      '512 runs began, 52 more kept silent (left alone); 400 messages were seen, 34% answered; the goal was reached 161 times. One is still under way.',
    );
  });

  it('counts answers among what was seen and is over: what was never shown is nobody’s silence', () => {
    expect(answeredShare(dialogue)).toBe(0.34);
    expect(
      answeredShare({
        answered: 0,
        silences: { ...dialogue.silences, ignored: 0, 'walked-away': 0, 'acted-elsewhere': 0 },
      }),
    ).toBeNull();
  });

  it('is one in every language, with nothing left blank', () => {
    for (const language of languages) {
      const said = dialogueWords(dialogue, 'EUR', talkIn(language)).join(' ');
      expect(said, language).toMatch(/512.*52.*400.*34.*161/);
      expect(said, language).not.toMatch(/\{\{|undefined|NaN/);
    }
  });

  it('signs differences', () => {
    const signed = [0.0734, -0.02, 0].map((share) => signedPoints(share, talk).replace(/[\u2066\u2069]/g, ''));
    expect(signed).toEqual(['+7.3', '−2', '0']);
  });
});
