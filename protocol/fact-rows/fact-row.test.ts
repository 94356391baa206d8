import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { type CustomFactType, type Fact, type FactBody, type FactType, factKinds, factTypes } from '../facts.ts';
import { factColumns } from './fact-columns.ts';
import { type FactRow, isUnderstood, readFact, writeFact } from './fact-row.ts';
import { goodsWordsMax, Words } from './words.ts';

const line = {
  id: 'k3f9aa:17',
  code: '9521234110071',
  name: 'Bananas, bunch',
  department: 'produce',
  tags: ['fresh'],
  quantity: 1420,
  unitPrice: 189,
  amount: 268,
};

/** One of each, with every optional field set. */
const bodies: { [Type in FactType]: Required<FactBody<Type>> | FactBody<Type> } = {
  'identity.presented': { cart: 'cart-07', till: 'till-1', means: 'typed', strength: 'weak', known: true },
  'identity.dropped': { cart: 'cart-07', reason: 'logout' },
  'zone.entered': { cart: 'cart-07', zone: 'suits', confidence: 930 },
  'zone.left': { cart: 'cart-07', zone: 'suits', confidence: 870 },
  'basket.added': { cart: 'cart-07', line },
  'basket.removed': { cart: 'cart-07', line: { ...line, id: 'given-by-the-till', ref: 'R-1:0' } },
  sale: {
    till: 'till-1',
    cart: 'cart-07',
    receipt: 'R-1',
    currency: 'EUR',
    lines: [{ ...line, id: 'R-1:0' }, line],
    total: 536,
  },
  return: {
    till: 'till-1',
    receipt: 'R-2',
    currency: 'EUR',
    lines: [{ ...line, id: 'R-2:0', ref: 'R-1:0' }],
    total: -268,
  },
  'quiet.requested': { cart: 'cart-07' },
  'help.requested': { cart: 'cart-07' },
  'help.withdrawn': { cart: 'cart-07' },
  'language.chosen': { cart: 'cart-07', locale: 'es' },
  'forget.requested': { cart: 'cart-07' },
  'consent.changed': { purpose: 'remember', granted: false, fromHq: true },
  'message.shown': { message: 'm-12345678', screen: 'cart-07' },
  'message.answered': {
    message: 'm-12345678',
    answer: 'yes',
    screen: 'cart-07',
    form: { cause: 'too cold', stars: 2 },
  },
  'screen.played': { screen: 'cart-07', message: 'm-12345678', ms: 4_200 },
  'screen.changed': { screen: 'cart-07', state: 'lost' },
  'store.started': { epoch: 'k3f9aa', version: '0.1.0' },
  'timer.fired': { due: 1_763_000_000_500 },
  'visit.opened': {
    visit: 'v-12345678',
    cart: 'cart-07',
    till: 'till-1',
    strength: 'strong',
    reason: 'known',
    relabels: 'weak',
  },
  'visit.moved': { visit: 'v-12345678', cart: 'cart-08' },
  'visit.closed': { visit: 'v-12345678', reason: 'paid' },
  'customer.changed': { attributes: ['tier', 'birthday'], fromHq: true, remembered: true },
  'customer.erased': { reason: 'asked' },
  'goods.changed': { code: '9521234110071', department: 'produce', price: 179, was: 189 },
  'site.visited': { page: '/sandals', category: 'sandals' },
  'email.sent': { message: 'm-12345678' },
  'email.bounced': { message: 'm-12345678', reason: 'no such mailbox: ada@example.org' },
  'call.logged': { message: 'm-12345678', answer: 'reached', form: { cause: 'rude cashier' } },
  'mail.printed': { message: 'm-12345678' },
  'message.decided': {
    message: 'm-12345678',
    run: 'r-12345678',
    dialogue: 'big-project',
    step: 'greet',
    channel: 'cart',
    target: 'cart-07',
    validUntil: 1_763_000_600_000,
    answerWithinMs: 120_000,
    context: 'at-rest',
    score: 3.25,
    rivals: [{ dialogue: 'wine', step: 'ask', score: -0.5, stopped: 'gap' }],
  },
  'message.withdrawn': { message: 'm-12345678', reason: 'left-zone' },
  'message.silent': { message: 'm-12345678', silence: 'ignored' },
  'run.entered': {
    run: 'r-12345678',
    dialogue: 'big-project',
    release: 3,
    held: false,
    arm: 'a',
    key: 'R-1:0',
    entry: { 'line.id': 'R-1:0', 'line.amount': 268, zone: null },
  },
  'run.moved': {
    run: 'r-12345678',
    step: 'later',
    until: 1_763_900_000_000,
    from: 1_763_000_000_000,
    release: 4,
    hop: 3,
  },
  'run.ended': { run: 'r-12345678', reason: 'end', hop: 3 },
  'run.lent': {
    run: 'r-12345678',
    dialogue: 'stroller',
    step: 'greet',
    release: 3,
    term: 2,
    state: '{"i":"r-12345678"}',
  },
  'run.recalled': { run: 'r-12345678' },
  'cap.lent': { term: 2, said: 1_763_000_000_000 },
  'cap.recalled': { term: 2 },
  'objective.reached': { run: 'r-12345678', dialogue: 'big-project', held: true, value: 4000 },
  'attribute.set': { run: 'r-12345678', name: 'lastComplaint', value: 'rude cashier' },
  'task.offered': {
    message: 'm-12345678',
    task: 't-12345678',
    associate: 'kim',
    role: 'associate',
    until: 1_763_000_060_000,
  },
  'task.claimed': { task: 't-12345678', associate: 'kim', until: 1_763_000_060_000 },
  'task.done': { task: 't-12345678', associate: 'kim', answer: 'done', form: { note: 'she was glad' } },
  'task.released': { task: 't-12345678', associate: 'kim', reason: 'refused' },
  'reward.issued': {
    reward: 'w-12345678',
    run: 'r-12345678',
    name: 'tenOff',
    value: 100,
    unit: 'percent',
    until: 1_764_000_000_000,
    step: 'thanks',
  },
  'reward.redeemed': { reward: 'w-12345678', receipt: 'R-3' },
  'release.activated': { release: 3, hash: 'ab'.repeat(32), dialogues: 12 },
  'pause.changed': { what: 'dialogue', name: 'wine', paused: true, until: 1_764_000_000_000, by: 'kim' },
  'duty.changed': { associate: 'kim', state: 'on', role: 'associate', zone: 'suits', chosen: true },
  'queue.changed': { till: 'till-1', waiting: 4 },
  'lane.cleared': { till: 'till-1', reason: 'voided' },
};

