/**
 * What every gateway's adapter is: it reads one message of its vendor and hands what it found to a `Gathering`, which
 * drops what is not the store's own. An adapter knows its vendor's words and nothing of zones, carts or facts. It never
 * throws; what it cannot read it refuses with a reason and goes on with the next entry.
 */
import type { GatewayFormat } from '@kairos/protocol/topics.ts';
import type { Gathering } from './gathering.ts';

export interface GatewayMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
}

export interface GatewayAdapter {
  readonly format: GatewayFormat;
  /** The vendor's own topics, as filters; none where the installer chooses them freely. */
  readonly topics: readonly string[];
  read(message: GatewayMessage, gathering: Gathering): void;
  /** Whether a message can hardly be anybody else's, by its shape alone. For advice to a person; nothing rests on it. */
  recognises(message: GatewayMessage): boolean;
}

/** What an installer types into a gateway: kairos/gateways/NAME/FORMAT. The name stands for a receiver without one. */
const ownTopic = /^kairos\/gateways\/([^/]+)\/[^/]+$/;

/** The receiver that a topic names, where it is one of ours or holds an address; null where it does not. */
export function receiverInTopic(topic: string): string | null {
  const named = ownTopic.exec(topic)?.[1];
  if (named !== undefined) return named;
  return (
    topic.split('/').find((level) => /^(?:[0-9A-Fa-f]{12}|(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2})$/.test(level)) ??
    null
  );
}
