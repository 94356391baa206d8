/**
 * A pair of pseudo-terminals joined by socat: what is written to one end is read at the other, as over a serial cable.
 * Pulling the cable is ending socat; plugging it in again is starting another under the same names. Ends only the
 * process that it started.
 */
import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

export interface PtyPair {
  /** The end that an agent opens. */
  readonly devicePath: string;
  /** The end that plays the device. */
  readonly cablePath: string;
  /** Both ends vanish. Done when they have. */
  unplug(): Promise<void>;
}

/** `folder` exists and belongs to the caller; `name` tells pairs in it apart. */
export async function plugInPty(folder: string, name = 'tty'): Promise<PtyPair> {
  const devicePath = join(folder, name);
  const cablePath = join(folder, `${name}-cable`);
  const end = (path: string): string => `pty,raw,echo=0,link=${path}`;
  const socat = spawn('socat', ['-d', '-d', end(cablePath), end(devicePath)], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise<void>((resolve) => socat.once('close', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    socat.once('error', (error: NodeJS.ErrnoException) => {
      const isMissing = error.code === 'ENOENT';
      reject(isMissing ? new Error('socat is not installed: apt-get install socat') : error);
    });
    let said = '';
    socat.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      // socat says this once both ends and their links stand.
      if (said.includes('starting data transfer loop')) resolve();
    });
    socat.once('close', () => reject(new Error(`socat ended: ${said.trim().split('\n').at(-1)}`)));
  });
  return {
    devicePath,
    cablePath,
    async unplug() {
      socat.kill('SIGTERM');
      await ended;
      await Promise.all([devicePath, cablePath].map((path) => rm(path, { force: true })));
    },
  };
}
