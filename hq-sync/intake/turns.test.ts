import { expect, it } from 'vitest';
import { Turns } from './turns.ts';

interface Deed {
  readonly name: string;
  readonly end: () => void;
}

function stage(limits: ConstructorParameters<typeof Turns>[0]) {
  const turns = new Turns(limits);
  const begun: Deed[] = [];
  const take = (name: string, bytes = 1): Promise<string | null> =>
    turns.take(bytes, () => new Promise<string>((resolve) => begun.push({ name, end: () => resolve(name) })));
  const names = (): string[] => begun.map((one) => one.name);
  return { take, begun, names };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('so many at once, and then in the order in which they came', async () => {
  const { take, begun, names } = stage({ atOnce: 2, waitingBytesMax: 100 });
  const all = ['a', 'b', 'c', 'd'].map((name) => take(name));
  await settled();
  expect(names()).toEqual(['a', 'b']);
  begun[1]?.end();
  await settled();
  // Somebody who comes while a turn is handed on waits behind those who waited.
  const last = take('e');
  begun[0]?.end();
  await settled();
  expect(names()).toEqual(['a', 'b', 'c', 'd']);
  for (const one of begun) one.end();
  await settled();
  begun[4]?.end();
  expect(await Promise.all([...all, last])).toEqual(['a', 'b', 'c', 'd', 'e']);
});

it('whoever brings more than may wait is sent away, and comes in once there is room', async () => {
  const { take, begun } = stage({ atOnce: 1, waitingBytesMax: 10 });
  const first = take('first', 50);
  const second = take('second', 8);
  expect(await take('third', 8)).toBeNull();
  begun[0]?.end();
  await first;
  await settled();
  const fourth = take('fourth', 8);
  begun[1]?.end();
  await settled();
  begun[2]?.end();
  expect([await second, await fourth]).toEqual(['second', 'fourth']);
});

it('one that fails gives its turn on as well', async () => {
  const turns = new Turns({ atOnce: 1, waitingBytesMax: 10 });
  const failing = turns.take(1, () => Promise.reject(new Error('planted')));
  const next = turns.take(1, () => Promise.resolve('next'));
  await expect(failing).rejects.toThrow('planted');
  expect(await next).toBe('next');
});
