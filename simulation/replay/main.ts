/** `npm run replay -- FILE`: a recorded trolley run through the real intake, without its true positions. */
import { readFile } from 'node:fs/promises';
import { type GatewayFormat, gatewayFormats } from '@kairos/protocol/topics.ts';
import { Command, InvalidArgumentError, Option } from 'commander';
import { readRows } from './recording.ts';
import { type Pace, replayAsAbsniffer, replayAsGateways, replayAsReadings } from './replay.ts';

interface Flags {
  readonly as: GatewayFormat | 'absniffer' | 'readings';
  readonly mqtt: string;
  readonly username?: string;
  readonly password?: string;
  readonly port?: string;
  readonly speed: number;
  readonly cart: string;
  readonly tag?: string;
  readonly limit?: number;
}

const command = new Command('replay')
  .description('Plays a recorded trolley run (.mbd): as gateways over MQTT, or to the serial line of a cart.')
  .argument('<file>', 'a recording, as in tetam-ble/trk')
  .addOption(
    new Option('--as <form>', 'what to write it as')
      .choices([...gatewayFormats, 'absniffer', 'readings'])
      .default('ingics'),
  )
  .option('--mqtt <url>', 'the broker', 'mqtt://127.0.0.1:1883')
  .option('--username <name>', 'for the broker')
  .option('--password <text>', 'for the broker')
  .option('--port <path>', 'the serial line to write to, with --as absniffer: one end of a pair')
  .option('--speed <factor>', 'times real time', positive, 1)
  .option('--cart <name>', 'the cart, with --as readings', 'cart-01')
  .option('--tag <address>', 'the tag to name instead of the recorded one: 12 hexadecimal digits', address)
  .option('--limit <seconds>', 'of the recording', positive)
  .action(run);

async function run(file: string, flags: Flags): Promise<void> {
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  process.once('SIGTERM', () => stop.abort());
  const pace: Pace = {
    speed: flags.speed,
    signal: stop.signal,
    ...(flags.limit === undefined ? {} : { limitSeconds: flags.limit }),
  };
  const recorded = readRows(await readFile(file, 'utf8'));
  const rows = recorded.map((row) => (flags.tag === undefined ? row : { ...row, tag: flags.tag }));
  const tag = rows[0]?.tag;
  console.error(`${rows.length} rows of tag ${tag}; the store knows it by "${tag}: ${flags.cart}" among its tags`);
  const sent = await send(flags, rows, pace);
  console.error(`${sent} rows sent as ${flags.as}`);
}

async function send(flags: Flags, rows: ReturnType<typeof readRows>, pace: Pace): Promise<number> {
  if (flags.as === 'absniffer') {
    if (flags.port === undefined) throw new Error('--as absniffer writes to a serial line: give --port PATH');
    return replayAsAbsniffer(rows, flags.port, pace);
  }
  const { username, password } = flags;
  const broker = {
    url: flags.mqtt,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  };
  return flags.as === 'readings'
    ? replayAsReadings(rows, { ...broker, cart: flags.cart }, pace)
    : replayAsGateways(rows, { ...broker, format: flags.as }, pace);
}

function address(text: string): string {
  if (!/^[0-9a-f]{12}$/.test(text)) throw new InvalidArgumentError('give 12 lower-case hexadecimal digits');
  return text;
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('give a number above zero');
  return value;
}

await command.parseAsync().catch((error: unknown) => {
  command.error(`replay: ${error instanceof Error ? error.message || String(error) : String(error)}`);
});
