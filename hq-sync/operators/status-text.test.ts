import { expect, it } from 'vitest';
import type { Status } from './status.ts';
import { attention, statusText } from './status-text.ts';

const now = Date.UTC(2026, 8, 3, 3);
const hourMs = 3_600_000;
const well: Status = {
  ...{ at: now, version: '0.1.0', named: [], folding: { chunks: 0, people: 0 }, uncountedFacts: 0, queues: [] },
  database: { kind: 'postgres', bytes: 5 * 1_048_576, tables: 105 },
  stores: { all: 3, needs: 0, fine: 3, never: 0, late: 0, refused: 0, aside: 0, owing: 0 },
  quarantine: { facts: 0, newestAt: null },
  release: { number: 4, storesBehind: 1 },
  replies: { unread: 0, oldestAt: null },
  erasures: { stores: 0, receipts: 0, oldestAt: null, tracesSince: null, cleanedAt: null },
  archive: null,
};
const mails = { kind: 'email', waiting: 12, due: 3, oldestAt: now - 2 * hourMs, tried: 2 };

it('says that nothing needs anybody where nothing does, in lines of one screen', () => {
  const calls = { kind: 'call', waiting: 2, due: 2, oldestAt: now - 200 * hourMs, tried: 0 };
  const later = { ...mails, due: 0, oldestAt: null };
  const text = statusText({ ...well, queues: [calls, later] });
  expect(text).toContain('Headquarters 0.1.0, 2026-09-03T03:00:00.000Z\nNothing needs anybody.\n');
  expect(text).toContain('calls      2 to be done: 2 now, the oldest of 8 d ago\n');
  expect(text).toContain('mails      12 to be done: none of them yet; 2 tried before\n');
  expect(text.split('\n').length).toBeLessThan(24);
});

it('what needs somebody stands first, marked; what is as it should be is not', () => {
  const of = (more: Partial<Status>): string[] => attention({ ...well, ...more });
  expect(of({})).toEqual([]);
  expect(of({ stores: { ...well.stores, needs: 7 }, named: ['a', 'b'] })).toEqual(['7 stores need somebody: a, b, …']);
  expect(of({ queues: [mails] })).toEqual([expect.stringMatching(/^3 mails lie here, the oldest for 2 h: /)]);
  expect(of({ queues: [{ ...mails, oldestAt: now - hourMs }] })).toEqual([]);
  expect(of({ queues: [{ ...mails, kind: 'mail', oldestAt: now - 27 * hourMs }] })).toHaveLength(1);
  const erasures = { ...well.erasures, stores: 2, receipts: 3, oldestAt: now - 35 * hourMs };
  expect(of({ erasures })).toEqual([]);
  expect(of({ erasures: { ...erasures, oldestAt: now - 37 * hourMs } })).toHaveLength(1);
  expect(of({ erasures: { ...well.erasures, tracesSince: now - 27 * hourMs } })).toHaveLength(1);
  expect(of({ archive: { lastAt: now - hourMs, failedAt: now - 60_000, failed: 4 } })).toHaveLength(1);
  expect(of({ archive: { lastAt: now - 60_000, failedAt: now - hourMs, failed: 4 } })).toEqual([]);
  expect(statusText({ ...well, queues: [mails] })).toMatch(/Z\n! 3 mails lie here/);
});
