import { describe, expect, it } from 'vitest';
import { CurrentGoods, readGoods } from './goods.ts';

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
  expect(faults).toMatchObject([{ where: 'goods.csv', line: 1, path: 'colour', reason: 'unknown-key' }]);
});

it.each([
  ['has blanks, A,a,1', 'code', 'bad-form'],
  ['3,,a,1', 'name', 'missing'],
  [`3,${'A'.repeat(201)},a,1`, 'name', 'out-of-range'],
  ['3,A,,1', 'department', 'missing'],
  [`3,A,${'a'.repeat(81)},1`, 'department', 'out-of-range'],
  ['3,A,a,3.49', 'price', 'bad-form'],
  ['3,A,a,-1', 'price', 'bad-form'],
  ['3,A,a,99999999999', 'price', 'bad-form'],
  ['1,A,a,1', 'code', 'doubled'],
  ['3,A,a', '', 'syntax'],
  ['3,"A,a,1', '', 'syntax'],
])('keeps the other rows where one is %s', (row, path, reason) => {
  const { goods, faults } = readGoods('goods.csv', `code,name,department,price\n1,A,a,1\n${row}\n2,B,b,2\n`);
  expect(goods.all.map(({ code }) => code)).toEqual(['1', '2']);
  expect(faults).toHaveLength(1);
  expect(faults[0]).toMatchObject({ where: 'goods.csv', line: 3, path, reason });
  expect(faults[0]?.message).not.toBe('');
});

it.each([[Array.from({ length: 17 }, (_, index) => `t${index}`).join(';')], ['x'.repeat(41)]])(
  'keeps the other rows where one has the tags %s',
  (tags) => {
    const { goods, faults } = readGoods('goods.csv', `code,name,department,price,tags\n1,A,a,1,\n2,B,b,2,${tags}\n`);
    expect(goods.all.map(({ code }) => code)).toEqual(['1']);
    expect(faults).toMatchObject([{ line: 3, path: 'tags', reason: 'out-of-range' }]);
  },
);

it('reads no goods where a column is missing or misspelt, and says which was meant', () => {
  const { goods, faults } = readGoods('goods.csv', 'code,name,departement,price\n1,A,a,1\n');
  expect(goods.all).toEqual([]);
  expect(faults).toMatchObject([
    { path: 'departement', reason: 'unknown-key', message: expect.stringContaining('did you mean "department"?') },
    { path: 'department', reason: 'missing' },
  ]);
});

it.each(['', '\uFEFF', 'code,code,name,department,price\n'])(
  'is nothing without a header that can be read: %j',
  (text) => {
    const { goods, faults } = readGoods('goods.csv', text);
    expect(goods.all).toEqual([]);
    expect(faults[0]).toMatchObject({ line: 1, reason: text.startsWith('code') ? 'key-twice' : 'missing' });
  },
);

describe('goods that are read anew', () => {
  const read = (text: string) => readGoods('goods.csv', `code,name,department,price\n${text}`);
  const names = (goods: CurrentGoods) => goods.all.map(({ code, name }) => `${code} ${name}`);

  it('replace what was', () => {
    const goods = new CurrentGoods(read('1,A,a,1\n2,B,b,2\n').goods);
    goods.replace(read('2,New,b,3\n').goods, { isWhole: true });
    expect(names(goods)).toEqual(['2 New']);
    expect(goods.find('1')).toBeNull();
  });

  it('take nothing away where the file is faulty: what it does not say stays', () => {
    const goods = new CurrentGoods(read('1,A,a,1\n2,B,b,2\n').goods);
    const again = read('1,A,a,free\n3,C,c,3\n');
    goods.replace(again.goods, { isWhole: again.faults.length === 0 });
    expect(goods.find('1')?.price).toBe(1);
    expect(names(goods)).toEqual(['3 C', '1 A', '2 B']);
  });
});
