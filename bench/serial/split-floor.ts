/**
 * The floor: a process that opens the line with node-serialport, splits it at its line ends, and does nothing with the
 * lines but note when it had them. Asked over the channel, it says so and begins anew.
 */
import { ReadlineParser, SerialPort } from 'serialport';
import { numberOf, type Split } from './lines.ts';

const [path = ''] = process.argv.slice(2);
let numbers: number[] = [];
let hadMs: number[] = [];

const port = new SerialPort({ path, baudRate: 115_200 });
port.pipe(new ReadlineParser({ delimiter: '\r' })).on('data', (line: string) => {
  hadMs.push(Number(process.hrtime.bigint()) / 1e6);
  numbers.push(numberOf(line));
});
port.on('open', () => process.send?.('open'));
process.on('message', () => {
  process.send?.({ numbers, hadMs } satisfies Split);
  numbers = [];
  hadMs = [];
});
process.on('disconnect', () => process.exit(0));
