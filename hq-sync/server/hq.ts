/** Headquarters, put together: the database with its tables brought up, and the doors. */
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Ports } from '@kairos/protocol/ports.ts';
import fastify, { type FastifyInstance } from 'fastify';
import { ChannelFaults, type FaultStanding } from '../channels/channel-faults.ts';
import { type OpenChannels, openChannels } from '../channels/open-channels.ts';
import type { Look } from '../channels/web/look-files.ts';
import { CleanWatch } from '../customers/clean-watch.ts';
import { watchFigures } from '../customers/figure-counting.ts';
import type { Database } from '../database/database.ts';
import { migrate } from '../database/migrate.ts';
import { openPglite } from '../database/pglite.ts';
import { openPostgres } from '../database/postgres.ts';
import type { DownStep } from '../down/changes.ts';
import { mindOf, waiting, watchFolding } from '../folding/fold-watch.ts';
import { standings } from '../intake/store-lines.ts';
import type { ChunkStep } from '../intake/take-chunk.ts';
import { serveOutside } from '../outside/outside-routes.ts';
import { serveOwnPages } from '../pages/own-pages.ts';
import { type FailedRequest, FailedRequests } from './failed-requests.ts';
import type { HqConfig } from './hq-config.ts';
import { serveLine } from './line-routes.ts';

export interface RunningHq {
  readonly port: number;
  readonly database: Database;
  /** Null where nobody is reached off site. */
  readonly channels: OpenChannels | null;
  /** What was under way is ended; then the database is closed. */
  stop(): Promise<void>;
}

/** What is under way has so long to end; whoever sends slowly, or never ends, is cut off then. */
const stoppingMaxMs = 5_000;
/**
 * An idle connection is kept longer than whoever asks keeps it (ms): one that is closed here while a request is on its way
 * loses that. Node's own 5 s are no longer than a store, or a proxy in between, waits.
 */
const keepAliveTimeout = 72_000;
/** Personal links are longer than what Fastify takes for a part of a path. */
const linkLengthMax = 300;

/** As it is: tables are not brought up. */
export function connectDatabase({ database }: Pick<HqConfig, 'database'>): Promise<Database> {
  return 'url' in database ? openPostgres(database.url) : openPglite(database.folder);
}

export async function openDatabase(config: Pick<HqConfig, 'database'>): Promise<Database> {
  const opened = await connectDatabase(config);
  await migrate(opened);
  return opened;
}

export interface Told {
  /** Where the kill test kills. */
  readonly onStep?: (step: ChunkStep | DownStep) => void;
  /** What keeps a channel from working, once an hour of each kind. */
  readonly onFault?: (fault: FaultStanding) => void;
  /** What failed for a reason of ours, once a minute of each kind. */
  readonly onFailed?: (failed: FailedRequest) => void;
}

/** Rejects with what a person can mend where the port or the database is not to be had. */
export async function startHq(
  config: Pick<HqConfig, 'listen' | 'database'> & Partial<HqConfig>,
  ports: Pick<Ports, 'clock' | 'timers'>,
  { onStep, onFault, onFailed }: Told = {},
): Promise<RunningHq> {
  const database = await openDatabase(config);
  const { tls, host, port } = config.listen;
  const app = fastify({
    routerOptions: { maxParamLength: linkLengthMax },
    serverFactory: (handler): Server =>
      tls
        ? createTlsServer(
            { keepAliveTimeout, cert: readFileSync(tls.certificate), key: readFileSync(tls.key) },
            handler,
          )
        : createServer({ keepAliveTimeout }, handler),
  });
  const failed = new FailedRequests({ clock: ports.clock, onFailed });
  failed.watch(app);
  serveLine(app, { database, ports, chainKey: config.chainKey ?? null, ...(onStep ? { onStep } : {}) });
  const { chainKey, channels: reach } = config;
  // Whoever has no key of the chain knows nobody whom to write to.
  const { loyalty = { prefixes: [], gsrn: true }, timeZone = 'UTC', outside } = config;
  const known = chainKey ? { database, ports, chainKey, loyalty, timeZone } : null;
  const faults = new ChannelFaults({ clock: ports.clock, onFault });
  const alsoServe = known && ((scope: FastifyInstance, look: Look) => serveOwnPages(scope, look, { ...known, faults }));
  const channels = alsoServe && reach ? openChannels(app, { ...known, faults, config: reach, alsoServe }) : null;
  const outsideStanding = known && serveOutside(app, { ...known, origins: outside?.origins ?? [] });
  const watch = watchFolding({ ...mindOf(config), database, ports });
  const figures = watchFigures({ database, timers: ports.timers });
  const { afterMinutes = 5 } = config.cleaning ?? {};
  const cleaning = new CleanWatch({ database, ports, timeZone, afterMinutes });
  app.get('/health', async (_, reply) => {
    const stores = await standings(database);
    const folding = { ...(await waiting(database)), ...watch.standing };
    const erasures = await cleaning.standing();
    return reply.header('cache-control', 'no-store').send({
      ...{ ready: true, database: database.kind, stores, folding, erasures },
      channels: { faults: faults.standing, counts: faults.counts },
      outside: outsideStanding?.() ?? null,
      failed: failed.standing,
    });
  });
  try {
    await app.listen({ host, port });
  } catch (error) {
    await Promise.all([watch.stop(), figures.stop(), cleaning.stop()]);
    await database.close();
    throw error;
  }
  channels?.start();
  const { port: opened } = app.server.address() as AddressInfo;
  return {
    port: opened,
    database,
    channels,
    stop: async () => {
      app.server.closeIdleConnections();
      const cancel = ports.timers.after(stoppingMaxMs, () => app.server.closeAllConnections());
      await app.close();
      cancel();
      await channels?.stop();
      await Promise.all([watch.stop(), figures.stop(), cleaning.stop()]);
      await database.close();
    },
  };
}
