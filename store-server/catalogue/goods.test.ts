import { expect, it } from 'vitest';
import { readGoods } from './goods.ts';

it('finds goods by their code, with price in cents and tags', () => {
  const { goods, faults } = readGoods(
    'goods.csv',
    'code,name,department,price,tags\n9521,"Paint, 10 l",paint,4999,project;new\n9522,Milk,dairy,139,\n',
  );
  expect(faults).toEqual([]);
  expect(goods.find('9521')).toEqual({
    code: '9521',
    name: 'Paint, 10 l',
    department: 'paint',
    price: 4999,
    tags: ['project', 'new'],
  });
  expect(goods.find('9522')?.tags).toEqual([]);
  expect(goods.find('9523')).toBeNull();
  expect(goods.all).toHaveLength(2);
});

it('does without tags, and passes over columns that it does not know, saying so', () => {
  const { goods, faults } = readGoods('goods.csv', 'code,name,department,price,colour\n1,A,a,1,red\n');
  expect(goods.all).toHaveLength(1);
  expect(faults).toEqual([
    { file: 'goods.csv', line: 1, reason: 'the column "colour" is not known and is passed over' },
  ]);
});

it.each([
  ['has blanks, A,a,1', /is no code/],
  ['3,,a,1', /needs a name/],
  ['3,A,,1', /needs a department/],
  ['3,A,a,3.49', /whole cents, 349 for 3.49/],
  ['3,A,a,-1', /is no price/],
  ['3,A,a,99999999999', /is no price/],
  ['1,A,a,1', /stands further up already/],
])('keeps the other rows where one is %s', (row, reason) => {
  const { goods, faults } = readGoods('goods.csv', `code,name,department,price\n1,A,a,1\n${row}\n2,B,b,2\n`);
  expect(goods.all.map(({ code }) => code)).toEqual(['1', '2']);
  expect(faults).toHaveLength(1);
  expect(faults[0]).toMatchObject({ line: 3, reason: expect.stringMatching(reason) as string });
});

it('reads no goods where a column is missing', () => {
  expect(readGoods('goods.csv', 'code,name\n1,A\n').faults[0]?.reason).toBe(
    'lacks the columns department, price; no goods can be read',
  );
});
