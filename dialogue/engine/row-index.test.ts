import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RowIndex } from './row-index.ts';

/** Few numbers, so that they meet; and large ones, as a store's are after years. */
const numbers = fc.oneof(
  fc.nat(40),
  fc.nat(40).map((n) => n * 2 ** 32 + 7),
  fc.maxSafeNat(),
);

test('whoever comes and goes, it holds what a map would', () => {
  const deeds = fc.array(fc.tuple(numbers, fc.option(fc.nat(1000))), { maxLength: 400 });
  fc.assert(
    fc.property(deeds, (made) => {
      const index = new RowIndex();
      const map = new Map<number, number>();
      for (const [number, row] of made) {
        if (row === null) {
          index.delete(number);
          map.delete(number);
        } else {
          index.set(number, row);
          map.set(number, row);
        }
        expect(index.size).toBe(map.size);
      }
      for (const [number] of made) expect(index.get(number)).toBe(map.get(number));
    }),
  );
});
