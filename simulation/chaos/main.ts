/**
 * `npm run chaos -- [--long] [--kills N] [--seed N] [--carts N] [--control] [--json]`: kills the real store server
 * under load and holds it to what it acknowledged. Exit 1 where anything was lost, doubled or shown twice, or, with
 * `--control`, where acknowledging before the commit went unnoticed.
 */
import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { Command } from 'commander';
import { type KillRun, killRun } from './kill-run.ts';

const shortKills = 20;
const longKills = 1000;

const options = new Command('chaos')
  .option('--long', `${longKills} kills instead of ${shortKills}`)
  .option('--kills <n>', 'how many', Number)
  .option('--seed <n>', 'of all that is left to chance', Number)
  .option('--carts <n>', 'how many carts are under way', Number, 24)
  .option('--control', 'acknowledge before the commit: the run must find what was lost')
  .option('--json', 'one object on standard output, progress on standard error')
  .parse()
  .opts<{ long?: boolean; kills?: number; seed?: number; carts: number; control?: boolean; json?: boolean }>();

const kills = options.kills ?? (options.long ? longKills : shortKills);
const seed = options.seed ?? Math.floor(performance.now() * 1000) % 1_000_000;
process.stderr.write(`seed ${seed}\n`);
const run = await killRun({
  kills,
  seed,
  carts: options.carts,
  negativeControl: options.control === true,
  say: (line) => process.stderr.write(`${line}\n`),
});
for (const line of run.storeComplaints) process.stderr.write(`store: ${line}\n`);
const violations =
  run.ackedLost + run.doubled + run.shownTwice + run.timersOverdue + run.screensWrong + run.stuck + run.endedByItself;
if (options.json) process.stdout.write(`${JSON.stringify(report(run), null, 1)}\n`);
else process.stdout.write(`${describe(run)}\n`);
process.exitCode = options.control ? (run.ackedLost > 0 ? 0 : 1) : violations === 0 ? 0 : 1;

function figuresOf(run: KillRun): { name: string; value: number; unit: string; goal?: string; met?: boolean }[] {
  const zero = (
    name: string,
    value: number,
  ): { name: string; value: number; unit: string; goal: string; met: boolean } => ({
    name,
    value,
    unit: '1',
    goal: '= 0',
    met: value === 0,
  });
  return [
    zero('acked_lost', run.ackedLost),
    zero('doubled', run.doubled),
    zero('shown_twice', run.shownTwice),
    zero('timers_overdue', run.timersOverdue),
    zero('screens_wrong', run.screensWrong),
    zero('stuck', run.stuck),
    zero('ended_by_itself', run.endedByItself),
    { name: 'kills', value: run.kills, unit: '1' },
    { name: 'facts', value: run.facts, unit: '1' },
    { name: 'messages', value: run.messages, unit: '1' },
    { name: 'silences', value: run.silences, unit: '1' },
    { name: 'ready_max_ms', value: Math.round(Math.max(0, ...run.readyMs)), unit: 'ms' },
  ];
}

function report(run: KillRun): object {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`;
  return { name: 'chaos', commit, machine, seed, figures: figuresOf(run), complaints: run.complaints };
}

function describe(run: KillRun): string {
  const lines = figuresOf(run).map(
    ({ name, value, goal, met }) =>
      `${name.padEnd(16)} ${String(value).padStart(8)}${goal ? `   ${goal} ${met ? 'met' : 'NOT MET'}` : ''}`,
  );
  return [...lines, ...run.complaints].join('\n');
}
