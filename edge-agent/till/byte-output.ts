/**
 * Bytes to something at the till: a printer on the network (raw TCP, port 9100), or a printer or display on a serial
 * line. Each job opens the way, sends and closes it, so that a device that was unplugged, or switched off for the
 * night, is simply there again the next time. What cannot be sent says why; nothing here tries again.
 */
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Timers } from '@kairos/protocol/ports.ts';
import { SerialPort } from 'serialport';
import { askPaper, isOutOfPaper } from './esc-pos.ts';

/** From opening to the last byte. */
const jobMaxMs = 10_000;
/** A printer with a line back answers within a few milliseconds; many have none. */
const statusWaitMs = 300;

export type OutputWay =
  | { readonly kind: 'network'; readonly host: string; readonly port: number }
  | { readonly kind: 'serial'; readonly path: string; readonly baudRate: number };

export type Sent = { readonly kind: 'sent' } | { readonly kind: 'failed'; readonly detail: string };

export interface OutputJob {
  readonly bytes: Uint8Array;
  /** Asks a printer for paper before it prints. */
  readonly asksPaper: boolean;
}

export async function sendBytes(way: OutputWay, job: OutputJob, timers: Timers): Promise<Sent> {
  const name = way.kind === 'network' ? `${way.host}:${way.port}` : way.path;
  let line: Duplex | null = null;
  let cancel = (): void => undefined;
  const tooLate = new Promise<never>((_, reject) => {
    cancel = timers.after(jobMaxMs, () => reject(new Error(`does not take what is sent within ${jobMaxMs / 1000} s`)));
  });
  try {
    const send = async (): Promise<void> => {
      line = await openLine(way);
      if (job.asksPaper && (await lacksPaper(line, timers))) throw new Error('has no paper: put in a new roll');
      await write(line, job.bytes);
      if (line instanceof SerialPort) await drain(line);
      await end(line);
    };
    await Promise.race([send(), tooLate]);
    return { kind: 'sent' };
  } catch (error) {
    (line as Duplex | null)?.destroy();
    return { kind: 'failed', detail: `${name} ${(error as Error).message}` };
  } finally {
    cancel();
  }
}

function openLine(way: OutputWay): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    if (way.kind === 'network') {
      const socket = connect({ host: way.host, port: way.port, noDelay: true });
      socket.once('error', reject);
      socket.once('connect', () => resolve(socket));
      return;
    }
    const port = new SerialPort({ path: way.path, baudRate: way.baudRate, autoOpen: false });
    port.open((error) => (error ? reject(error) : resolve(port)));
  });
}

async function lacksPaper(line: Duplex, timers: Timers): Promise<boolean> {
  const status = new Promise<number | null>((resolve) => {
    const cancel = timers.after(statusWaitMs, () => resolve(null));
    line.once('data', (bytes: Buffer) => {
      cancel();
      resolve(bytes[0] ?? null);
    });
  });
  await write(line, askPaper);
  const answer = await status;
  return answer !== null && isOutOfPaper(answer);
}

function write(line: Duplex, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    line.once('error', reject);
    line.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}

function drain(port: SerialPort): Promise<void> {
  return new Promise((resolve, reject) => port.drain((error) => (error ? reject(error) : resolve())));
}

function end(line: Duplex): Promise<void> {
  return new Promise((resolve) => {
    line.once('close', () => resolve());
    if (line instanceof SerialPort) line.close();
    else line.end();
    line.resume();
  });
}
