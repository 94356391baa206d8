/**
 * `npm run freeze:line`: lets this version's store and headquarters speak with each other, and writes
 * down what was said, what headquarters then had in their tables, and what the store had on its disk. Refuses to write
 * over a version that is there: a released one is never changed.
 */
import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buffer } from 'node:stream/consumers';
import { simulatedPorts } from '@kairos/protocol/simulated-ports.ts';
import { dialogueFigures } from '../../customers/dialogue-figures.ts';
import { migrations } from '../../database/migrations/all.ts';
import { addStore, standings } from '../../intake/store-lines.ts';
import { chunkType } from '../../link/hq-client.ts';
import { publicKeyText } from '../../link/signed-release.ts';
import { startHq } from '../../server/hq.ts';
import { acts, assigned, chainKey, mover, stranger } from './acts.ts';
import { type Conversation, type Deed, type Exchange, releasedFolder, rowsOf, shapeOf } from './conversation.ts';

const root = new URL('../../../', import.meta.url).pathname;
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
/** An hour after the last fact of the full days. */
const now = 1_807_706_232_000;
const target = releasedFolder(version);
if (existsSync(target) && !process.argv.includes('--again')) {
  console.error(
    `${target} is there already. A released version is never frozen anew; before its release, add --again.`,
  );
  process.exit(1);
}

const turns: (Exchange | Deed)[] = [];
const listen = { host: '127.0.0.1', port: 0 };
const ports = simulatedPorts({ startMs: now, seed: 1 });
const hq = await startHq({ listen, database: { folder: null }, chainKey }, ports);
const { database } = hq;
const token = await addStore(database, 'riverside', now);
await addStore(database, 'lakeside', now);
const { privateKey, publicKey } = generateKeyPairSync('ed25519');

/** Between the two, writing down. */
const between = createServer((request, response) => {
  carry(request).then(({ status, text }) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(text);
  });
});
between.listen(0, '127.0.0.1');
await new Promise((resolve) => between.once('listening', resolve));
const url = `http://127.0.0.1:${(between.address() as AddressInfo).port}`;

async function carry(request: IncomingMessage): Promise<{ status: number; text: string }> {
  const body = await buffer(request);
  return exchange({
    path: request.url ?? '',
    type: request.headers['content-type'] ?? '',
    body,
    authorization: request.headers.authorization ?? '',
  });
}

async function exchange({
  path,
  type,
  body,
  authorization,
}: {
  path: string;
  type: string;
  body: Buffer;
  authorization: string;
}): Promise<{ status: number; text: string }> {
  const headers = { 'content-type': type, authorization };
  const answer = await fetch(`http://127.0.0.1:${hq.port}${path}`, {
    method: 'POST',
    headers,
    body: new Uint8Array(body),
  });
  const text = await answer.text();
  const said = type === chunkType ? body.toString('base64') : body.toString();
  const as = authorization === `Bearer ${token}` ? 'store' : 'nobody';
  turns.push({ kind: 'exchange', path, type, said, as, status: answer.status, answered: text });
  return { status: answer.status, text };
}

const folder = mkdtempSync(join(tmpdir(), 'kairos-freeze-line-'));
const speaker = join(root, 'store-server/test/released/line-speaker.ts');
const store = spawn(process.execPath, [speaker, url, token, folder, String(now)], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
const answers = createInterface({ input: store.stdout })[Symbol.asyncIterator]();
async function tellStore(word: string): Promise<unknown> {
  store.stdin.write(`${word}\n`);
  const { value } = await answers.next();
  console.error(`${word}: ${String(value).slice(0, 160)}`);
  return JSON.parse(value as string);
}
async function act(name: string): Promise<void> {
  turns.push({ kind: 'deed', name });
  await acts[name]?.({ database, now, releaseKey: privateKey });
}

await tellStore('up');
await act('publish');
await act('fold');
await act('customers');
await act('merge');
await act('mails');
await act('lend');
await tellStore('down');
await tellStore(`ask ${stranger}`);
await tellStore('ask 00000000000000000000000000000fff');
await tellStore('release');
// A visit that has gone up when she wants it forgotten: what money needs stays, nobody's.
await tellStore(`login ${mover}`);
await tellStore('sale R-9001');
await tellStore('up');
await tellStore('forget');
await tellStore('up');
// One who stays.
await tellStore(`login ${assigned}`);
await tellStore('sale R-9002');
await act('erase');
await tellStore('up');
await tellStore('days');
await tellStore('down');
await act('fold');
// What is refused, and in which words.
const refusable = turns.filter((one): one is Exchange => one.kind === 'exchange');
const chunk = refusable.find(({ type }) => type === chunkType) as Exchange;
const bytes = Buffer.from(chunk.said, 'base64');
const own = `Bearer ${token}`;
const json = 'application/json';
const hello = { epoch: 'another-life', lastSeq: 3, now };
await exchange({ path: chunk.path, type: chunkType, body: bytes.subarray(0, 90), authorization: own });
await exchange({ path: chunk.path, type: chunkType, body: bytes, authorization: 'Bearer riverside.nothing' });
await exchange({
  path: '/v1/line/hello',
  type: json,
  body: Buffer.from(JSON.stringify({ ...hello, versions: [99] })),
  authorization: own,
});
await exchange({
  path: '/v1/line/changes',
  type: json,
  body: Buffer.from(JSON.stringify({ versions: [99], cursor: null, epoch: 'another-life' })),
  authorization: own,
});
await exchange({ path: '/v1/line/hello', type: json, body: Buffer.from('{}'), authorization: own });

const people = await tellStore('people');
store.stdin.end();
await new Promise((resolve) => store.once('exit', resolve));

rmSync(target, { recursive: true, force: true });
mkdirSync(join(target, 'store'), { recursive: true });
cpSync(join(folder, 'journal.db'), join(target, 'store/journal.db'));
rmSync(folder, { recursive: true });
const [feed] = await database.query<{ name: string }>('SELECT name FROM feeds');
const conversation: Conversation = {
  version,
  now,
  migrations: migrations.map((one) => one.version),
  feed: feed?.name ?? '',
  releaseKey: publicKeyText(publicKey),
  turns,
};
const write = (file: string, content: unknown): void =>
  writeFileSync(join(target, file), `${JSON.stringify(content, null, 1)}\n`);
write('line.json', conversation);
write('store/people.json', people);
write('figures.json', { figures: await dialogueFigures(database), stores: await standings(database) });
write('tables.json', await rowsOf(database));
writeFileSync(join(target, 'tables.txt'), await shapeOf(database));
await hq.stop();
between.closeAllConnections();
between.close();
console.log(`${version}: ${turns.length} turns are frozen in ${target}`);
