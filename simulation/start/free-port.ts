/** A port that nobody listens on: the usual one where it is free, any other where it is not. */
import { createServer } from 'node:net';

export interface FoundPort {
  readonly port: number;
  /** False: the usual one was taken. */
  readonly isUsual: boolean;
}

/** Between this look and the listening somebody else could take it; then the process that listens says so and ends. */
export async function findFreePort(usual: number, host = '127.0.0.1'): Promise<FoundPort> {
  const port = (await listenOnce(usual, host)) ?? (await listenOnce(0, host));
  if (port === null) throw new Error(`no port could be had on ${host}`);
  return { port, isUsual: port === usual };
}

function listenOnce(port: number, host: string): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      const found = typeof address === 'object' && address !== null ? address.port : null;
      server.close(() => resolve(found));
    });
  });
}
