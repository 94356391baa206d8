import { unpackChunk } from '@kairos/hq-sync/link/chunk.ts';
import type { Fact } from '@kairos/protocol/facts.ts';
import { seededRandom, simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import { chunkColumns } from '@kairos/protocol/sync-messages.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { JournalChange } from './journal.ts';
import { type OpenedJournal, openInlineJournal } from './open-journal.ts';

const startMs = Date.UTC(2026, 10, 20, 9);
let ports: ReturnType<typeof simulatedPorts>;
let journal: OpenedJournal;

beforeEach(() => {
  ports = simulatedPorts({ startMs, seed: 1 });
  journal = openInlineJournal({ file: ':memory:', groupMs: 0, ports });
});
afterEach(() => journal.close());

function fact(type: Fact['type'], subject: number | null, body: object, sequence = 0): Fact {
  const source = sequence > 0 ? { device: 'cart-01', epoch: 'start-1', sequence } : null;
  return { type, seq: journal.number(), at: startMs, subject, source, cause: null, late: false, body } as Fact;
}

async function put(change: JournalChange): Promise<void> {
  journal.put(change);
  await ports.advance(100);
}

const sale = (receipt: string): object => ({ till: 'till-1', receipt, currency: 'EUR', lines: [], total: 250 });

async function chunk(after = 0, factsMax = 100) {
  const [life] = (await journal.upward.lives()).slice(-1);
  return journal.upward.chunk({ life: life!, after, factsMax, wordsTo: 0, sourcesTo: 0 });
}

function valuesOf(
  content: { readonly columns: readonly (string | Uint8Array)[] } | null,
  name: (typeof chunkColumns)[number],
): string[] {
  const column = content?.columns[chunkColumns.indexOf(name)] ?? '';
  return (typeof column === 'string' ? column : Buffer.from(column).toString()).split('\n').slice(0, -1);
}

it('what stays in the store does not go up, and is settled with what does', async () => {
  await put({
    facts: [
      fact('sale', 7, sale('R-1'), 1),
      fact('zone.entered', 7, { cart: 'cart-01', zone: 'suits', confidence: 900 }, 2),
      fact('sale', 7, sale('R-2'), 3),
      fact('zone.entered', 7, { cart: 'cart-01', zone: 'shoes', confidence: 900 }, 4),
    ],
  });
  const all = await chunk();
  expect(valuesOf(all, 'seq')).toEqual(['1', '3']);
  expect(all).toMatchObject({ facts: 2, after: 0, to: 4 });
  // A chunk that is full ends with its last fact.
  expect(await chunk(0, 1)).toMatchObject({ facts: 1, to: 1 });
  expect(await chunk(4)).toMatchObject({ facts: 0, words: expect.anything() });
});

it('texts are such that COPY reads them back as they were', async () => {
  const receipt = 'a\\b\tc\nd\re';
  await put({ facts: [fact('sale', null, sale(receipt), 1)] });
  expect(valuesOf(await chunk(), 'ref')).toEqual(['a\\\\b\\tc\\nd\\re']);
  expect(valuesOf(await chunk(), 'subject')).toEqual(['\\N']);
});

it('people go by their chain-wide id, unless they said not to be remembered; what they wrote goes beside', async () => {
  const person = (subject: number, consent: Record<string, boolean>) =>
    ({ kind: 'put', subject, chainId: String(subject).repeat(32), attributes: {}, consent, locale: 'en' }) as const;
  await put({
    people: [person(1, { remember: true }), person(2, { remember: false }), person(3, {})],
    facts: [1, 2, 3].map((subject) =>
      fact('message.answered', subject, { message: `m-0000000${subject}`, answer: 'yes', form: { size: '38' } }),
    ),
  });
  const content = await chunk();
  expect(content?.people.map(([subject]) => subject)).toEqual([1, 3]);
  expect(content?.notes).toHaveLength(3);
  await put({ people: [{ kind: 'erase', subject: 1 }], facts: [fact('customer.erased', 1, { reason: 'asked' })] });
  const after = await chunk();
  expect(after).toMatchObject({ erased: [1] });
  expect(after?.people.map(([subject]) => subject)).toEqual([3]);
  expect(after?.notes.map(([seq]) => seq)).toEqual([2, 3]);
});

it('who was named in a chunk is not named again in the same sending, and in another she is', async () => {
  const person = (subject: number) =>
    ({ kind: 'put', subject, chainId: String(subject).repeat(32), attributes: {}, consent: {}, locale: 'en' }) as const;
  await put({
    people: [person(1), person(2)],
    facts: [1, 2, 1, 2].map((subject, index) => fact('sale', subject, sale(`R-${index}`), index + 1)),
  });
  const ask = { life: (await journal.upward.lives())[0]!, wordsTo: 0, sourcesTo: 0, factsMax: 1 };
  const named = async (after: number, sending?: number): Promise<number[]> => {
    const { bytes } = (await journal.upward.packed({ ...ask, after, ...(sending ? { sending } : {}) }, 1))!;
    return (await unpackChunk(Buffer.from(bytes))).header.people.map(([subject]) => subject);
  };
  expect(await named(0, 1)).toEqual([1]);
  expect(await named(1, 1)).toEqual([2]);
  expect(await named(2, 1)).toEqual([]);
  expect(await named(2, 2)).toEqual([1]);
  expect(await named(2)).toEqual([1]);
});

it('in chunks whose end is guessed each fact goes up once, however dense they are, and none has too many', async () => {
  const chance = seededRandom(Number(process.env.KAIROS_SEED ?? 4));
  const lengths = Array.from({ length: 30 }, () => ({
    count: 1 + Math.floor(chance() * 80),
    up: chance() < 0.5 ? 1 : chance(),
  }));
  let sequence = 0;
  const facts = lengths.flatMap(({ count, up }) =>
    Array.from({ length: count }, () => {
      sequence += 1;
      if (chance() < up) return fact('sale', null, sale(`R-${sequence}`), sequence);
      return fact('zone.entered', 7, { cart: 'cart-01', zone: 'suits', confidence: 900 }, sequence);
    }),
  );
  await put({ facts });
  const [life] = await journal.upward.lives();
  const gone: string[] = [];
  for (let after = 0; ; ) {
    const chunk = await journal.upward.packed(
      { life: life!, after, factsMax: 40, wordsTo: 99, sourcesTo: 9, sending: 7 },
      1,
    );
    if (chunk === null) break;
    expect(chunk.facts).toBeLessThanOrEqual(40);
    const { columns } = await unpackChunk(Buffer.from(chunk.bytes));
    gone.push(...columns.get('seq')!.toString().split('\n').slice(0, -1));
    after = chunk.to;
  }
  expect(gone).toEqual(facts.filter(({ type }) => type === 'sale').map(({ seq }) => String(seq)));
});

it('what was forgotten after it went up is told until headquarters know', async () => {
  await put({
    facts: [
      fact('visit.opened', 5, { visit: 'v-0000001', strength: 'guest', reason: 'guest' }),
      fact('sale', 5, sale('R-1'), 1),
    ],
  });
  const sent = await chunk();
  await put({ facts: [], forgotten: [{ subjects: [5], from: 1, spare: [], lastSeq: 2 }] });
  expect(await chunk(sent?.to)).toMatchObject({ removed: [1], nobodys: [2] });
  // Of what had not gone up, nothing is said.
  expect(await chunk(0)).toMatchObject({ removed: [], nobodys: [] });
  await journal.upward.told([1, 2]);
  expect(await chunk(sent?.to)).toMatchObject({ removed: [], nobodys: [], facts: 0 });
});

it('who was erased here goes up by her id until headquarters know, whether or not they had heard of her', async () => {
  const chainId = 'a'.repeat(32);
  const person = { subject: 7, attributes: {}, consent: {}, locale: 'en' };
  await put({
    facts: [],
    people: [
      { kind: 'put', ...person, chainId },
      { kind: 'put', ...person, subject: 8, chainId: 'b'.repeat(32) },
    ],
  });
  const erase = (subject: number, isOwn: boolean): JournalChange => ({
    facts: [fact('customer.erased', subject, { reason: isOwn ? 'asked' : 'hq' })],
    people: [{ kind: 'erase', subject, tombstone: `tombstone-${subject}`, isOwn }],
  });
  await put(erase(7, true));
  await put(erase(8, false));
  // Headquarters know whom they have named themselves.
  expect(await chunk()).toMatchObject({ people: [[7, chainId]], erased: [7, 8] });
  // An answer that was lost: it is said again.
  await journal.upward.erasedUpTo(0);
  expect(await chunk()).toMatchObject({ people: [[7, chainId]] });
  await journal.upward.erasedUpTo(1);
  expect(await chunk()).toMatchObject({ people: [], erased: [7, 8] });
});

it('a day hashes to the same in whatever order it is read, and to another where a fact is another', async () => {
  await put({ facts: [fact('sale', 7, sale('R-1'), 1), fact('sale', 7, sale('R-2'), 2)] });
  const [life] = await journal.upward.lives();
  const [day] = await journal.upward.days({ life: life!, sinceDay: '2026-11-01', upTo: 2 });
  expect(day).toMatchObject({ day: '2026-11-20', facts: 2 });
  const [half] = await journal.upward.days({ life: life!, sinceDay: '2026-11-01', upTo: 1 });
  expect(half?.hash).not.toBe(day?.hash);
  expect(await journal.upward.days({ life: life!, sinceDay: '2026-11-21', upTo: 2 })).toEqual([]);
  const before = { life: life!, sinceDay: '2026-11-01', upTo: 2 };
  expect(await journal.upward.days({ ...before, untilDay: '2026-11-20' })).toEqual([]);
  expect(await journal.upward.days({ ...before, untilDay: '2026-11-21' })).toEqual([day]);
});
