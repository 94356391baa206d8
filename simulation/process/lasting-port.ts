/**
 * A free port that stays free while its server is dead. Below the range from which the machine takes the ports of
 * outgoing connections: a client that knocks at a dead port of that range may be given the very same one, connects to
 * itself, and the server that comes back finds it taken.
 */
import { createServer } from 'node:net';
import { systemPorts } from '@kairos/protocol/system-ports.ts';

const lowest = 20_000;
const highest = 30_000;
const triesMax = 100;

/** Chosen by real chance, never by a run's seed: two runs of one seed at a time would take each other's store for theirs. */
export async function lastingPort(): Promise<number> {
  for (let tried = 0; tried < triesMax; tried += 1) {
    const port = lowest + Math.floor(systemPorts.random.next() * (highest - lowest));
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port was found between ${lowest} and ${highest} in ${triesMax} tries`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
