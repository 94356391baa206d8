/** A device from its box to its last day: a code, credentials of its own, a store that starts anew, and being lost. */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { claim } from '@kairos/edge-agent/uplink/claim.ts';
import { readOwnSecret } from '@kairos/edge-agent/uplink/own-secret.ts';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { credentialFile } from '../broker/credentials.ts';
import { Doorkeeper } from '../broker/doorkeeper.ts';
import { type InnerStore, openInnerStore } from './inner-store.ts';

const device = 'cart-01';
let state = '';
let inner: InnerStore;
beforeEach(async () => {
  state = mkdtempSync(join(tmpdir(), 'kairos-claim-'));
  inner = await openInnerStore({ host: '0.0.0.0' });
});
afterEach(async () => {
  await inner.close();
  rmSync(state, { recursive: true, force: true });
});

const code = (): string => inner.door.openClaim(device)?.code ?? '';
const claimWith = (given: string, folder = state) =>
  claim({ url: `mqtt://127.0.0.1:${inner.broker.port}`, device, state: folder, code: given });
const admits = async (password: string | null): Promise<boolean> =>
  inner.connect(device, password === null ? {} : { password }).then(
    () => true,
    () => false,
  );
const secretOf = (folder = state): string => readOwnSecret(folder, device) ?? '';

describe('a device', () => {
  it('with nothing to show is not let in where the store listens to the network, and is on its own machine', async () => {
    expect(await admits(null)).toBe(false);
    expect(inner.door.devices().find(({ id }) => id === device)?.state).toBe('unclaimed');
    const alone = await openInnerStore();
    await alone.connect(device);
    await alone.close();
  });

  it('claims with a code and is known by its own secret from then on, over a restart of the store', async () => {
    expect(await claimWith(code().toLowerCase())).toEqual({ kind: 'claimed' });
    expect(await admits(secretOf())).toBe(true);
    expect(await admits('not-the-secret-but-just-as-long-as-one')).toBe(false);
    expect(await admits(null)).toBe(false);
    const next = new Doorkeeper({ config: inner.config, ports: systemPorts });
    const asks = (password: string) =>
      next.admit({ clientId: device, username: device, password: Buffer.from(password) });
    expect(await asks(secretOf())).toMatchObject({ kind: 'admitted' });
    expect(await asks(`${secretOf()}x`)).toEqual({ kind: 'refused', why: 'wrong-token' });
  });

  it('keeps its secret for itself, and the store keeps none', async () => {
    await claimWith(code());
    expect(statSync(join(state, 'credentials.json')).mode & 0o777).toBe(0o600);
    const file = credentialFile(inner.config.data);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).not.toContain(secretOf());
  });

  it('cannot claim with a code that was spent, nor with another’s, and is told what to do', async () => {
    const once = code();
    expect(await claimWith(once)).toEqual({ kind: 'claimed' });
    const thief = mkdtempSync(join(tmpdir(), 'kairos-thief-'));
    expect(await claimWith(once, thief)).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('make a new one'),
    });
    const others = inner.door.openClaim('cart-02')?.code ?? '';
    expect(await claimWith(others, thief)).toMatchObject({ kind: 'refused' });
    expect(secretOf(thief)).toBe('');
    expect(await admits(secretOf()), 'the owner is none the worse').toBe(true);
    rmSync(thief, { recursive: true });
  });

  it('that is lost is put out at once and stays out, until it is claimed anew', async () => {
    await claimWith(code());
    const old = secretOf();
    const cart = await inner.connect(device, { password: old });
    const ended = new Promise<void>((resolve) => cart.once('close', () => resolve()));
    expect(inner.door.revoke(device)).toBe(true);
    await ended;
    expect(await admits(old)).toBe(false);
    const next = new Doorkeeper({ config: inner.config, ports: systemPorts });
    const asked = await next.admit({ clientId: device, username: device, password: Buffer.from(old) });
    expect(asked, 'after a restart').toEqual({ kind: 'refused', why: 'revoked' });
    expect(await claimWith(code())).toEqual({ kind: 'claimed' });
    expect(await admits(secretOf())).toBe(true);
    expect(await admits(old)).toBe(false);
  });

  it('that answers nobody is told so', async () => {
    const nowhere = await claim({ url: 'mqtt://127.0.0.1:1', device, state, code: 'AAAA-BBBB' });
    expect(nowhere).toMatchObject({ kind: 'unreachable', message: expect.stringContaining('ECONNREFUSED') });
    expect(readOwnSecret(state, device)).toBeNull();
  });
});
