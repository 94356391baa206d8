import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPosLog } from './poslog.ts';
import type { ReadRecord, TillRecord } from './till-record.ts';

const settings = {
  tillOf: (workstation: string): string | null => (workstation === '99' ? null : `till-${workstation}`),
  instantOf: (wall: string): number | null => (wall.startsWith('20') ? Date.parse(`${wall}Z`) : null),
};

interface Purchase {
  readonly head?: string;
  readonly attributes?: string;
  readonly lines: string;
  readonly grand?: string;
  readonly gross?: readonly [string, string];
  readonly paid?: string;
}

function poslog(...transactions: readonly string[]): string {
  return `<?xml version="1.0"?><POSLog xmlns="http://www.nrf-arts.org/IXRetail/namespace/" xmlns:acs="urn:acs">${transactions.join('')}</POSLog>`;
}

function purchase({ head = '', attributes = '', lines, grand, gross, paid }: Purchase): string {
  const total = (type: string, amount: string | undefined): string =>
    amount === undefined ? '' : `<Total TotalType="${type}">${amount}</Total>`;
  return `<Transaction><RetailStoreID>9</RetailStoreID><WorkstationID>3</WorkstationID><SequenceNumber>161</SequenceNumber>
    <BusinessDayDate>2017-09-30</BusinessDayDate><EndDateTime>2017-10-01T02:02:54</EndDateTime><CurrencyCode>USD</CurrencyCode>${head}
    <RetailTransaction Version="2.1"${attributes}>${lines}
    ${paid === undefined ? '' : `<LineItem><SequenceNumber>90</SequenceNumber><Tender><Amount>${paid}</Amount></Tender></LineItem>`}
    ${total('TransactionGrandAmount', grand)}${total('acs:GrossPositive', gross?.[0])}${total('acs:GrossNegative', gross?.[1])}
    </RetailTransaction></Transaction>`;
}

function line(
  place: number,
  code: string,
  amount: string,
  more: { flags?: string; quantity?: string; as?: string } = {},
) {
  const { flags = '', quantity = '1', as = 'Sale' } = more;
  return `<LineItem${flags}><SequenceNumber>${place}</SequenceNumber><${as} ItemType="Stock"><POSIdentity><POSItemID>${code}</POSItemID></POSIdentity>
    <Description>Goods ${code}</Description><RegularSalesUnitPrice>2.99</RegularSalesUnitPrice>
    <ExtendedAmount>${amount}</ExtendedAmount><Quantity>${quantity}</Quantity></${as}></LineItem>`;
}

function only(xml: string): ReadRecord {
  const { records, ending } = readPosLog(xml, settings);
  expect(ending).toEqual({ kind: 'whole' });
  expect(records).toHaveLength(1);
  return records[0] as ReadRecord;
}

function record(xml: string): TillRecord {
  const read = only(xml);
  if (read.kind !== 'record') throw new Error(JSON.stringify(read));
  return read.record;
}

const apple = line(1, '00000000067591', '1.26', { quantity: '0.42' });

