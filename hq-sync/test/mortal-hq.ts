/**
 * The victim of the kill test: headquarters that end themselves, without a word to anybody, once the nth chunk has come
 * to a step. `node mortal-hq.ts DATABASE PORT STEP NTH`; prints its port.
 */
import { writeSync } from 'node:fs';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { startHq } from '../server/hq.ts';

const [url = '', port = '0', dieAt = '', nth = '1'] = process.argv.slice(2);
let left = Number(nth);
const hq = await startHq({ listen: { host: '127.0.0.1', port: Number(port) }, database: { url } }, systemPorts, {
  onStep: (step) => {
    if (step !== dieAt) return;
    left -= 1;
    if (left === 0) process.kill(process.pid, 'SIGKILL');
  },
});
writeSync(1, `${hq.port}\n`);
