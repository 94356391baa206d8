/**
 * The store's HTTP side: health, metrics, what was refused, the floor plan, and the pages. Socket.IO and MQTT over
 * WebSocket attach to the same server (`server`), beside it.
 */
import { createServer, type Server } from 'node:http';
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import fastify, { type FastifyInstance, type preHandlerAsyncHookHandler } from 'fastify';
import type { Journal } from '../journal/journal.ts';
import { listenOrNext } from './free-port.ts';
import { isFromThisMachine, securityHeaders } from './guards.ts';
import { type HealthProbes, readHealth } from './health.ts';
import type { Metrics } from './metrics.ts';
import { type Page, servePages } from './pages.ts';

/** A request's body; nothing here takes a large one. */
const bodyBytesMax = 64 * 1024;
const rejectedDefault = 100;
const rejectedMax = 1_000;
/** A client that sends its headers slowly holds a connection for this long at most. */
const headersTimeoutMs = 10_000;
/** An idle connection is kept longer than a till or a proxy keeps it: one that ends while a request is on its way loses it. */
const keepAliveMs = 72_000;

export interface HttpOptions {
  readonly probes: HealthProbes;
  readonly metrics: Metrics;
  readonly journal: Pick<Journal, 'rejected'>;
  readonly floorPlan: FloorPlan;
  readonly pages: readonly Page[];
  /** Who may read what was refused; whoever sits at this machine, if nobody says. */
  readonly mayRead?: preHandlerAsyncHookHandler;
  /** Routes of the other parts of the store, registered before it listens. */
  readonly routes?: (app: FastifyInstance) => void | Promise<void>;
}

export interface HttpRoute {
  readonly method: string;
  /** With parameters as fastify writes them: "/api/shell/:screen". */
  readonly path: string;
}

export interface HttpServer {
  readonly app: FastifyInstance;
  readonly server: Server;
  /** Every route, as it was registered. */
  readonly routes: readonly HttpRoute[];
  /** The configured port, or where that is taken a free one. */
  listen(at: { host: string; port: number }): Promise<{ port: number; isTaken: boolean }>;
  close(): Promise<void>;
}

export async function createHttp(options: HttpOptions): Promise<HttpServer> {
  let server!: Server;
  const app = fastify({
    bodyLimit: bodyBytesMax,
    serverFactory: (handler) => {
      server = createServer(
        { noDelay: true, headersTimeout: headersTimeoutMs, keepAliveTimeout: keepAliveMs },
        handler,
      );
      return server;
    },
  });
  app.addHook('onRequest', async (_, reply) => {
    reply.headers(securityHeaders);
  });
  const routes: HttpRoute[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    routes.push(...[method].flat().map((one) => ({ method: one, path: url })));
  });
  serveState(app, options);
  await options.routes?.(app);
  await servePages(app, options.pages);
  await app.ready();
  return {
    app,
    server,
    routes,
    listen: (at) => listenOrNext(server, at),
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await app.close();
      await closed;
    },
  };
}

function serveState(
  app: FastifyInstance,
  { probes, metrics, journal, floorPlan, mayRead = onlyHere }: HttpOptions,
): void {
  app.get('/health', (_, reply) => {
    const health = readHealth(probes);
    return reply
      .code(health.ready ? 200 : 503)
      .header('cache-control', 'no-store')
      .send(health);
  });
  app.get('/metrics', async (_, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
  app.get('/api/floor-plan', () => floorPlan);
  // What is in here came from outside and may tell of devices: not for everybody.
  app.get<{ Querystring: { limit?: string } }>('/api/rejected', { preHandler: mayRead }, async (request) => {
    const wanted = Number(request.query.limit ?? rejectedDefault);
    const limit = Number.isInteger(wanted) && wanted > 0 ? Math.min(wanted, rejectedMax) : rejectedDefault;
    return { rejected: await journal.rejected({ limit }) };
  });
}

const onlyHere: preHandlerAsyncHookHandler = async (request, reply) => {
  if (!isFromThisMachine(request.raw)) return reply.code(403).send({ reason: 'only on this machine' });
  return undefined;
};
