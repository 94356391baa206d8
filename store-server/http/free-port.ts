/** Listens on a configured port; where another program has it, on a free one, and says so. */
import type { AddressInfo, Server } from 'node:net';

/** Rejects where the host is not this machine's, or the port needs rights that the store lacks. */
export async function listenOrNext(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<{ readonly port: number; readonly isTaken: boolean }> {
  const isTaken = port !== 0 && (await tryPort(server, host, port)) === 'taken';
  if (port === 0 || isTaken) await tryPort(server, host, 0);
  return { port: (server.address() as AddressInfo).port, isTaken };
}

function tryPort(server: Server, host: string, port: number): Promise<'listening' | 'taken'> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => {
      server.off('listening', listening);
      if (error.code === 'EADDRINUSE') resolve('taken');
      else reject(new Error(`cannot listen on ${host}:${port} (${error.code}); name another host or port in "listen"`));
    };
    const listening = (): void => {
      server.off('error', failed);
      resolve('listening');
    };
    server.once('error', failed);
    server.once('listening', listening);
    server.listen(port, host);
  });
}
