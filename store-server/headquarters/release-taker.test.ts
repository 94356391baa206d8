/** A store takes what it can run of a release, says what waits for its update, and takes the rest when it was updated. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { CurrentGoods, noGoods } from '../catalogue/goods.ts';
import type { StoreConfig } from '../config.ts';
import { openHqStand, standStartMs } from '../test/hq-stand.ts';
import { ReleaseTaker } from './release-taker.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const dialogue = (name: string) => ({
  path: `${name}.yaml`,
  text: `dialogue: ${name}
type: II
objective: { on: sale, within: 60d, value: 10 }
holdout: 0%
enter: [{ on: sale }]
steps:
  ask:
    say:
      cart: { moment: any, text: { en: "Well?" } }
      validFor: 10m
      answers: { well: { label: { en: "Yes" }, then: end } }
      silence: { never-shown: end, ignored: { after: 2m, then: end }, walked-away: end, acted-elsewhere: end }
`,
});
const [plain, later] = [dialogue('plain'), dialogue('later')];
const broken = { path: 'broken.yaml', text: 'dialogue: broken\n' };
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function signed(files: readonly object[], waiting: readonly object[] = []) {
  const manifest = JSON.stringify({
    ...{ format: 1, number: 5, madeAt: 7, expiresAt: standStartMs + 1_000, files, waiting },
  });
  const content = { manifest, signature: sign(null, Buffer.from(manifest), privateKey).toString('base64') };
  return { kind: 'answered', content } as const;
}

async function openTakers() {
  const stand = await openHqStand();
  const data = mkdtempSync(join(tmpdir(), 'kairos-release-taker-'));
  folders.push(data);
  const release = { current: stand.release.current };
  /** Of a build that knows so much of the language. */
  const takerOf = (language: number): ReleaseTaker =>
    new ReleaseTaker({
      config: { data, floorPlan: { zones: [] } } as unknown as StoreConfig,
      goods: new CurrentGoods(noGoods),
      ...{ conductor: stand.conductor, release, key: publicKey, clock: stand.ports.clock, language },
      log: { info: () => undefined, warn: () => undefined },
    });
  const asked: number[] = [];
  /** Headquarters with a part for those who know the first version, and the whole. */
  const clientOf = (part: ReturnType<typeof signed>, whole: ReturnType<typeof signed>) => ({
    release: async (language = 1) => {
      asked.push(language);
      return language === 1 ? part : whole;
    },
  });
  const names = (): string[] => release.current.dialogues.map(({ name }) => name);
  return { data, takerOf, clientOf, asked, names };
}

const waiting = [{ dialogue: 'later', needs: 2 }];

it('runs what it can, says which dialogues wait and why, and after its update runs them as well, asked for once', async () => {
  const { takerOf, clientOf, asked, names } = await openTakers();
  const client = clientOf(signed([plain], waiting), signed([plain, later]));
  const old = takerOf(1);
  await old.take(5, client);
  expect(names()).toEqual(['plain']);
  expect(old.standing).toEqual({ release: 5, releaseFault: null });
  expect(old.waiting).toMatch(/release 5 .*: later\. They need version 2 .* this build knows 1: update the store/);
  await old.take(5, client);
  const updated = takerOf(2);
  expect(updated.waiting).toMatch(/later/);
  await updated.take(5, client);
  await updated.take(5, client);
  expect(names().sort()).toEqual(['later', 'plain']);
  expect(updated.waiting).toBeNull();
  expect(asked).toEqual([1, 2]);
  // Also after a start.
  await takerOf(2).take(5, client);
  expect(asked).toEqual([1, 2]);
});

it('what a build of before has taken is asked for again; what does not run here leaves in force what was', async () => {
  const { data, takerOf, clientOf, names, asked } = await openTakers();
  await takerOf(1).take(5, clientOf(signed([plain]), signed([plain])));
  const file = join(data, 'published', 'in-force.json');
  writeFileSync(file, JSON.stringify({ number: 5 }));
  const updated = takerOf(2);
  await updated.take(5, clientOf(signed([plain]), signed([plain, broken])));
  expect(asked).toEqual([1, 2]);
  expect(updated.standing).toMatchObject({ release: 5, releaseFault: expect.stringContaining('broken.yaml') });
  expect(existsSync(join(data, 'published', '5', 'plain.yaml'))).toBe(true);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ number: 5 });
  expect(names()).toEqual(['plain']);
});

it('a build that knows no more takes no other part of what is in force', async () => {
  const { takerOf, clientOf, names, asked } = await openTakers();
  const taker = takerOf(2);
  await taker.take(5, clientOf(signed([plain], waiting), signed([plain, later])));
  await taker.take(5, clientOf(signed([plain], waiting), signed([plain], waiting)));
  expect(asked).toEqual([2]);
  expect(names().sort()).toEqual(['later', 'plain']);
});

it('a release that headquarters know no more, or another of its number, is said to be one, until they publish again', async () => {
  const { takerOf, clientOf, names } = await openTakers();
  const client = clientOf(signed([plain]), signed([plain]));
  const taker = takerOf(2);
  await taker.take(5, client, 7);
  expect(taker.standing).toEqual({ release: 5, releaseFault: null });
  for (const [newest, madeAt] of [
    [4, 6],
    [5, 9],
    [0, 0],
  ] as const) {
    await taker.take(newest, client, madeAt);
    expect(taker.standing.releaseFault).toMatch(
      /^release 5, .* not that of headquarters.* Publish the dialogues again/,
    );
    // Of before, they do not say when.
    await taker.take(5, client);
    expect(taker.standing.releaseFault).toBeNull();
  }
  expect(names()).toEqual(['plain']);
});
