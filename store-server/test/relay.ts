/** A cable between a browser and a store that a test can pull: while it is out, nobody answers at the other end. */
import { type AddressInfo, connect as connectTcp, createServer, type Socket } from 'node:net';

export interface Relay {
  readonly base: string;
  pull(): void;
  plugIn(): void;
  close(): Promise<void>;
}

export async function openRelay(port: () => number): Promise<Relay> {
  const sockets = new Set<Socket>();
  let isIn = true;
  const server = createServer((client) => {
    if (!isIn) {
      client.destroy();
      return;
    }
    const store = connectTcp(port(), '127.0.0.1');
    for (const socket of [client, store]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        store.destroy();
      });
    }
    client.pipe(store).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: own } = server.address() as AddressInfo;
  const cut = (): void => {
    for (const socket of [...sockets]) socket.destroy();
  };
  return {
    base: `http://127.0.0.1:${own}`,
    pull: () => {
      isIn = false;
      cut();
    },
    plugIn: () => {
      isIn = true;
    },
    close: () => {
      cut();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
