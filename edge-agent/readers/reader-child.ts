/** The child of `reader-process.ts`: one reader, told what to read over the channel, ended with its parent. */
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { createOwnRadio, type OwnRadio } from '../radio/own-radio.ts';
import { type Reader, startReader } from './reader.ts';
import { type FromChild, reportEveryMs, type ToChild } from './reader-process.ts';

let own: OwnRadio = createOwnRadio({});
let reader: Reader | null = null;

function say(message: FromChild): void {
  process.send?.(message, undefined, {}, () => undefined);
}

function report(): void {
  if (reader) say({ kind: 'status', status: reader.status() });
  systemPorts.timers.after(reportEveryMs, report);
}

process.on('message', (message: ToChild) => {
  switch (message.kind) {
    case 'own':
      own = createOwnRadio({ ...message.names, tags: new Map(message.names.tags) });
      break;
    case 'start':
      reader = startReader({
        settings: message.settings,
        ports: systemPorts,
        own: () => own,
        onObservation: (observation) => say({ kind: 'observation', observation }),
        onScan: (scan) => say({ kind: 'scan', scan }),
        onRefused: (line) => say({ kind: 'refused', line }),
        // The parent starts another; this one's port would stay locked for good.
        line: { onHang: () => process.exit(1) },
      });
      break;
    case 'stop':
      void reader?.stop().finally(() => process.exit(0));
      if (!reader) process.exit(0);
      break;
    default:
  }
});
// The agent is gone, however it went: nobody is left to read for. A terminal's Ctrl-C is the agent's to handle.
process.on('disconnect', () => process.exit(0));
process.on('SIGINT', () => undefined);
report();
