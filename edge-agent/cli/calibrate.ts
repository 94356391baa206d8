/**
 * `npm run edge -- calibrate --config FILE --floor-plan FILE`: somebody walks through the store with a cart, and what its
 * reader hears in each zone is written down. The floor plan then names the file: `calibration: calibration.json`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { FloorPlan } from '@kairos/protocol/floor-plan.ts';
import { Command, InvalidArgumentError } from 'commander';
import { configOption, fail, readGivenConfig } from './given-config.ts';

const secondsMax = 300;

interface Given {
  readonly config: string;
  readonly floorPlan: string;
  readonly out: string;
  readonly seconds: number;
}

export function calibrateCommand(): Command {
  return new Command('calibrate')
    .description('walk through the store once, so that zones are told apart by what is heard in them')
    .addOption(configOption())
    .option('--floor-plan <file>', 'the store’s floor plan, YAML or JSON', 'floor-plan.yaml')
    .option('--out <file>', 'where to write what was measured', 'calibration.json')
    .option('--seconds <number>', 'how long to stand in each zone', readSeconds, 20)
    .action(calibrate);
}

async function calibrate(given: Given): Promise<void> {
  const config = await readGivenConfig(given.config);
  const plan = await readPlan(given.floorPlan);
  const [{ createReaderSet }, { createOwnRadio }, { systemPorts: ports }, { silentLog }, { walkThrough }] =
    await Promise.all([
      import('../readers/reader-set.ts'),
      import('../radio/own-radio.ts'),
      import('@kairos/protocol/system-ports.ts'),
      import('../log.ts'),
      import('../calibration/walk-through.ts'),
    ]);
  const anchors = plan.anchors.map(({ address }) => address);
  const own = createOwnRadio({ anchors, beaconUuids: config.beaconUuids });
  let hear: (anchor: string, rssi: number) => void = () => undefined;
  const readers = createReaderSet({
    config,
    ports,
    log: silentLog,
    onObservation: (observation) => {
      const anchor = own.anchorOf(observation);
      if (anchor !== null) hear(anchor, observation.rssi);
    },
    onScan: () => undefined,
    onRefused: () => undefined,
    onChange: () => undefined,
  });
  readers.setAnchors(anchors);
  const terminal = createInterface({ input: process.stdin, terminal: false });
  const lines = terminal[Symbol.asyncIterator]();
  const say = (line: string): void => console.log(line);
  const measured = await walkThrough({
    plan,
    seconds: given.seconds,
    ports,
    say,
    async ask(question) {
      say(question);
      const { value, done } = await lines.next();
      return done === true ? null : String(value).trim().toLowerCase();
    },
    listen(to) {
      hear = to;
      return () => {
        hear = () => undefined;
      };
    },
  });
  terminal.close();
  await readers.stop();
  if (measured === null) return fail('nothing was measured; nothing is written');
  writeFileSync(given.out, `${JSON.stringify(measured, null, 2)}\n`);
  say(`Written to ${given.out}. Put "calibration: ${given.out}" into ${given.floorPlan} and start the store anew.`);
}

/** The calibration that it may name already is about to be replaced, and not looked at. */
async function readPlan(file: string): Promise<FloorPlan> {
  const [{ parse }, { floorPlan }] = await Promise.all([import('yaml'), import('@kairos/protocol/floor-plan.ts')]);
  let read: unknown;
  try {
    read = parse(readFileSync(file, 'utf8'));
  } catch {
    return fail(`cannot read ${file}: give the store's floor plan with --floor-plan FILE`);
  }
  const parsed = floorPlan.safeParse({ ...(read as object), calibration: undefined });
  if (parsed.success) return parsed.data;
  return fail(...parsed.error.issues.map(({ path, message }) => `${file}: ${path.join('.')}: ${message}`));
}

function readSeconds(text: string): number {
  const seconds = Number(text);
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= secondsMax) return seconds;
  throw new InvalidArgumentError(`give a whole number of seconds, 1 to ${secondsMax}`);
}
