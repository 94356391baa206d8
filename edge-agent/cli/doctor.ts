/**
 * `npm run edge -- doctor [--json] --config FILE`: what is plugged in, what is heard and what is wrong, in plain words,
 * with the agent running or not. Exit code 1 where something is wrong. It changes nothing.
 */
import { Command } from 'commander';
import { configOption, readGivenConfig } from './given-config.ts';

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('says what is plugged in, what is heard and what is wrong')
    .option('--json', 'one JSON object', false)
    .addOption(configOption())
    .action(run);
}

async function run({ config: file, json }: { readonly config: string; readonly json: boolean }): Promise<void> {
  const config = await readGivenConfig(file);
  const [{ examine }, { findingText }, { systemPorts }] = await Promise.all([
    import('../doctor/examine.ts'),
    import('../doctor/finding.ts'),
    import('@kairos/protocol/system-ports.ts'),
  ]);
  const findings = await examine(config, systemPorts);
  const isWell = findings.every(({ state }) => state !== 'wrong');
  const text = json
    ? JSON.stringify({ device: config.device, isWell, findings })
    : findings.map(findingText).join('\n');
  process.stdout.write(`${text}\n`, () => process.exit(isWell ? 0 : 1));
}
