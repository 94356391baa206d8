/**
 * The victim of the folding's kill test: a process that folds and ends itself, without a word, once the nth page has come
 * to a step. `node mortal-folder.ts DATABASE NOW STEP NTH`; says how many it folded where it lived.
 */
import { writeSync } from 'node:fs';
import { simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import { openPostgres } from '../database/postgres.ts';
import { createFolder } from '../folding/folder.ts';

const [url = '', now = '0', dieAt = '', nth = '1'] = process.argv.slice(2);
let left = Number(nth);
const database = await openPostgres(url);
const folder = createFolder({
  database,
  ports: simulatedPorts({ startMs: Number(now), seed: 1 }),
  ...{ chainKey: 'sixteen-characters-and-more', currency: 'EUR', timeZone: 'UTC' },
  onStep: (step) => {
    if (step !== dieAt) return;
    left -= 1;
    if (left === 0) process.kill(process.pid, 'SIGKILL');
  },
});
const { folded } = await folder.foldDue();
await database.close();
writeSync(1, `${folded}\n`);
