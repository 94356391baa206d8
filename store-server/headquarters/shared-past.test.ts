import type { HqAnswer } from '@kairos/hq-sync/link/hq-client.ts';
import { seededRandom } from '@kairos/protocol/simulated-ports.ts';
import type { NumberedTime, SyncWelcome } from '@kairos/protocol/sync-messages.ts';
import { expect, it } from 'vitest';
import { isShared, lastShared, type SharedPast } from './shared-past.ts';

/** Facts by number; some numbers stay in the store, and are not at headquarters. */
type Facts = ReadonlyMap<number, number>;

function pastOf(facts: Facts, lastSeq = Math.max(0, ...facts.keys())): SharedPast {
  return { lastSeq, timeOf: (seq) => Promise.resolve(facts.get(seq) ?? null) };
}

function newestOf(facts: Facts, upTo: number): NumberedTime | null {
  const seq = Math.max(0, ...[...facts.keys()].filter((one) => one <= upTo));
  return seq === 0 ? null : [seq, facts.get(seq) as number];
}

function welcome(upTo: number, newest?: NumberedTime | null): SyncWelcome {
  const said = { version: 1, upTo, wordsTo: 0, sourcesTo: 0, chunkFactsMax: 100, now: 0, release: 0 };
  return newest === undefined ? said : { ...said, newest };
}

/** Headquarters with these facts; counts how often they are asked. */
function headquarters(facts: Facts, upTo: number) {
  let asked = 0;
  return {
    said: welcome(upTo, newestOf(facts, upTo)),
    probe: (probe: number): Promise<HqAnswer<SyncWelcome>> => {
      asked += 1;
      return Promise.resolve({ kind: 'answered', content: welcome(upTo, newestOf(facts, probe)) });
    },
    asked: () => asked,
  };
}

it('a journal that goes on, from which facts have gone, or that headquarters do not know yet, is the same', async () => {
  const facts = new Map([1, 2, 4, 7].map((seq) => [seq, seq * 10]));
  expect(await isShared(welcome(4, [4, 40]), pastOf(facts))).toBe(true);
  expect(await isShared(welcome(6, [4, 40]), pastOf(facts))).toBe(true);
  expect(await isShared(welcome(4, [3, 99]), pastOf(facts))).toBe(true);
  expect(await isShared(welcome(0, null), pastOf(facts))).toBe(true);
});

it('one that ends before what headquarters have, or has another fact there, is another; of those of before it is not asked', async () => {
  const facts = new Map([1, 2, 4, 7].map((seq) => [seq, seq * 10]));
  expect(await isShared(welcome(8, [7, 70]), pastOf(facts))).toBe(false);
  expect(await isShared(welcome(8, null), pastOf(facts))).toBe(false);
  expect(await isShared(welcome(4, [4, 41]), pastOf(facts))).toBe(false);
  expect(await isShared(welcome(9), pastOf(facts))).toBe(true);
});

it('wherever a copy was taken, and however much was written since, what both have is found, in few questions', async () => {
  const chance = seededRandom(Number(process.env.KAIROS_SEED ?? 11));
  const upTo = (max: number): number => Math.floor(chance() * max);
  for (let round = 0; round < 200; round += 1) {
    const copied = upTo(300);
    const [there, here] = [copied + 1 + upTo(300), copied + upTo(600)];
    const goesUp = (): boolean => chance() < 0.6;
    const before = Array.from({ length: copied }, (_, index) => index + 1).filter(goesUp);
    const after = (to: number): number[] =>
      Array.from({ length: to - copied }, (_, index) => copied + 1 + index).filter(goesUp);
    const common = before.map((seq) => [seq, seq * 10] as const);
    const theirs = new Map([...common, ...after(there).map((seq) => [seq, seq * 10 + 1] as const)]);
    // Those that do not go up are there as well.
    const ours = new Map(Array.from({ length: here }, (_, index) => [index + 1, (index + 1) * 10 + 2] as const));
    for (const [seq, at] of common) ours.set(seq, at);
    const hq = headquarters(theirs, there);
    const past = pastOf(ours, here);
    // They have got nothing of what was written since: the first word of a process tells it by its number.
    if (await isShared(hq.said, past)) {
      expect(newestOf(theirs, there)?.[0] ?? 0).toBeLessThanOrEqual(copied);
      continue;
    }
    expect(await lastShared(there, past, hq.probe)).toEqual({ kind: 'found', seq: before.at(-1) ?? 0 });
    expect(hq.asked()).toBeLessThanOrEqual(11);
  }
});

it('a line that goes ends the search', async () => {
  const away = { kind: 'away', reason: 'nobody there' } as const;
  expect(await lastShared(9, pastOf(new Map([[3, 1]])), () => Promise.resolve(away))).toEqual(away);
});
