import { expect, test } from 'vitest';
import { judge } from '../measurement/figures.ts';
import { compare, readHistories, readSummaries } from '../rhythm.ts';

/** Two of the sample's customers, as the files have them. */
const log = [
  ' 00004 0001 19970101  2  29.33',
  ' 00004 0001 19970118  2  29.73',
  ' 00004 0001 19970802  1  14.96',
  ' 00004 0001 19971212  2  26.48',
  ' 00021 0002 19970101  3  63.34',
  ' 00021 0002 19970113  1  11.77',
];
const summary = ['ID,x,t_x,T', '1,2,30.43,38.86', '2,1,1.71,38.86'];

test('the log and the published summary are compared customer by customer', () => {
  const histories = readHistories(log);
  const figures = compare(histories, readSummaries(summary)).map(judge);
  expect(figures.map(({ name }) => name)).toContain('log_likelihood_published');
  expect(figures.find(({ name }) => name === 'customers_equal')).toMatchObject({ value: 2, met: false });
});

test('a summary that differs by a purchase, or by a day, is not equal', () => {
  const histories = readHistories(log);
  const other = readSummaries(['ID,x,t_x,T', '1,3,30.43,38.86', '2,1,1.86,38.86']);
  const equal = compare(histories, other).find(({ name }) => name === 'customers_equal');
  expect(equal?.value).toBe(0);
});
