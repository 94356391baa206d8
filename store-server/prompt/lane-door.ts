/**
 * Who may speak for a lane: its till, by the token that the store's configuration gives the till's device. Not a
 * session: the page stands there all day, whoever works at it. A lane whose till has no token is open to this machine
 * alone, because what it shows is somebody's.
 */
import type { IncomingMessage } from 'node:http';
import type { StoreConfig } from '../config.ts';
import { isFromThisMachine, isSameSecret } from '../http/guards.ts';
import { isFromOwnPage } from '../staff/own-page.ts';

export class LaneDoor {
  readonly #devices: StoreConfig['devices'];

  constructor({ devices }: Pick<StoreConfig, 'devices'>) {
    this.#devices = devices;
  }

  mayEnter(till: string, token: string | undefined, request: IncomingMessage): boolean {
    const own = this.#devices.get(till)?.token ?? null;
    // A page of another site that a browser here has open is not this machine.
    if (own === null) return isFromThisMachine(request) && isFromOwnPage(request);
    return token !== undefined && isSameSecret(token, own);
  }
}
