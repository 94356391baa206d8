import { expect, it } from 'vitest';
import { giveBack } from './own-memory.ts';

it('what is given back is gone for everybody who looked at it', () => {
  const bytes = Buffer.alloc(1_000_000, 7);
  const part = bytes.subarray(10, 20);
  giveBack(bytes);
  expect([bytes.length, part.length]).toEqual([0, 0]);
  // Once more is no harm.
  giveBack(bytes);
});

it('memory that is shared with others, or with another thread, stays', () => {
  const pooled = Buffer.from('a short text');
  const shared = Buffer.from(new SharedArrayBuffer(1_000_000));
  giveBack(pooled);
  giveBack(shared);
  expect(pooled.toString()).toBe('a short text');
  expect(shared).toHaveLength(1_000_000);
});
