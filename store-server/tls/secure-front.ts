/**
 * How a store is reached from other machines: over TLS, with a certificate of its own authority. Everything it serves
 * (pages, Socket.IO, MQTT over WebSocket) is served there. Plain HTTP stays for this machine itself; to others it gives
 * the page that helps to trust the store, and MQTT over WebSocket, whose devices show credentials of their own; for the
 * rest it says where to go.
 *
 * There is no HSTS: for an address browsers ignore it, and for a name they would then ask for the trust page over TLS on
 * a port that has none, from a device that does not trust the store yet.
 */
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createNetServer, type Server as NetServer, type Socket } from 'node:net';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:tls';
import type { Ports } from '@kairos/protocol/ports.ts';
import { toIso } from '@kairos/protocol/time.ts';
import type { StoreConfig } from '../config.ts';
import { listenOrNext } from '../http/free-port.ts';
import type { Log } from '../log.ts';
import { isLoopbackHost, namesOf } from './store-names.ts';
import { readOrMake, type TlsIdentity } from './tls-files.ts';

const hourMs = 60 * 60_000;
const dayMs = 24 * hourMs;
/** How often it is looked whether the certificate ends, or the machine has another address. */
const lookEveryMs = hourMs;
const handshakeMaxMs = 10_000;
/** A plain connection from elsewhere that says nothing for so long is closed. */
const plainIdleMs = 30_000;
/** By then it should long have been renewed. */
const serverEndsSoonMs = 14 * dayMs;
const authorityEndsSoonMs = 365 * dayMs;

export interface SecureFrontOptions {
  readonly config: Pick<StoreConfig, 'data' | 'listen' | 'store'>;
  readonly now: () => number;
  readonly timers: Ports['timers'];
  readonly log: Log;
}

export class SecureFront {
  readonly #options: SecureFrontOptions;
  #identity: TlsIdentity;
  #names: string[];
  #tls: TlsServer | null = null;
  #port = 0;
  #plainPort = 0;
  readonly #plainSockets = new Set<Socket>();
  #here: NetServer | null = null;
  #renewFault: string | null = null;
  #stopLooking = (): void => undefined;

  private constructor(options: SecureFrontOptions, found: { identity: TlsIdentity; names: string[] }) {
    this.#options = options;
    this.#identity = found.identity;
    this.#names = found.names;
  }

  /** Makes what it needs at a first start. Null where the store speaks on its own machine alone. Throws `TlsFileError`. */
  static async prepare(options: SecureFrontOptions): Promise<SecureFront | null> {
    const { listen } = options.config;
    if (listen.https === undefined && isLoopbackHost(listen.host)) return null;
    return new SecureFront(options, await find(options));
  }

  get identity(): TlsIdentity {
    return this.#identity;
  }

  get port(): number {
    return this.#port;
  }

  /** Where a person opens it: "https://192.168.1.5:8443", the likeliest first; this machine's own names left out. */
  get addresses(): string[] {
    return this.#told().map((name) => `https://${inAddress(name)}:${this.#port}`);
  }

  /** Where a device is told of the store's authority. */
  get trustAddress(): string {
    return `http://${inAddress(this.#told()[0] ?? 'localhost')}:${this.#plainPort}/trust/`;
  }

