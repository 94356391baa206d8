/**
 * What time brings is headquarters' to notice: dates and absences, by the chain's wall clock, and the end of a lease of
 * which nothing more is heard.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../database/database.ts';
import { migrate } from '../database/migrate.ts';
import { openPglite } from '../database/pglite.ts';
import { dayMs, dialogues, FoldHouse, hourMs } from './fold-house.ts';

const minuteMs = 60_000;
const letter = (name: string, enter: string) => `dialogue: ${name}
type: foundation
objective: { on: return, within: 60d, value: 10 }
holdout: 0%
enter: [${enter}]
steps:
  write:
    say:
      email: { subject: { en: "For you" }, body: { en: "A word." } }
      validFor: 3d
      answers: { well: { label: { en: "Thank you" }, then: end } }
      silence: { never-shown: end, ignored: { after: 9d, then: end }, acted-elsewhere: end }
`;
const birthday = letter('birthday', '{ date: customer.birthday, before: 14d, at: "10:00" }');
const absence = letter('absence', '{ absence: sale, for: 6mo }');
const attributes = 'attributes:\n  birthday: { type: date, sensitivity: near }\n';

let database: Database;
let people = 0;
let clocks = 0;
beforeAll(async () => {
  database = await openPglite(null);
  await migrate(database);
});
afterAll(() => database?.close());

/** Everybody of another test is gone, and so are stores and releases. */
async function houseAt(from: string, timeZone: string, files: Readonly<Record<string, string>>): Promise<FoldHouse> {
  for (const table of [
    'customer_states',
    'to_fold',
    'own_facts',
    'customers',
    'consents',
    'releases',
    'spreads',
    'lines',
  ])
    await database.query(`DELETE FROM ${table}`);
  const house = new FoldHouse(database, undefined, { timeZone, from: Date.parse(from) });
  await house.publish(files, attributes);
  return house;
}

async function somebody(house: FoldHouse, known: object = {}): Promise<string> {
  people += 1;
  const chainId = `7${people.toString(16).padStart(31, '0')}`;
  await database.query('INSERT INTO customers (chain_id, attributes, made_at, changed_at) VALUES ($1, $2, 1, 1)', [
    chainId,
    JSON.stringify(known),
  ]);
  await house.allow(chainId, 'email');
  // As a list of customers says it.
  await house.tell(chainId, 'customer.changed', { attributes: Object.keys(known) });
  return chainId;
}

async function written(house: FoldHouse, chainId: string): Promise<string[]> {
  const rows = await house.database.query<{ at: number }>(
    'SELECT made_at AS at FROM commands WHERE chain_id = $1 ORDER BY made_at',
    [chainId],
  );
  return rows.map(({ at }) => new Date(at).toISOString());
}

/** Nothing a minute before, and then this. */
async function expectAt(house: FoldHouse, chainId: string, at: string): Promise<void> {
  const before = await written(house, chainId);
  const left = Date.parse(at) - minuteMs - house.ports.clock.now();
  await house.pass(left, Math.ceil(left / 3));
  expect(await written(house, chainId)).toEqual(before);
  await house.pass(2 * minuteMs, minuteMs);
  expect(await written(house, chainId)).toEqual([...before, at]);
}

test.each([
  // Two weeks before, at ten by the wall: in New York summer time has begun in between.
  ['America/New_York', '2026-03-01T12:00:00Z', '1980-03-24', '2026-03-10T14:00:00.000Z'],
  ['America/New_York', '2026-01-01T12:00:00Z', '1980-01-20', '2026-01-06T15:00:00.000Z'],
  // There it is the day before already.
  ['Pacific/Auckland', '2026-06-01T00:00:00Z', '1980-06-20', '2026-06-05T22:00:00.000Z'],
  // The turn of the year, and a day that not every year has.
  ['Europe/Berlin', '2026-12-01T00:00:00Z', '1980-01-05', '2026-12-22T09:00:00.000Z'],
  ['Europe/Berlin', '2028-02-01T00:00:00Z', '1980-02-29', '2028-02-15T09:00:00.000Z'],
])('in %s, looking from %s on, a birthday on %s is written about at %s, and once', async (zone, from, born, at) => {
  const house = await houseAt(from, zone, { birthday });
  const her = await somebody(house, { birthday: born });
  const other = await somebody(house, { birthday: '1980-09-09' });
  await expectAt(house, her, at);
  await house.pass(20 * dayMs, 5 * dayMs);
  expect(await written(house, her)).toEqual([at]);
  expect(await written(house, other)).toEqual([]);
});

