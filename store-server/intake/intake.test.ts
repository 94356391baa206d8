import { chainIdOf } from '@kairos/protocol/chain-id.ts';
import { type Ack, batchFactsMax, rejectReasons } from '@kairos/protocol/device-facts.ts';
import { digestOf, numberKeyOf } from '@kairos/protocol/number-digest.ts';
import { simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import { describe, expect, it } from 'vitest';
import { readGoods } from '../catalogue/goods.ts';
import { type JournalHealth, type Rejection, waitingFactsMax } from '../journal/journal.ts';
import type { IncomingBatch } from './incoming.ts';
import { createIntake } from './intake.ts';
import { createStoreClock } from './store-clock.ts';

const startMs = 1_763_000_000_000;
const chainKey = 'sixteen-characters-and-more';
const { goods } = readGoods(
  'goods.csv',
  'code,name,department,price,tags\n9521,"Paint, 10 l",paint,4999,project\n9522,Apples,produce,329,\n',
);
const place = [
  [0, 0],
  [1, 0],
  [1, 1],
] as [number, number][];

function intakeOf(
  options: {
    sources?: { device: string; epoch: string; upTo: number }[];
    onTake?: (batch: IncomingBatch) => void;
  } = {},
) {
  const ports = simulatedPorts({ startMs, seed: 1 });
  const batches: IncomingBatch[] = [];
  const acks: { to: string; ack: Ack }[] = [];
  const kept: Rejection[] = [];
  const counts: Record<string, number> = {};
  const count = (name: string, by = 1): void => {
    counts[name] = (counts[name] ?? 0) + by;
  };
  const health = { state: 'open', waitingFacts: 0 } as { state: JournalHealth['state']; waitingFacts: number };
  const device = (id: string, ...more: string[]) => [id, { id, may: new Set([id, ...more]), token: null }] as const;
  const intake = createIntake({
    config: {
      carts: [{ id: 'cart-01' }, { id: 'cart-02' }],
      devices: new Map([
        device('cart-01'),
        device('cart-02'),
        device('till-1'),
        device('gateway-1', 'cart-01', 'cart-02'),
      ]),
      loyalty: { prefixes: ['29'], gsrn: true },
      chainKey,
    },
    floorPlan: {
      name: 'Test',
      width: 1,
      height: 1,
      zones: [{ id: 'suits', name: 'Suits', kind: 'aisle', polygon: place }],
      walls: [],
      shelves: [],
      tills: [{ id: 'till-1', zone: 'suits', at: [0, 0] }],
      doors: [],
      screens: [],
      anchors: [],
    },
    goods,
    journal: {
      start: {
        storeEpoch: 'e',
        lastSeq: 0,
        nextSubject: 1,
        sources: options.sources ?? [],
        timers: [],
        states: [],
        foldFrom: 1,
        fromHq: null,
      },
      put: (change) => kept.push(...(change.rejected ?? [])),
      committed: () => Promise.resolve(),
      health: () => health as JournalHealth,
    },
    takeIn: (batch) => {
      options.onTake?.(batch);
      batches.push(batch);
      kept.push(...batch.rejected);
      return true;
    },
    sendAck: (to, by, ack) => acks.push({ to: `${by} ${to}`, ack }),
    clock: createStoreClock(ports.clock),
    timers: ports.timers,
    meter: {
      taken: (type) => count(`taken ${type}`),
      rejected: (reason) => count(`rejected ${reason}`),
      passedOver: (why, facts) => count(`passed over ${why}`, facts),
      remarked: (remark) => count(`remarked ${remark}`),
      acknowledged: () => {},
    },
  });
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    ports.advance(250);
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  };
  const say = async (from: string, facts: object[], more: object = {}): Promise<void> => {
    const batch = { epoch: 'epoch-1', oldest: 1, facts, ...more };
    intake.receive(from, 'mqtt', Buffer.from(JSON.stringify(batch)));
    await settle();
  };
  const taken = () => batches.flatMap((batch) => batch.facts);
  return { intake, ports, batches, taken, acks, kept, counts, say, settle, health };
}

