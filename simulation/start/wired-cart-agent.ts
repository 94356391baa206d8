/** The edge agent of the one cart that has a computer of its own, and the folder in which its devices appear. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Ports } from '@kairos/protocol/ports.ts';
import type { ProcessGroup } from './process-group.ts';

export interface WiredCartSetting {
  readonly group: ProcessGroup;
  readonly state: string;
  readonly logs: string;
  readonly mqtt: number;
  readonly ports: Ports;
}

/** Returns the folder of the cables. The agent waits for its devices, so it may start before they are there. */
export function startWiredCart({ state }: WiredCartSetting): string {
  const cables = join(state, 'cables');
  mkdirSync(cables, { recursive: true });
  return cables;
}
