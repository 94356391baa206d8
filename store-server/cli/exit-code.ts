/** `npm run exit-code -- --config FILE SCREEN`: the code with which staff leave the kiosk of a screen, good for a minute. */
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { Command } from 'commander';
import { faultsText, loadConfig } from '../config.ts';
import { exitCodes } from '../http/shell-route.ts';

const command = new Command('exit-code')
  .requiredOption('--config <file>', 'the store’s configuration, YAML')
  .argument('<screen>', 'the cart or screen, such as cart-07')
  .parse();
const [screen = ''] = command.args;
const { config: file } = command.opts<{ config: string }>();

const loaded = loadConfig({ file, environment: process.env });
if (loaded.kind === 'faulty') {
  process.stderr.write(`${faultsText(loaded.faults)}\n`);
  process.exit(1);
}
const { config } = loaded;
if (!config.carts.some(({ id }) => id === screen)) {
  process.stderr.write(`${file} has no cart "${screen}"; it has ${config.carts.map(({ id }) => id).join(', ')}\n`);
  process.exit(1);
}
const now = systemPorts.clock.now();
const codes = exitCodes(config, screen);
const code = codes.generate({ timestamp: now });
const seconds = Math.ceil(codes.remaining({ timestamp: now }) / 1_000);
process.stdout.write(
  `${code.slice(0, 4)} ${code.slice(4)}   for ${screen}, once, for the next ${seconds + codes.period} seconds\n` +
    'On the screen: hold the store’s name for three seconds, then key it in.\n',
);
