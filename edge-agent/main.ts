/** `npm run edge -- --config FILE`: the edge agent as a process of its own, until it is told to stop. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { pino } from 'pino';
import { startAgent } from './agent.ts';
import { readAgentConfig } from './config.ts';

const { values } = parseArgs({ options: { config: { type: 'string', default: 'edge.yaml' } } });

function fail(...lines: readonly string[]): never {
  for (const line of lines) console.error(line);
  process.exit(1);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return fail(`cannot read ${file}: give the agent's configuration with --config FILE`);
  }
}

const read = readAgentConfig(readText(values.config), { file: values.config, env: process.env });
if (read.kind === 'faults') fail(...read.faults, `${read.faults.length} to put right in ${values.config}`);

const log = pino({ name: read.config.device }, pino.destination({ fd: 2, sync: true }));
const started = startAgent(read.config, systemPorts, { log });
if (started.kind === 'refused') fail(started.message);
log.info({ readers: read.config.readers.map(({ name }) => name), epoch: started.agent.epoch }, 'the agent runs');

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void started.agent.stop().then(() => process.exit(0));
  });
}
