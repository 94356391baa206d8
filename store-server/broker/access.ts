/**
 * Who may connect, and what each may publish and hear: a device its own topics, a gateway its configured ones, nobody
 * anything else. No rule means no.
 */
import { timingSafeEqual } from 'node:crypto';
import { hasWildcard, topicMatches } from '@kairos/protocol/topic-filter.ts';
import { isSaidByDevices, type SaidByDevices } from '@kairos/protocol/topics.ts';
import type { ConfigGateway, StoreConfig } from '../config.ts';
import type { ConnectionRefusal } from './broker.ts';
import { TopicCache } from './topic-cache.ts';

/** Who is at the other end of a connection. */
export type Peer =
  | { readonly kind: 'device'; readonly id: string }
  | { readonly kind: 'gateway'; readonly id: string }
  /** Somebody without a name: a gateway that cannot be given one. */
  | { readonly kind: 'anonymous' };

export type Admission =
  | { readonly kind: 'admitted'; readonly peer: Peer }
  | { readonly kind: 'refused'; readonly why: ConnectionRefusal };

/** What becomes of a publish. */
export type Permission =
  | { readonly kind: 'device'; readonly device: string; readonly topic: SaidByDevices }
  | { readonly kind: 'gateway'; readonly gateway: ConfigGateway }
  | { readonly kind: 'refused'; readonly reason: 'not-yours' | 'unknown-topic' };

export interface Access {
  admit(who: { clientId: string; username: string | undefined; password: Uint8Array | undefined }): Admission;
  mayPublish(peer: Peer, topic: string): Permission;
  mayHear(peer: Peer, filter: string): boolean;
}

export function createAccess(config: Pick<StoreConfig, 'devices' | 'gateways'>): Access {
  const topics = new TopicCache();
  const findGateway = createGatewayFinder(config.gateways);
  const byUsername = new Map(config.gateways.map((gateway) => [gateway.username, gateway]));
  return {
    admit({ clientId, username, password }) {
      if (username === undefined) {
        return byUsername.has(undefined)
          ? { kind: 'admitted', peer: { kind: 'anonymous' } }
          : { kind: 'refused', why: 'unknown-device' };
      }
      const device = config.devices.get(username);
      const gateway = byUsername.get(username);
      if (!device && !gateway) return { kind: 'refused', why: 'unknown-device' };
      const token = device ? device.token : (gateway?.token ?? null);
      if (token !== null && !isSame(token, password)) return { kind: 'refused', why: 'wrong-token' };
      if (!device) return { kind: 'admitted', peer: { kind: 'gateway', id: username } };
      // A second connection of the same client id ends the first: nobody may end another device's.
      if (clientId !== username && !clientId.startsWith(`${username}-`)) return { kind: 'refused', why: 'client-id' };
      return { kind: 'admitted', peer: { kind: 'device', id: username } };
    },
    mayPublish(peer, topic) {
      const parsed = topics.parse(topic);
      if (parsed) {
        const { device, topic: leaf } = parsed;
        const isOwn = peer.kind === 'device' && peer.id === device;
        if (!isOwn || !isSaidByDevices(leaf)) return { kind: 'refused', reason: 'not-yours' };
        return { kind: 'device', device, topic: leaf };
      }
      const gateway = findGateway(topic);
      if (!gateway) return { kind: 'refused', reason: 'unknown-topic' };
      const isOwn = gateway.username === undefined || (peer.kind === 'gateway' && peer.id === gateway.username);
      return isOwn ? { kind: 'gateway', gateway } : { kind: 'refused', reason: 'not-yours' };
    },
    mayHear(peer, filter) {
      // Exact names only: a wildcard is none of our topics.
      const parsed = topics.parse(filter);
      return parsed !== null && peer.kind === 'device' && peer.id === parsed.device && !isSaidByDevices(parsed.topic);
    },
  };
}

/** The gateway whose topic this is: one that is named exactly goes before a filter, and filters go in their order. */
export function createGatewayFinder(gateways: readonly ConfigGateway[]): (topic: string) => ConfigGateway | null {
  const byTopic = new Map(gateways.map((gateway) => [gateway.topic, gateway]));
  const filters = gateways.filter((gateway) => hasWildcard(gateway.topic));
  return (topic) => byTopic.get(topic) ?? filters.find((gateway) => topicMatches(gateway.topic, topic)) ?? null;
}

function isSame(token: string, password: Uint8Array | undefined): boolean {
  const expected = Buffer.from(token);
  return password !== undefined && password.length === expected.length && timingSafeEqual(password, expected);
}
