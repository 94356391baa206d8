/**
 * The other victim: a store that sends its journal (on paper, `FACTS` of them) and is killed while it does.
 * `node mortal-store.ts URL TOKEN FACTS CHUNK`; prints how each upload ended, begins again where it did not end well.
 */
import { writeSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { HqClient } from '../link/hq-client.ts';
import { upload } from '../link/upload.ts';
import { PaperJournal } from './paper-journal.ts';

const [url = '', token = '', facts = '0', factsMax = '250'] = process.argv.slice(2);
const journal = new PaperJournal();
journal.write(Number(facts));
const client = new HqClient({ url, token });
for (;;) {
  const ending = await upload({ client, facts: journal, ports: systemPorts, factsMax: Number(factsMax) });
  writeSync(1, `${ending.kind}\n`);
  if (ending.kind === 'done') break;
  await pause(10);
}
client.close();
