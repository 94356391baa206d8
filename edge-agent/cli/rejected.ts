/**
 * `npm run edge -- rejected [--config FILE] [--json] [--follow]`: what the readers of this device could not take, each
 * with its reason, for whoever stands before it with a scanner in the hand. Reads the agent's file; changes nothing.
 */
import { systemPorts } from '@kairos/protocol/system-ports.ts';
import { toClockText } from '@kairos/protocol/time.ts';
import { Command } from 'commander';
import { type RefusedLine, refusalWords } from '../readers/refusal.ts';
import { configOption, readGivenConfig } from './given-config.ts';

/** How often the file is looked at with --follow. */
const lookEveryMs = 500;

export function rejectedCommand(): Command {
  return new Command('rejected')
    .description('shows what the readers could not take, and why')
    .addOption(configOption())
    .option('--json', 'one JSON object', false)
    .option('--follow', 'goes on with what comes', false)
    .action(showRejected);
}

interface Given {
  readonly config: string;
  readonly json: boolean;
  readonly follow: boolean;
}

async function showRejected({ config, json, follow }: Given): Promise<void> {
  const { state } = await readGivenConfig(config);
  const { readRefusedLines } = await import('../readers/refused-lines.ts');
  const lines = readRefusedLines(state);
  if (json) {
    console.log(JSON.stringify({ rejected: lines }));
    return;
  }
  for (const line of lines) console.log(lineText(line));
  console.log(lines.length === 0 ? 'Nothing was refused.' : summaryText(lines));
  if (follow) watch(() => readRefusedLines(state), lines);
}

/** "14:03:07  scanner  check-digit  ]E0•••••••••••32" in this machine's own time zone. */
function lineText({ at, reader, reason, sample }: RefusedLine): string {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const day = Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(at);
  return `${day} ${toClockText(at, timeZone)}  ${reader}  ${reason}  ${sample}`;
}

function summaryText(lines: readonly RefusedLine[]): string {
  const counts = new Map<RefusedLine['reason'], number>();
  for (const { reason } of lines) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(([reason, count]) => `${count} × ${reason}: ${refusalWords[reason]}`).join('\n');
}

function watch(read: () => readonly RefusedLine[], shown: readonly RefusedLine[]): void {
  let known = new Set(shown.map((line) => JSON.stringify(line)));
  const look = (): void => {
    const lines = read();
    for (const line of lines) {
      if (!known.has(JSON.stringify(line))) console.log(`${lineText(line)}  (${refusalWords[line.reason]})`);
    }
    known = new Set(lines.map((line) => JSON.stringify(line)));
    systemPorts.timers.after(lookEveryMs, look);
  };
  look();
}