describe('a receipt in POSLog', () => {
  it('is named by till, business day and number, and happened when the till says', () => {
    const { key, receipt, at } = record(poslog(purchase({ lines: apple, grand: '1.26' })));
    expect(key).toEqual({ till: 'till-3', day: '2017-09-30', number: 161 });
    expect(receipt).toBe('till-3/2017-09-30/161');
    expect(at).toBe(Date.parse('2017-10-01T02:02:54Z'));
  });

  it('has weights in thousandths, money in cents, codes without the zeros that pad them', () => {
    const { sold } = record(poslog(purchase({ lines: apple, grand: '1.26' })));
    expect(sold).toEqual([
      expect.objectContaining({
        code: '67591',
        quantity: 420,
        unitPrice: 299,
        amount: 126,
        id: 'till-3/2017-09-30/161:1',
      }),
    ]);
  });

  it('leaves out what was voided at once: the line with its minus takes the one before it', () => {
    const lines = `${apple}${line(2, '7', '2.99')}${line(3, '7', '-2.99', { flags: ' VoidFlag="true"', quantity: '-1' })}`;
    const { sold, total } = record(poslog(purchase({ lines, grand: '1.26' })));
    expect(sold.map(({ code }) => code)).toEqual(['67591']);
    expect(total).toBe(126);
  });

  it('leaves out a flagged line without a minus, as the standard means it', () => {
    const lines = `${apple}${line(2, '7', '2.99', { flags: ' VoidFlag="true"' })}`;
    expect(record(poslog(purchase({ lines, grand: '1.26' }))).sold).toHaveLength(1);
  });

  it('keeps a refund of bottles as a line of the purchase: nothing that was bought came back', () => {
    const lines = `${apple}${line(2, '44', '-0.25', { quantity: '-1' })}`;
    const { sold, returned } = record(poslog(purchase({ lines, grand: '1.01' })));
    expect(sold.map(({ amount }) => amount)).toEqual([126, -25]);
    expect(returned).toEqual([]);
  });

  it.each(['5.00', '-5.00'])('takes a Return line of %s for what came back', (amount) => {
    const lines = `${apple}${line(2, '44', amount, { as: 'Return' })}`;
    const { sold, returned, total } = record(poslog(purchase({ lines, grand: '-3.74' })));
    expect(sold).toHaveLength(1);
    expect(returned).toEqual([expect.objectContaining({ code: '44', quantity: 1000, amount: 500 })]);
    expect(total).toBe(-374);
  });

  it.each([
    [
      'NCR’s membership after the goods',
      `${apple}<LineItem><acs:LoyaltyMembership><acs:LoyaltyID>0000000000000040000066677</acs:LoyaltyID></acs:LoyaltyMembership></LineItem>`,
    ],
    [
      'the standard’s account',
      `${apple}<LoyaltyAccount><LoyaltyAccountID>40000066677</LoyaltyAccountID></LoyaltyAccount>`,
    ],
    ['the standard’s customer', `<Customer><CustomerID>40000066677</CustomerID></Customer>${apple}`],
  ])('finds the card: %s', (_, lines) => {
    expect(record(poslog(purchase({ lines, grand: '1.26' }))).number).toBe('40000066677');
  });

  it('has no card where the field holds nothing but zeros', () => {
    const lines = `${apple}<LineItem><acs:LoyaltyMembership><acs:LoyaltyID>0000000000000000000000000</acs:LoyaltyID></acs:LoyaltyMembership></LineItem>`;
    expect(record(poslog(purchase({ lines, grand: '1.26' }))).number).toBeNull();
  });

  it('names the coupons that were scanned, wherever the till writes them', () => {
    const lines = `${line(1, '67591', '1.26')}
      <LineItem><Tender TenderType="Coupon"><Amount>0</Amount><Coupon><PrimaryLabel>KAIROS:one</PrimaryLabel></Coupon></Tender></LineItem>
      <LineItem><LoyaltyReward><PromotionID>KAIROS:two</PromotionID></LoyaltyReward></LineItem>`;
    expect(record(poslog(purchase({ lines, paid: '1.26' }))).coupons).toEqual(['KAIROS:one', 'KAIROS:two']);
  });

  it('takes another receipt back where a link says so', () => {
    const head =
      '<TransactionLink ReasonCode="Void"><WorkstationID>4</WorkstationID><SequenceNumber>0159</SequenceNumber><BusinessDayDate>2017-09-29</BusinessDayDate></TransactionLink>';
    expect(record(poslog(purchase({ head, lines: apple, grand: '1.26' }))).voids).toEqual({
      till: 'till-4',
      day: '2017-09-29',
      number: 159,
    });
  });

  it('takes itself back where it is told again as voided', () => {
    const attributes = ' TransactionStatus="PostVoided"';
    const { key, voids } = record(poslog(purchase({ attributes, lines: apple, grand: '1.26' })));
    expect(voids).toEqual(key);
  });
});

describe('what is no receipt of ours is passed over, and says why', () => {
  it.each([
    ['signing on', '<Transaction><SequenceNumber>1</SequenceNumber><ControlTransaction/></Transaction>', 'no purchase'],
    ['training', purchase({ attributes: ' TrainingModeFlag="true"', lines: apple, grand: '1.26' }), 'training'],
    ['suspended', purchase({ attributes: ' TransactionStatus="Suspended"', lines: apple, grand: '1.26' }), 'suspended'],
    [
      'cancelled',
      purchase({ lines: apple, grand: '1.26' }).replace('<Transaction>', '<Transaction CancelFlag="true">'),
      'cancelled',
    ],
    ['nothing left of it', purchase({ lines: '', grand: '0.00' }), 'nothing was bought'],
  ])('%s', (_, xml, why) => {
    expect(only(poslog(xml))).toMatchObject({ kind: 'nothing', why: expect.stringContaining(why) });
  });
});

