import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Sources } from './sources.ts';

function take(sources: Sources, oldest: number, sequences: number[]): { standings: string; upTo: number } {
  const walk = sources.walk('cart-07', 'epoch-1', oldest);
  const standings = sequences.map((sequence) => walk.judge(sequence)).join(' ');
  walk.commit();
  return { standings, upTo: walk.reached };
}

describe('a source', () => {
  it('stands where it stood until a walk is committed', () => {
    const sources = new Sources([]);
    const walk = sources.walk('cart-07', 'epoch-1', 1);
    expect([walk.judge(1), walk.judge(2)]).toEqual(['new', 'new']);
    expect(sources.upTo('cart-07', 'epoch-1')).toBe(0);
    expect(take(sources, 1, [1, 2])).toEqual({ standings: 'new new', upTo: 2 });
  });

  it('is taken in in order, and what comes again is known', () => {
    const sources = new Sources([]);
    expect(take(sources, 1, [1, 2, 3])).toEqual({ standings: 'new new new', upTo: 3 });
    expect(take(sources, 1, [2, 3, 4])).toEqual({ standings: 'again again new', upTo: 4 });
  });

  it('waits for a predecessor that may still come', () => {
    const sources = new Sources([]);
    expect(take(sources, 1, [1, 3, 4])).toEqual({ standings: 'new ahead ahead', upTo: 1 });
    expect(take(sources, 2, [2, 3, 4])).toEqual({ standings: 'new new new', upTo: 4 });
  });

  it('does not wait for what the device has given up', () => {
    const sources = new Sources([]);
    expect(take(sources, 1, [1])).toEqual({ standings: 'new', upTo: 1 });
    expect(take(sources, 50, [50, 51])).toEqual({ standings: 'new new', upTo: 51 });
    expect(take(sources, 60, [60, 62])).toEqual({ standings: 'new ahead', upTo: 60 });
  });

  it('goes on where the journal says it was, each epoch by itself, old ones as well', () => {
    const sources = new Sources([
      { device: 'cart-07', epoch: 'epoch-1', upTo: 7 },
      { device: 'cart-07', epoch: 'epoch-2', upTo: 2 },
    ]);
    expect(take(sources, 1, [7, 8])).toEqual({ standings: 'again new', upTo: 8 });
    expect(sources.upTo('cart-07', 'epoch-2')).toBe(2);
    expect(sources.upTo('cart-08', 'epoch-1')).toBe(0);
  });

  it('takes each fact exactly once and in order, however batches are repeated, overlapped and lost', () => {
    const deliveries = fc.array(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 8 })), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(deliveries, (batches) => {
        const sources = new Sources([]);
        const taken: number[] = [];
        for (const [from, count] of batches) {
          const walk = sources.walk('cart-07', 'epoch-1', 1);
          for (let sequence = from; sequence < from + count; sequence += 1) {
            if (walk.judge(sequence) === 'new') taken.push(sequence);
          }
          walk.commit();
        }
        expect(taken).toEqual(taken.map((_, index) => index + 1));
        expect(sources.upTo('cart-07', 'epoch-1')).toBe(taken.length);
      }),
    );
  });
});
