import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom, simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type PinAnswer, PinBook, triesMax, triesWindowMs } from './pin-book.ts';
import { PinHasher, scryptCost } from './pin-hash.ts';
import { openStaffDatabase, type StaffDatabase } from './staff-database.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const key = 'badge:1001';
/** What hashing costs is no matter here. */
const cheap = { n: 2, r: 1, p: 1 };

class CountingHasher extends PinHasher {
  readonly compared: number[] = [];
  now: () => number = () => 0;
  override isPin(pin: string, hash: string | null): Promise<boolean> {
    this.compared.push(this.now());
    return super.isPin(pin, hash);
  }
}

let folder: string;
const opened: StaffDatabase[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kairos-pins-'));
});
afterEach(() => {
  for (const db of opened.splice(0)) db.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A store's book under a simulated clock; `restart` is a new process on the same file, or on none of the old. */
async function bookOf({ keepsFile = true } = {}) {
  const ports = simulatedPorts({ startMs: 1_800_000_000_000, seed: 1 });
  const hasher = new CountingHasher(cheap);
  hasher.now = () => ports.clock.now();
  const right = '314159';
  const hash = await hasher.hash(right);
  let starts = 0;
  const open = (): PinBook => {
    starts += 1;
    const db = openStaffDatabase(join(folder, keepsFile ? 'staff.db' : `staff-${starts}.db`));
    opened.push(db);
    return new PinBook({ db, hasher, now: hasher.now });
  };
  let book = open();
  return {
    ports,
    hasher,
    right,
    restart: () => {
      opened.pop()?.close();
      book = open();
    },
    say: (pin: string, address: string, device: string | null = null, of = key): Promise<PinAnswer> =>
      book.compare({ key: of, pin, hash: of === key ? hash : null, address, device }),
    know: () => book.know(key),
  };
}

/** The most that fell into any hour. */
function busiestHour(times: readonly number[]): number {
  return Math.max(0, ...times.map((start) => times.filter((at) => at >= start && at < start + hourMs).length));
}

describe('tries at a PIN', () => {
  it('are five in fifteen minutes; then even the right one waits, and for no longer than that', async () => {
    const { say, ports, right } = await bookOf();
    for (let left = triesMax - 1; left >= 0; left -= 1)
      expect(await say('000000', '10.0.0.1')).toMatchObject({ kind: 'wrong', triesLeft: left });
    expect(await say(right, '10.0.0.1')).toEqual({ kind: 'locked', until: ports.clock.now() + triesWindowMs });
    ports.advance(triesWindowMs);
    expect(await say(right, '10.0.0.1')).toMatchObject({ kind: 'right' });
  });

  it('are counted over restarts, and whatever the address', async () => {
    const { say, restart, right } = await bookOf();
    for (let tried = 0; tried < triesMax; tried += 1) {
      await say('000000', `10.0.0.${tried}`);
      restart();
    }
    expect(await say(right, '10.0.9.9')).toMatchObject({ kind: 'locked' });
  });

  it('are counted before they are compared: many at once win none', async () => {
    const { say, hasher } = await bookOf();
    const answers = await Promise.all(Array.from({ length: 40 }, (_, tried) => say('000000', `10.0.0.${tried}`)));
    expect(hasher.compared).toHaveLength(triesMax);
    expect(answers.filter(({ kind }) => kind === 'locked')).toHaveLength(40 - triesMax);
  });

  it('are the same for a badge that nobody has', async () => {
    const { say, hasher } = await bookOf();
    const talk = async (of: string): Promise<unknown[]> => {
      const answers: unknown[] = [];
      for (let tried = 0; tried < 7; tried += 1) answers.push(await say('000000', '10.0.0.1', null, of));
      return answers;
    };
    expect(await talk('badge:9999')).toEqual(await talk(key));
    // And takes as long: each is compared, with something.
    expect(hasher.compared).toHaveLength(2 * triesMax);
  });

  it('that were right are taken off the book; those of others stay', async () => {
    const { say, right } = await bookOf();
    const answer = await say(right, '10.0.0.1');
    const device = answer.kind === 'right' ? answer.device : null;
    for (let tried = 0; tried < 20; tried += 1)
      expect(await say(right, '10.0.0.1', device)).toMatchObject({ kind: 'right' });
    await say('000000', '10.0.0.2');
    await say(right, '10.0.0.1', device);
    expect(await say('000000', '10.0.0.2')).toMatchObject({ kind: 'wrong', triesLeft: 1 });
  });

  it('lock nobody for longer because a clock that was ahead is put right', async () => {
    const { say, ports, right } = await bookOf();
    for (let tried = 0; tried < triesMax; tried += 1) await say('000000', '10.0.0.1');
    ports.stepWallClock(-24 * hourMs);
    expect(await say(right, '10.0.0.1')).toEqual({ kind: 'locked', until: ports.clock.now() + triesWindowMs });
    ports.advance(triesWindowMs);
    expect(await say(right, '10.0.0.1')).toMatchObject({ kind: 'right' });
  });
});

describe('somebody who guesses for hours', () => {
  /** Guesses from many addresses, restarts in between, ever faster than allowed. Returns the busiest hour. */
  async function guess(book: Awaited<ReturnType<typeof bookOf>>, seed: number): Promise<number> {
    const random = seededRandom(seed);
    for (let step = 0; step < 140; step += 1) {
      book.ports.advance(Math.floor(random() * 3 * minuteMs));
      if (random() < 0.2) book.restart();
      for (let burst = 0; burst < 3; burst += 1)
        await book.say(
          '000000',
          `10.0.${Math.floor(random() * 200)}.1`,
          random() < 0.3 ? 'a device that nobody gave' : null,
        );
    }
    return busiestHour(book.hasher.compared);
  }

  it('reaches comparison twenty times in an hour at most, over restarts and from any number of addresses', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 1_000_000 }), async (seed) => {
        rmSync(join(folder, 'staff.db'), { force: true });
        const book = await bookOf();
        const busiest = await guess(book, seed);
        opened.pop()?.close();
        expect(busiest).toBeGreaterThan(10);
        expect(busiest).toBeLessThanOrEqual(20);
      }),
      { numRuns: 2 },
    );
  });

  it('reaches it far more often where a restart forgets (control)', async () => {
    const book = await bookOf({ keepsFile: false });
    expect(await guess(book, 7)).toBeGreaterThan(20);
  });

  /** How long she waits until she is in: she looks each minute, and mistypes twice first. */
  async function waitOf(book: Awaited<ReturnType<typeof bookOf>>, device: string | null): Promise<number> {
    const attack = async (): Promise<void> => {
      for (let address = 0; address < 4; address += 1) await book.say('000000', `10.0.${address}.1`);
    };
    for (let minute = 0; minute < 90; minute += 1) {
      await attack();
      book.ports.advance(minuteMs);
    }
    const start = book.ports.clock.now();
    for (let minute = 0; minute < 120; minute += 1) {
      await attack();
      const answer = await book.say(minute < 2 ? '999999' : book.right, '10.1.1.1', device);
      if (answer.kind === 'right') return book.ports.clock.now() - start;
      book.ports.advance(minuteMs);
    }
    return Number.POSITIVE_INFINITY;
  }

  it('locks nobody out of her own handheld for more than fifteen minutes', async () => {
    const book = await bookOf();
    const first = await book.say(book.right, '10.1.1.1');
    expect(first.kind).toBe('right');
    const wait = await waitOf(book, first.kind === 'right' ? first.device : null);
    expect(wait).toBeLessThanOrEqual(triesWindowMs + minuteMs);
    expect(busiestHour(book.hasher.compared)).toBeLessThanOrEqual(20);
  });

  it('does lock out somebody on a device that nobody knows (control: why devices are known)', async () => {
    expect(await waitOf(await bookOf(), null)).toBe(Number.POSITIVE_INFINITY);
  });

  it('from one address leaves tries to others: a new device gets in beside her', async () => {
    const book = await bookOf();
    for (let minute = 0; minute < 60; minute += 1) {
      await book.say('000000', '10.0.0.66');
      book.ports.advance(minuteMs);
    }
    expect(await book.say(book.right, '10.1.1.1')).toMatchObject({ kind: 'right' });
  });
});

describe('a hash', () => {
  it('says its cost, has a salt of its own, and is the PIN’s alone', async () => {
    const hasher = new PinHasher();
    const [one, other] = await Promise.all([hasher.hash('314159'), hasher.hash('314159')]);
    expect(one).toMatch(new RegExp(`^scrypt\\$${scryptCost.n}\\$8\\$3\\$`));
    expect(one).not.toBe(other);
    expect(await hasher.isPin('314159', one)).toBe(true);
    expect(await hasher.isPin('314158', one)).toBe(false);
    expect(await hasher.isPin('314159', null)).toBe(false);
  });

  it('is computed beside the loop, a few at once; too many are sent away', async () => {
    const hasher = new PinHasher({ n: 2 ** 12, r: 8, p: 1 });
    let turns = 0;
    let isDone = false;
    const hashing = Promise.allSettled(Array.from({ length: 60 }, () => hasher.hash('314159'))).then((ended) => {
      isDone = true;
      return ended;
    });
    while (!isDone) {
      turns += 1;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(turns).toBeGreaterThan(60);
    expect((await hashing).filter(({ status }) => status === 'rejected')).toHaveLength(60 - 52);
  });
});
