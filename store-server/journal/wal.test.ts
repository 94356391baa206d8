import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openReadOnly } from './database.ts';
import type { EncodedChange } from './rows.ts';
import { checkpointDue, erasedMaxMs, walAlarmBytes, walPagesMax, walTruncateBytes } from './wal.ts';
import { Writer } from './writer.ts';

describe('a checkpoint', () => {
  const wal = { waitingPages: 0, fileBytes: 0, isIdle: false, erasedForMs: null };
  it.each([
    ['not while little waits', { ...wal, waitingPages: walPagesMax - 1 }, null],
    ['between groups, without waiting for readers, when much does', { ...wal, waitingPages: walPagesMax }, 'PASSIVE'],
    [
      'with the file cut, when it has grown large',
      { ...wal, waitingPages: walPagesMax, fileBytes: walTruncateBytes },
      'TRUNCATE',
    ],
    ['in a quiet time', { ...wal, waitingPages: 64, isIdle: true }, 'PASSIVE'],
    ['in a quiet time after an erasure, whatever waits', { ...wal, isIdle: true, erasedForMs: 0 }, 'TRUNCATE'],
    ['not at once after an erasure, while somebody waits', { ...wal, erasedForMs: erasedMaxMs - 1 }, null],
    ['soon after an erasure, although somebody waits', { ...wal, erasedForMs: erasedMaxMs }, 'TRUNCATE'],
    ['not in a quiet time with nothing to do', { ...wal, isIdle: true }, null],
  ] as const)('is made %s', (_, state, kind) => {
    expect(checkpointDue(state)).toBe(kind);
  });
});

describe('the log of a busy journal', () => {
  let folder: string;
  let writer: Writer;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kairos-wal-'));
    writer = new Writer({ file: join(folder, 'journal.db'), newEpoch: 'epoch-1', nowMs: 0 });
  });
  afterEach(() => {
    writer.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const none = {
    words: [],
    newSources: [],
    facts: [],
    sources: [],
    timers: [],
    states: [],
    rejected: [],
    forgotten: [],
    snapshotAt: null,
    fromHq: null,
    at: 0,
  };
  const big = (subject: number): EncodedChange => ({
    ...none,
    people: [
      { kind: 'put', subject, chainId: null, attributes: { note: 'x'.repeat(100_000) }, consent: {}, locale: 'en' },
    ],
  });

  it('stays far below the alarm, because it is written back between groups', () => {
    let largest = 0;
    for (let group = 0; group < 600; group += 1) {
      largest = Math.max(largest, writer.write([big(group)]).walBytes);
      writer.tidy(false);
    }
    expect(statSync(join(folder, 'journal.db')).size).toBeGreaterThan(50_000_000);
    expect(largest).toBeLessThan(walAlarmBytes / 4);
  });

  it('is cut once a reader that stood in its way has gone', () => {
    const reader = openReadOnly(join(folder, 'journal.db'));
    const reading = reader.prepare('SELECT * FROM people').iterate();
    writer.write([big(1), big(2)]);
    reading.next();
    for (let group = 0; group < 20; group += 1) writer.write([big(group)]);
    writer.write([{ ...none, people: [{ kind: 'erase', subject: 1 }] }]);
    reading.return?.();
    reader.close();
    writer.tidy(true);
    expect(writer.walBytes).toBe(0);
  });
});