function factOf(type: string, body: unknown, envelope: Partial<Fact> = {}): Fact {
  return {
    type,
    seq: 1000,
    at: 1_763_000_000_000,
    subject: 12,
    source: { device: 'cart-07', epoch: 'k3f9aa', sequence: 17 },
    cause: null,
    late: false,
    body,
    ...envelope,
  } as Fact;
}

function dictionaries() {
  const names: { device: string; epoch: string }[] = [];
  return {
    words: new Words(),
    sources: {
      id: (device: string, epoch: string) => names.push({ device, epoch }),
      name: (id: number) => names[id - 1] as { device: string; epoch: string },
    },
  };
}

function thereAndBack(fact: Fact): { row: FactRow; back: Fact } {
  const { words, sources } = dictionaries();
  const row = writeFact(fact, words, sources);
  return { row, back: readFact(row, words, sources) };
}

describe('a fact as a row', () => {
  it.each(factTypes)('%s comes back as it was written', (type) => {
    const body = factKinds[type].body.parse(bodies[type]);
    expect(thereAndBack(factOf(type, body)).back).toEqual(factOf(type, body));
  });

  it.each(factTypes)('%s comes back without its optional fields', (type) => {
    const shape = (factKinds[type].body as unknown as z.ZodObject).shape;
    const optional = Object.keys(shape).filter((field) => (shape[field] as z.ZodType).safeParse(undefined).success);
    const bare = Object.fromEntries(Object.entries(bodies[type]).filter(([field]) => !optional.includes(field)));
    const body = factKinds[type].body.parse(bare);
    expect(thereAndBack(factOf(type, body)).back.body).toEqual(body);
  });

  it.each(factTypes)('%s is tried with every field of its schema', (type) => {
    const fields = Object.keys((factKinds[type].body as unknown as z.ZodObject).shape);
    expect(fields.filter((field) => !Object.hasOwn(bodies[type], field))).toEqual([]);
  });

  it.each(factTypes)('%s has a column for every field of its schema', (type) => {
    const { place, thing, ref, amount, rest = [], note = [] } = factColumns[type];
    const columns = [place, thing, ref, amount, ...rest.map(([field]) => field), ...note];
    const fields = Object.keys((factKinds[type].body as unknown as z.ZodObject).shape);
    expect(fields.filter((field) => !columns.includes(field))).toEqual([]);
  });

  it('keeps causes, lateness, nobody and a retailer’s own types', () => {
    const decision = factOf(
      'quiet.requested',
      { cart: 'cart-07' },
      { source: null, cause: 998, subject: null, late: true },
    );
    expect(thereAndBack(decision).back).toEqual(decision);
    const own = factOf('custom.rain' as CustomFactType, { where: 'outside', millimetres: 3, strong: true });
    expect(thereAndBack(own).back).toEqual(own);
  });

  it('keeps an all-digit id as text', () => {
    const fact = factOf('email.sent', { message: '1234567890123456' });
    expect(thereAndBack(fact).back).toEqual(fact);
  });

  it('writes what people wrote into the note and nowhere else', () => {
    for (const [type, text] of [
      ['message.answered', 'too cold'],
      ['call.logged', 'rude cashier'],
      ['task.done', 'she was glad'],
      ['email.bounced', 'ada@example.org'],
      ['attribute.set', 'rude cashier'],
    ] as const) {
      const { words, sources } = dictionaries();
      const row = writeFact(factOf(type, bodies[type]), words, sources);
      const note = row[13];
      expect(note, type).toContain(text);
      expect(JSON.stringify(row.slice(0, 13)), type).not.toContain(text);
      expect(
        words.takeFresh().some(([, word]) => word.includes(text)),
        type,
      ).toBe(false);
    }
  });

  it('writes goods out once the dictionary is full', () => {
    const { words, sources } = dictionaries();
    for (let count = 0; count < goodsWordsMax; count += 1) words.id(`word ${count}`);
    const before = words.size;
    const fact = factOf('basket.added', { cart: 'cart-07', line });
    const row = writeFact(fact, words, sources);
    // Its type and its cart still are words.
    expect(words.size - before).toBe(2);
    expect(readFact(row, words, sources)).toEqual(fact);
  });

  it('says so when a row points at a word that is not there', () => {
    const { words, sources } = dictionaries();
    const row = writeFact(factOf('zone.left', bodies['zone.left']), words, sources);
    expect(() => readFact(row, new Words(), sources)).toThrow(/damaged/);
  });

  it('names what a later version has said and this one does not know, and reads the rest', () => {
    const { words, sources } = dictionaries();
    const beyond: string[] = [];
    const read = (row: FactRow): Fact => readFact(row, words, sources, (what) => beyond.push(what));
    const fact = factOf('consent.changed', bodies['consent.changed']);
    const row = writeFact(fact, words, sources);
    read(row);
    expect(beyond).toEqual([]);
    const longer = row.with(12, '[false,true,"more"]') as unknown as FactRow;
    expect(read(longer)).toEqual(fact);
    read(row.with(1, words.id('goods.weighed')) as unknown as FactRow);
    read(writeFact(factOf('custom.usage', { units: 3 }), words, sources));
    expect(beyond).toEqual(['consent.changed+3', 'goods.weighed']);
    expect(beyond.map(isUnderstood)).toEqual([false, false]);
    // What an earlier version called so.
    expect(['consent.changed+2', 'sale', 'sale+2'].map(isUnderstood)).toEqual([true, true, true]);
  });
});
