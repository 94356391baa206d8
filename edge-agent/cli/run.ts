/** `npm run edge -- run --config FILE`: the agent as a process of its own, until it is told to stop. */
import { Command } from 'commander';
import { configOption, fail, readGivenConfig } from './given-config.ts';
import { startLean } from './lean-start.ts';

export function runCommand(): Command {
  return new Command('run').description('runs the agent (the default)').addOption(configOption()).action(run);
}

async function run({ config: file }: { readonly config: string }): Promise<void> {
  const config = await readGivenConfig(file);
  const load = () => Promise.all([import('pino'), import('../agent.ts'), import('@kairos/protocol/system-ports.ts')]);
  await startLean(config.state, load);
  const [{ pino }, { startAgent }, { systemPorts }] = await load();
  const log = pino({ name: config.device }, pino.destination({ fd: 2, sync: true }));
  const started = startAgent(config, systemPorts, { log });
  if (started.kind === 'refused') return fail(started.message);
  log.info({ readers: config.readers.map(({ name }) => name), epoch: started.agent.epoch }, 'the agent runs');
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void started.agent.stop().then(() => process.exit(0));
    });
  }
}
