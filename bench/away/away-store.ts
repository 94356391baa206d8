/**
 * The store's side, a process of its own so that its memory is its own: `node away-store.ts URL TOKEN JOURNAL`. Sends
 * everything that the journal has, begins again a second after each cut, and prints what it took as one line of JSON.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { HqClient } from '@kairos/hq-sync/link/hq-client.ts';
import { upload } from '@kairos/hq-sync/link/upload.ts';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { openJournal } from '@kairos/store-server/journal/open-journal.ts';

const againMs = 1_000;
const [url = '', token = '', file = ''] = process.argv.slice(2);
const journal = await openJournal({ file, groupMs: 10, ports: systemPorts });
const line = new HqClient({ url, token });
let sentBytes = 0;
let uploads = 0;
const client: Pick<HqClient, 'hello' | 'chunk'> = {
  hello: (hello) => line.hello(hello),
  chunk: (bytes) => {
    sentBytes += bytes.length;
    return line.chunk(bytes);
  },
};
for (;;) {
  uploads += 1;
  const ending = await upload({ client, facts: journal.upward, ports: systemPorts });
  if (ending.kind === 'done') break;
  if (ending.kind === 'refused') throw new Error(ending.reason);
  await pause(againMs);
}
line.close();
await journal.close();
const rssMb = process.resourceUsage().maxRSS / 1_024;
process.stdout.write(`${JSON.stringify({ sentBytes, uploads, rssMb })}\n`);
