/** `npm run simulate -- --seed N DIR`, from outside: the same output for the same seed, and a day that can be rehearsed. */
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const inStore = join(root, 'dialogue/library/in-store');

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function run(file: string, ...args: string[]): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(process.execPath, [join(root, file), ...args], { maxBuffer: 256 * 1024 * 1024 }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

/** A small shop with a short memory: what is asked here does not depend on how much there is of it. */
const small = ['--past', '20', '--carts', '4'];
const simulate = (...args: string[]): Promise<Ran> => run('simulation/main.ts', ...small, ...args);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kairos-try-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('npm run simulate -- --seed N DIR', () => {
  it('gives the same bytes for the same seed, others for another, with nothing but one object on standard output', async () => {
    const args = ['--json', '--alone', inStore];
    const once = await simulate('--seed', '3', ...args);
    const again = await simulate('--seed', '3', ...args);
    const other = await simulate('--seed', '4', ...args);
    expect([once.code, again.code, other.code]).toEqual([0, 0, 0]);
    expect(JSON.parse(once.out)).toMatchObject({
      name: 'simulate',
      seed: 3,
      draft: { visits: { visits: expect.any(Number) } },
    });
    expect(again.out).toBe(once.out);
    expect(other.out.replace('"seed":4', '"seed":3')).not.toBe(once.out);
    expect(once.err).toMatch(/draft: day 1, 12:00, \d+ facts/);
  });

  it('meets the same shoppers with a draft and with the published set, and says what differs', async () => {
    const draft = join(folder, 'draft');
    cpSync(inStore, draft, { recursive: true });
    const file = join(draft, 'suit-dwell.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('for: 25s', 'for: 10m'));
    const { code, out } = await simulate('--seed', '3', '--json', draft);
    expect(code).toBe(0);
    const { draft: mine, published } = JSON.parse(out) as Record<'draft' | 'published', Told>;
    expect(mine.visits.visits).toBe(published.visits.visits);
    expect(mine.byDialogue['suit-dwell'] ?? 0).toBe(0);
    expect(published.byDialogue['suit-dwell']).toBeGreaterThan(10);
    expect(mine.dialogues['wine-and-cheese']?.people).toEqual(published.dialogues['wine-and-cheese']?.people);
  });

  it('prints the checker’s report for a draft that cannot run, and ends with 1', async () => {
    const broken = join(folder, 'broken');
    cpSync(inStore, broken, { recursive: true });
    writeFileSync(join(broken, 'fresh-bread.yaml'), 'dialogue: fresh-bread\nenter: [{ on: slae }]\n');
    const { code, out, err } = await simulate('--seed', '3', '--json', broken);
    expect(code).toBe(1);
    expect(out).toBe('');
    expect(err).toMatch(/fresh-bread\.yaml:\d+:\d+: error[\s\S]*None of it can be published/);
    expect((await simulate('--seed', '3', join(folder, 'nowhere'))).err).toMatch(/cannot be read: name the folder/);
  });
});

interface Told {
  readonly visits: { readonly visits: number };
  readonly byDialogue: Record<string, number>;
  readonly dialogues: Record<string, { readonly people: object }>;
  readonly said: readonly { at: number; subject: number; dialogue: string; step: string }[];
}

it('leaves a store behind whose second day, exported and rehearsed, says exactly what was said', async () => {
  const data = join(folder, 'data');
  expect((await simulate('--seed', '5', '--days', '2', '--alone', '--keep', data, inStore)).code).toBe(0);
  const again = await simulate('--seed', '5', '--alone', '--keep', data, inStore);
  expect(again).toMatchObject({ code: 1, err: expect.stringMatching(/holds a store already/) });
  const exported = await run('store-server/cli/export.ts', '--data', data);
  expect(exported.err).toMatch(/^2026-11-24: \d{4,} facts/);
  const facts = join(folder, 'facts.ndjson');
  writeFileSync(facts, exported.out);
  const rehearsed = await run(
    'store-server/cli/rehearse.ts',
    '--facts',
    facts,
    '--answers',
    'recorded',
    '--json',
    inStore,
  );
  const { published } = JSON.parse(rehearsed.out) as { published: Told };
  const then = exported.out.split('\n').flatMap((line) => {
    if (!line.startsWith('{"type":"message.decided"')) return [];
    const { at, subject, body } = JSON.parse(line);
    return [`${at} ${subject} ${body.dialogue}/${body.step}`];
  });
  expect(then.length).toBeGreaterThan(50);
  expect(published.said.map(({ at, subject, dialogue, step }) => `${at} ${subject} ${dialogue}/${step}`)).toEqual(then);
});
