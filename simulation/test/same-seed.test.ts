import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));

async function simulate(seed: number): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [main, '--seed', String(seed)], {
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}

describe('npm run simulate', () => {
  it('prints the same day for the same seed, and another for another', async () => {
    const [once, again, other] = await Promise.all([simulate(11), simulate(11), simulate(12)]);
    expect(once.split('\n').length).toBeGreaterThan(1000);
    expect(again).toBe(once);
    expect(other).not.toBe(once);
  });
});
