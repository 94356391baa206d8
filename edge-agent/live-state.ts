/**
 * What a running agent knows of itself, told to whoever asks on this machine: a socket in the state folder, which only
 * this user may open. One connection, one object of JSON, the end. `npm run edge -- doctor` asks it.
 */
import { chmodSync, rmSync } from 'node:fs';
import { createServer, connect as dial } from 'node:net';
import { join } from 'node:path';
import type { DeviceStatus } from '@kairos/protocol/topics.ts';

/** The path of a socket may be no longer (sockaddr_un). */
const pathLengthMax = 107;
const answerMaxMs = 2_000;
const answerBytesMax = 1024 * 1024;

export interface LiveReader {
  readonly name: string;
  readonly state: 'open' | 'absent' | 'quiet' | 'failed';
  readonly detail: string;
  readonly read: number;
  readonly unreadable: number;
  readonly refused: Readonly<Record<string, number>>;
  /** Since the last line that was understood; null where there was none. */
  readonly lastAgeMs: number | null;
}

export interface LiveState {
  readonly pid: number;
  readonly status: DeviceStatus;
  readonly readers: readonly LiveReader[];
  readonly isConnected: boolean;
  readonly hasSettings: boolean;
  readonly withoutDisk: string | null;
  /** Anchors of the floor plan, each with milliseconds since it was heard last; null where it never was. */
  readonly anchors: Readonly<Record<string, number | null>>;
}

/** Returns what ends it. Where there can be no socket the agent goes on without. */
export function serveLiveState(state: string, read: () => LiveState): () => void {
  const path = join(state, 'agent.sock');
  if (path.length > pathLengthMax) return () => undefined;
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end(JSON.stringify(read()));
  });
  server.on('error', () => undefined);
  try {
    // Of an agent that was killed: the lock on the queue says that no other runs.
    rmSync(path, { force: true });
    server.listen(path, () => chmodSync(path, 0o600));
  } catch {
    return () => undefined;
  }
  server.unref();
  return () => server.close();
}

/** Null where no agent runs on this state folder. */
export function askLiveState(state: string): Promise<LiveState | null> {
  return new Promise((resolve) => {
    let text = '';
    const socket = dial(join(state, 'agent.sock'));
    const give = (one: LiveState | null): void => {
      socket.destroy();
      resolve(one);
    };
    socket.setTimeout(answerMaxMs, () => give(null));
    socket.on('error', () => give(null));
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (text.length > answerBytesMax) give(null);
    });
    socket.on('end', () => {
      try {
        give(JSON.parse(text) as LiveState);
      } catch {
        give(null);
      }
    });
  });
}
