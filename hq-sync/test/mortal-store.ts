/**
 * The other victim: a store that sends its journal (on paper, `FACTS` of them) and is killed while it does.
 * `node mortal-store.ts URL TOKEN FACTS CHUNK PAUSE`: so many facts a chunk, so many milliseconds before each. Prints how
 * each upload ended, and begins again where it did not end well.
 */
import { writeSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { HqClient } from '../link/hq-client.ts';
import { upload } from '../link/upload.ts';
import { PaperJournal } from './paper-journal.ts';

const [url = '', token = '', facts = '0', factsMax = '250', pauseMs = '0'] = process.argv.slice(2);
const journal = new PaperJournal();
journal.write(Number(facts));
const line = new HqClient({ url, token });
const client: Pick<HqClient, 'hello' | 'chunk'> = {
  hello: (hello) => line.hello(hello),
  chunk: async (bytes) => {
    await pause(Number(pauseMs));
    return line.chunk(bytes);
  },
};
for (;;) {
  const ending = await upload({ client, facts: journal, ports: systemPorts, factsMax: Number(factsMax) });
  writeSync(1, `${ending.kind}\n`);
  if (ending.kind === 'done') break;
  await pause(10);
}
line.close();
