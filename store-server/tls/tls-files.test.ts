import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { certify, makeAuthority } from './private-ca.ts';
import { certificateLifeMs, readOrMake, renewBeforeMs, TlsFileError, type TlsIdentity } from './tls-files.ts';

const nowMs = Date.now();
const names = ['store.local', 'till-box', '127.0.0.1'];
let data: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'kairos-tls-'));
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

const made = (more: object = {}): Promise<TlsIdentity> =>
  readOrMake({ data, title: 'Riverside', names, nowMs, ...more });

/** What a client that trusts `ca` alone says of a server with this identity; null: it is content. */
async function objectionOf(
  { certificate, key }: { certificate: string; key: string },
  { ca, servername }: { ca: string; servername: string },
): Promise<string | null> {
  const server = createServer({ cert: certificate, key }, (socket) => socket.end());
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await new Promise((resolve) => {
      const client = connect({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, ca, servername });
      client.once('secureConnect', () => client.destroy() && resolve(null));
      client.once('error', (error: NodeJS.ErrnoException) => resolve(`${error.code} ${error.message}`));
    });
  } finally {
    server.close();
  }
}

describe('the store’s own authority', () => {
  it('is made once, and stays over starts; its keys are the store’s alone', async () => {
    const first = await made();
    const again = await made();
    expect(again.authority).toBe(first.authority);
    expect(again.server).toEqual(first.server);
    for (const name of ['ca.key', 'server.key']) expect(statSync(join(data, 'tls', name)).mode & 0o777).toBe(0o600);
  });

  it('is believed for the store’s names by who trusts it, and by nobody else', async () => {
    const { server, authority } = await made();
    for (const servername of ['store.local', 'till-box'])
      expect(await objectionOf(server, { ca: authority, servername })).toBeNull();
    expect(await objectionOf(server, { ca: authority, servername: 'other.local' })).toMatch(
      /^ERR_TLS_CERT_ALTNAME_INVALID/,
    );
    const stranger = await makeAuthority({ title: 'Riverside', names, nowMs });
    expect(await objectionOf(server, { ca: stranger.certificate, servername: 'store.local' })).not.toBeNull();
  });

  it('cannot vouch for the rest of the world, even with its key stolen', async () => {
    const { authority } = await made();
    const stolen = { certificate: authority, key: readFileSync(join(data, 'tls/ca.key'), 'utf8') };
    const forged = await certify(stolen, { names: ['bank.example'], nowMs, lifeMs: certificateLifeMs });
    expect(await objectionOf(forged, { ca: authority, servername: 'bank.example' })).toMatch(/permitted subtree/);
    const { outside } = await made({ names: [...names, 'bank.example', '203.0.113.9'] });
    expect(outside).toEqual(['bank.example', '203.0.113.9']);
  });
});

describe('the certificate that the store serves with', () => {
  it('is renewed before it ends, and where the store has another name', async () => {
    const first = await made();
    const soon = nowMs + certificateLifeMs - renewBeforeMs;
    expect((await made({ nowMs: soon - 60_000 })).server).toEqual(first.server);
    const renewed = await made({ nowMs: soon + 60_000 });
    expect(renewed.serverFacts.endsAtMs).toBeGreaterThan(first.serverFacts.endsAtMs);
    expect(renewed.authority).toBe(first.authority);
    const moved = await made({ names: ['192.168.7.7'] });
    expect(await objectionOf(moved.server, { ca: moved.authority, servername: 'store.local' })).toMatch(
      /^ERR_TLS_CERT_ALTNAME_INVALID/,
    );
  });

  it('is made anew where its key is another’s: a start that was cut short leaves nothing that does not fit', async () => {
    const first = await made();
    writeFileSync(join(data, 'tls/server.key'), (await makeAuthority({ title: 'x', names, nowMs })).key);
    const again = await made();
    expect(again.server.certificate).not.toBe(first.server.certificate);
    expect(await objectionOf(again.server, { ca: again.authority, servername: 'store.local' })).toBeNull();
  });

  it('is not served where the authority is broken: what to do is said', async () => {
    await made();
    writeFileSync(join(data, 'tls/ca.crt'), 'no certificate');
    await expect(made()).rejects.toThrow(TlsFileError);
    await expect(made()).rejects.toThrow(/backup/);
  });
});
