/** What every command says of itself with `--json` (DESIGN section 9): the commit, where there is one, and the machine. */
import { execFileSync } from 'node:child_process';
import { cpus, platform } from 'node:os';

export function surroundings(): { readonly commit: string; readonly machine: string } {
  const [processor] = cpus();
  const machine = `${platform()}, ${cpus().length} × ${processor?.model.trim() ?? 'unknown'}`;
  return { commit: commitOf(), machine };
}

function commitOf(): string {
  try {
    const stdio: ['ignore', 'pipe', 'ignore'] = ['ignore', 'pipe', 'ignore'];
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8', stdio }).trim();
  } catch {
    return 'unknown';
  }
}