const zone = (sequence: number, more: object = {}) => ({
  sequence,
  ageMs: 0,
  type: 'zone.entered',
  body: { cart: 'cart-01', zone: 'suits', confidence: 900 },
  ...more,
});

describe('intake', () => {
  it('hands on what is valid in the journal’s shape, and acknowledges it', async () => {
    const { say, taken, acks, batches, counts } = intakeOf();
    await say('cart-01', [zone(1), zone(2, { ageMs: 1_500 })]);
    expect(taken()[1]).toEqual({
      fact: {
        type: 'zone.entered',
        seq: 0,
        at: startMs - 1_500,
        subject: null,
        source: { device: 'cart-01', epoch: 'epoch-1', sequence: 2 },
        cause: null,
        late: false,
        body: { cart: 'cart-01', zone: 'suits', confidence: 900 },
      },
      identity: null,
      cart: null,
    });
    expect(batches[0]?.source).toEqual({ device: 'cart-01', epoch: 'epoch-1', upTo: 2 });
    expect(acks).toEqual([
      { to: 'mqtt cart-01', ack: { epoch: 'epoch-1', upTo: 2, rejected: [], storeTime: startMs } },
    ]);
    expect(counts).toEqual({ 'taken zone.entered': 2 });
  });

  it('acknowledges nothing that could not be taken in, and takes it in when it comes again', async () => {
    let fails = 1;
    const { say, taken, acks, intake } = intakeOf({
      onTake: () => {
        if (fails-- > 0) throw new Error('the disk could not be read');
      },
    });
    await expect(say('cart-01', [zone(1), zone(2)])).rejects.toThrow('the disk');
    expect(intake.upTo('cart-01', 'epoch-1')).toBe(0);
    expect(acks).toEqual([]);
    await say('cart-01', [zone(1), zone(2)]);
    expect(taken()).toHaveLength(2);
    expect(acks.map(({ ack }) => ack.upTo)).toEqual([2]);
  });

  it('takes each fact in once, and acknowledges again what comes again', async () => {
    const { say, taken, acks, batches } = intakeOf({ sources: [{ device: 'cart-01', epoch: 'epoch-1', upTo: 1 }] });
    await say('cart-01', [zone(1), zone(2)]);
    await say('cart-01', [zone(1), zone(2)]);
    expect(taken().map(({ fact }) => fact.source?.sequence)).toEqual([2]);
    expect(batches).toHaveLength(1);
    expect(acks.map(({ ack }) => ack.upTo)).toEqual([2, 2]);
  });

  it('sorts a batch, drops what is ahead of a gap, and takes it when the gap is filled', async () => {
    const { say, taken, acks, counts } = intakeOf();
    await say('cart-01', [zone(4), zone(2), zone(1)]);
    expect(acks.at(-1)?.ack.upTo).toBe(2);
    expect(counts['passed over ahead']).toBe(1);
    await say('cart-01', [zone(3), zone(4)], { oldest: 3 });
    expect(taken().map(({ fact }) => fact.source?.sequence)).toEqual([1, 2, 3, 4]);
  });

  it('gives a fact the time of its receipt less its age, and marks it late after a minute', async () => {
    const { say, taken } = intakeOf();
    await say('cart-01', [
      zone(1, { ageMs: 60_000 }),
      zone(2, { ageMs: 60_001 }),
      zone(3, { ageMs: Number.MAX_SAFE_INTEGER }),
    ]);
    expect(taken().map(({ fact }) => [fact.at, fact.late])).toEqual([
      [startMs - 60_000, false],
      [startMs - 60_001, true],
      [0, true],
    ]);
  });

  it('turns what was presented into an id and a strength, and keeps the number nowhere', async () => {
    const { say, taken, kept } = intakeOf();
    const present = (sequence: number, means: string, number?: string) => ({
      sequence,
      ageMs: 0,
      type: 'identity.presented',
      body: { cart: 'cart-01', means, ...(number === undefined ? {} : { number }) },
    });
    await say('cart-01', [
      present(1, 'typed', '2960 1041 32718'),
      present(2, 'scanned', ']E02960104132718'),
      present(3, 'card', '2960104132718'),
      present(4, 'guest'),
      present(5, 'typed', '2960104132719'),
    ]);
    const chainId = chainIdOf(chainKey, '2960104132718');
    expect(taken().map(({ identity }) => identity)).toEqual([
      { chainId, means: 'typed', strength: 'weak' },
      { chainId, means: 'scanned', strength: 'strong' },
      { chainId, means: 'card', strength: 'strong' },
      { chainId: null, means: 'guest', strength: 'guest' },
    ]);
    const digest = digestOf(numberKeyOf(chainKey), '2960104132718');
    await say('cart-01', [
      { sequence: 6, ageMs: 0, type: 'identity.presented', body: { cart: 'cart-01', means: 'scanned', digest } },
      { sequence: 7, ageMs: 0, type: 'identity.presented', body: { cart: 'cart-01', means: 'guest', digest } },
    ]);
    expect(taken().at(-1)?.identity, 'of a digest').toEqual({ chainId, means: 'scanned', strength: 'strong' });
    expect(taken()).toHaveLength(5);
    expect(taken()[0]?.fact.body).toEqual({ cart: 'cart-01', means: 'typed', strength: 'weak', known: false });
    expect(JSON.stringify([taken(), kept])).not.toMatch(/\d{4}132718|2960104132719|2960 1041/);
    expect(kept[0]?.sample).toContain('•');
  });

  it('looks goods up, by piece and by weight', async () => {
    const { say, taken } = intakeOf();
    const add = (sequence: number, code: string, quantity?: number) => ({
      sequence,
      ageMs: 0,
      type: 'basket.added',
      body: { cart: 'cart-01', code, ...(quantity === undefined ? {} : { quantity }) },
    });
    await say('cart-01', [add(1, '9521'), add(2, '9522', 1_435)]);
    expect(taken().map(({ fact }) => (fact.body as { line: unknown }).line)).toEqual([
      {
        id: 'epoch-1:1',
        code: '9521',
        name: 'Paint, 10 l',
        department: 'paint',
        tags: ['project'],
        quantity: 1000,
        unitPrice: 4999,
        amount: 4999,
      },
      {
        id: 'epoch-1:2',
        code: '9522',
        name: 'Apples',
        department: 'produce',
        tags: [],
        quantity: 1435,
        unitPrice: 329,
        amount: 472,
      },
    ]);
  });

  it('never loses a sale: not for goods that are not listed, not for a card that was misread', async () => {
    const { say, taken, acks, counts } = intakeOf();
    const line = { quantity: 1000, unitPrice: 100, amount: 100 };
    const sale = (sequence: number, number: string) => ({
      sequence,
      ageMs: 0,
      type: 'sale',
      body: {
        till: 'till-1',
        cart: 'cart-02',
        number,
        receipt: `R-${sequence}`,
        currency: 'EUR',
        lines: [
          { ...line, code: '9521' },
          { ...line, code: '404', id: 'own', name: 'Odd' },
        ],
        total: 200,
      },
    });
    await say('till-1', [sale(1, '2960104132718'), sale(2, '2960104132719')]);
    expect(acks[0]?.ack).toMatchObject({ upTo: 2, rejected: [] });
    expect(taken().map(({ identity }) => identity?.strength)).toEqual(['strong', undefined]);
    expect(taken()[0]?.fact.body).toMatchObject({
      lines: [
        { ...line, id: 'R-1:0', code: '9521', name: 'Paint, 10 l', department: 'paint', tags: ['project'] },
        { ...line, id: 'own', code: '404', name: 'Odd', department: '', tags: [] },
      ],
    });
    expect(taken()[0]?.fact.body).not.toHaveProperty('number');
    expect(counts).toMatchObject({ 'remarked number-ignored': 1, 'remarked goods-not-listed': 2 });
  });

  it('says which cart a consent came from, where the fact itself does not', async () => {
    const { say, taken } = intakeOf();
    await say('cart-01', [
      { sequence: 1, ageMs: 0, type: 'consent.changed', body: { cart: 'cart-01', purpose: 'remember', granted: true } },
    ]);
    expect(taken()[0]).toMatchObject({ cart: 'cart-01', fact: { body: { purpose: 'remember', granted: true } } });
    expect(taken()[0]?.fact.body).not.toHaveProperty('cart');
  });

  it('lets a gateway speak for the carts it may', async () => {
    const { say, taken } = intakeOf();
    await say('gateway-1', [zone(1), zone(2, { body: { cart: 'cart-02', zone: 'suits', confidence: 1 } })]);
    expect(taken()).toHaveLength(2);
  });

  it('takes a retailer’s own facts', async () => {
    const { say, taken } = intakeOf();
    await say('cart-01', [{ sequence: 1, ageMs: 0, type: 'custom.rain', body: { millimetres: 3 } }]);
    expect(taken()[0]?.fact).toMatchObject({ type: 'custom.rain', body: { millimetres: 3 } });
  });

  it('takes nothing in and acknowledges nothing while the disk cannot keep up or the file is damaged', async () => {
    const { say, acks, taken, health, counts } = intakeOf();
    health.waitingFacts = waitingFactsMax + 1;
    await say('cart-01', [zone(1)]);
    health.waitingFacts = 0;
    health.state = 'damaged';
    await say('cart-01', [zone(1)]);
    expect([acks, taken()]).toEqual([[], []]);
    expect(counts).toEqual({ 'passed over held-back': 2 });
    health.state = 'failing';
    await say('cart-01', [zone(1)]);
    expect(taken()).toHaveLength(1);
  });
});

