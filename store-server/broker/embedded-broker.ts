/**
 * The broker inside the store server: Aedes on TCP and, on the HTTP port, on WebSocket. What devices say goes straight
 * to the listener, before Aedes sends its PUBACK and without a client in between. Nobody subscribes to anything but
 * what is meant for it, so that no device can slow another down (reliability.md, finding 3).
 */
import type { Server as HttpServer, IncomingMessage } from 'node:http';
import { createServer, type Server } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Ports } from '@kairos/protocol/ports.ts';
import { deviceTopic } from '@kairos/protocol/topics.ts';
import { Aedes, type AuthenticateError, type Client } from 'aedes';
import { createWebSocketStream, WebSocketServer } from 'ws';
import type { StoreConfig } from '../config.ts';
import { listenOrNext } from '../http/free-port.ts';
import { TokenBuckets } from '../intake/token-buckets.ts';
import type { Peer } from './access.ts';
import type { Broker, BrokerHealth, BrokerListener, BrokerMeter, ConnectionRefusal } from './broker.ts';
import type { Doorkeeper } from './doorkeeper.ts';
import { guardSizes } from './size-guard.ts';

/** Without an answer for so long a frozen client is let go; those beside it wait no longer (finding 3). */
const drainTimeoutMs = 3_000;
/** A connection that says nothing is let go. */
const connectTimeoutMs = 10_000;
/** Longest keepalive, seconds; one that is 0 would never be missed. */
const keepaliveMaxSeconds = 120;
/** Where refused messages go: nobody may hear this topic. MQTT 3.1.1 allows an acknowledgement there [MQTT-3.3.5-2]. */
const nowhere = '$kairos/nowhere';

export interface EmbeddedBrokerOptions {
  readonly config: Pick<StoreConfig, 'listen' | 'limits' | 'devices' | 'gateways'>;
  readonly ports: Ports;
  readonly door: Doorkeeper;
  readonly listener: BrokerListener;
  readonly meter: BrokerMeter;
  /** What a device is told about its world whenever it subscribes to that. */
  readonly configOf: (device: string) => object;
  /** For MQTT over WebSocket, at `listen.mqttPath`. */
  readonly httpServer?: HttpServer;
}

interface AedesClient extends Client {
  readonly subscriptions: Readonly<Record<string, unknown>>;
}

export async function openEmbeddedBroker(options: EmbeddedBrokerOptions): Promise<Broker> {
  const { config, httpServer } = options;
  const broker = new EmbeddedBroker(options);
  await broker.start();
  const server = createServer({ noDelay: true }, (socket) => broker.handle(socket));
  server.maxConnections = config.limits.clients;
  const { port, isTaken } = await listenOrNext(server, { host: config.listen.host, port: config.listen.mqtt });
  if (httpServer) broker.attach(httpServer);
  broker.listening(server, port, isTaken);
  return broker;
}

class EmbeddedBroker implements Broker {
  readonly #options: EmbeddedBrokerOptions;
  readonly #peers = new WeakMap<Client, Peer>();
  /** Refused already before Aedes looks at the name; CONNACK says so. */
  readonly #namelessKeepers = new WeakSet<Client>();
  readonly #byDevice = new Map<string, Set<AedesClient>>();
  readonly #buckets: TokenBuckets;
  readonly #webSockets: WebSocketServer;
  #aedes!: Aedes;
  #server: Server | null = null;
  #detach: () => void = () => {};
  #fault: string | null = null;
  port: number | null = null;
  isPortTaken = false;

