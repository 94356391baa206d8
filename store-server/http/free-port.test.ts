import { createServer, type Server } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { listenOrNext } from './free-port.ts';

const open: Server[] = [];
const server = (): Server => {
  const made = createServer();
  open.push(made);
  return made;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => new Promise((resolve) => one.close(resolve))));
});

it('listens where it was told to', async () => {
  const free = server();
  const { port } = await listenOrNext(free, { host: '127.0.0.1', port: 0 });
  await new Promise((resolve) => free.close(resolve));
  expect(await listenOrNext(server(), { host: '127.0.0.1', port })).toEqual({ port, isTaken: false });
});

it('takes a free port where the one it was told is taken, and says so', async () => {
  const { port } = await listenOrNext(server(), { host: '127.0.0.1', port: 0 });
  const found = await listenOrNext(server(), { host: '127.0.0.1', port });
  expect(found.isTaken).toBe(true);
  expect(found.port).not.toBe(port);
});

it('says what to change where the host is not this machine’s', async () => {
  await expect(listenOrNext(server(), { host: '203.0.113.1', port: 0 })).rejects.toThrow(/name another host or port/);
});
