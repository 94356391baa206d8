import { readlinkSync } from 'node:fs';
import { getPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';

const workerCode = (called: string): string => `
  import { readlinkSync } from 'node:fs';
  import { getPriority } from 'node:os';
  import { parentPort } from 'node:worker_threads';
  import { standBack } from '${new URL('./background-thread.ts', import.meta.url)}';
  ${called}
  parentPort.postMessage(getPriority(Number(readlinkSync('/proc/thread-self').split('/').at(-1))));`;

function prioritySaidBy(code: string): Promise<number> {
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`));
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

it.runIf(process.platform === 'linux')(
  'a thread that stands back comes after the others of its process, which stay',
  async () => {
    const own = getPriority(Number(readlinkSync('/proc/thread-self').split('/').at(-1)));
    expect(await prioritySaidBy(workerCode(''))).toBe(own);
    // Nicer than nice there is not.
    expect(await prioritySaidBy(workerCode('standBack();'))).toBe(Math.min(own + 10, 19));
    expect(getPriority(Number(readlinkSync('/proc/thread-self').split('/').at(-1)))).toBe(own);
  },
);
