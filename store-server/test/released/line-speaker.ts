/**
 * A store for the freezing of the line (`hq-sync/test/released/freeze.ts`): the journal of the full days, opened by this
 * version, which says and does on its line to headquarters what it is told to on its input, one word a line.
 * `node line-speaker.ts URL TOKEN FOLDER NOW`: FOLDER gets the journal; prints what came of each word as one line of JSON.
 */
import { cpSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { HqClient } from '@kairos/hq-sync/link/hq-client.ts';
import { upload } from '@kairos/hq-sync/link/upload.ts';
import { simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import { download } from '../../headquarters/download.ts';
import { openInlineJournal } from '../../journal/open-journal.ts';
import { openHqStand } from '../hq-stand.ts';
import { frozenFolder } from './frozen.ts';

const [url = '', token = '', folder = '', now = '0'] = process.argv.slice(2);
const file = join(folder, 'journal.db');
cpSync(join(frozenFolder('0.1.0'), 'journal.db'), file);
const ports = simulatedPorts({ startMs: Number(now), seed: 1 });
const journal = openInlineJournal({ file, groupMs: 1, ports });
const stand = await openHqStand({ ports, journal });
const client = new HqClient({ url, token });
const epoch = journal.start.storeEpoch;

const words: Readonly<Record<string, (what: string) => unknown>> = {
  up: () => stand.done(upload({ client, facts: journal.upward, ports, factsMax: 120 })),
  down: () => stand.done(download({ client, taker: stand.taker, epoch, ports })),
  ask: async (chainId) => {
    const answer = await client.customer(chainId, new AbortController().signal);
    if (answer.kind === 'answered' && answer.content.customer) stand.taker.adopt(answer.content.customer);
    return answer;
  },
  release: () => client.release(),
  days: async () => {
    const [life] = await journal.upward.lives();
    if (!life) throw new Error('a journal without a life');
    const upTo = journal.upward.lastSeq();
    return client.days({ epoch, upTo, days: await journal.upward.days({ life, sinceDay: '2026-01-01', upTo }) });
  },
  login: (chainId) => {
    stand.login(chainId);
    return null;
  },
  sale: (receipt) => {
    const line = { id: `${receipt}:0`, code: '4006381333931', name: 'Shoes', department: 'shoes', tags: ['leather'] };
    const lines = [{ ...line, quantity: 1_000, unitPrice: 7_900, amount: 7_900 }];
    stand.say('sale', { till: 'till-1', cart: 'cart-1', receipt, currency: 'EUR', lines, total: 7_900 });
    return null;
  },
  forget: () => {
    stand.say('forget.requested', { cart: 'cart-1' });
    return null;
  },
  people: async () => journal.people(Array.from({ length: 500 }, (_, index) => index + 1)),
};

for await (const line of createInterface({ input: process.stdin })) {
  const [word = '', what = ''] = line.split(' ');
  const came = await words[word]?.(what);
  await stand.done(journal.committed());
  writeSync(1, `${JSON.stringify(came ?? null)}\n`);
}
client.close();
await stand.done(journal.close());
process.exit(0);
