/**
 * A store that takes in what headquarters say, on a journal of its own, and is killed while it does.
 * `node mortal-taker.ts URL TOKEN FOLDER STEP NTH`: ends itself, without a word to anybody, once the nth page has come to
 * a step. Asks over and over; once its input has ended it asks until nothing is left, and prints what it holds.
 */
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { HqClient } from '@kairos/hq-sync/link/hq-client.ts';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { download } from '../headquarters/download.ts';
import { openJournal } from '../journal/open-journal.ts';
import { openHqStand } from './hq-stand.ts';

const pauseMs = 5;
const [url = '', token = '', folder = '', dieAt = 'never', nth = '1'] = process.argv.slice(2);
let left = Number(nth);
let isLast = false;
process.stdin.once('end', () => {
  isLast = true;
});
process.stdin.resume();

const journal = await openJournal({ file: join(folder, 'journal.db'), groupMs: 1, ports: systemPorts });
const { taker } = await openHqStand({ ports: systemPorts, journal });
const client = new HqClient({ url, token });
for (;;) {
  const wasLast = isLast;
  const ending = await download({
    ...{ client, taker, epoch: journal.start.storeEpoch, ports: systemPorts },
    onStep: (step) => {
      if (step !== dieAt) return;
      left -= 1;
      if (left === 0) process.kill(process.pid, 'SIGKILL');
    },
  });
  if (ending.kind === 'refused') throw new Error(ending.reason);
  if (ending.kind === 'done' && wasLast) break;
  await pause(pauseMs);
}
const people = await journal.people(Array.from({ length: 5_000 }, (_, index) => index + 1));
const lent = await journal.facts({ types: ['run.lent'], limit: 10_000 });
writeSync(
  1,
  JSON.stringify({
    people: people
      .filter(({ hq }) => hq !== null)
      .map(({ chainId, attributes, consent, hq }) => ({ chainId, attributes, consent, lent: hq?.lent }))
      .sort((one, other) => ((one.chainId ?? '') < (other.chainId ?? '') ? -1 : 1)),
    lent: lent.flatMap(({ type, body }) => (type === 'run.lent' ? [`${body.run} ${body.term}`] : [])),
  }),
);
client.close();
await journal.close();
process.exit(0);
