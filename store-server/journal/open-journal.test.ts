import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Fact } from '@kairos/protocol/facts.ts';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rejectedKeptMax } from './change-rows.ts';
import type { JournalChange } from './journal.ts';
import { type OpenedJournal, openInlineJournal, openJournal } from './open-journal.ts';

const dayMs = 86_400_000;

let folder: string;
let file: string;
let open: OpenedJournal[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kairos-journal-'));
  file = join(folder, 'journal.db');
  open = [];
});
afterEach(async () => {
  for (const journal of open) await journal.close().catch(() => {});
  rmSync(folder, { recursive: true, force: true });
});

const formOf = (fact: Fact | undefined): unknown => (fact?.body as { form?: unknown } | undefined)?.form;

const kinds = {
  'behind threads': (more: object = {}) => openJournal({ file, groupMs: 1, ports: systemPorts, ...more }),
  'on one thread': async (more: object = {}) => openInlineJournal({ file, groupMs: 1, ports: systemPorts, ...more }),
};

describe.each(Object.entries(kinds))('a journal %s', (_, make) => {
  const opened = async (more?: object): Promise<OpenedJournal> => {
    const journal = await make(more);
    open.push(journal);
    return journal;
  };
  const reopened = async (journal: OpenedJournal): Promise<OpenedJournal> => {
    await journal.close();
    return opened();
  };
  const zoneFact = (journal: OpenedJournal, sequence: number, more: Partial<Fact> = {}): Fact =>
    ({
      type: 'zone.entered',
      seq: journal.number(),
      at: 1_763_000_000_000 + sequence,
      subject: 1 + (sequence % 3),
      source: { device: 'cart-07', epoch: 'epoch-1', sequence },
      cause: null,
      late: false,
      body: { cart: 'cart-07', zone: `zone-${sequence % 4}`, confidence: 900 },
      ...more,
    }) as Fact;
  const answer = (journal: OpenedJournal, subject: number, text: string): Fact =>
    ({
      type: 'message.answered',
      seq: journal.number(),
      at: 1_763_000_000_000,
      subject,
      source: null,
      cause: 1,
      late: false,
      body: { message: 'm-12345678', answer: 'yes', form: { cause: text } },
    }) as Fact;
  const put = async (journal: OpenedJournal, change: JournalChange): Promise<void> => {
    journal.put(change);
    await journal.committed();
  };
  const person = {
    chainId: 'ab'.repeat(16),
    attributes: { firstName: 'Ada' },
    consent: { remember: true },
    locale: 'en',
  };

  it('gives back the facts that were put, in order, by every filter', async () => {
    const journal = await opened();
    const facts = Array.from({ length: 10 }, (__, index) => zoneFact(journal, index + 1));
    await put(journal, { facts });
    expect(await journal.facts({ limit: 100 })).toEqual(facts);
    const seqs = async (query: object) => (await journal.facts({ limit: 100, ...query })).map((fact) => fact.seq);
    expect(await seqs({ from: 4, to: 6 })).toEqual([4, 5, 6]);
    expect(await seqs({ subject: 1 })).toEqual([3, 6, 9]);
    expect(await seqs({ limit: 2, newestFirst: true })).toEqual([10, 9]);
    expect(await seqs({ sinceMs: 1_763_000_000_009 })).toEqual([9, 10]);
    expect(await seqs({ untilMs: 1_763_000_000_002 })).toEqual([1, 2]);
    expect(await seqs({ types: ['zone.left'] })).toEqual([]);
    expect(await seqs({ types: ['zone.left', 'zone.entered'], to: 2 })).toEqual([1, 2]);
  });

  it('goes on after a restart where it was: numbers, subjects, sources, timers, visits, the snapshot', async () => {
    const first = await opened();
    expect(first.start).toMatchObject({ lastSeq: 0, nextSubject: 1, foldFrom: 1, sources: [], timers: [], states: [] });
    await put(first, {
      facts: [zoneFact(first, 1), zoneFact(first, 2)],
      sources: [{ device: 'cart-07', epoch: 'epoch-1', upTo: 2 }],
      timers: [
        { subject: 1, due: 500 },
        { subject: 2, due: 400 },
        { subject: 3, due: 300 },
      ],
      people: [{ kind: 'put', subject: 8, ...person }],
      states: [
        { subject: 1, kind: 'visit', state: 'v1', foldedTo: 2 },
        { subject: 1, kind: 'engine', state: 'e1', foldedTo: 2 },
        { subject: 2, kind: 'visit', state: 'v2', foldedTo: 1 },
      ],
      snapshotAt: 1,
    });
    await put(first, {
      facts: [],
      timers: [{ subject: 3, due: null }],
      states: [{ subject: 2, kind: 'visit', state: null, foldedTo: 2 }],
    });
    const second = await reopened(first);
    expect(second.start).toEqual({
      fromHq: null,
      storeEpoch: first.start.storeEpoch,
      lastSeq: 2,
      nextSubject: 9,
      sources: [{ device: 'cart-07', epoch: 'epoch-1', upTo: 2 }],
      timers: [
        { subject: 2, due: 400 },
        { subject: 1, due: 500 },
      ],
      states: [{ subject: 1, kind: 'visit', state: 'v1', foldedTo: 2 }],
      foldFrom: 2,
    });
    expect(second.number()).toBe(3);
    expect(second.state(1, 'engine')).toEqual({ state: 'e1', foldedTo: 2 });
    expect(second.state(2, 'visit')).toBeNull();
    expect(second.person(8)).toEqual({ subject: 8, ...person, consentAt: {}, hq: null });
    expect(second.personByChainId(person.chainId)?.subject).toBe(8);
    expect(await second.people([8, 9])).toEqual([{ subject: 8, ...person, consentAt: {}, hq: null }]);
    // Words and sources of before are known to what is put now.
    await put(second, { facts: [zoneFact(second, 4)] });
    expect((await second.facts({ from: 3, limit: 1 }))[0]?.source).toEqual({
      device: 'cart-07',
      epoch: 'epoch-1',
      sequence: 4,
    });
  });

  it('writes a fact of one source id once, however often it is put, and counts the others', async () => {
    const journal = await opened();
    await put(journal, { facts: [zoneFact(journal, 1)] });
    await put(journal, { facts: [zoneFact(journal, 1), zoneFact(journal, 2)] });
    expect((await journal.facts({ limit: 10 })).map((fact) => fact.source?.sequence)).toEqual([1, 2]);
    expect(journal.health().doubled).toBe(1);
  });

  it('forgets a person on request, down to the bytes on the disk, and keeps her facts as nobody’s', async () => {
    const journal = await opened();
    await put(journal, {
      facts: [answer(journal, 5, 'the stroller squeaks terribly'), answer(journal, 6, 'all is well')],
      people: [
        { kind: 'put', subject: 5, ...person, attributes: { firstName: 'Wilhelmina-Josephine' } },
        { kind: 'put', subject: 6, ...person, chainId: null },
      ],
      states: [{ subject: 5, kind: 'engine', state: 'knows: Wilhelmina-Josephine', foldedTo: 1 }],
      timers: [{ subject: 5, due: 100 }],
    });
    await put(journal, { facts: [], people: [{ kind: 'erase', subject: 5 }] });
    expect(journal.person(5)).toBeNull();
    expect(journal.personByChainId(person.chainId)).toBeNull();
    expect(journal.state(5, 'engine')).toBeNull();
    const [hers, others] = await journal.facts({ limit: 10 });
    expect(hers).toMatchObject({ subject: 5, body: { message: 'm-12345678', answer: 'yes' } });
    expect(formOf(hers)).toBeUndefined();
    expect(formOf(others)).toEqual({ cause: 'all is well' });
    await journal.close();
    for (const name of readdirSync(folder)) {
      const bytes = readFileSync(join(folder, name));
      expect(bytes.includes('Wilhelmina-Josephine'), name).toBe(false);
      expect(bytes.includes('squeaks terribly'), name).toBe(false);
      expect(bytes.includes(person.chainId), name).toBe(false);
    }
    expect((await opened()).start.timers).toEqual([]);
  });

  it('never gives a subject’s or a fact’s number a second time, whatever was deleted', async () => {
    const journal = await opened();
    await put(journal, { facts: [zoneFact(journal, 1, { subject: 41 })] });
    expect(journal.isErased('tombstone-of-41')).toBe(false);
    await put(journal, { facts: [], people: [{ kind: 'erase', subject: 41, tombstone: 'tombstone-of-41' }] });
    expect(journal.isErased('tombstone-of-41')).toBe(true);
    expect(await journal.expire(1_763_000_000_000 + 8 * dayMs)).toBe(1);
    const again = await reopened(journal);
    expect(again.start).toMatchObject({ lastSeq: 1, nextSubject: 42 });
  });

  it('deletes facts, and notes with them, when their type’s time is over, and no sooner', async () => {
    const journal = await opened();
    const now = 1_763_000_000_000;
    await put(journal, {
      facts: [
        zoneFact(journal, 1, { at: now - 8 * dayMs }),
        zoneFact(journal, 2, { at: now - 6 * dayMs }),
        { ...answer(journal, 5, 'old'), at: now - 800 * dayMs } as Fact,
        { ...answer(journal, 5, 'young'), at: now - 700 * dayMs } as Fact,
        { ...zoneFact(journal, 3), type: 'custom.rain', at: now - 400 * dayMs, body: { millimetres: 3 } } as Fact,
      ],
    });
    expect(await journal.expire(now)).toBe(3);
    expect((await journal.facts({ limit: 10 })).map((fact) => fact.seq)).toEqual([2, 4]);
  });

  it('keeps the newest refusals and lets the older go', async () => {
    const journal = await opened();
    const refusal = (at: number) => ({
      at,
      by: 'mqtt',
      device: 'cart-07',
      reason: 'not-json',
      detail: '',
      sample: '{',
    });
    const all = Array.from({ length: rejectedKeptMax + 50 }, (__, at) => refusal(at));
    await put(journal, { facts: [], rejected: all });
    const kept = await journal.rejected({ limit: rejectedKeptMax + 50 });
    expect(kept).toHaveLength(rejectedKeptMax);
    expect(kept[0]).toEqual(refusal(rejectedKeptMax + 49));
    expect(await journal.rejected({ limit: 2 })).toHaveLength(2);
  });

  it('says nothing is committed while the disk is full, serves what it has, and goes on when there is room', async () => {
    const journal = await opened();
    await put(journal, { facts: [zoneFact(journal, 1)] });
    await journal.limitPages(1);
    const big = (subject: number) => ({
      facts: [],
      people: [{ kind: 'put' as const, subject, ...person, chainId: null, attributes: { note: 'x'.repeat(200_000) } }],
    });
    journal.put(big(7));
    await expect(journal.committed()).rejects.toThrow(/SQLITE_FULL/);
    journal.put({ facts: [zoneFact(journal, 2)] });
    await expect(journal.committed()).rejects.toThrow(/SQLITE_FULL/);
    expect(journal.health()).toMatchObject({ state: 'failing', waitingFacts: 1 });
    expect(journal.health().reason).toMatch(/make room/);
    expect(journal.person(7)).toBeNull();
    expect(await journal.facts({ limit: 10 })).toHaveLength(1);

    await journal.limitPages(0);
    await journal.committed();
    expect(journal.health()).toMatchObject({ state: 'open', reason: null, waitingFacts: 0 });
    expect(journal.person(7)).not.toBeNull();
    expect((await journal.facts({ limit: 10 })).map((fact) => fact.seq)).toEqual([1, 2]);
  });

  it('writes a word once where what came before it had none, and both wait', async () => {
    const journal = await opened();
    journal.put({ facts: [] });
    journal.put({ facts: [zoneFact(journal, 1)] });
    await journal.committed();
    expect(await journal.facts({ limit: 10 })).toHaveLength(1);
  });

  it('takes the acknowledgement before the commit only where that is asked for', async () => {
    const journal = await opened({ unsafeAckBeforeCommit: true });
    await journal.limitPages(1);
    journal.put({
      facts: [zoneFact(journal, 1)],
      people: [{ kind: 'put', subject: 7, ...person, attributes: { a: 'x'.repeat(200_000) } }],
    });
    await journal.committed();
    expect(await journal.facts({ limit: 10 })).toEqual([]);
    await journal.limitPages(0);
  });

  it('begins a new epoch, and says so, where an older copy of its file was put back', async () => {
    const first = await opened();
    await put(first, { facts: [zoneFact(first, 1)] });
    await first.close();
    const copy = join(folder, 'copy.db');
    copyFileSync(file, copy);
    const second = await opened();
    await put(second, { facts: [zoneFact(second, 2), zoneFact(second, 3)] });
    expect(second.start.storeEpoch).toBe(first.start.storeEpoch);
    expect(second.health().setBack).toBeNull();
    await second.close();
    copyFileSync(copy, file);
    const restored = await opened();
    expect(restored.start.lastSeq).toBe(1);
    expect(restored.start.storeEpoch).not.toBe(first.start.storeEpoch);
    expect(restored.health().setBack).toMatch(/^facts 2 to 3 had been stored and are not in the file/);
    const after = await reopened(restored);
    expect(after.start.storeEpoch).toBe(restored.start.storeEpoch);
    expect(after.health().setBack).toBeNull();
  });

  it('goes on in another life from where it is told, in the middle of what is there, and after a start as well', async () => {
    const journal = await opened();
    await put(journal, { facts: [1, 2, 3].map((sequence) => zoneFact(journal, sequence)) });
    const first = journal.start.storeEpoch;
    const second = await journal.beginLife({ after: 1, why: 'a copy was put back' });
    expect(second).not.toBe(first);
    expect(journal.health().setBack).toBe('a copy was put back');
    expect(await journal.upward.lives()).toEqual([
      { epoch: first, from: 1, to: 1 },
      { epoch: second, from: 2, to: null },
    ]);
    // One of which nothing is left has never been.
    const third = await journal.beginLife({ after: 1, why: 'again' });
    const after = await reopened(journal);
    expect(after.start).toMatchObject({ storeEpoch: third, lastSeq: 3 });
    expect(after.health().setBack).toBeNull();
    expect((await after.upward.lives()).map(({ epoch }) => epoch)).toEqual([first, third]);
  });

  it('takes nothing any more once it is closed', async () => {
    const journal = await opened();
    await journal.close();
    expect(() => journal.put({ facts: [] })).toThrow(/closed/);
    expect(journal.health().state).toBe('closed');
  });
});

it('is refused on a damaged file from behind its thread as well, with the words of the fault', async () => {
  const journal = await openJournal({ file, groupMs: 1, ports: systemPorts });
  await journal.close();
  writeFileSync(file, 'no journal at all '.repeat(1000));
  await expect(openJournal({ file, groupMs: 1, ports: systemPorts })).rejects.toMatchObject({
    name: 'JournalFileError',
    fault: 'damaged',
  });
});