describe('what intake refuses', () => {
  const body = (type: string, value: unknown) => ({ sequence: 1, ageMs: 0, type, body: value });
  const line = { code: '9521', quantity: 1000, unitPrice: 1, amount: 1 };

  it.each([
    ['an unknown type', body('zone.left.early', {}), 'unknown-type'],
    ['a type that is the store’s', body('message.decided', {}), 'not-from-devices'],
    ['a body without its fields', body('zone.entered', { cart: 'cart-01' }), 'body-shape'],
    ['a body with a field too many', body('zone.left', { cart: 'cart-01', zone: 'suits', why: 'bored' }), 'body-shape'],
    ['a body that is none', body('zone.left', null), 'body-shape'],
    ['a prototype for a type', body('__proto__', {}), 'unknown-type'],
    [
      'a guest with a number',
      body('identity.presented', { cart: 'cart-01', means: 'guest', number: '1' }),
      'body-shape',
    ],
    [
      'a login at cart and till at once',
      body('identity.presented', { cart: 'cart-01', till: 'till-1', means: 'guest' }),
      'body-shape',
    ],
    [
      'a wrong check digit',
      body('identity.presented', { cart: 'cart-01', means: 'typed', number: '2960104132719' }),
      'check-digit',
    ],
    [
      'a number that is none',
      body('identity.presented', { cart: 'cart-01', means: 'typed', number: 'hello' }),
      'number-shape',
    ],
    [
      'goods for a card',
      body('identity.presented', { cart: 'cart-01', means: 'scanned', number: '4006381333931' }),
      'number-prefix',
    ],
    ['an unknown cart', body('zone.left', { cart: 'cart-99', zone: 'suits' }), 'unknown-cart'],
    ['an unknown zone', body('zone.left', { cart: 'cart-01', zone: 'shirts' }), 'unknown-zone'],
    ['unknown goods', body('basket.added', { cart: 'cart-01', code: '404' }), 'unknown-goods'],
    [
      'an unknown till',
      body('sale', { till: 'till-9', receipt: 'R', currency: 'EUR', lines: [line], total: 1 }),
      'unknown-till',
    ],
    [
      'another’s till',
      body('sale', { till: 'till-1', receipt: 'R', currency: 'EUR', lines: [line], total: 1 }),
      'not-yours',
    ],
    ['another’s cart', body('zone.left', { cart: 'cart-02', zone: 'suits' }), 'not-yours'],
    ['another’s screen', body('message.shown', { message: 'm-12345678', screen: 'cart-02' }), 'not-yours'],
    ['a retailer’s own fact with depth', body('custom.rain', { where: { city: 'Bern' } }), 'body-shape'],
    ['a retailer’s own fact with an odd name', body('custom.Rain!', {}), 'unknown-type'],
    ['a retailer’s own fact of another’s cart', body('custom.rain', { cart: 'cart-02' }), 'not-yours'],
    ['an age from the future', { ...zone(1), ageMs: -1 }, 'batch-shape'],
    ['a fact with a field too many', { ...zone(1), at: startMs }, 'batch-shape'],
  ] as const)(
    '%s: acknowledged with its reason, counted, kept, and what follows is taken in',
    async (_, fact, reason) => {
      const { say, acks, kept, counts, taken } = intakeOf();
      await say('cart-01', [fact, zone(2)]);
      expect(rejectReasons).toContain(reason);
      expect(acks[0]?.ack).toMatchObject({ upTo: 2, rejected: [{ sequence: 1, reason }] });
      expect(counts[`rejected ${reason}`]).toBe(1);
      expect(kept).toMatchObject([{ by: 'mqtt', device: 'cart-01', reason, at: startMs }]);
      expect(taken().map((one) => one.fact.source?.sequence)).toEqual([2]);
    },
  );

  it.each([
    ['no JSON', Buffer.from('{"epoch":'), 'not-json'],
    ['bytes of nothing', Buffer.alloc(0), 'not-json'],
    ['noise', Buffer.from([0xff, 0xfe, 0x00, 0x80]), 'not-json'],
    ['something else in JSON', Buffer.from('[1,2,3]'), 'batch-shape'],
    ['null', Buffer.from('null'), 'batch-shape'],
    ['no epoch', Buffer.from(JSON.stringify({ oldest: 1, facts: [zone(1)] })), 'batch-shape'],
    ['no facts', Buffer.from(JSON.stringify({ epoch: 'epoch-1', oldest: 1, facts: [] })), 'batch-shape'],
    [
      'a sequence that is none',
      Buffer.from(JSON.stringify({ epoch: 'epoch-1', oldest: 1, facts: [zone(0)] })),
      'batch-shape',
    ],
    ['a value that no transport has parsed', undefined, 'batch-shape'],
  ] as const)('%s: counted and kept, and nobody stops', async (_, payload, reason) => {
    const { intake, say, settle, acks, kept, counts } = intakeOf();
    intake.receive('cart-01', 'screen', payload);
    await settle();
    expect(acks).toEqual([]);
    expect(counts).toEqual({ [`rejected ${reason}`]: 1 });
    expect(kept).toMatchObject([{ by: 'screen', device: 'cart-01', reason }]);
    await say('cart-01', [zone(1)]);
    expect(acks).toHaveLength(1);
  });

  it.each([
    ['without "oldest"', [zone(1), zone(2)], { oldest: undefined }, 'batch-shape'],
    ['with a field too many', [zone(1), zone(2)], { sentAt: 1 }, 'batch-shape'],
    ['of too many facts', Array.from({ length: batchFactsMax + 1 }, (_, index) => zone(index + 1)), {}, 'too-large'],
    ['of too many bytes', [zone(1, { body: { cart: 'cart-01', zone: 'x'.repeat(70_000) } }), zone(2)], {}, 'too-large'],
  ] as const)(
    'a batch %s: every fact of it refused by number, so that its device is not held up for ever',
    async (_, facts, more, reason) => {
      const { say, acks, counts, taken } = intakeOf();
      await say('cart-01', [...facts], more);
      const refused = acks.flatMap(({ ack }) => ack.rejected);
      expect(refused).toEqual(facts.map(({ sequence }) => ({ sequence, reason })));
      expect(acks.at(-1)?.ack.upTo).toBe(facts.length);
      expect(counts[`rejected ${reason}`]).toBe(facts.length);
      expect(taken()).toEqual([]);
      await say('cart-01', [zone(facts.length + 1)]);
      expect(taken()).toHaveLength(1);
    },
  );

  it('speaks for nobody where the device is not of this store', async () => {
    const { say, acks } = intakeOf();
    await say('cart-77', [zone(1)]);
    expect(acks[0]?.ack.rejected).toEqual([{ sequence: 1, reason: 'not-yours' }]);
  });
});