  constructor(options: EmbeddedBrokerOptions) {
    this.#options = options;
    const { limits } = options.config;
    this.#buckets = new TokenBuckets({
      clock: options.ports.clock,
      perSecond: limits.messagesPerSecond,
      atOnce: limits.messagesAtOnce,
    });
    this.#webSockets = new WebSocketServer({
      noServer: true,
      maxPayload: limits.payloadBytes,
      perMessageDeflate: false,
      handleProtocols: (protocols) => (protocols.has('mqtt') ? 'mqtt' : false),
    });
  }

  async start(): Promise<void> {
    this.#aedes = await Aedes.createBroker({
      drainTimeout: drainTimeoutMs,
      connectTimeout: connectTimeoutMs,
      keepaliveLimit: keepaliveMaxSeconds,
      preConnect: (client, packet, callback) => {
        // [MQTT-3.1.3-8]; Aedes would give it a name and keep its session for nobody.
        if (packet.clientId === '' && !packet.clean) this.#namelessKeepers.add(client);
        callback(null, true);
      },
      authenticate: (client, username, password, callback) => {
        void this.#admit(client, username, password).then((refusal) => callback(refusal, refusal === null));
      },
      authorizePublish: (client, packet, callback) => {
        if (client) {
          this.#take(client, packet);
          callback(null);
        } else callback(new Error('nobody is there to publish this'));
      },
      authorizeSubscribe: (client, subscription, callback) => {
        const peer = this.#peers.get(client);
        const isAllowed = peer !== undefined && this.#options.door.access.mayHear(peer, subscription.topic);
        if (!isAllowed) {
          const detail = `may not subscribe to ${subscription.topic}`;
          this.#options.listener.refused({ device: nameOf(peer), topic: null, reason: 'not-yours', detail, raw: '' });
        }
        callback(null, isAllowed ? subscription : null);
      },
    });
    this.#aedes.on('clientReady', (client) => this.#welcome(client as AedesClient));
    this.#aedes.on('subscribe', (subscriptions, client) => {
      this.#tell(
        client as AedesClient,
        subscriptions.map(({ topic }) => topic),
      );
    });
    this.#aedes.on('clientDisconnect', (client) => this.#part(client as AedesClient));
    // Each of these would end the process if nobody listened.
    this.#aedes.on('clientError', () => {});
    this.#aedes.on('connectionError', (_, error) => this.#noteBadStart(error));
    (this.#aedes as unknown as NodeJS.EventEmitter).on('error', (error: Error) => {
      this.#fault = `${error.message}; if it stays, start the store server again`;
    });
  }

  handle(connection: Duplex, request?: IncomingMessage): void {
    guardSizes(connection, this.#options.config.limits.payloadBytes, () => {
      const client = (connection as Duplex & { client?: Client }).client;
      this.#options.listener.refused({
        device: nameOf(client && this.#peers.get(client)),
        topic: null,
        reason: 'too-large',
        detail: `a packet of more than ${this.#options.config.limits.payloadBytes} bytes; the connection was ended`,
        raw: '',
      });
    });
    this.#aedes.handle(connection, request);
  }

  attach(server: HttpServer): void {
    const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
      if (request.url?.split('?')[0] !== this.#options.config.listen.mqttPath) return;
      // A page of another site may open a socket, too; devices name no origin.
      const { origin, host } = request.headers;
      if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`) {
        socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
        return;
      }
      (socket as Duplex & { setNoDelay?: (on: boolean) => void }).setNoDelay?.(true);
      this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => {
        this.handle(createWebSocketStream(webSocket), request);
      });
    };
    server.on('upgrade', upgrade);
    this.#detach = () => server.off('upgrade', upgrade);
  }

  listening(server: Server, port: number, isTaken: boolean): void {
    this.#server = server;
    this.port = port;
    this.isPortTaken = isTaken;
  }

  get health(): BrokerHealth {
    const clients = this.#aedes.connectedClients;
    return { kind: 'embedded', isUp: this.#fault === null && !this.#aedes.closed, reason: this.#fault, clients };
  }

  connectedDevices(): readonly string[] {
    return [...this.#byDevice.keys()];
  }

  disconnect(device: string): void {
    for (const client of this.#byDevice.get(device) ?? []) client.close();
  }

  sendToDevice(device: string, topic: Parameters<Broker['sendToDevice']>[1], payload: object): void {
    const name = deviceTopic(device, topic);
    for (const client of this.#byDevice.get(device) ?? []) {
      // Straight to its connection: nobody else may hear it, so there is nothing to look up.
      if (client.subscriptions[name] === undefined) continue;
      client.publish(packetOf(name, payload, false), () => {});
    }
  }

  async close(): Promise<void> {
    this.#detach();
    const server = this.#server;
    if (server) server.close();
    await new Promise<void>((resolve) => this.#aedes.close(resolve));
    for (const webSocket of this.#webSockets.clients) webSocket.terminate();
    this.#webSockets.close();
  }

  /** Null where it may come in. */
  async #admit(
    client: Client,
    username: string | undefined,
    password: Uint8Array | undefined,
  ): Promise<AuthenticateError | null> {
    const { meter, config, door } = this.#options;
    const refuse = (why: ConnectionRefusal, returnCode: number): AuthenticateError => {
      meter.refusedConnection(why);
      return Object.assign(new Error(why), { returnCode }) as AuthenticateError;
    };
    if (this.#namelessKeepers.has(client)) return refuse('client-id', 2);
    if (this.#aedes.connectedClients >= config.limits.clients) return refuse('too-many', 3);
    // What fails here is the disk, or a hash: nobody comes in by that.
    const admission = await door
      .admit({ clientId: client.id, username, password })
      .catch(() => ({ kind: 'refused', why: 'protocol' }) as const);
    if (admission.kind === 'refused') return refuse(admission.why, returnCodes[admission.why]);
    this.#peers.set(client, admission.peer);
    return null;
  }

  /** Hands a message on, or drops it; either way the broker acknowledges it, and nobody hears what was dropped. */
  #take(client: Client, packet: { topic: string; payload: string | Buffer; retain?: boolean }): void {
    const { listener, meter } = this.#options;
    const peer = this.#peers.get(client) ?? { kind: 'anonymous' };
    const { topic } = packet;
    const payload = typeof packet.payload === 'string' ? Buffer.from(packet.payload) : packet.payload;
    const permission = this.#options.door.access.mayPublish(peer, topic);
    const isStatus = permission.kind === 'device' && permission.topic === 'status';
    if (packet.retain && !isStatus) packet.retain = false;
    if (permission.kind === 'refused') {
      packet.topic = nowhere;
      const device = nameOf(peer);
      const detail = `published on ${topic}`;
      listener.refused({ device, topic, reason: permission.reason, detail, raw: payload });
    } else if (!this.#buckets.take(peer.kind === 'anonymous' ? client.id : peer.id)) {
      packet.topic = nowhere;
      packet.retain = false;
      meter.throttled();
    } else if (permission.kind === 'gateway') {
      listener.gateway({ gateway: permission.gateway, topic, payload });
    } else listener[permission.topic](permission.device, payload);
  }

  #welcome(client: AedesClient): void {
    const peer = this.#peers.get(client);
    if (peer?.kind !== 'device') return;
    const clients = this.#byDevice.get(peer.id) ?? new Set();
    clients.add(client);
    this.#byDevice.set(peer.id, clients);
    // A session that goes on has its subscription already, and will not ask again.
    this.#tell(client, Object.keys(client.subscriptions));
  }

  /** The configuration is retained as far as a device can tell; it is made when asked for, with the time of then. */
  #tell(client: AedesClient, topics: readonly string[]): void {
    const peer = this.#peers.get(client);
    if (peer?.kind !== 'device' || !topics.includes(deviceTopic(peer.id, 'config'))) return;
    client.publish(packetOf(deviceTopic(peer.id, 'config'), this.#options.configOf(peer.id), true), () => {});
  }

  #part(client: AedesClient): void {
    const peer = this.#peers.get(client);
    if (peer?.kind !== 'device') return;
    const clients = this.#byDevice.get(peer.id);
    clients?.delete(client);
    if (clients?.size === 0) this.#byDevice.delete(peer.id);
  }

  #noteBadStart(error: Error & { errorCode?: number }): void {
    if (error.errorCode === 6) this.#options.meter.refusedConnection('keepalive');
    else if (error.errorCode === undefined || error.errorCode === 1) this.#options.meter.refusedConnection('protocol');
  }
}

/** CONNACK's return codes (MQTT 3.1.1, table 3.1). */
const returnCodes: Readonly<Record<ConnectionRefusal, number>> = {
  'client-id': 2,
  'too-many': 3,
  'wrong-token': 4,
  'wrong-code': 4,
  'expired-code': 4,
  'too-many-tries': 3,
  unclaimed: 5,
  revoked: 5,
  'unknown-device': 5,
  keepalive: 5,
  protocol: 1,
};

function nameOf(peer: Peer | undefined): string {
  return peer === undefined || peer.kind === 'anonymous' ? '' : peer.id;
}

function packetOf(topic: string, payload: object, retain: boolean) {
  return { cmd: 'publish' as const, topic, payload: JSON.stringify(payload), qos: 1 as const, dup: false, retain };
}
