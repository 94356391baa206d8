/**
 * The line over TLS, with a real headquarters process: a store shows its own credentials, and speaks to nobody whose
 * certificate its own authority has not signed.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { HqClient } from '@kairos/hq-sync/link/hq-client.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { certify, makeAuthority } from '../tls/private-ca.ts';

const main = resolve(import.meta.dirname, '../../hq-sync/main.ts');
const folder = mkdtempSync(join(tmpdir(), 'kairos-hq-tls-'));
const config = join(folder, 'hq.yaml');
const names = ['127.0.0.1'];
const asked = { cursor: null, epoch: 'life-one', erased: null };
let hq: ReturnType<typeof spawn>;
let url = '';
let token = '';
let authority = '';

beforeAll(async () => {
  const nowMs = Date.now();
  const ca = await makeAuthority({ title: 'Chain', names, nowMs });
  authority = ca.certificate;
  const { certificate, key } = await certify(ca, { names, nowMs, lifeMs: 86_400_000 });
  writeFileSync(join(folder, 'hq.pem'), certificate);
  writeFileSync(join(folder, 'hq.key'), key);
  const listen = { host: '0.0.0.0', port: 0, tls: { certificate: 'hq.pem', key: 'hq.key' } };
  writeFileSync(config, stringify({ listen, database: { folder: 'hq-data' } }));
  const said = execFileSync(process.execPath, [main, 'store', 'riverside', '--config', config], { encoding: 'utf8' });
  [token = ''] = said.split('\n');
  hq = spawn(process.execPath, [main, 'run', '--config', config], { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await new Promise<string>((ready, failed) => {
    let heard = '';
    hq.stdout?.on('data', (bytes: Buffer) => {
      heard += bytes.toString();
      const found = /"port":(\d+)/.exec(heard);
      if (found) ready(found[1] as string);
    });
    hq.once('exit', (code) => failed(new Error(`headquarters ended with ${code}: ${heard}`)));
  });
  url = `https://127.0.0.1:${port}`;
});
afterAll(async () => {
  if (hq?.exitCode === null && hq.signalCode === null) {
    const ended = new Promise((done) => hq.once('exit', done));
    hq.kill('SIGTERM');
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
});

async function ask(address: ConstructorParameters<typeof HqClient>[0]) {
  const client = new HqClient(address);
  const answer = await client.changes(asked);
  client.close();
  return answer;
}

it('a store is answered where its authority has signed headquarters and its token is its own', async () => {
  expect(await ask({ url, token, ca: authority })).toMatchObject({ kind: 'answered', content: { begins: true } });
});

it('a token that is nobody’s is refused, over TLS as well', async () => {
  const answer = await ask({ url, token: `riverside.${'x'.repeat(43)}`, ca: authority });
  expect(answer).toMatchObject({ kind: 'refused', refusal: { reason: 'refused' } });
});

it('headquarters that another authority has signed, or none that is known, are not spoken to', async () => {
  const other = await makeAuthority({ title: 'Chain', names, nowMs: Date.now() });
  expect(await ask({ url, token, ca: other.certificate })).toMatchObject({
    kind: 'away',
    reason: expect.stringMatching(/certificate|signature/),
  });
  expect(await ask({ url, token })).toMatchObject({ kind: 'away', reason: expect.stringMatching(/certificate/) });
});

it('without TLS nobody is heard', async () => {
  expect(await ask({ url: url.replace('https', 'http'), token })).toMatchObject({ kind: 'away' });
});
