import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from '../database/database.ts';
import { migrate } from '../database/migrate.ts';
import { openPglite } from '../database/pglite.ts';
import { addStore } from '../intake/store-lines.ts';
import { judgeRelease } from '../link/signed-release.ts';
import { publish, releaseFor, takeBack, waitingInStores } from './release-book.ts';

const { privateKey } = generateKeyPairSync('ed25519');
const key = createPublicKey(privateKey);
const now = 1_000;
const house = { path: 'house.yaml', text: 'house: test\n' };
const dialogue = (name: string, more = '') => ({
  path: `${name}.yaml`,
  text: `dialogue: ${name}
type: II
objective: { on: sale, within: 60d, value: 10 }
holdout: 0%
${more}enter: [{ on: sale }]
steps:
  ask:
    say:
      email: { subject: { en: "A" }, body: { en: "B" } }
      validFor: 3d
      answers: { well: { label: { en: "Yes" }, then: end } }
      silence: { never-shown: end, ignored: { after: 7d, then: end }, acted-elsewhere: end }
`,
});
const plain = dialogue('plain');
const patient = dialogue('patient', 'patience: 3d\n');

let database: Database;
beforeAll(async () => {
  database = await openPglite(null);
  await migrate(database);
  for (const store of ['old', 'new']) await addStore(database, store, 0);
});
afterAll(() => database.close());

const publishAll = (files: readonly { path: string; text: string }[]) =>
  publish(database, { files, key: privateKey, now });

async function given(store: string, language: number) {
  const answer = await releaseFor(database, { store, language });
  if (answer === null) throw new Error('no release was published');
  const judged = judgeRelease(answer, { key, inForce: 0, now });
  if (judged.kind === 'bad') throw new Error(judged.message);
  const { number, files, waiting = [] } = judged.manifest;
  return { number, paths: files.map(({ path }) => path), waiting };
}

it('a store that knows less of the language is given what it can run, signed; what waits is said, for operators too', async () => {
  expect(await publishAll([house, plain, patient])).toMatchObject({ kind: 'published', number: 1 });
  const waiting = [{ dialogue: 'patient', needs: 2 }];
  expect(await given('old', 1)).toEqual({ number: 1, paths: ['house.yaml', 'plain.yaml'], waiting });
  const all = ['house.yaml', 'plain.yaml', 'patient.yaml'];
  expect(await given('new', 2)).toEqual({ number: 1, paths: all, waiting: [] });
  // As long as they have not said that they run it, nothing of it waits in them.
  expect(await waitingInStores(database)).toEqual([]);
  await database.query('UPDATE stores SET release = 1');
  expect(await waitingInStores(database)).toEqual([{ store: 'old', language: 1, waiting }]);
  // It was updated, and has asked again.
  expect(await given('old', 2)).toEqual({ number: 1, paths: all, waiting: [] });
  expect(await waitingInStores(database)).toEqual([]);
});

it('one that every store can run is one for all, also where what was in force is taken back', async () => {
  await publishAll([house, plain]);
  expect(await given('old', 1)).toEqual({ number: 2, paths: ['house.yaml', 'plain.yaml'], waiting: [] });
  expect(await takeBack(database, { key: privateKey, now })).toEqual({ number: 3, of: 1 });
  expect(await given('old', 1)).toMatchObject({ number: 3, waiting: [{ dialogue: 'patient', needs: 2 }] });
});

it('nothing is made up: where all wait, the store is given the whole, and says itself what it does not know', async () => {
  await publishAll([patient]);
  expect(await given('old', 1)).toEqual({ number: 4, paths: ['patient.yaml'], waiting: [] });
});
