/**
 * The checks that are not tests: types, lint, dead code. Each runs to its end, so that one look shows everything that
 * is wrong. Used by `npm run verify` and `npm test`.
 */
import { join } from 'node:path';
import { root, run, say } from './setup.mjs';

const checks = [
  { name: 'types', bin: 'typescript/bin/tsc', args: ['-b'] },
  { name: 'lint', bin: '@biomejs/biome/bin/biome', args: ['check', '--error-on-warnings', '.'] },
  { name: 'dead code', bin: 'knip/bin/knip.js', args: [] },
];

/** @returns {Promise<{ name: string, passed: boolean }[]>} in the order in which they ran */
export async function runChecks({ node, env }) {
  const results = [];
  for (const { name, bin, args } of checks) {
    const code = await run(node, [join(root, 'node_modules', bin), ...args], { env });
    say(`${name}: ${code === 0 ? 'passed' : 'FAILED'}`);
    results.push({ name, passed: code === 0 });
  }
  return results;
}

/** Runs Vitest with its own words on standard error; resolves to its exit code. */
export function runVitest({ node, env, args }) {
  return run(node, [join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...args], { env });
}