  /** Before `server` listens: plain connections from other machines are led elsewhere. */
  stand(server: Server): void {
    const [serve] = server.listeners('connection') as ((socket: Socket) => void)[];
    if (serve === undefined) throw new Error('an HTTP server takes no connections');
    const plain = createHttpServer((request, response) => this.#answerPlain(server, request, response));
    plain.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
      const isMqtt = pathOf(request) === this.#options.config.listen.mqttPath;
      if (isMqtt) server.emit('upgrade', request, socket, head);
      else socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n');
    });
    server.removeAllListeners('connection');
    server.on('connection', (socket: Socket) => {
      if (isFromHere(socket)) serve.call(server, socket);
      else this.#holdPlain(plain, socket);
    });
    const { certificate: cert, key } = this.#identity.server;
    const options = { cert, key, minVersion: 'TLSv1.2', ALPNProtocols: ['http/1.1'], noDelay: true } as const;
    this.#tls = createTlsServer({ ...options, handshakeTimeout: handshakeMaxMs }, (socket) =>
      serve.call(server, socket),
    );
    this.#tls.on('tlsClientError', () => undefined);
  }

  /** After `server` listens: opens the TLS port, or a free one where that is taken. */
  async listen(server: Server, plainPort: number): Promise<{ readonly port: number; readonly isTaken: boolean }> {
    const { host, https = httpsPort } = this.#options.config.listen;
    this.#plainPort = plainPort;
    const found = await listenOrNext(this.#tls as TlsServer, { host, port: https });
    this.#port = found.port;
    // A store on one address of its own is not on loopback, where the commands of this machine ask.
    if (!isLoopbackHost(host) && !['0.0.0.0', '::'].includes(host)) {
      this.#here = createNetServer({ noDelay: true }, (socket) => server.emit('connection', socket));
      await listenOrNext(this.#here, { host: '127.0.0.1', port: plainPort });
    }
    this.#look();
    return found;
  }

  /** What a person should see to, in sentences. */
  complaints(): string[] {
    const now = this.#options.now();
    const { serverFacts, authorityFacts, outside } = this.#identity;
    const left = (endsAtMs: number): string => `${Math.max(0, Math.floor((endsAtMs - now) / dayMs))} days`;
    return [
      ...(serverFacts.endsAtMs - now < serverEndsSoonMs
        ? [`https: the certificate ends in ${left(serverFacts.endsAtMs)} and was not renewed`]
        : []),
      ...(authorityFacts.endsAtMs - now < authorityEndsSoonMs
        ? [
            `https: the store's authority ends in ${left(authorityFacts.endsAtMs)}; move away the folder tls in its data, ` +
              'start anew, and let every handheld trust the new one (/trust/)',
          ]
        : []),
      ...(outside.length > 0
        ? [
            `https: no device believes the store's authority for ${outside.join(', ')}; move away the folder tls in its ` +
              'data and start anew, then let every handheld trust the new one (/trust/)',
          ]
        : []),
      ...(this.#renewFault === null ? [] : [`https: the certificate could not be renewed: ${this.#renewFault}`]),
    ];
  }

  close(): void {
    this.#stopLooking();
    this.#tls?.close();
    this.#here?.close();
    for (const socket of this.#plainSockets) socket.destroy();
  }

  #told(): string[] {
    const told = this.#names.filter((name) => name !== 'localhost' && name !== '::1' && !name.startsWith('127.'));
    return told.length > 0 ? told : ['localhost'];
  }

  #holdPlain(plain: Server, socket: Socket): void {
    this.#plainSockets.add(socket);
    socket.setTimeout(plainIdleMs, () => socket.destroy());
    socket.once('close', () => this.#plainSockets.delete(socket));
    plain.emit('connection', socket);
  }

  #answerPlain(server: Server, request: IncomingMessage, response: ServerResponse): void {
    const path = pathOf(request);
    const isReading = request.method === 'GET' || request.method === 'HEAD';
    if (isReading && isForTrust(path)) {
      server.emit('request', request, response);
      return;
    }
    const name = this.#names.find((one) => inAddress(one) === hostName(request.headers.host)) ?? this.#told()[0];
    const location = `https://${inAddress(name ?? 'localhost')}:${this.#port}${request.url ?? '/'}`;
    if (isReading) {
      response.writeHead(307, { location, 'cache-control': 'no-store' }).end();
      return;
    }
    const words = `ask over https: ${this.addresses[0]}`;
    response
      .writeHead(403, { 'content-type': 'application/json', connection: 'close' })
      .end(JSON.stringify({ reason: 'plain-http', words }));
  }

  #look(): void {
    this.#stopLooking = this.#options.timers.after(lookEveryMs, () => {
      void this.#renew().finally(() => this.#look());
    });
  }

  async #renew(): Promise<void> {
    try {
      const { identity, names } = await find(this.#options);
      this.#renewFault = null;
      this.#names = names;
      if (identity.server.certificate === this.#identity.server.certificate) return;
      this.#identity = identity;
      this.#tls?.setSecureContext({ cert: identity.server.certificate, key: identity.server.key });
      this.#options.log.info({ until: toIso(identity.serverFacts.endsAtMs) }, 'the certificate was renewed');
    } catch (error) {
      this.#renewFault = (error as Error).message;
      this.#options.log.error({ error: this.#renewFault }, 'the certificate could not be renewed');
    }
  }
}

const httpsPort = 8443;

async function find({ config, now }: SecureFrontOptions): Promise<{ identity: TlsIdentity; names: string[] }> {
  const names = namesOf(config.listen);
  return { names, identity: await readOrMake({ data: config.data, title: config.store.title, names, nowMs: now() }) };
}

/** The page, what it is made of, and what it tells; it holds nothing that is anybody's. */
function isForTrust(path: string): boolean {
  return path === '/trust' || path === '/api/trust' || path.startsWith('/trust/') || path.startsWith('/assets/');
}

function isFromHere({ remoteAddress = '' }: Socket): boolean {
  return remoteAddress === '::1' || remoteAddress.replace(/^::ffff:/, '').startsWith('127.');
}

function pathOf({ url = '/' }: IncomingMessage): string {
  return url.split('?', 1)[0] as string;
}

function hostName(host: string | undefined): string {
  return (host ?? '').replace(/:\d+$/, '').toLowerCase();
}

function inAddress(name: string): string {
  return name.includes(':') ? `[${name}]` : name;
}
