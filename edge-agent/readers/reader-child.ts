/**
 * The child of `reader-process.ts`: one reader, told what to read over the channel, ended with its parent. Lean, because
 * there is one for each device on a small computer: it loads the parsers and node-serialport and nothing else.
 *
 * What it reads is handed over in bundles. When the agent does not take them as fast as they come, it reads no further
 * until it does: then they wait in the kernel and at the device, not here.
 */
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { createOwnRadio, type OwnRadio } from '../radio/own-radio.ts';
import { type FromChild, reportEveryMs, type ToChild, warmUpArgument } from './child-messages.ts';
import { type LineReader, startReader } from './reader.ts';

/** Bundles on their way to the agent at once. */
const bundlesMax = 4;

let own: OwnRadio = createOwnRadio({});
let reader: LineReader | null = null;
let bundle: FromChild[] = [];
let onTheWay = 0;

/** All that comes of one piece of the line is sent at once. */
function say(message: FromChild): void {
  if (bundle.push(message) === 1) queueMicrotask(send);
}

function send(): void {
  const messages = bundle;
  bundle = [];
  onTheWay += 1;
  if (onTheWay === bundlesMax) reader?.pause();
  process.send?.(messages, undefined, {}, () => {
    onTheWay -= 1;
    if (onTheWay === bundlesMax - 1) reader?.resume();
  });
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
// Everything is loaded, which was all that was wanted.
if (process.argv.includes(warmUpArgument)) process.exit(0);
report();