test('who was born on a leap day is written to in each year, once', async () => {
  const house = await houseAt('2027-01-15T00:00:00Z', 'Europe/Berlin', { birthday });
  const her = await somebody(house, { birthday: '1980-02-29' });
  // Where there is none, it is the 28th.
  await expectAt(house, her, '2027-02-14T09:00:00.000Z');
  await house.pass(340 * dayMs, 20 * dayMs);
  await expectAt(house, her, '2028-02-15T09:00:00.000Z');
});

test.each([
  // Six calendar months after the last of August; and after the 29th of February's eve in a leap year.
  ['2026-08-31T09:00:00Z', '2027-02-28T09:00:00.000Z'],
  ['2027-08-31T09:00:00Z', '2028-02-29T09:00:00.000Z'],
])('six months without a purchase since %s are noticed at %s; a purchase begins them anew', async (last, at) => {
  const house = await houseAt(last, 'UTC', { absence });
  const [her, steady] = [await somebody(house), await somebody(house)];
  const sale = { till: 'web', receipt: 'R-1', currency: 'EUR', lines: [], total: 100 };
  for (const chainId of [her, steady]) await house.tell(chainId, 'sale', sale);
  await house.pass(30 * dayMs, 30 * dayMs);
  await house.tell(steady, 'sale', { ...sale, receipt: 'R-2' });
  await expectAt(house, her, at);
  expect(await written(house, steady)).toEqual([]);
  await house.pass(60 * dayMs, 20 * dayMs);
  expect(await written(house, her)).toHaveLength(1);
  expect(await written(house, steady)).toHaveLength(1);
});

test.each([
  ['a year ahead when it recorded it, and right when it told', 365 * dayMs, 0],
  ['right when it recorded it, and a year behind when it told', 0, -365 * dayMs],
  ['a year ahead both times', 365 * dayMs, 365 * dayMs],
])(
  'a purchase in a store whose clock was %s counts as of when it was heard, and her months go on',
  async (_, recorded, told) => {
    const house = await houseAt('2026-03-10T09:00:00Z', 'UTC', { absence });
    clocks += 1;
    const store = await house.store(`clock-${clocks}`);
    const her = await somebody(house);
    store.know(1, her);
    store.aheadMs = told;
    const sale = { till: 'till-1', receipt: 'R-1', currency: 'EUR', lines: [], total: 100 };
    store.hear('sale', house.ports.clock.now() + recorded, 1, sale);
    await store.sync();
    await house.folder.foldDue();
    store.aheadMs = 0;
    await house.pass(183 * dayMs, 61 * dayMs);
    await store.sync();
    expect(await written(house, her)).toEqual([]);
    await house.pass(3 * dayMs, dayMs);
    const [at = '', ...more] = await written(house, her);
    // A day later: the store, which could know better, was not heard on the tenth.
    expect([at.slice(0, 10), more]).toEqual(['2026-09-11', []]);
  },
);

test('a store that opened a visit and was never heard again keeps her for a day; then headquarters go on', async () => {
  const house = await houseAt('2026-03-02T08:00:00Z', 'UTC', { shoes: dialogues.shoes, greet: dialogues.greet });
  const store = await house.store('riverside');
  const her = await somebody(house);
  store.know(1, her);
  const at = house.ports.clock.now();
  const bought = store.hear('sale', at - hourMs, 1, {
    ...{ till: 'till-1', receipt: 'R-1', currency: 'EUR', lines: [], total: 100 },
  });
  const run = '0123456789abcdef0abc';
  const entered = { run, dialogue: 'greet', release: 1, held: false, entry: {}, cause: bought };
  store.decide('run.entered', at - hourMs, 1, entered);
  store.decide('run.moved', at - hourMs, 1, { run, step: 'later', until: at + 50 * dayMs, hop: 0, cause: bought });
  await store.sync();
  await house.folder.foldDue();
  const lent = () => database.query('SELECT run FROM waiting_runs WHERE chain_id = $1', [her]);
  expect(await lent()).toContainEqual({ run });
  store.decide('visit.opened', at, 1, { visit: 'v-1', cart: 'cart-1', strength: 'strong', reason: 'known' });
  await store.sync();
  await house.tell(her, 'site.visited', { page: '/', category: 'shoes' });
  // All of hers is that store's: no other is lent anything, and nobody writes to her meanwhile.
  expect(await lent()).toEqual([]);
  await house.pass(23 * hourMs, hourMs);
  expect(await written(house, her)).toEqual([]);
  expect(await lent()).toEqual([]);
  await house.pass(2 * hourMs, hourMs);
  expect((await house.commands(her)).map(({ step }) => step)).toEqual(['ask']);
  expect(await lent()).toContainEqual({ run });
});
