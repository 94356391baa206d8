/**
 * A process that says lines into the far end of a serial cable: at the pace of a baud rate, or as fast as they are
 * taken. Told what over the channel, it answers with when each line was said, by the monotonic clock that all
 * processes of a machine share. It holds its thread while it writes; nobody else runs here.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { lineOf, type ToWriter, type Written } from './lines.ts';

/** Start, eight bits, stop. */
const bitsPerByte = 10;
/** Lines of a flood that are written at once. */
const floodChunk = 256;

const sleeper = new Int32Array(new SharedArrayBuffer(4));
const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6;

process.on('message', ({ path, kind, first, count, baudRate }: ToWriter) => {
  const end = openSync(path, 'r+');
  const saidMs = baudRate === null ? flood(end) : paced(end, baudRate);
  closeSync(end);
  process.send?.({ saidMs } satisfies Written);

  function paced(fd: number, baud: number): number[] {
    const said: number[] = [];
    const begunMs = nowMs();
    let bytes = 0;
    for (let number = first; number < first + count; number += 1) {
      const line = lineOf(kind, number);
      bytes += line.length;
      // The line is there when its last byte would be.
      const dueMs = begunMs + (bytes * bitsPerByte * 1_000) / baud;
      for (let left = dueMs - nowMs(); left > 0; left = dueMs - nowMs()) Atomics.wait(sleeper, 0, 0, left);
      said.push(nowMs());
      writeSync(fd, line);
    }
    return said;
  }

  function flood(fd: number): number[] {
    for (let number = first; number < first + count; number += floodChunk) {
      const many = Math.min(floodChunk, first + count - number);
      const bytes = Buffer.concat(Array.from({ length: many }, (_, index) => lineOf(kind, number + index)));
      for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
    }
    return [];
  }
});
process.on('disconnect', () => process.exit(0));
