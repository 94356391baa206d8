import { expect, test } from 'vitest';
import { Ledger, ledgerMax } from './ledger.ts';

const waiting = { message: null, chosen: null } as const;

function filled(rows: number, rivals: number): Ledger {
  const ledger = new Ledger();
  for (let at = 0; at < rows; at += 1) {
    ledger.begin({ ...waiting, at, subject: 1 + (at % 3) });
    for (let place = 0; place < rivals; place += 1) {
      ledger.addRival({ dialogue: `d${at}`, step: 'offer' }, place, place === 0 ? 'gap' : 'budget');
    }
  }
  return ledger;
}

test('the newest come first, the best of their rivals first, and no row takes another’s', () => {
  const [newest, second] = filled(5, 2).read();
  expect(newest).toEqual({
    ...waiting,
    row: 5,
    at: 4,
    subject: 2,
    rivals: [
      { dialogue: 'd4', step: 'offer', score: 1, stopped: 'budget' },
      { dialogue: 'd4', step: 'offer', score: 0, stopped: 'gap' },
    ],
  });
  expect(second?.rivals.map(({ dialogue }) => dialogue)).toEqual(['d3', 'd3']);
});

test('at most so many are kept, fewer where many competed; what is kept is whole', () => {
  expect(filled(ledgerMax + 10, 1).read()).toHaveLength(ledgerMax);
  const crowded = filled(ledgerMax, 12).read();
  expect(crowded.length).toBeLessThan(ledgerMax);
  expect(crowded.length).toBeGreaterThan(ledgerMax / 4);
  expect(
    crowded.every(({ at, rivals }) => rivals.length === 12 && rivals.every((one) => one.dialogue === `d${at}`)),
  ).toBe(true);
});

test('who is forgotten is in no row, and the others stay as they were', () => {
  const ledger = filled(9, 2);
  const others = ledger.read().filter(({ subject }) => subject !== 2);
  ledger.forget(2);
  expect(ledger.read()).toEqual(others);
  expect(ledger.read({ dialogue: 'd4' })).toEqual([]);
});

test('where all were forgotten nothing is read, and what comes then is', () => {
  const ledger = filled(9, 2);
  for (const subject of [3, 1, 2]) ledger.forget(subject);
  expect(ledger.read()).toEqual([]);
  ledger.begin({ ...waiting, at: 9, subject: 2 });
  ledger.begin({ ...waiting, at: 10, subject: 1 });
  ledger.forget(2);
  expect(ledger.read().map(({ row }) => row)).toEqual([11]);
});

test('what is new since a row is read alone, also where rows between were forgotten', () => {
  const ledger = filled(9, 1);
  const [seen] = ledger.read({ limit: 1 });
  expect(ledger.read({ after: seen?.row ?? 0 })).toEqual([]);
  ledger.forget(2);
  ledger.begin({ ...waiting, at: 9, subject: 3 });
  expect(ledger.read({ after: seen?.row ?? 0 }).map(({ at }) => at)).toEqual([9]);
  expect(ledger.read({ after: 6 }).map(({ row }) => row)).toEqual([10, 9, 7]);
});
