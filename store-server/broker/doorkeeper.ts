/**
 * Who may come in: a device with its own secret, a device that has just claimed one with a one-time code, a gateway of
 * the configuration, nobody else. A store that listens beyond its own machine lets in no device that has nothing to
 * show. What those inside may say and hear is `access.ts`.
 */

import { randomBytes } from 'node:crypto';
import type { Ports } from '@kairos/protocol/ports.ts';
import type { StoreConfig } from '../config.ts';
import { type Access, type Admission, createAccess } from './access.ts';
import type { ConnectionRefusal } from './broker.ts';
import { Claims, type NewClaim } from './claims.ts';
import { Credentials, credentialFile } from './credentials.ts';

/** Wrong secrets for one device within a minute; then it waits, but for a secret that was proven before. */
const wrongSecretsMax = 10;
const wrongWindowMs = 60_000;
/** Secrets that are reckoned at once: each takes 4 MB for 10 ms. */
const reckonedMax = 8;
const secretLength = { least: 32, most: 200 };

export type DeviceState = 'claimed' | 'revoked' | 'configured' | 'open' | 'unclaimed';

export interface KnownDevice {
  readonly id: string;
  readonly state: DeviceState;
  /** Store time; null where nobody has claimed or revoked it. */
  readonly since: number | null;
}

interface Caller {
  readonly clientId: string;
  readonly username: string | undefined;
  readonly password: Uint8Array | undefined;
}

export class Doorkeeper {
  readonly access: Access;
  readonly #config: Pick<StoreConfig, 'devices' | 'gateways' | 'listen'>;
  readonly #ports: Ports;
  readonly #claims: Claims;
  readonly #credentials: Credentials;
  readonly #wrong = new Map<string, number[]>();
  /** Devices inside this process, and the secret that each has for as long as that lives. */
  readonly #own = new Map<string, string>();
  #reckoned = 0;
  #onRevoked: (device: string) => void = () => {};

  /** Throws CredentialFileError. */
  constructor(options: {
    readonly config: Pick<StoreConfig, 'devices' | 'gateways' | 'listen' | 'data'>;
    readonly ports: Ports;
  }) {
    this.#config = options.config;
    this.#ports = options.ports;
    this.access = createAccess(options.config);
    this.#claims = new Claims(options.ports.clock);
    this.#credentials = new Credentials(credentialFile(options.config.data));
  }

  /** Called with each device that is revoked: its connections end. */
  set onRevoked(listener: (device: string) => void) {
    this.#onRevoked = listener;
  }

  async admit(caller: Caller): Promise<Admission> {
    const { clientId, username, password } = caller;
    const device = username === undefined ? undefined : this.#config.devices.get(username);
    if (!device) return this.access.admit(caller);
    // A second connection of the same client id ends the first: nobody may end another device's.
    if (clientId !== device.id && !clientId.startsWith(`${device.id}-`)) return refused('client-id');
    const shown = password === undefined ? '' : Buffer.from(password).toString('utf8');
    const [, code, secret] = /^claim (\S+) (\S+)$/.exec(shown) ?? [];
    if (code !== undefined && secret !== undefined) return this.#claim({ device: device.id, code, secret });
    if (this.#own.get(device.id) === shown) return { kind: 'admitted', peer: { kind: 'device', id: device.id } };
    const state = this.#credentials.stateOf(device.id);
    if (state === 'revoked') return refused('revoked');
    if (state === 'claimed') return this.#prove(device.id, shown);
    if (device.token === null && !this.#isOpen) return refused('unclaimed');
    return this.access.admit(caller);
  }

  /** For a device that runs inside this process: it has no need to be claimed. */
  ownSecret(device: string): string {
    const secret = this.#own.get(device) ?? randomBytes(32).toString('base64url');
    this.#own.set(device, secret);
    return secret;
  }

  /** Null where the store has no such device. */
  openClaim(device: string): NewClaim | null {
    return this.#config.devices.has(device) ? this.#claims.open(device) : null;
  }

  /** From now on the device is nobody, until it is claimed again. False where the store has no such device. */
  revoke(device: string): boolean {
    if (!this.#config.devices.has(device)) return false;
    this.#claims.withdraw(device);
    this.#credentials.revoke(device, this.#ports.clock.now());
    this.#onRevoked(device);
    return true;
  }

  devices(): KnownDevice[] {
    return [...this.#config.devices.values()].map(({ id, token }) => {
      const nobodys: DeviceState = token !== null ? 'configured' : this.#isOpen ? 'open' : 'unclaimed';
      return { id, state: this.#credentials.stateOf(id) ?? nobodys, since: this.#credentials.sinceOf(id) };
    });
  }

  /** On its own machine alone a store needs no secrets of those who are on it. */
  get #isOpen(): boolean {
    return /^(localhost|127\.|\[?::1\]?$)/.test(this.#config.listen.host);
  }

  async #claim(claim: { device: string; code: string; secret: string }): Promise<Admission> {
    const { device, secret } = claim;
    if (secret.length < secretLength.least || secret.length > secretLength.most) return refused('wrong-code');
    const spent = this.#claims.spend(claim);
    if (spent.kind === 'refused') return refused(spent.why);
    await this.#credentials.keep(device, secret, this.#ports.clock.now());
    this.#wrong.delete(device);
    return { kind: 'admitted', peer: { kind: 'device', id: device } };
  }

  async #prove(device: string, secret: string): Promise<Admission> {
    const now = this.#ports.clock.monotonic();
    const wrong = (this.#wrong.get(device) ?? []).filter((at) => now - at < wrongWindowMs);
    if (wrong.length >= wrongSecretsMax && !this.#credentials.isProven(device, secret))
      return refused('too-many-tries');
    if (this.#reckoned >= reckonedMax && !this.#credentials.isProven(device, secret)) return refused('too-many-tries');
    this.#reckoned += 1;
    const isRight = await this.#credentials.prove(device, secret).finally(() => {
      this.#reckoned -= 1;
    });
    if (isRight) return { kind: 'admitted', peer: { kind: 'device', id: device } };
    this.#wrong.set(device, [...wrong, now]);
    return refused('wrong-token');
  }
}

function refused(why: ConnectionRefusal): Admission {
  return { kind: 'refused', why };
}
