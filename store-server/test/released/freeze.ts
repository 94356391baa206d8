/**
 * `npm run freeze`: lives the full days with this version and writes down what it made of them, for every later version
 * to be held to (`released.test.ts`). Refuses to write over a version that is there: a released one is never changed.
 */
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { kairosVersion } from '../../version.ts';
import { type Frozen, foldAll, frozenFolder, openFrozen, tablesOf } from './frozen.ts';
import { heldTypes, liveFullDays, missingTypes } from './full-days.ts';

const isAgain = process.argv.includes('--again');
const folder = frozenFolder(kairosVersion);
if (existsSync(folder) && !isAgain) {
  console.error(
    `${folder} is there already. A released version is never frozen anew; before its release, add --again.`,
  );
  process.exit(1);
}
const days = await liveFullDays();
const missing = missingTypes(await days.facts());
if (missing.length > 0) {
  console.error(`The days hold nothing of ${missing.join(', ')}: let it happen in full-days.ts.`);
  process.exit(1);
}
await days.cutOff();
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
cpSync(days.data, folder, {
  recursive: true,
  filter: (path) => !/-(wal|shm|mark)(\.new)?$/.test(path),
});
rmSync(days.folder, { recursive: true, force: true });
const store = openFrozen(kairosVersion);
const facts = await store.facts();
writeFileSync(join(folder, 'facts.ndjson'), facts.map((fact) => `${JSON.stringify(fact)}\n`).join(''));
writeFileSync(join(folder, 'tables.sql'), tablesOf(store.file));
const frozen: Frozen = {
  version: kairosVersion,
  types: heldTypes,
  subjects: store.subjects(facts),
  ...foldAll(store, facts),
};
await store.close();
writeFileSync(join(folder, 'expected.json'), `${JSON.stringify(frozen, null, 1)}\n`);
console.log(
  `${kairosVersion}: ${facts.length} facts of ${new Set(facts.map(({ type }) => type)).size} types are frozen in ${folder}`,
);
