/** On what a figure was measured: the commit and the machine, as one line each. */
import { spawnSync } from 'node:child_process';
import { cpus, release, totalmem, type } from 'node:os';

/** "1a2b3c4", with a "+" where files differ from it; "unknown" outside a checkout. */
export function commitName(): string {
  const head = git('rev-parse', '--short', 'HEAD');
  if (head === null) return 'unknown';
  return git('status', '--porcelain', '--untracked-files=no') === '' ? head : `${head}+`;
}

export function machineName(): string {
  const cores = cpus();
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  const model = cores[0]?.model.trim() ?? 'unknown processor';
  return `${model}, ${cores.length} cores, ${gigabytes} GB, ${type()} ${release()}, Node ${process.versions.node}`;
}

function git(...args: string[]): string | null {
  const ran = spawnSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8' });
  return ran.status === 0 ? ran.stdout.trim() : null;
}
