import { expect, test } from 'vitest';
import { notCalm, PersonRows } from './person-rows.ts';

test('what is shut for one is shut for nobody else, and stays while rows are added', () => {
  const rows = new PersonRows(70);
  const ada = rows.take(1);
  rows.shut(ada, 69);
  rows.shutUnfit(ada, 31);
  for (let person = 2; person <= 200; person += 1) {
    const row = rows.take(person);
    expect([0, 31, 32, 69].filter((slot) => rows.isShut(row, slot))).toEqual([]);
  }
  expect([0, 31, 32, 69].filter((slot) => rows.isShut(ada, slot))).toEqual([31, 69]);
  rows.openShut(ada);
  expect([31, 69].filter((slot) => rows.isShut(ada, slot))).toEqual([31]);
});

test('what is opened again is open alone, and only where it fits', () => {
  const rows = new PersonRows(70);
  const row = rows.take(1);
  for (const slot of [3, 31, 64]) rows.shut(row, slot);
  rows.shutUnfit(row, 5);
  for (const slot of [5, 31]) rows.open(row, slot);
  expect([3, 5, 31, 64].filter((slot) => rows.isShut(row, slot))).toEqual([3, 5, 64]);
  expect(rows.openBits(row, 0)).toBe(~((1 << 3) | (1 << 5)));
  expect(rows.openBits(row, 2)).toBe(~1);
});

test('who takes the row of somebody who left finds nothing in it', () => {
  const rows = new PersonRows(10);
  const row = rows.take(1);
  rows.shutUnfit(row, 3);
  rows.calmUntil[row] = 5;
  rows.giveBack(1);
  expect(rows.rowOf(1)).toBeUndefined();
  expect(rows.take(2)).toBe(row);
  expect(rows.isShut(row, 3)).toBe(false);
  expect(rows.calmUntil[row]).toBe(notCalm);
});

test('each has a row of her own, whoever comes and goes', () => {
  const rows = new PersonRows(1);
  const taken = new Map<number, number>();
  for (let step = 0; step < 1000; step += 1) {
    const person = (step * 7919) % 61;
    if (taken.delete(person)) rows.giveBack(person);
    else taken.set(person, rows.take(person));
    expect(new Set(taken.values()).size).toBe(taken.size);
  }
  for (const [person, row] of taken) expect(rows.rowOf(person)).toBe(row);
});

test('after another release everybody has to be looked at, and nothing is shut that was', () => {
  const rows = new PersonRows(10);
  const row = rows.take(1);
  rows.calmUntil[row] = 5;
  rows.renew(100);
  expect(rows.calmUntil[row]).toBe(notCalm);
  rows.shut(row, 99);
  expect(rows.isShut(row, 99)).toBe(true);
});
