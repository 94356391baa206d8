/** Under which names and addresses a store is reached: what it was told, else what this machine says of itself. */

import { isIP } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import type { StoreConfig } from '../config.ts';

const loopbackNames = ['localhost', '127.0.0.1', '::1'];
const wildcards = ['0.0.0.0', '::'];

export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** The first is the one to tell people; this machine's own come last. */
export function namesOf({ host, names }: Pick<StoreConfig['listen'], 'host' | 'names'>): string[] {
  const found = names.length > 0 ? names : isLoopbackHost(host) ? [] : wildcards.includes(host) ? ownNames() : [host];
  return [...new Set([...found.map((name) => name.toLowerCase()), ...loopbackNames])];
}

function ownNames(): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((cards = []) =>
    cards.filter(({ internal, scopeid }) => !internal && !scopeid).map(({ address }) => address),
  );
  const name = hostname().toLowerCase();
  const isName = /^[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(name);
  const local = name.includes('.') ? [name] : [`${name}.local`, name];
  return [...addresses, ...(isName ? local : [])];
}
