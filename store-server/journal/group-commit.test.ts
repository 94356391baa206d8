import { simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import { describe, expect, it } from 'vitest';
import { GroupCommit, NotCommittedError } from './group-commit.ts';
import type { WriteAnswer } from './link.ts';
import type { EncodedChange } from './rows.ts';

const groupMs = 10;

function change(at: number): EncodedChange {
  const facts = [[at, 1, 0, null, null, null, null, 0, null, null, null, null, null, null]] as EncodedChange['facts'];
  const none = {
    words: [],
    newSources: [],
    sources: [],
    timers: [],
    people: [],
    states: [],
    rejected: [],
    forgotten: [],
  };
  return { ...none, facts, snapshotAt: null, fromHq: null, at };
}

/** A disk that answers when it is told to. */
function slowDisk() {
  const ports = simulatedPorts({ startMs: 0, seed: 1 });
  const groups: number[][] = [];
  const answers: ((answer: WriteAnswer) => void)[] = [];
  const broken: string[] = [];
  const commits = new GroupCommit({
    groupMs,
    ports,
    write: (changes) => {
      groups.push(changes.map((one) => one.at));
      return new Promise((resolve) => answers.push(resolve));
    },
    onBroken: (message) => broken.push(message),
  });
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  };
  const answer = async (given: Partial<WriteAnswer> = {}): Promise<void> => {
    answers.shift()?.({ kind: 'done', doubled: 0, walBytes: 0, ...given } as WriteAnswer);
    await settle();
  };
  return { ports, groups, commits, answer, settle, broken };
}

async function outcome(promise: Promise<void>): Promise<string> {
  return Promise.race([
    promise.then(
      () => 'committed',
      () => 'refused',
    ),
    Promise.resolve().then(() => 'waiting'),
  ]);
}

describe('group commit', () => {
  it('writes the first change of a quiet time at once', async () => {
    const { commits, groups, settle } = slowDisk();
    commits.put(change(1));
    await settle();
    expect(groups).toEqual([[1]]);
  });

  it('gathers while a group is in flight, and begins the next no sooner than groupMs after it', async () => {
    const { commits, groups, answer, settle, ports } = slowDisk();
    commits.put(change(1));
    await settle();
    commits.put(change(2));
    commits.put(change(3));
    await answer();
    expect(groups).toEqual([[1]]);
    ports.advance(groupMs);
    await settle();
    expect(groups).toEqual([[1], [2, 3]]);
  });

  it('resolves `committed` with the group that holds everything put before, not sooner', async () => {
    const { commits, answer, settle, ports } = slowDisk();
    expect(await outcome(commits.committed())).toBe('committed');
    commits.put(change(1));
    const first = commits.committed();
    await settle();
    const alsoFirst = commits.committed();
    commits.put(change(2));
    const second = commits.committed();
    await answer();
    expect(await outcome(first)).toBe('committed');
    expect(await outcome(alsoFirst)).toBe('committed');
    expect(await outcome(second)).toBe('waiting');
    ports.advance(groupMs);
    await answer();
    expect(await outcome(second)).toBe('committed');
  });

  it('tells everybody when the disk refuses, keeps the changes in order, and tries again', async () => {
    const { commits, groups, answer, settle, ports } = slowDisk();
    commits.put(change(1));
    await settle();
    const first = commits.committed();
    commits.put(change(2));
    const second = commits.committed();
    await answer({ kind: 'refused', message: 'SQLITE_FULL: database or disk is full' });
    expect(await outcome(first)).toBe('refused');
    expect(await outcome(second)).toBe('refused');
    expect(commits.state).toBe('failing');
    expect(commits.waitingFacts).toBe(2);

    const again = commits.committed();
    commits.put(change(3));
    ports.advance(100);
    await settle();
    expect(groups.at(-1)).toEqual([1, 2, 3]);
    await answer();
    expect(await outcome(again)).toBe('committed');
    expect(commits.state).toBe('open');
    expect(commits.waitingFacts).toBe(0);
  });

  it('waits longer after each refusal, five seconds at most', async () => {
    const { commits, groups, answer, settle, ports } = slowDisk();
    commits.put(change(1));
    await settle();
    for (const waitMs of [100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]) {
      await answer({ kind: 'refused', message: 'SQLITE_IOERR' });
      const before = groups.length;
      ports.advance(waitMs - 1);
      await settle();
      expect(groups).toHaveLength(before);
      ports.advance(1);
      await settle();
      expect(groups).toHaveLength(before + 1);
    }
  });

  it('acknowledges nothing any more once the file is damaged', async () => {
    const { commits, answer, settle, groups, ports } = slowDisk();
    commits.put(change(1));
    await settle();
    await answer({ kind: 'damaged', message: 'SQLITE_CORRUPT' });
    await expect(commits.committed()).rejects.toThrow(NotCommittedError);
    commits.put(change(2));
    ports.advance(60_000);
    await settle();
    expect(groups).toEqual([[1]]);
  });

  it('tells of a change that can never be written', async () => {
    const { commits, answer, settle, broken } = slowDisk();
    commits.put(change(1));
    await settle();
    await answer({ kind: 'broken', message: 'SQLITE_CONSTRAINT_PRIMARYKEY' });
    expect(broken).toEqual(['SQLITE_CONSTRAINT_PRIMARYKEY']);
  });

  it('parts what is too much for one transaction between changes, and waits for the last part', async () => {
    const { commits, groups, answer, settle, ports } = slowDisk();
    const many = { ...change(1), facts: Array.from({ length: 4_000 }, () => change(1).facts[0] as never) };
    commits.put(many);
    commits.put({ ...many, at: 2 });
    commits.put({ ...many, at: 3 });
    const all = commits.committed();
    await settle();
    expect(groups).toEqual([[1, 2]]);
    await answer();
    expect(await outcome(all)).toBe('waiting');
    ports.advance(groupMs);
    await settle();
    expect(groups).toEqual([[1, 2], [3]]);
    await answer();
    expect(await outcome(all)).toBe('committed');
  });

  it('writes what waits at once when it is drained, and says when the disk refuses', async () => {
    const { commits, groups, answer, settle } = slowDisk();
    commits.put(change(1));
    await settle();
    commits.put(change(2));
    const drained = commits.drain();
    await answer();
    expect(groups).toEqual([[1], [2]]);
    await answer();
    await drained;
    commits.put(change(3));
    const refused = commits.drain();
    await settle();
    await answer({ kind: 'refused', message: 'SQLITE_FULL' });
    await expect(refused).rejects.toThrow(NotCommittedError);
  });
});
