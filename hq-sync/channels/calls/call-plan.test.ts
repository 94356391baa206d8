import fc from 'fast-check';
import { expect, it } from 'vitest';
import { callsWithoutRoom, type PlannedCall } from './call-plan.ts';

const call = (id: string, lastDay: number, priority = 0): PlannedCall => ({ id, lastDay, priority });

it('leaves out what does not fit before its last day, the least urgent first', () => {
  const calls = [call('a', 0), call('b', 0, 5), call('c', 0), call('d', 1)];
  expect(callsWithoutRoom(calls, { perDay: 1, takenToday: 0 })).toEqual(['a', 'c']);
  expect(callsWithoutRoom(calls, { perDay: 2, takenToday: 0 })).toEqual(['c']);
  expect(callsWithoutRoom(calls, { perDay: 2, takenToday: 2 })).toEqual(['b', 'a', 'c']);
});

it('lets the urgent wait where that makes room for what cannot', () => {
  expect(callsWithoutRoom([call('early', 0), call('late', 3, 9)], { perDay: 1, takenToday: 0 })).toEqual([]);
});

it('leaves out as few as can be: never more than the days up to any day are short of', () => {
  const some = fc.array(fc.record({ lastDay: fc.nat(8), priority: fc.nat(3) }), { maxLength: 40 });
  fc.assert(
    fc.property(some, fc.integer({ min: 0, max: 5 }), fc.nat(5), (list, perDay, takenToday) => {
      const calls = list.map((one, at) => ({ id: String(at), ...one }));
      const without = new Set(callsWithoutRoom(calls, { perDay, takenToday }));
      const room = (day: number): number => Math.max(0, perDay - takenToday) + perDay * day;
      const fewest = (): number => {
        // Earliest last day first fills every place that can be filled.
        let made = 0;
        for (const { lastDay } of [...calls].sort((one, other) => one.lastDay - other.lastDay))
          if (made < room(lastDay)) made += 1;
        return calls.length - made;
      };
      expect(without.size).toBe(fewest());
      for (let day = 0; day <= 8; day += 1) {
        const kept = calls.filter(({ id, lastDay }) => lastDay <= day && !without.has(id)).length;
        expect(kept).toBeLessThanOrEqual(room(day));
      }
    }),
  );
});