describe('what does not add up is refused', () => {
  it.each([
    ['gross amounts', purchase({ lines: apple, grand: '1.26', gross: ['1.26', '-0.19'] }), 'sale-totals'],
    ['tenders', purchase({ lines: apple, grand: '1.26', paid: '1.25' }), 'sale-totals'],
    ['no total at all', purchase({ lines: apple }), 'sale-totals'],
    ['a line without its amount', purchase({ lines: line(1, '7', 'much'), grand: '1.26' }), 'sale-shape'],
    ['no day', purchase({ lines: apple, grand: '1.26' }).replace('2017-09-30', ''), 'sale-shape'],
    ['no currency', purchase({ lines: apple, grand: '1.26' }).replace('USD', ''), 'sale-shape'],
    ['no time', purchase({ lines: apple, grand: '1.26' }).replace('2017-10-01T02', 'then'), 'sale-shape'],
    ['a till nobody knows', purchase({ lines: apple, grand: '1.26' }).replace('>3<', '>99<'), 'unknown-till'],
  ])('%s', (_, xml, reason) => {
    expect(only(poslog(xml))).toMatchObject({ kind: 'refused', reason });
  });

  it('and is taken where it does: paid in cash with change', () => {
    const change = '<LineItem><Tender><Amount>-0.74</Amount></Tender></LineItem>';
    expect(
      record(poslog(purchase({ lines: apple + change, grand: '1.26', gross: ['1.26', '0.00'], paid: '2.00' }))).total,
    ).toBe(126);
  });
});

describe('a file that is broken', () => {
  const whole = poslog(
    purchase({ lines: apple, grand: '1.26' }),
    purchase({ lines: apple, grand: '1.26' }).replace('161', '162'),
  );

  it('gives what stands before the break, and the place', () => {
    const broken = whole.slice(0, whole.lastIndexOf('</RetailTransaction>'));
    const { records, ending } = readPosLog(broken, settings);
    expect(records).toHaveLength(1);
    expect(ending).toMatchObject({ kind: 'broken', line: expect.any(Number) });
  });

  it('never throws, wherever it is cut and whatever is put in', () => {
    for (let end = 0; end < whole.length; end += 1) readPosLog(whole.slice(0, end), settings);
    const anything = fc.tuple(fc.nat(whole.length), fc.string({ unit: 'binary', maxLength: 20 }));
    fc.assert(
      fc.property(anything, ([at, noise]) => void readPosLog(whole.slice(0, at) + noise + whole.slice(at), settings)),
      { numRuns: 2_000 },
    );
  });

  it('cannot make entities grow', () => {
    const bomb = `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>${whole}`;
    expect(readPosLog(bomb, settings).ending).toMatchObject({
      kind: 'broken',
      detail: expect.stringContaining('document type'),
    });
    expect(readPosLog(whole.replace('Goods', '&b;'), settings).ending.kind).toBe('broken');
  });
});

const recording = `${process.env.KAIROS_RECORDINGS ?? fileURLToPath(new URL('../../../shared/data', import.meta.url))}/poslog/SMALL.xml`;
describe.skipIf(process.env.CI !== 'true' && !existsSync(recording))(`a store's own file (${recording})`, () => {
  it('has one signing on and one purchase of an apple, with a card, less its loyalty reward', () => {
    const { records, ending } = readPosLog(readFileSync(recording, 'utf8'), settings);
    expect(ending.kind).toBe('whole');
    expect(records.map(({ kind }) => kind)).toEqual(['nothing', 'record']);
    expect((records[1] as { record: TillRecord }).record).toMatchObject({
      key: { till: 'till-34', day: '2017-09-30', number: 161 },
      currency: 'USD',
      number: '40000066677',
      total: 107,
      sold: [{ code: '67591', quantity: 420, amount: 126 }],
    });
  });
});
