/**
 * The real edge agent of the one cart that has a computer of its own: its configuration, written for this start, and the
 * folder in which its devices appear.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Timers } from '@kairos/protocol/ports.ts';
import { stringify } from 'yaml';
import { wiredCart } from '../demo-store.ts';
import { scannerName, snifferName } from '../devices/wired-cart.ts';
import { startProcess } from './child-process.ts';
import type { ProcessGroup } from './process-group.ts';

export interface WiredCartSetting {
  readonly group: ProcessGroup;
  readonly state: string;
  readonly logs: string;
  readonly mqttPort: number;
  readonly timers: Timers;
}

/** Returns the folder of the cables. The agent waits for its devices, so it may start before they are there. */
export function startWiredCart({ group, state, logs, mqttPort, timers }: WiredCartSetting): string {
  const folder = join(state, wiredCart);
  const cables = join(folder, 'cables');
  mkdirSync(cables, { recursive: true });
  const config = join(folder, 'edge.yaml');
  writeFileSync(
    config,
    stringify({
      device: wiredCart,
      cart: wiredCart,
      store: { url: `mqtt://127.0.0.1:${mqttPort}` },
      state: 'queue',
      readers: [
        { name: 'ceiling-beacons', kind: 'absniffer', path: join(cables, snifferName) },
        { name: 'scanner', kind: 'barcode', path: join(cables, scannerName) },
      ],
    }),
  );
  group.add(
    startProcess({
      name: 'edge agent',
      file: 'edge-agent/main.ts',
      args: ['--config', config],
      logFile: join(logs, 'edge-agent.log'),
      timers,
    }),
  );
  return cables;
}
