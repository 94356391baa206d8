/**
 * This machine as other machines see it: under an address of its own, from which the store takes whoever asks for a
 * stranger. Where a machine has loopback alone, a stand-in: the name "store.local" leads to 127.0.0.2, and who came in
 * there says that it came from afar; nothing but the cable is made up.
 */
import dns from 'node:dns';
import { Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { vi } from 'vitest';

const standInName = 'store.local';
const standInAddress = '127.0.0.2';
/** Of nobody (RFC 5737). */
const farAddress = '198.51.100.7';

export interface Elsewhere {
  /** An IPv4 address, or the stand-in's name. */
  readonly host: string;
  /** For a Chromium that is to go there. */
  readonly browserFlags: readonly string[];
}

/** For the rest of the test file. */
export function findElsewhere(): Elsewhere {
  const host = Object.values(networkInterfaces())
    .flatMap((cards = []) => cards)
    .find(({ internal, family }) => !internal && family === 'IPv4')?.address;
  return host === undefined ? standIn() : { host, browserFlags: [] };
}

interface Peer {
  readonly address?: string;
}
type Found = (error: Error | null, address: string | { address: string; family: number }[], family?: number) => void;

function standIn(): Elsewhere {
  const { lookup } = dns;
  const find = (name: string, options: { readonly all?: boolean }, found: Found): void => {
    if (name !== standInName) (lookup as unknown as typeof find)(name, options, found);
    else if (options.all) process.nextTick(found, null, [{ address: standInAddress, family: 4 }]);
    else process.nextTick(found, null, standInAddress, 4);
  };
  vi.spyOn(dns, 'lookup').mockImplementation(find as unknown as typeof dns.lookup);
  const sockets = Socket.prototype as unknown as { _getpeername(): Peer };
  const peerOf = sockets._getpeername;
  vi.spyOn(sockets, '_getpeername').mockImplementation(function (this: Socket) {
    const peer = peerOf.call(this);
    return this.localAddress === standInAddress ? { ...peer, address: farAddress } : peer;
  });
  return { host: standInName, browserFlags: [`--host-resolver-rules=MAP ${standInName} ${standInAddress}`] };
}
