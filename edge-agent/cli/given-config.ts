/** The configuration that a command was given: read, or everything that is wrong with it said, and the end. */
import { readFileSync } from 'node:fs';
import { countByReason, faultText } from '@kairos/protocol/config-fault.ts';
import { Option } from 'commander';
import type { AgentConfig } from '../config.ts';

export function configOption(): Option {
  return new Option('--config <file>', 'the agent’s configuration, YAML').default('edge.yaml');
}

/** Ends the process with exit code 1 where there is none or it is wrong. */
export async function readGivenConfig(file: string): Promise<AgentConfig> {
  const { readAgentConfig } = await import('../config.ts');
  const read = readAgentConfig(readText(file), { file, env: process.env });
  if (read.kind === 'config') return read.config;
  const counts = Object.entries(countByReason(read.faults)).map(([reason, count]) => `${count} × ${reason}`);
  return fail(...read.faults.map(faultText), `${read.faults.length} to put right in ${file}: ${counts.join(', ')}`);
}

export function fail(...lines: readonly string[]): never {
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
