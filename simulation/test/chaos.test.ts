/** The kill run in its short form, and its negative control: acknowledging before the commit must be found out. */
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const seed = 20261122;
/** Both runs at once: twenty-five starts of a store server, a second each on two idle cores, several on busy ones. */
const patienceMs = 240_000;

interface Report {
  readonly figures: readonly { readonly name: string; readonly value: number; readonly met?: boolean }[];
  readonly complaints: readonly string[];
}

async function chaos(...args: string[]): Promise<Report> {
  const command = [resolve(root, 'simulation/chaos/main.ts'), '--json', '--seed', String(seed), ...args];
  // A run that found violations exits 1 and still says what they were.
  const { stdout } = await promisify(execFile)(process.execPath, command, { cwd: root }).catch(
    (error) => error as { stdout: string },
  );
  return JSON.parse(stdout) as Report;
}

test.concurrent('twenty kills under load: nothing acknowledged is lost, nothing doubled, nothing shown twice, no timer missed', {
  timeout: patienceMs,
}, async () => {
  const { figures, complaints } = await chaos('--kills', '20', '--carts', '12');
  const value = (name: string): number => figures.find((figure) => figure.name === name)?.value ?? Number.NaN;
  expect(complaints).toEqual([]);
  expect(figures.filter(({ met }) => met === false)).toEqual([]);
  expect(value('kills')).toBe(20);
  // A storm in which nothing was said proves nothing.
  expect(value('facts')).toBeGreaterThan(500);
  expect(value('messages')).toBeGreaterThan(10);
});

test.concurrent('control: with the acknowledgement moved before the commit, the same run finds facts that were promised and lost', {
  timeout: patienceMs,
}, async () => {
  const { figures } = await chaos('--kills', '5', '--carts', '12', '--control');
  expect(figures.find(({ name }) => name === 'acked_lost')?.value).toBeGreaterThan(0);
});
