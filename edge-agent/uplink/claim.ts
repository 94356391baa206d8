/**
 * Claiming: a one-time code that somebody at the store has made, exchanged for credentials of this device's own. The
 * whole of it is one MQTT CONNECT: the code and the secret that this device has made go as its password, and CONNACK
 * is the answer; so it needs no other address than the one that the device works with.
 */
import { connect } from 'mqtt';
import { keepOwnSecret, newOwnSecret } from './own-secret.ts';

const connectTimeoutMs = 10_000;

export interface ClaimOptions {
  readonly url: string;
  readonly device: string;
  /** PEM of the certificate authority, for mqtts. */
  readonly ca?: string;
  /** Folder in which the secret is kept. */
  readonly state: string;
  readonly code: string;
}

export type ClaimOutcome =
  | { readonly kind: 'claimed' }
  /** The store's CONNACK, in words for a person. */
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'unreachable'; readonly message: string };

/** Return codes of CONNACK (MQTT 3.1.1, table 3.1), as this store uses them. */
const refusals: Readonly<Record<number, string>> = {
  3: 'the store takes no codes for some minutes, because too many wrong ones came; wait ten minutes and try again',
  4: 'the code is wrong, spent or too old; make a new one at the store: npm run store -- claim DEVICE',
  5: 'the store knows no device of this name; put it into the configuration of the store, or mend "device" in this one',
};

export async function claim({ url, device, ca, state, code }: ClaimOptions): Promise<ClaimOutcome> {
  const secret = newOwnSecret(state, device);
  const plainCode = code.replace(/[\s-]/g, '');
  const outcome = await new Promise<ClaimOutcome>((resolve) => {
    const client = connect(url, {
      protocolVersion: 4,
      // Another than the agent's, which may be running and knocking.
      clientId: `${device}-claim`,
      username: device,
      password: `claim ${plainCode} ${secret}`,
      clean: true,
      connectTimeout: connectTimeoutMs,
      reconnectPeriod: 0,
      ...(ca === undefined ? {} : { ca }),
    });
    const end = (one: ClaimOutcome): void => {
      client.end(true);
      resolve(one);
    };
    client.once('connect', () => end({ kind: 'claimed' }));
    client.on('error', (error) => {
      const returnCode = 'code' in error && typeof error.code === 'number' ? error.code : null;
      const message = returnCode === null ? undefined : refusals[returnCode];
      if (message !== undefined) end({ kind: 'refused', message });
      else end({ kind: 'unreachable', message: `${url}: ${error.message}` });
    });
    client.once('close', () => resolve({ kind: 'unreachable', message: `${url} ended the connection without a word` }));
  });
  if (outcome.kind === 'claimed') keepOwnSecret(state, device, secret);
  return outcome;
}
