/** The processes of the measurement: started, their memory watched from outside (/proc), ended by their own pid. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

export interface Watched {
  readonly pid: number;
  /** The next line of JSON on its standard output. */
  line<Line>(): Promise<Line>;
  /** The most memory that it has ever held, megabytes: VmHWM, as the kernel counts it. */
  peakMb(): number;
  /** Its proportional share, megabytes: Pss of smaps_rollup. */
  pssMb(): number;
  rssMb(): number;
  end(signal: NodeJS.Signals): Promise<void>;
}

export function startNode(file: URL, args: readonly string[], nodeFlags: readonly string[] = []): Watched {
  const child = spawn(process.execPath, [...nodeFlags, file.pathname, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${file.pathname} could not be started`);
  let lastWords = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-4_000);
  });
  const lines = linesOf(child, () => `${file.pathname} ended:\n${lastWords}`);
  return {
    pid,
    line: async <Line>() => JSON.parse(await lines()) as Line,
    peakMb: () => kilobytes(pid, 'status', 'VmHWM') / 1_024,
    pssMb: () => kilobytes(pid, 'smaps_rollup', 'Pss') / 1_024,
    rssMb: () => kilobytes(pid, 'smaps_rollup', 'Rss') / 1_024,
    async end(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill(signal);
      await ended;
    },
  };
}

function linesOf(child: ChildProcess, lastWords: () => string): () => Promise<string> {
  const ready: string[] = [];
  const waiting: { resolve: (line: string) => void; reject: (error: Error) => void }[] = [];
  let rest = '';
  let isOver = false;
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      const next = waiting.shift();
      if (next) next.resolve(part);
      else ready.push(part);
    }
  });
  child.once('close', () => {
    isOver = true;
    for (const { reject } of waiting) reject(new Error(lastWords()));
  });
  return () => {
    const line = ready.shift();
    if (line !== undefined) return Promise.resolve(line);
    if (isOver) return Promise.reject(new Error(lastWords()));
    return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
  };
}

function kilobytes(pid: number, file: 'status' | 'smaps_rollup', field: string): number {
  const found = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/${file}`, 'utf8'));
  if (!found) throw new Error(`/proc/${pid}/${file} has no ${field}: this measurement needs Linux`);
  return Number(found[1]);
}

/** A port on which nobody listens now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('no port is free');
  return address.port;
}
