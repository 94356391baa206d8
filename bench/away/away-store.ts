/**
 * The store's side, a process of its own so that its memory is its own: `node away-store.ts URL TOKEN JOURNAL`. Sends
 * everything that the journal has and takes down everything that headquarters have for it, by the code of a real store,
 * begins again a second after each cut, and prints what it took as one line of JSON. Without a URL it ends once it has
 * opened the journal.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { HqClient } from '@kairos/hq-sync/link/hq-client.ts';
import { upload } from '@kairos/hq-sync/link/upload.ts';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { download, forgetFirst } from '@kairos/store-server/headquarters/download.ts';
import { openJournal } from '@kairos/store-server/journal/open-journal.ts';
import { openHqStand } from '@kairos/store-server/test/hq-stand.ts';
import { peakRssMb } from '../measurement/peak-memory.ts';

export interface AwayStore {
  /** Of chunks, whole ones even where a cut stopped them half way. */
  readonly sentBytes: number;
  /** Of pages of customers, the same way; and of those that came. */
  readonly askedBytes: number;
  readonly heardBytes: number;
  readonly rssMb: number;
  /** Who stands in the journal as headquarters say them now. */
  readonly customers: number;
}

const againMs = 1_000;
const peopleAtOnce = 1_000;
const [url = '', token = '', file = '', subjects = '0'] = process.argv.slice(2);
const journal = await openJournal({ file, groupMs: 10, ports: systemPorts });
const { taker, recorded } = await openHqStand({ ports: systemPorts, journal });
if (url === '') await end();
const line = new HqClient({ url, token });
let sentBytes = 0;
let askedBytes = 0;
let heardBytes = 0;
/** Pages that were cut off since the last one that came. */
let lost = 0;
const client: Pick<HqClient, 'hello' | 'chunk' | 'changes'> = {
  hello: (hello) => line.hello(hello),
  chunk: (bytes) => {
    sentBytes += bytes.length;
    return line.chunk(bytes);
  },
  changes: async (asked) => {
    const answer = await line.changes(asked);
    if (answer.kind !== 'answered') {
      lost += 1;
      return answer;
    }
    const bytes = Buffer.byteLength(JSON.stringify(answer.content));
    heardBytes += bytes;
    // One that was cut off would have been as long as the one that came instead.
    askedBytes += bytes * (1 + lost);
    lost = 0;
    return answer;
  },
};
const onProgress = (): void => {
  // A store keeps nothing of what it has recorded but its journal.
  recorded.length = 0;
};
const down = { client, taker, epoch: journal.start.storeEpoch, ports: systemPorts, onProgress };
for (;;) {
  await forgetFirst(down);
  const up = await upload({ client, facts: journal.upward, ports: systemPorts });
  const ending = up.kind === 'done' ? await download(down) : up;
  if (ending.kind === 'done') break;
  if (ending.kind === 'refused') throw new Error(ending.reason);
  await pause(againMs);
}
line.close();
const rssMb = peakRssMb('self');
/** As headquarters say them since the store has come back. */
const newest = (journal.start.fromHq?.generation ?? 0) + 1;
let customers = 0;
for (let from = 1; from <= Number(subjects); from += peopleAtOnce) {
  const some = await journal.people(Array.from({ length: peopleAtOnce }, (_, index) => from + index));
  customers += some.filter(({ hq }) => hq?.generation === newest).length;
}
const outcome: AwayStore = { sentBytes, askedBytes, heardBytes, rssMb, customers };
process.stdout.write(`${JSON.stringify(outcome)}\n`);
await end();

async function end(): Promise<never> {
  await journal.close();
  process.exit(0);
}
