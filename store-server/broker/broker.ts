/**
 * What the store needs of an MQTT broker, be it the embedded one or another by URL. A PUBACK means only that a broker
 * has the message (reliability.md, finding 1); what counts is our own acknowledgement.
 */
import type { DeviceTopic } from '@kairos/protocol/topics.ts';
import type { ConfigGateway } from '../config.ts';

/** What came in, sorted by who may say it. Handlers run in the turn of the message and must not throw. */
export interface BrokerListener {
  facts(device: string, payload: Uint8Array): void;
  readings(device: string, payload: Uint8Array): void;
  status(device: string, payload: Uint8Array): void;
  sales(device: string, payload: Uint8Array): void;
  /** A message of an off-the-shelf gateway, in the vendor's words. */
  gateway(message: GatewayWords): void;
  /** Not let through, or not understood: a reason of the closed list. */
  refused(refusal: BrokerRefusal): void;
}

export interface GatewayWords {
  readonly gateway: ConfigGateway;
  /** As it was published: it may hold the address of anybody's telephone. */
  readonly topic: string;
  readonly payload: Uint8Array;
}

export interface BrokerRefusal {
  readonly device: string;
  /** Where it was published; null for what was no publish. */
  readonly topic: string | null;
  readonly reason: 'not-yours' | 'unknown-topic' | 'too-large';
  readonly detail: string;
  readonly raw: unknown;
}

export interface BrokerHealth {
  readonly kind: 'embedded' | 'external';
  readonly isUp: boolean;
  /** What to do where it is not; null while all is well. */
  readonly reason: string | null;
  /** Connections; of an external broker only ours is known. */
  readonly clients: number;
}

/** What a broker counts. */
export interface BrokerMeter {
  /** A connection that was not accepted. */
  refusedConnection(why: ConnectionRefusal): void;
  /** A message that was let fall: its device says more than is allowed. */
  throttled(): void;
}
export type ConnectionRefusal =
  | 'client-id'
  | 'unknown-device'
  | 'wrong-token'
  /** It has nothing to show, and this store wants to see something: a one-time code makes that good. */
  | 'unclaimed'
  | 'revoked'
  | 'wrong-code'
  | 'expired-code'
  | 'too-many-tries'
  | 'too-many'
  | 'keepalive'
  | 'protocol';

export interface Broker {
  readonly health: BrokerHealth;
  /** TCP; null for an external broker. */
  readonly port: number | null;
  /** True where `port` is another than was asked for, because that one is taken. */
  readonly isPortTaken: boolean;
  /** QoS 1. Let fall where the device is not there: it will ask again. */
  sendToDevice(device: string, topic: DeviceTopic, payload: object): void;
  /** Devices that are connected; empty where the broker is an external one. */
  connectedDevices(): readonly string[];
  /** Ends what the device has open, and says nothing more to it; an external broker has to be told by its own files. */
  disconnect(device: string): void;
  close(): Promise<void>;
}
