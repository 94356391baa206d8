import type { DayDigest } from '@kairos/protocol/sync-messages.ts';
import { fromDay } from '@kairos/protocol/time.ts';
import { expect, it } from 'vitest';
import { DayAudit, type DayAuditOptions } from './day-audit.ts';

const now = fromDay('2026-11-23') + 3 * 3_600_000;
const life = { epoch: 'life-1', from: 1, to: null };
type Asked = { readonly days: readonly DayDigest[]; readonly since: string; readonly until?: string };

/** A store and headquarters that both have these days; one is altered by `hq.set(day, …)`, or lost by `delete`. */
function twoSides(days: Readonly<Record<string, number>>) {
  const digest = (day: string, facts: number): DayDigest => ({
    day,
    facts,
    hash: facts.toString(16).padStart(16, '0'),
  });
  const store = new Map(Object.entries(days));
  const hq = new Map(store);
  const asked: Asked[] = [];
  const line = { isAway: false, isOld: false };
  const options: DayAuditOptions = {
    facts: {
      lives: () => Promise.resolve([life]),
      days: ({ sinceDay, untilDay = '9999-12-31' }) =>
        Promise.resolve(
          [...store].filter(([day]) => day >= sinceDay && day < untilDay).map(([day, facts]) => digest(day, facts)),
        ),
    },
    client: {
      days: (question) => {
        const { days: own, since, until } = question as Asked;
        if (line.isAway) return Promise.resolve({ kind: 'away', reason: 'cut' });
        asked.push({ days: own, since, ...(until ? { until } : {}) });
        // The first version looked at whatever it had from the store's first day on.
        const from = line.isOld ? (own[0]?.day ?? '9999-12-31') : since;
        const to = line.isOld ? '9999-12-31' : (until ?? '9999-12-31');
        const here = new Map([...hq].filter(([day]) => day >= from && day < to));
        const there = new Map(own.map(({ day, facts }) => [day, facts]));
        const differing = [...new Set([...here.keys(), ...there.keys()])]
          .filter((day) => here.get(day) !== there.get(day))
          .map((day) => ({ day, store: null, hq: null }));
        return Promise.resolve({ kind: 'answered', content: { differing } });
      },
    },
  };
  return { store, hq, asked, line, options };
}

it('names a day of any age up to a year, whichever side has lost or altered it, and no other', async () => {
  const days = { '2025-12-02': 3, '2026-03-01': 4, '2026-08-15': 5, '2026-10-20': 6, '2026-11-22': 7 };
  const { store, hq, options } = twoSides(days);
  const audit = new DayAudit(options);
  expect(await audit.compare({ now, upTo: 25 })).toBe(true);
  expect(audit.differingDays).toEqual([]);
  hq.set('2026-03-01', 5);
  hq.delete('2026-10-20');
  store.delete('2025-12-02');
  expect(await audit.compare({ now, upTo: 25 })).toBe(true);
  expect(audit.differingDays).toEqual(['2025-12-02', '2026-03-01', '2026-10-20']);
  hq.set('2026-03-01', 4);
  await audit.compare({ now, upTo: 25 });
  expect(audit.differingDays).toEqual(['2025-12-02', '2026-10-20']);
});

it('leaves no day of a year out, and asks for none twice in a night', async () => {
  const { asked, options } = twoSides({});
  await new DayAudit(options).compare({ now, upTo: 0 });
  const stretches = asked.map(({ since, until }) => [since, until]).sort();
  expect(stretches.at(-1)).toEqual(['2026-10-19', undefined]);
  for (const [index, [, until]] of stretches.slice(0, -1).entries()) expect(until).toBe(stretches[index + 1]?.[0]);
  expect(stretches[0]?.[0]).toBe('2025-11-28');
});

it('where a year is little it is asked for at once from the second night on, until it has become too much', async () => {
  const { store, hq, asked, options } = twoSides({ '2026-03-01': 4, '2026-11-22': 4 });
  const audit = new DayAudit({ ...options, factsMax: 10 });
  const nights = async (): Promise<number> => {
    const before = asked.length;
    await audit.compare({ now, upTo: 8 });
    return asked.length - before;
  };
  expect(await nights()).toBe(6);
  hq.delete('2026-03-01');
  expect(await nights()).toBe(1);
  expect(asked.at(-1)).toMatchObject({ since: '2025-11-28' });
  expect(audit.differingDays).toEqual(['2026-03-01']);
  store.set('2026-11-22', 40);
  expect(await nights()).toBe(1);
  expect(await nights()).toBe(2);
  expect(audit.differingDays).toEqual(['2026-03-01', '2026-11-22']);
});

it('of very many facts the last weeks are compared each night and the older ones turn by turn; what was found stands', async () => {
  const { hq, asked, options } = twoSides({ '2025-12-02': 10, '2026-04-01': 10, '2026-09-30': 10, '2026-11-22': 10 });
  hq.delete('2025-12-02');
  const audit = new DayAudit({ ...options, factsMax: 10 });
  await audit.compare({ now, upTo: 40 });
  expect(audit.differingDays).toEqual([]);
  expect(asked.length).toBe(2);
  for (let night = 0; night < 4; night += 1) await audit.compare({ now, upTo: 40 });
  expect(audit.differingDays).toEqual(['2025-12-02']);
  await audit.compare({ now, upTo: 40 });
  expect(audit.differingDays).toEqual(['2025-12-02']);
  expect(asked.filter(({ since }) => since === '2026-10-19').length).toBe(6);
});

it('headquarters that do not answer change nothing of what is known, and it says so', async () => {
  const { hq, line, options } = twoSides({ '2026-11-20': 3 });
  const audit = new DayAudit(options);
  hq.set('2026-11-20', 4);
  await audit.compare({ now, upTo: 3 });
  line.isAway = true;
  expect(await audit.compare({ now, upTo: 3 })).toBe(false);
  expect(audit.differingDays).toEqual(['2026-11-20']);
});

it('headquarters of an earlier build look at more than was asked: days that were not are left out of their answer', async () => {
  const { line, options } = twoSides({ '2026-03-01': 4, '2026-11-22': 7 });
  line.isOld = true;
  const audit = new DayAudit(options);
  await audit.compare({ now, upTo: 11 });
  expect(audit.differingDays).toEqual([]);
});
