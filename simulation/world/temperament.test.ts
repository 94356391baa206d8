import { describe, expect, it } from 'vitest';
import { chanceOf } from './chance.ts';
import { reactionOf, type Temperament, temperamentOf, temperaments } from './temperament.ts';

const answers = ['showMe', 'callSomeone', 'notToday'];
const asked = 4000;

function reactions(temperament: Temperament): { answered: number; agreed: number; latestMs: number } {
  const chance = chanceOf(1, temperament);
  const all = Array.from({ length: asked }, () => reactionOf(temperament, answers, chance));
  const given = all.flatMap((one) => one ?? []);
  return {
    answered: given.length / asked,
    agreed: given.filter(({ answer }) => answer !== 'notToday').length / given.length,
    latestMs: Math.max(...given.map(({ afterMs }) => afterMs)),
  };
}

describe('a shopper’s temperament', () => {
  it('is spread over all kinds', () => {
    const chance = chanceOf(1, 'crowd');
    const crowd = new Set(Array.from({ length: 200 }, () => temperamentOf(chance)));
    expect([...crowd].sort()).toEqual([...temperaments].sort());
  });

  it('decides whether she answers at all, what, and how soon', () => {
    expect(reactions('quick').answered).toBeGreaterThan(0.85);
    expect(reactions('quick').latestMs).toBeLessThanOrEqual(5000);
    expect(reactions('busy').answered).toBeLessThan(0.2);
    expect(reactions('wary').agreed).toBeLessThan(0.1);
    expect(reactions('quick').agreed).toBeGreaterThan(0.6);
  });

  it('gives no answer where none was offered', () => {
    const chance = chanceOf(1, 'none');
    expect(Array.from({ length: 50 }, () => reactionOf('quick', [], chance))).toEqual(Array(50).fill(null));
  });
});
