import { expect, it } from 'vitest';
import { notGoodsByDefault, type PurchaseRow, readPurchases } from './purchase-file.ts';

const header = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country';

async function read(...lines: string[]): Promise<PurchaseRow[]> {
  async function* text(): AsyncGenerator<string> {
    yield [header, ...lines].join('\n');
  }
  const rows: PurchaseRow[] = [];
  for await (const row of readPurchases(text(), { notGoods: notGoodsByDefault })) rows.push(row);
  return rows;
}

it('an invoice is a sale, a cancelled one a return, whose lines come back', async () => {
  const rows = await read(
    '536365,85123A,"WHITE ""HEART"" HOLDER",6,2010-12-01T08:26:00Z,2.55,17850,United Kingdom',
    '536365,71053,LANTERN,8,2010-12-01T08:27:00Z,3.395,17850,United Kingdom',
    'C536379,22556,PLASTERS,-12,2010-12-01T09:41:00Z,1.65,14527,United Kingdom',
  );
  expect(rows).toMatchObject([
    {
      kind: 'purchase',
      purchase: {
        ...{ type: 'sale', id: '536365', number: '17850', at: Date.parse('2010-12-01T08:26:00Z') },
        body: {
          total: 1_530 + 2_716,
          lines: [
            { id: '1', code: '85123A', name: 'WHITE "HEART" HOLDER', quantity: 6_000, unitPrice: 255, amount: 1_530 },
            { id: '2', code: '71053', quantity: 8_000, unitPrice: 340, amount: 2_716 },
          ],
        },
      },
    },
    {
      kind: 'purchase',
      purchase: { type: 'return', id: 'C536379', body: { total: 1_980, lines: [{ quantity: 12_000 }] } },
    },
  ]);
});

it('what is no purchase of a customer’s is left out, under one reason each', async () => {
  const good = '1,85123A,HEART,1,2010-12-01T08:26:00Z,1,17850,X';
  const rows = await read(
    good,
    good,
    '1,POST,POSTAGE,1,2010-12-01T08:26:00Z,18,17850,X',
    '1,gift_0001_20,VOUCHER,1,2010-12-01T08:26:00Z,18,17850,X',
    '1,BANK CHARGES,,1,2010-12-01T08:26:00Z,18,17850,X',
    '1,85123A,HEART,1,2010-12-01T08:26:00Z,1,,X',
    '1,85123A,HEART,-1,2010-12-01T08:26:00Z,0,17850,X',
    'C2,85123A,HEART,1,2010-12-01T08:26:00Z,0,17850,X',
    '1,85123A,HEART,one,2010-12-01T08:26:00Z,1,17850,X',
    '1,85123A,HEART,1,yesterday,1,17850,X',
    '1,85123A,HEART,1,2010-12-01T08:26:00Z,a lot,17850,X',
    '1,two words,HEART,1,2010-12-01T08:26:00Z,1,17850,X',
    '1,85123A',
  );
  expect(rows.map((row) => (row.kind === 'left-out' ? [row.line, row.reason, row.column ?? ''] : row.kind))).toEqual([
    [3, 'duplicate', ''],
    [4, 'not-goods', ''],
    [5, 'not-goods', ''],
    [6, 'not-goods', ''],
    [7, 'no-customer', ''],
    [8, 'adjustment', ''],
    [9, 'adjustment', ''],
    [10, 'unreadable', 'quantity'],
    [11, 'unreadable', 'at'],
    [12, 'unreadable', 'unitPrice'],
    [13, 'unreadable', 'code'],
    [14, 'unreadable', ''],
    'purchase',
  ]);
});

it('an invoice whose lines stand apart is one, a long one several, and two customers of one invoice have one each', async () => {
  const line = (invoice: string, number: string, code: number): string =>
    `${invoice},${code},HEART,1,2010-12-01T08:26:00Z,1,${number},X`;
  const apart = await read(line('1', 'a', 1), line('2', 'b', 1), line('1', 'a', 2), line('1', 'c', 3));
  expect(
    apart.map((row) => row.kind === 'purchase' && [row.purchase.id, row.purchase.number, row.purchase.body.total]),
  ).toEqual([
    ['1', 'a', 200],
    ['1', 'c', 100],
    ['2', 'b', 100],
  ]);
  const long = await read(...Array.from({ length: 501 }, (_, index) => line('9', 'a', index)));
  expect(long.map((row) => row.kind === 'purchase' && [row.purchase.id, row.purchase.body.lines.length])).toEqual([
    ['9', 500],
    ['9/2', 1],
  ]);
});

it('a file without a column that is needed is read no further, and the column is named', async () => {
  async function* text(): AsyncGenerator<string> {
    yield 'InvoiceNo,StockCode\n1,2\n';
  }
  const rows: PurchaseRow[] = [];
  for await (const row of readPurchases(text(), { notGoods: [] })) rows.push(row);
  expect(rows).toMatchObject([{ kind: 'left-out', line: 1, reason: 'unreadable', column: 'name' }]);
});
